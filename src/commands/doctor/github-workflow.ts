import { type Check, checkOf, passed } from "../../model/check-up.ts";
import type { Asked } from "../../model/setup-facts.ts";
import type { NewFile } from "../../ports.ts";
import { type JobFacts, workflowsIn } from "./workflow-facts.ts";

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
): { readonly jobs: Asked<readonly JobFacts[]>; readonly checks: readonly Check[] } {
  if (!files.known) {
    const { why, remedy } = files;
    return {
      jobs: files,
      checks: [
        checkOf("github.workflow", "not known", why, remedy),
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
  return { jobs: known, checks: [workflowCheck(ours), pinnedCheck(jobs, ours)] };
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
  const silent = ours.filter(({ permissions }) => permissions === "not said").map(({ name }) => name);
  if (silent.length > 0) problems.push(`these jobs do not say what their token may do: ${silent.join(", ")}`);
  const bare = ours.filter(({ usesKey, environment }) => usesKey && environment === null).map(({ name }) => name);
  if (bare.length > 0) problems.push(`these jobs use the key without an environment: ${bare.join(", ")}`);
  const where = [...new Set(ours.map(({ file }) => file))].join(", ");
  return problems.length === 0
    ? passed(id, `${where} plans, applies and reconciles, each started by what it is meant for.`)
    : checkOf(id, "warning", `${where}: ${problems.join("; ")}.`, remedy);
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
