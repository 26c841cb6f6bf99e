import { type Check, checkOf, passed } from "../../model/check-up.ts";
import type { Asked } from "../../model/setup-facts.ts";
import type { NewFile } from "../../review-ports.ts";
import { type Mode, modes } from "../../review/power.ts";
import { type JobFacts, workflowsIn } from "./workflow-facts.ts";
import { beyond, missingFor } from "./workflow-rights.ts";

/** The events by which each mode is meant to start. Lint needs none: the plan lints too. */
const startedBy: Readonly<Record<string, readonly string[]>> = {
  plan: ["pull_request_target"],
  apply: ["push"],
  reconcile: ["schedule", "workflow_dispatch"],
};

/** The jobs of the default branch's workflows, and what is wrong with those that start Seatwright. */
export function workflowChecks(
  files: Asked<readonly NewFile[]>,
  secret: string,
): {
  readonly jobs: Asked<readonly JobFacts[]>;
  readonly checks: readonly Check[];
  /** Folders of policies that are planned; the root where nothing tells. */
  readonly planned: readonly string[];
} {
  if (!files.known) {
    const { why, remedy } = files;
    return {
      jobs: files,
      planned: ["."],
      checks: [
        checkOf("github.workflow", "not known", why, remedy),
        checkOf("github.job-rights", "not known", why, remedy),
        checkOf("github.pinned-actions", "not known", why, remedy),
      ],
    };
  }
  const { jobs, unreadable } = workflowsIn(files.value, secret);
  const ours = jobs.filter(({ modes }) => modes.length > 0);
  const known: Asked<readonly JobFacts[]> =
    unreadable.length === 0
      ? { known: true, value: jobs }
      : {
          known: false,
          why: `${unreadable.join(", ")} could not be read as a workflow.`,
          remedy: "Put it right, or look at what it runs yourself.",
        };
  const planned = ours.filter(({ modes: its }) => its.includes("plan")).flatMap(({ folders }) => folders);
  return {
    jobs: known,
    planned: planned.length === 0 ? ["."] : planned,
    checks: [workflowCheck(ours), rightsCheck(ours), pinnedCheck(jobs, ours)],
  };
}

function workflowCheck(ours: readonly JobFacts[]): Check {
  const id = "github.workflow";
  const remedy = "`seatwright init` writes a workflow with every job; docs/github.md says what each is for.";
  if (ours.length === 0) return checkOf(id, "failed", "No workflow of the default branch starts Seatwright.", remedy);
  const problems: string[] = [];
  for (const [mode, events] of Object.entries(startedBy)) {
    const running = ours.filter(({ modes }) => modes.includes(mode));
    if (running.length === 0) problems.push(`no job has mode ${mode}`);
    else if (!running.some((job) => job.events.some((event) => events.includes(event)))) {
      problems.push(`nothing starts mode ${mode} on ${events.join(" or ")}`);
    }
  }
  const bare = ours.filter(({ usesKey, environments }) => usesKey && environments.length === 0).map(({ name }) => name);
  if (bare.length > 0) problems.push(`these jobs use the key without an environment: ${bare.join(", ")}`);
  const planning = new Set(environmentsOf(ours, ["plan"]));
  const shared = [...new Set(environmentsOf(ours, ["apply", "reconcile"]))].filter((each) => planning.has(each));
  if (shared.length > 0) {
    problems.push(
      `jobs that can change the organisation share ${shared.join(", ")} with the job that plans, so nothing can make them wait for somebody's go`,
    );
  }
  const where = [...new Set(ours.map(({ file }) => file))].join(", ");
  return problems.length === 0
    ? passed(id, `${where} plans, applies and reconciles, each started by what it is meant for.`)
    : checkOf(id, "warning", `${where}: ${problems.join("; ")}.`, remedy);
}

/** Environments of the jobs that have one of these modes. */
function environmentsOf(jobs: readonly JobFacts[], wanted: readonly Mode[]): readonly string[] {
  return jobs
    .filter((job) => wanted.some((mode) => job.modes.includes(mode)))
    .flatMap(({ environments }) => environments);
}

/** Whether each job's token may do what its modes need, and no more. */
function rightsCheck(ours: readonly JobFacts[]): Check {
  const id = "github.job-rights";
  const where = ({ name, file }: JobFacts): string => `the job ${name} of ${file}`;
  const chosen = (job: JobFacts): readonly Mode[] => modes.filter((mode) => job.modes.includes(mode));
  const missing = ours.flatMap((job) =>
    chosen(job).flatMap((mode) => {
      const rights = missingFor(mode, job.rights);
      return rights.length === 0 ? [] : [`${where(job)} has mode ${mode} and lacks ${rights.join(", ")}`];
    }),
  );
  const remedy = "Write these `permissions` in the job; docs/github.md lists what each mode needs.";
  if (missing.length > 0) return checkOf(id, "failed", `Tokens may do too little: ${missing.join("; ")}.`, remedy);
  const more = ours.flatMap((job) => {
    if (job.rights === "not said") return [`${where(job)} does not say what its token may do`];
    const rights = job.modes.includes(null) ? [] : beyond(chosen(job), job.rights);
    return rights.length === 0 ? [] : [`${where(job)} has ${rights.join(", ")}`];
  });
  if (more.length > 0) {
    return checkOf(
      id,
      "warning",
      `Tokens may do more than Seatwright needs: ${more.join("; ")}.`,
      "Write `permissions: {}` at the top and in each job what its mode needs, as docs/github.md lists. Keep more only where a step of yours needs it.",
    );
  }
  return ours.length === 0
    ? checkOf(id, "not known", "No workflow of the default branch starts Seatwright.", remedy)
    : passed(id, "Each job's token may do what its mode needs, and no more.");
}

/** An action by a tag or a branch is whatever its owner puts there. Beside the key it must be one commit. */
function pinnedCheck(all: readonly JobFacts[], ours: readonly JobFacts[]): Check {
  const id = "github.pinned-actions";
  const looked = all.filter((job) => job.usesKey || ours.includes(job));
  const loose = looked.filter(({ uses }) => uses.some((each) => !isPinned(each)));
  const names = (jobs: readonly JobFacts[]): string =>
    [...new Set(jobs.flatMap(({ uses }) => uses.filter((each) => !isPinned(each))))].join(", ");
  if (loose.length === 0) return passed(id, "Every action of these jobs is named by its commit.");
  const beside = loose.filter(({ usesKey }) => usesKey);
  return beside.length > 0
    ? checkOf(
        id,
        "failed",
        `These actions run beside the key and are not named by a commit: ${names(beside)}.`,
        "Name each by the full id of a commit that you looked at, with the tag in a comment.",
      )
    : checkOf(
        id,
        "warning",
        `These actions are not named by a commit: ${names(loose)}.`,
        "Name each by the full id of a commit that you looked at, with the tag in a comment.",
      );
}

function isPinned(uses: string): boolean {
  if (uses.startsWith("./")) return true;
  return uses.startsWith("docker://") ? /@sha256:[0-9a-f]{64}$/.test(uses) : /@([0-9a-f]{40}|[0-9a-f]{64})$/.test(uses);
}
