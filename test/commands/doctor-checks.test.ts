import { describe, expect, it } from "vitest";
import { marksOf } from "../../src/action/marks.ts";
import { defaultBranchChecks, ledgerBranchCheck } from "../../src/commands/doctor/github-branch.ts";
import { keyChecks, type KeyPlaces } from "../../src/commands/doctor/github-key.ts";
import { workflowChecks } from "../../src/commands/doctor/github-workflow.ts";
import { workflowsIn } from "../../src/commands/doctor/workflow-facts.ts";
import { isAtLeast, repositoryIn } from "../../src/git/here.ts";
import type { Check } from "../../src/model/check-up.ts";
import type { Asked, BranchGuard, EnvironmentFacts } from "../../src/model/setup-facts.ts";

const unknown = { known: false, why: "It was not shown.", remedy: "Ask an administrator." } as const;
function known<Value>(value: Value): Asked<Value> {
  return { known: true, value };
}
const open: BranchGuard = {
  pullRequest: false,
  approvals: 0,
  dismissesStale: false,
  lastPush: false,
  codeOwners: false,
  checks: [],
  upToDate: false,
  noForcePush: false,
  noDeletion: false,
  bypass: known([]),
};

function stateIn(checks: readonly Check[], id: string): string | undefined {
  return checks.find((check) => check.id === id)?.state;
}

describe("a branch", () => {
  const reviewed: BranchGuard = { ...open, pullRequest: true, approvals: 1 };

  it("is guarded where one kind of rule says so, whatever is known of the other", () => {
    const checks = defaultBranchChecks("main", { rules: known(reviewed), protection: unknown });
    expect(stateIn(checks, "github.pull-requests")).toBe("passed");
    expect(stateIn(checks, "github.last-push")).toBe("not known");
  });

  it("is unguarded only where both kinds were told", () => {
    const both = defaultBranchChecks("main", { rules: known(open), protection: known(null) });
    expect(stateIn(both, "github.pull-requests")).toBe("failed");
    const half = defaultBranchChecks("main", { rules: unknown, protection: known(null) });
    expect(new Set(half.map(({ state }) => state))).toEqual(new Set(["not known"]));
  });

  it("has a bypass only where none of its review rules binds everybody", () => {
    const some = { ...reviewed, bypass: known(["team ops"]) };
    const state = (rules: BranchGuard, protection: BranchGuard | null): string | undefined =>
      stateIn(defaultBranchChecks("main", { rules: known(rules), protection: known(protection) }), "github.bypass");
    expect(state(some, null)).toBe("warning");
    expect(state(some, reviewed)).toBe("passed");
    expect(state({ ...reviewed, bypass: unknown }, null)).toBe("not known");
    expect(state({ ...reviewed, bypass: unknown }, some)).toBe("not known");
  });

  it("requires the check of each folder that is planned, by the name that the action posts", () => {
    const state = (names: readonly string[], folders: readonly string[], app: number | null = 15_368) => {
      const checks = names.map((name) => ({ name, app }));
      const answers = { rules: known({ ...reviewed, checks }), protection: known(null) };
      return stateIn(defaultBranchChecks("main", answers, folders), "github.check");
    };
    const name = (folder: string): string => marksOf({ folder }).planCheck;
    expect(state([name(".")], ["."])).toBe("passed");
    expect(state([name("access")], ["access"])).toBe("passed");
    expect(state([name(".")], ["access"])).toBe("warning");
    expect(state([name("eu"), name("us")], ["eu", "us"])).toBe("passed");
    expect(state([name("eu")], ["eu", "us"])).toBe("warning");
    expect(state([name(".")], ["."], null), "from whichever source").toBe("warning");
    expect(state([name(".")], ["."], 7), "from another app, or an Enterprise Server's").toBe("not known");
  });

  it("has its code owners asked only where a rule says so", () => {
    const state = (codeOwners: boolean): string | undefined =>
      stateIn(
        defaultBranchChecks("main", { rules: known({ ...reviewed, codeOwners }), protection: known(null) }),
        "github.code-owners",
      );
    expect([state(true), state(false)]).toEqual(["passed", "warning"]);
  });

  it("of the ledger must let jobs push and nothing be lost", () => {
    const state = (rules: BranchGuard): string =>
      ledgerBranchCheck("seatwright-ledger", { rules: known(rules), protection: known(null) }).state;
    expect(state({ ...open, noForcePush: true, noDeletion: true })).toBe("passed");
    expect(state({ ...open, noForcePush: true })).toBe("warning");
    expect(state({ ...open, noForcePush: true, noDeletion: true, pullRequest: true })).toBe("failed");
  });
});

