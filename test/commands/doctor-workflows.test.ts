import { describe, expect, it } from "vitest";
import { keyChecks } from "../../src/commands/doctor/github-key.ts";
import { workflowChecks } from "../../src/commands/doctor/github-workflow.ts";
import { type JobFacts, workflowsIn } from "../../src/commands/doctor/workflow-facts.ts";
import { sharedRunners } from "../../src/commands/doctor/workflow-runners.ts";
import type { Check } from "../../src/model/check-up.ts";

const KEY = "SEATWRIGHT_API_KEY";
const pin = "a".repeat(40);
const head = "${{ github.event.pull_request.head.sha }}";
const key = `\${{ secrets.${KEY} }}`;

/** Workflow files by name, and how well the key is kept from pull requests with them. */
function reachOf(files: Readonly<Record<string, string>>, environment = "seatwright"): Check {
  const texts = Object.entries(files).map(([name, text]) => ({ path: `.github/workflows/${name}`, text }));
  const deploys = { known: true, value: [{ pattern: "main", kind: "branch" }] } as const;
  const none = { known: true, value: [] } as const;
  const checks = keyChecks({
    secret: KEY,
    defaultBranch: "main",
    own: none,
    shared: none,
    environments: {
      known: true,
      value: [
        { name: environment, deploys, secrets: { known: true, value: [KEY] } },
        { name: "other", deploys, secrets: none },
      ],
    },
    jobs: { known: true, value: workflowsIn(texts, KEY).jobs },
  });
  const found = checks.find(({ id }) => id === "github.key-reach");
  if (found === undefined) throw new Error("The check is not there.");
  return found;
}

interface Parts {
  readonly on?: string;
  readonly top?: string;
  readonly job?: string;
}

/** A workflow with one job in the key's environment. */
function workflow(steps: readonly string[], { on = "pull_request_target", top = "", job = "" }: Parts = {}): string {
  return [
    `on: ${on}`,
    "permissions: {}",
    ...(top === "" ? [] : [top]),
    "jobs:",
    "  one:",
    "    environment: seatwright",
    ...(job === "" ? [] : [`    ${job}`]),
    "    steps:",
    ...steps.map((step) => `      - ${step}`),
    "",
  ].join("\n");
}

const withKey = { job: `env: {K: "${key}"}` };
const uses = (action: string, given: string): string => `{uses: ${action}@${pin}, with: {${given}}}`;

