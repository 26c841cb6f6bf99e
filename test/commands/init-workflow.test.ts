import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { workflowFindings } from "../../src/commands/init/workflow-check.ts";
import { ACTION_PLACEHOLDER, workflowFile, WORKFLOW_PATH } from "../../src/commands/init/workflow.ts";
import { readInputs } from "../../src/action/inputs.ts";
import { jobRights } from "../../src/commands/init/job-rights.ts";
import { checkPower, type Mode, modes } from "../../src/review/power.ts";

interface Job {
  readonly if: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly steps: readonly { readonly uses: string; readonly with: Readonly<Record<string, unknown>> }[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const organizationId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";
const commit = "0123456789abcdef0123456789abcdef01234567";
const uses = `acme/seatwright@${commit}`;
const layout = { kind: "root", organizationId } as const;
const text = workflowFile({ layout, time: "weekly", uses });
const workflow = parse(text) as Workflow;
const jobs = Object.entries(workflow.jobs);

/** The event that a job is for. */
function eventOf({ if: condition }: Job): string {
  return /^github\.event_name == '(\w+)'/.exec(condition)?.[1] ?? "";
}

/** The modes that a job may ask for: its own, or those that a person may choose. */
function modesOf(job: Job): readonly string[] {
  const asked = String(job.steps.at(-1)?.with["mode"]);
  if (asked !== "${{ inputs.mode }}") return [asked];
  const dispatch = workflow.on["workflow_dispatch"] as { inputs: { mode: { options: readonly string[] } } };
  return dispatch.inputs.mode.options;
}

function allowedFor(event: string): readonly string[] {
  return modes.filter((mode) => {
    try {
      const repository = "acme/access";
      const ref = "refs/heads/main";
      checkPower(mode, { event, ref, defaultBranch: "main", headRepository: repository, repository });
      return true;
    } catch {
      return false;
    }
  });
}

describe("the workflow that init writes", () => {
  it("has one job for each event that starts it", () => {
    expect(jobs.map(([name, job]) => [name, eventOf(job)])).toEqual([
      ["lint", "pull_request"],
      ["plan", "pull_request_target"],
      ["apply", "push"],
      ["reconcile", "schedule"],
      ["by-hand", "workflow_dispatch"],
    ]);
    expect(Object.keys(workflow.on)).toEqual(jobs.map(([, job]) => eventOf(job)));
  });

  it("plans pull requests of people, whatever their branch is called, and again where the base is another one", () => {
    expect(workflow.on["pull_request_target"]).toEqual({ types: ["opened", "synchronize", "reopened", "edited"] });
    const written = workflow.jobs["plan"]?.if ?? "";
    const plans = (by: string, branch: string, event: object = { action: "synchronize" }): unknown =>
      runInNewContext(written.replaceAll(/(?<=[a-z_])\.(?=[a-z_])/g, "?."), {
        startsWith: (whole: string, start: string) => whole.startsWith(start),
        github: {
          event_name: "pull_request_target",
          repository: "acme/access",
          head_ref: branch,
          event: {
            pull_request: {
              user: { login: by },
              head: { repo: { full_name: "acme/access" } },
              base: { ref: "main" },
            },
            repository: { default_branch: "main" },
            ...event,
          },
        },
      });
    expect(plans("ada", "seatwright/plan-b-licences")).toBe(true);
    expect(plans("github-actions[bot]", "seatwright/plan")).toBe(false);
    expect(plans("github-actions[bot]", "update-licences")).toBe(true);
    expect(plans("ada", "x", { action: "edited", changes: { title: { from: "y" } } })).toBe(false);
    expect(plans("ada", "x", { action: "edited", changes: { base: { ref: { from: "next" } } } })).toBe(true);
  });

  it("asks of each event only what the action lets it do", () => {
    for (const [name, job] of jobs) {
      for (const mode of modesOf(job)) expect(allowedFor(eventOf(job)), name).toContain(mode);
    }
    expect(new Set(jobs.flatMap(([, job]) => modesOf(job)))).toEqual(new Set(modes));
  });

  it("gives nothing by default, and to each job what its mode needs", () => {
    expect(workflow.permissions).toEqual({});
    const rights = (job: Job): object => Object.assign({}, ...modesOf(job).map((mode) => jobRights[mode as Mode]));
    for (const [name, job] of jobs) expect(job.permissions, name).toEqual(rights(job));
  });

  it("hands the key only to jobs in an environment, and none to what a pull request brings itself", () => {
    for (const [name, job] of jobs) {
      const hasKey = JSON.stringify(job.steps).includes("secrets.");
      expect(hasKey, name).toBe(name !== "lint");
      expect(job.environment !== undefined, name).toBe(hasKey);
    }
  });

  it("keeps what can change the organisation in an environment apart from that of plans", () => {
    for (const [name, job] of jobs) {
      const changes = modesOf(job).some((mode) => mode === "apply" || mode === "reconcile");
      const planned = name === "plan" ? "seatwright" : undefined;
      expect(job.environment, name).toBe(changes ? "seatwright-apply" : planned);
    }
  });

  it("checks out nothing where the key is, and drops the token after the one checkout", () => {
    const checkouts = jobs.flatMap(([name, { steps }]) =>
      steps.filter((step) => step.uses.startsWith("actions/checkout@")).map((step) => [name, step.with]),
    );
    expect(checkouts).toEqual([["lint", { "persist-credentials": false, "fetch-depth": 0 }]]);
  });

  it("has one run at a time for the organisation, which nothing cuts off", () => {
    const group = { group: `seatwright-${organizationId}`, "cancel-in-progress": false };
    for (const name of ["apply", "reconcile", "by-hand"]) expect(workflow.jobs[name]?.concurrency, name).toEqual(group);
    expect(workflow.jobs["plan"]?.concurrency["cancel-in-progress"]).toBe(true);
    const groups = new Set(jobs.map(([, { concurrency }]) => concurrency.group));
    expect(groups.size).toBe(3);
  });

  it("names every action by the commit, and runs no shell", () => {
    const used = jobs.flatMap(([, { steps }]) => steps.map((step) => step.uses));
    expect(used.filter((each) => !/@[0-9a-f]{40}$/.test(each))).toEqual([]);
    expect(used.filter((each) => each === uses)).toHaveLength(5);
    expect(text).not.toContain("run:");
  });

  it("gives inputs that the action knows, and can mean", () => {
    for (const [name, job] of jobs) {
      const given = job.steps.at(-1)?.with ?? {};
      const texts = new Map(Object.entries(given).map(([key, value]) => [key, String(value)]));
      for (const mode of modesOf(job)) {
        texts.set("mode", mode);
        const inputs = readInputs((key) => (texts.get(key) ?? "").replace(/^\$\{\{.*\}\}$/, ""));
        expect(inputs.mode, name).toBe(mode);
      }
    }
  });

  it.each([
    ["daily", "17 5 * * *", 3],
    ["weekly", "17 5 * * 1", 10],
    ["monthly", "17 5 1 * *", 40],
  ] as const)("looks %s, and warns only when a run was missed", (time, cron, days) => {
    const { on, jobs: made } = parse(workflowFile({ layout, time, uses })) as Workflow;
    expect(on["schedule"]).toEqual([{ cron }]);
    for (const name of ["reconcile", "by-hand"]) expect(made[name]?.steps[0]?.with["warn-after-days"], name).toBe(days);
  });

  it("has no schedule where somebody looks by hand", () => {
    const { on, jobs: made } = parse(workflowFile({ layout, time: "by-hand", uses })) as Workflow;
    expect(on).not.toHaveProperty("schedule");
    expect(Object.keys(made)).toEqual(["lint", "plan", "apply", "by-hand"]);
  });
});

describe("a workflow that does not name the action yet", () => {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
  const repoWith = async (workflows: Readonly<Record<string, string>>): Promise<string> => {
    const repo = await mkdtemp(join(tmpdir(), "seatwright-workflow-"));
    folders.push(repo);
    await mkdir(join(repo, ".github/workflows"), { recursive: true });
    for (const [name, content] of Object.entries(workflows)) await writeFile(join(repo, name), content);
    return repo;
  };

  it("is a warning at the first line that says so, once", async () => {
    const unsaid = workflowFile({ layout, time: "weekly", uses: null });
    const repo = await repoWith({ [WORKFLOW_PATH]: unsaid, ".github/workflows/other.yml": "on: push\n" });
    const [finding, ...others] = await workflowFindings(repo);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: "warning", rule: "workflow-placeholder" });
    const { file, line, column } = finding?.place ?? { file: "", line: 0, column: 0 };
    expect(file).toBe(WORKFLOW_PATH);
    expect(unsaid.split("\n")[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^${ACTION_PLACEHOLDER}`));
  });

  it("is not one that names it, and a repository without workflows has none", async () => {
    expect(await workflowFindings(await repoWith({ [WORKFLOW_PATH]: text }))).toEqual([]);
    expect(await workflowFindings(join(tmpdir(), "seatwright-nowhere"))).toEqual([]);
  });
});