const pin = "a".repeat(40);
function file(text: string): { readonly path: string; readonly text: string } {
  return { path: ".github/workflows/w.yml", text };
}
function job(on: string, step: string, more = ""): string {
  return `on: ${on}\npermissions: {}\njobs:\n  one:\n    environment: seatwright\n    env: {K: "\${{ secrets.SEATWRIGHT_API_KEY }}"}\n${more}    steps:\n      - ${step}\n`;
}
const takesHead = `{uses: actions/checkout@${pin}, with: {ref: "\${{ github.event.pull_request.head.sha }}"}}`;

describe("the key", () => {
  const environment = (more: Partial<EnvironmentFacts> = {}): EnvironmentFacts => ({
    name: "seatwright",
    deploys: known([{ pattern: "main", kind: "branch" }]),
    secrets: known(["SEATWRIGHT_API_KEY"]),
    ...more,
  });
  const places = (more: Partial<KeyPlaces> = {}): KeyPlaces => ({
    secret: "SEATWRIGHT_API_KEY",
    defaultBranch: "main",
    own: known([]),
    shared: known([]),
    environments: known([environment()]),
    jobs: known([]),
    ...more,
  });
  const reach = (more: Partial<KeyPlaces>): string | undefined => stateIn(keyChecks(places(more)), "github.key-reach");
  const jobsOf = (text: string): KeyPlaces["jobs"] => known(workflowsIn([file(text)], "SEATWRIGHT_API_KEY").jobs);

  it("is out of reach in an environment of the default branch alone", () => {
    expect(reach({})).toBe("passed");
    expect(reach({ environments: known([environment({ deploys: known([{ pattern: "main", kind: "tag" }]) })]) })).toBe(
      "failed",
    );
  });

  it("is in reach where a job of the default branch runs what a pull request brings", () => {
    expect(reach({ jobs: jobsOf(job("pull_request_target", takesHead)) })).toBe("failed");
    const script = `{run: "echo \${{ github.event.pull_request.title }}"}`;
    expect(reach({ jobs: jobsOf(job("[pull_request_target]", script)) })).toBe("failed");
    expect(reach({ jobs: jobsOf(job("{issue_comment: {}}", "{run: gh pr checkout 7}")) })).toBe("failed");
    expect(reach({ jobs: jobsOf(job("push", takesHead)) })).toBe("passed");
  });

  it("is not known to be out of reach where something was not shown", () => {
    expect(reach({ environments: unknown })).toBe("not known");
    expect(reach({ jobs: unknown })).toBe("not known");
    expect(reach({ environments: known([environment({ deploys: unknown })]) })).toBe("not known");
    expect(reach({ environments: known([environment({ secrets: unknown, deploys: "everything" })]) })).toBe(
      "not known",
    );
    expect(reach({ environments: known([environment({ secrets: known([]) })]) })).toBe("not known");
  });

  it("is taken to be in the environment that a job with the key names, where secrets are not shown", () => {
    const jobs = jobsOf(job("push", `{uses: acme/seatwright@${pin}}`));
    const environments = known([environment({ secrets: unknown, deploys: "everything" })]);
    expect(reach({ jobs, environments })).toBe("failed");
  });

  it("fails as a secret of the organisation whatever is known of the repository, in any spelling", () => {
    const checks = keyChecks(places({ own: unknown, shared: known(["seatwright_api_key"]) }));
    expect(stateIn(checks, "github.secret")).toBe("failed");
    expect(stateIn(keyChecks(places({ own: unknown })), "github.secret")).toBe("not known");
  });

  it("needs environments that are there: GitHub makes a missing one open to every branch", () => {
    const jobs = jobsOf(job("push", `{uses: acme/seatwright@${pin}}`));
    const checks = keyChecks(places({ jobs, environments: known([environment({ name: "other" })]) }));
    expect(stateIn(checks, "github.environments")).toBe("failed");
  });
});