describe("a job with the key fails the look where it", () => {
  it.each([
    ["checks out the head", [uses("actions/checkout", `ref: "${head}"`)]],
    [
      "checks out the test merge",
      [uses("actions/checkout", `ref: "\${{ github.event.pull_request.merge_commit_sha }}"`)],
    ],
    [
      "checks out by another spelling",
      [uses("actions/checkout", `ref: "\${{ github['event']['pull_request']['head']['sha'] }}"`)],
    ],
    [
      "checks out a ref of pull requests",
      [uses("actions/checkout", `ref: "refs/pull/\${{ github.event.number }}/merge"`)],
    ],
    [
      "checks out the fork",
      [uses("actions/checkout", `repository: "\${{ github.event.pull_request.head.repo.full_name }}"`)],
    ],
    ["checks out with an action of somebody else", [uses("acme/fast-clone", `at: "${head}"`)]],
    ["hands another action the head", [uses("acme/build", `commit: "${head}"`)]],
    [
      "hands a variable with the head to a checkout",
      [`{uses: actions/checkout@${pin}, with: {ref: "\${{ env.SHA }}"}, env: {SHA: "${head}"}}`],
    ],
    [
      "fetches the head by a variable",
      [`{run: 'git fetch origin "$SHA" && git checkout FETCH_HEAD', env: {SHA: "${head}"}}`],
    ],
    ["checks out the head by a variable", [`{run: "git checkout \${SHA}", env: {SHA: "${head}"}}`]],
    ["checks out the branch that the runner names", [`{run: git checkout "$GITHUB_HEAD_REF"}`]],
    [
      "downloads the head by a variable",
      [`{run: "curl -L https://example.com/$SHA.tgz | tar xz", env: {SHA: "${head}"}}`],
    ],
    [
      "keeps the head in a later step's variable",
      [`{run: 'echo "REV=$SHA" >> "$GITHUB_ENV"', env: {SHA: "${head}"}}`, "{run: git checkout $REV}"],
    ],
    [
      "keeps the head in an output",
      [
        `{id: who, run: 'echo "sha=$SHA" >> "$GITHUB_OUTPUT"', env: {SHA: "${head}"}}`,
        uses("actions/checkout", `ref: "\${{ steps.who.outputs.sha }}"`),
      ],
    ],
    [
      "reads the head out of the event's file",
      [`{run: 'git checkout $(jq -r .pull_request.head.sha "$GITHUB_EVENT_PATH")'}`],
    ],
    ["checks out by number", [`{run: gh pr checkout "$NUMBER", env: {NUMBER: "\${{ github.event.number }}"}}`]],
    [
      "runs its script in a shell that a title names",
      [`{run: echo hi, shell: "\${{ github.event.pull_request.title }} {0}"}`],
    ],
    [
      "puts a variable with a title into a script by an expression",
      [`{run: "echo \${{ env.TITLE }}", env: {TITLE: "\${{ github.event.pull_request.title }}"}}`],
    ],
    ["applies the difference of a pull request", ["{run: 'gh pr diff 7 | git apply && make'}"]],
    ["runs words of a pull request", [`{run: "echo \${{ github.event.pull_request.title }}"}`]],
    [
      "runs words in a script of JavaScript",
      [uses("actions/github-script", `script: "\${{ github.event.pull_request.body }}"`)],
    ],
  ])("%s", (_, steps) => {
    expect(reachOf({ "w.yml": workflow(steps, withKey) })).toMatchObject({ state: "failed" });
  });

  it.each([
    ["the job's variables", { job: `env: {K: "${key}", SHA: "${head}"}` }],
    ["the workflow's variables", { top: `env: {SHA: "${head}"}`, ...withKey }],
  ])("checks out the head by %s", (_, parts) => {
    expect(reachOf({ "w.yml": workflow(["{run: git checkout $SHA}"], parts) })).toMatchObject({ state: "failed" });
  });

  it.each([
    ["in the job's env", { job: `env: {K: "${key}"}` }],
    ["in the workflow's env", { top: `env: {K: "${key}"}` }],
    ["in the environment alone", {}],
    ["among all secrets", { job: `env: {K: "\${{ toJSON(secrets) }}"}` }],
    ["by a name that is worked out", { job: `env: {K: "\${{ secrets[vars.NAME] }}"}` }],
  ])("has the key %s", (_, parts) => {
    const text = workflow([uses("actions/checkout", `ref: "${head}"`)], parts);
    expect(reachOf({ "w.yml": text })).toMatchObject({ state: "failed" });
    const elsewhere = text.replace("environment: seatwright", "environment: other");
    expect(reachOf({ "w.yml": elsewhere }).state, elsewhere).toBe(
      Object.keys(parts).length === 0 ? "passed" : "failed",
    );
  });

  it.each([
    ["issue_comment", "{run: gh pr checkout 7}"],
    ["workflow_run", uses("actions/checkout", `ref: "\${{ github.event.workflow_run.head_sha }}"`)],
    ["workflow_run", uses("actions/download-artifact", `run-id: "\${{ github.event.workflow_run.id }}"`)],
    ["workflow_run", uses("acme/action-download-artifact", `run_id: "\${{ github.event.workflow_run.id }}"`)],
    ["workflow_run", `{run: 'gh run download "$RUN"', env: {RUN: "\${{ github.event.workflow_run.id }}"}}`],
    ["issues", `{run: "echo \${{ github.event.issue.title }}"}`],
    ["schedule", "{run: 'git fetch origin pull/7/head && git checkout FETCH_HEAD'}"],
    ["workflow_dispatch", uses("actions/checkout", `ref: "\${{ inputs.branch }}"`)],
    ["repository_dispatch", uses("actions/checkout", `ref: "\${{ github.event.client_payload.ref }}"`)],
  ])("takes it on %s", (on, step) => {
    expect(reachOf({ "w.yml": workflow([step], { on, ...withKey }) })).toMatchObject({ state: "failed" });
  });
});

describe("a job with the key fails the look by what stands around its steps:", () => {
  const image = `"ghcr.io/acme/ci:\${{ github.head_ref }}"`;
  it.each([
    ["a container's image", `container: ${image}`],
    ["a container's image, written out", `container: {image: ${image}}`],
    ["a service's image", `services: {db: {image: ${image}}}`],
    ["the shell of all its scripts", `defaults: {run: {shell: "\${{ github.event.pull_request.title }} {0}"}}`],
  ])("%s", (_, job) => {
    expect(reachOf({ "w.yml": workflow(["{run: echo hi}"], { job }) })).toMatchObject({ state: "failed" });
  });

  it("and passes with an image that is written out, and is not known for one that another job names", () => {
    const state = (tag: string): string =>
      reachOf({ "w.yml": workflow(["{run: make}"], { job: `container: "ghcr.io/acme/ci:${tag}"` }) }).state;
    expect(state("7")).toBe("passed");
    expect(state("${{ needs.look.outputs.tag }}")).toBe("not known");
  });
});

describe("what jobs of one run hand to each other", () => {
  const run = (first: string, steps: readonly string[]): Check =>
    reachOf({
      "w.yml": `on: pull_request_target\njobs:\n  a: ${first}\n  one:\n    needs: a\n    environment: seatwright\n    steps:\n${steps.map((step) => `      - ${step}\n`).join("")}`,
    });
  const checkout = uses("actions/checkout", `ref: "${head}"`);
  const upload = uses("actions/upload-artifact", "path: x.sh");
  const download = [uses("actions/download-artifact", "name: x"), "{run: sh ./x.sh}"];

  it("fails where files come from a job that has a pull request's commit", () => {
    const check = run(`{steps: [${checkout}, ${upload}]}`, download);
    expect(check).toMatchObject({ state: "failed" });
    expect(check.found).toContain("files that the job a left");
    expect(run(`{steps: [${checkout}, ${upload}]}`, ["{run: 'gh run download && sh x.sh'}"]).state).toBe("failed");
  });

  it("passes where they come from a job that has not, or are not fetched", () => {
    expect(run(`{steps: [{uses: actions/checkout@${pin}}, ${upload}]}`, download).state).toBe("passed");
    expect(run(`{steps: [${checkout}, ${upload}]}`, ["{run: make}"]).state).toBe("passed");
  });

  it.each([
    ["names a pull request's commit", `{outputs: {at: "${head}"}, steps: [{run: echo}]}`],
    [
      "has run a pull request",
      `{outputs: {at: "\${{ steps.x.outputs.at }}"}, steps: [${checkout}, {id: x, run: make}]}`,
    ],
  ])("fails for a checkout of an output of a job that %s", (_, first) => {
    expect(run(first, [uses("actions/checkout", `ref: "\${{ needs.a.outputs.at }}"`)]).state).toBe("failed");
  });
});

describe("the runner of a job with the key", () => {
  const both = (key: string, other: string, on = "pull_request"): Check =>
    reachOf({
      "w.yml": `on: pull_request_target\njobs: {one: {environment: seatwright, runs-on: ${key}, steps: [{run: make}]}}\n`,
      "ci.yml": `on: ${on}\njobs: {test: {runs-on: ${other}, steps: [{run: make}]}}\n`,
    });

  it.each([
    ["self-hosted", "self-hosted"],
    ["[self-hosted, linux, keys]", "[self-hosted, linux]"],
    ["build-box", "build-box"],
    ["{group: ours, labels: [linux]}", "{group: ours}"],
  ])("is a warning on %s where a pull request's job runs on %s", (key, other) => {
    const check = both(key, other);
    expect(check).toMatchObject({ state: "warning" });
    expect(check.found).toContain("the job test of .github/workflows/ci.yml");
  });

  it.each([
    ["ubuntu-24.04", "ubuntu-24.04"],
    ["[self-hosted, keys]", "[self-hosted, ci]"],
    ["{group: keys}", "{group: ours}"],
    ["[self-hosted, keys]", "ubuntu-24.04"],
  ])("passes on %s where a pull request's job runs on %s", (key, other) => {
    expect(both(key, other)).toMatchObject({ state: "passed" });
  });

  it("passes where nothing of a pull request runs beside it", () => {
    expect(both("self-hosted", "self-hosted", "push")).toMatchObject({ state: "passed" });
  });

  it("is somebody's own on an Enterprise Server, whatever its label", () => {
    const facts = (on: string, environment: string): JobFacts[] => [
      ...workflowsIn(
        [{ path: `${on}.yml`, text: `on: ${on}\njobs: {a: {${environment}runs-on: ubuntu-24.04, steps: []}}\n` }],
        KEY,
      ).jobs,
    ];
    const key = facts("pull_request_target", "environment: seatwright, ");
    const all = [...key, ...facts("pull_request", "")];
    expect(sharedRunners(key, all, "own")).toHaveLength(1);
    expect(sharedRunners(key, all, undefined)).toEqual([]);
  });
});