describe("a workflow", () => {
  const states = (...texts: readonly string[]): readonly (string | undefined)[] => {
    const { checks } = workflowChecks(known(texts.map(file)), "SEATWRIGHT_API_KEY");
    return [stateIn(checks, "github.workflow"), stateIn(checks, "github.pinned-actions")];
  };
  const step = (mode: string, at = pin): string => `{uses: acme/seatwright@${at}, with: {mode: ${mode}}}`;
  const applying = (on: string, text: string): string =>
    job(on, text).replace("environment: seatwright", "environment: seatwright-apply");
  const all = [
    job("pull_request_target", step("plan")),
    applying("push", step("apply")),
    applying("schedule", step("reconcile")),
  ];

  it("is a warning where what can change the organisation shares the environment of plans", () => {
    const shared = [job("push", step("apply")), job("schedule", step("reconcile"))];
    expect(states(...all.slice(0, 1), ...shared)[0]).toBe("warning");
    expect(states(...all.slice(0, 2), ...shared.slice(1))[0]).toBe("warning");
  });

  it("has every mode, each started by the event that is meant for it, and actions by their commit", () => {
    expect(states(...all)).toEqual(["passed", "passed"]);
    expect(states(...all.slice(1))).toEqual(["warning", "passed"]);
    expect(states(job("pull_request", step("plan")), ...all.slice(1))).toEqual(["warning", "passed"]);
    expect(states()).toEqual(["failed", "passed"]);
  });

  it("fails with an action beside the key that is named by a tag or a branch", () => {
    expect(states(job("push", step("apply", "v1")), ...all)[1]).toBe("failed");
    expect(states(job("push", "{uses: actions/checkout@main}"), ...all)[1]).toBe("failed");
  });

  it("that cannot be read leaves it open what its jobs do", () => {
    expect(workflowChecks(known([file("jobs: [")]), "K").jobs.known).toBe(false);
    expect(new Set(workflowChecks(unknown, "K").checks.map(({ state }) => state))).toEqual(new Set(["not known"]));
  });
});

describe("addresses and versions", () => {
  it.each([
    ["git@github.com:acme/access.git", "github.com", "acme/access"],
    ["https://github.com/acme/access", "github.com", "acme/access"],
    ["ssh://git@ghe.example.com/acme/access.git", "ghe.example.com", "acme/access"],
  ])("finds host and repository in %s", (address, host, repository) => {
    expect(repositoryIn(address)).toEqual({ host, repository });
  });

  it("finds none in a path, or in a repository of other depth", () => {
    expect(repositoryIn("/srv/git/access.git")).toBeNull();
    expect(repositoryIn("https://gitlab.example.com/a/b/c.git")).toBeNull();
  });

  it("compares versions part by part, as numbers", () => {
    expect(isAtLeast("2.39.5", "2.38")).toBe(true);
    expect(isAtLeast("2.4.0", "2.38")).toBe(false);
    expect(isAtLeast("v24.1.0", "22.20.0")).toBe(true);
    expect(isAtLeast("22.19.9", "22.20.0")).toBe(false);
  });
});