describe("a workflow that is handed the key", () => {
  const callee = (ref: string): string =>
    `on: {workflow_call: {inputs: {at: {type: string}}}}\njobs:\n  build:\n    environment: other\n    env: {K: "\${{ secrets.TOKEN || secrets.${KEY} }}"}\n    steps: [${uses("actions/checkout", `ref: "${ref}"`)}]\n`;
  const caller = (uses: string, more: string): string =>
    `on: pull_request_target\njobs:\n  call:\n    uses: ${uses}\n${more}`;
  const local = "./.github/workflows/callee.yml";

  it("fails where it checks out the head, by itself or by what it is handed", () => {
    const inherits = caller(local, "    secrets: inherit\n");
    expect(reachOf({ "w.yml": inherits, "callee.yml": callee(head) })).toMatchObject({ state: "failed" });
    expect(reachOf({ "w.yml": inherits, "callee.yml": callee("${{ github.sha }}") })).toMatchObject({
      state: "passed",
    });
    const hands = caller(local, `    with: {at: "${head}"}\n    secrets: {TOKEN: "${key}"}\n`);
    expect(reachOf({ "w.yml": hands, "callee.yml": callee("${{ inputs.at }}") })).toMatchObject({ state: "failed" });
  });

  it("is told by the job that calls and the one that is called", () => {
    const { found } = reachOf({ "w.yml": caller(local, "    secrets: inherit\n"), "callee.yml": callee(head) });
    expect(found).toContain("the job call / build of .github/workflows/callee.yml");
  });

  it("is not known to be safe where it is in another repository", () => {
    const remote = `acme/shared/.github/workflows/build.yml@${pin}`;
    for (const secrets of ["inherit", `{TOKEN: "${key}"}`]) {
      const check = reachOf({ "w.yml": caller(remote, `    secrets: ${secrets}\n`) });
      expect(check).toMatchObject({ state: "not known" });
      expect(check.found).toContain(remote);
    }
    expect(reachOf({ "w.yml": caller(remote, "") })).toMatchObject({ state: "passed" });
  });

  it("that calls itself comes to an end", () => {
    const endless = `on: {pull_request_target: {}, workflow_call: {}}\njobs: {a: {uses: ./.github/workflows/w.yml}}\n`;
    expect(reachOf({ "w.yml": endless })).toMatchObject({ state: "passed" });
  });
});

describe("a job with the key passes the look where it", () => {
  it.each([
    ["checks out the base", [uses("actions/checkout", `ref: "\${{ github.event.pull_request.base.sha }}"`)]],
    ["checks out what started it", [`{uses: actions/checkout@${pin}}`]],
    ["gives Seatwright the pull request's number", [uses("acme/seatwright", `note: "\${{ github.event.number }}"`)]],
    [
      "prints a title that a variable holds",
      [`{run: 'echo "$TITLE"', env: {TITLE: "\${{ github.event.pull_request.title }}"}}`],
    ],
    ["fetches with the date", ["{run: 'git fetch && echo $(date +%F)'}"]],
    ["runs a script with the number alone", [`{run: "echo \${{ github.event.pull_request.number }}"}`]],
  ])("%s", (_, steps) => {
    expect(reachOf({ "w.yml": workflow(steps, withKey) })).toMatchObject({ state: "passed" });
  });

  it("checks out a part of a matrix that is written out, and not one that is worked out", () => {
    const step = uses("actions/checkout", `ref: "\${{ matrix.at }}"`);
    const state = (at: string): string =>
      reachOf({ "w.yml": workflow([step], { job: `strategy: {matrix: {at: ${at}}}`, top: `env: {K: "${key}"}` }) })
        .state;
    expect(state("[main, next]")).toBe("passed");
    expect(state(`"\${{ fromJSON(needs.list.outputs.refs) }}"`)).toBe("not known");
  });

  it.each([
    ["an earlier job named", [uses("actions/checkout", `ref: "\${{ needs.look.outputs.sha }}"`)]],
    ["an earlier step named", [`{run: "git checkout \${{ steps.look.outputs.sha }}"}`]],
    ["a command named", ["{run: 'git checkout origin/$(gh pr view --json headRefName -q .headRefName) && make'}"]],
    ["a command named before", ["{run: 'B=`cat branch`; git checkout $B'}"]],
  ])("is not known for a checkout of what %s", (_, steps) => {
    const check = reachOf({ "w.yml": workflow(steps, withKey) });
    expect(check).toMatchObject({ state: "not known" });
    expect(check.found).toContain("The job one");
  });
});

describe("the rights of a job", () => {
  const job = (mode: string, permissions: string, on = "push"): string =>
    `on: ${on}\njobs:\n  one:\n    permissions: ${permissions}\n    steps:\n      - ${uses("acme/seatwright", `mode: ${mode}`)}\n`;
  const check = (text: string): Check | undefined =>
    workflowChecks({ known: true, value: [{ path: "w.yml", text }] }, KEY).checks.find(
      ({ id }) => id === "github.job-rights",
    );
  const planned = "{contents: write, pull-requests: write, checks: write}";
  const whole = "{contents: write, pull-requests: write, checks: write, issues: write, actions: read}";

  it.each([
    ["lint", "{contents: read}"],
    ["plan", planned],
    ["apply", whole],
    ["reconcile", whole],
  ])("pass for mode %s with what it needs", (mode, permissions) => {
    expect(check(job(mode, permissions))).toMatchObject({ state: "passed" });
  });

  it.each([
    ["plan", "{contents: write, pull-requests: write}", "mode plan and lacks checks: write"],
    ["plan", "{contents: read, pull-requests: write, checks: write}", "mode plan and lacks contents: write"],
    ["apply", planned, "mode apply and lacks issues: write, actions: read"],
    ["reconcile", "read-all", "mode reconcile and lacks contents: write, pull-requests: write"],
    ["lint", "{}", "mode lint and lacks contents: read"],
  ])("fail for mode %s with %s, and say what is missing", (mode, permissions, words) => {
    const found = check(job(mode, permissions));
    expect(found).toMatchObject({ state: "failed" });
    expect(found?.found).toContain(words);
  });

  it.each([
    ["plan", whole, "issues: write, actions: read"],
    ["lint", "{contents: read, id-token: write}", "id-token: write"],
    ["apply", "write-all", "write-all"],
  ])("are a warning for mode %s with %s", (mode, permissions, words) => {
    const found = check(job(mode, permissions));
    expect(found).toMatchObject({ state: "warning" });
    expect(found?.found).toContain(words);
  });

  it("are a warning where nobody says them, and those of every mode that may be chosen", () => {
    const silent = job("plan", "{}").replace("    permissions: {}\n", "");
    expect(check(silent)).toMatchObject({ state: "warning" });
    const on = "{workflow_dispatch: {inputs: {mode: {type: choice, options: [plan, apply]}}}}";
    const found = check(job(`"\${{ inputs.mode }}"`, planned, on));
    expect(found?.found).toContain("mode apply and lacks issues: write");
  });
});

describe("the environments of a job", () => {
  const environments = (text: string): readonly string[] =>
    workflowsIn([{ path: "w.yml", text }], KEY).jobs.flatMap((job: JobFacts) => job.environments);

  it("are those that a written matrix or a choice leads to", () => {
    const matrix = "strategy: {matrix: {include: [{name: eu}, {name: us}]}}";
    const text = (environment: string, more = matrix): string =>
      `on: {workflow_dispatch: {inputs: {to: {options: [eu, us]}}}}\njobs: {one: {environment: "${environment}", ${more}}}\n`;
    expect(environments(text("a-${{ matrix.name }}"))).toEqual(["a-eu", "a-us"]);
    expect(environments(text("a-${{ inputs.to }}-b"))).toEqual(["a-eu-b", "a-us-b"]);
    expect(environments(text("a-${{ vars.X }}"))).toEqual(["a-${{ vars.X }}"]);
  });
});
