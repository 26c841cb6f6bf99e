import { OperatorError } from "../model/errors.ts";

/** What the action can be asked to do. */
export const modes = ["lint", "plan", "apply", "reconcile"] as const;
export type Mode = (typeof modes)[number];

/** What set a run off. */
export interface Trigger {
  /** GitHub's name of the event: `push`, `schedule`, ... */
  readonly event: string;
  /** The ref that the workflow was taken from: `refs/heads/main`. */
  readonly ref: string;
  readonly defaultBranch: string;
  /** `owner/name` of the pull request's head, where the event is about one. */
  readonly headRepository: string | null;
  /** `owner/name`. */
  readonly repository: string;
}

/** The most that each event may do, whatever a workflow file asks for. What is not here may do nothing. */
const powers: ReadonlyMap<string, readonly Mode[]> = new Map<string, readonly Mode[]>([
  // A pull request brings its own workflow: it meets no secret, and only looks at files.
  ["pull_request", ["lint"]],
  ["merge_group", ["lint"]],
  // The default branch's workflow, with what the pull request says as data. Where GitHub takes the base branch's instead,
  // that must be the default one.
  ["pull_request_target", ["lint", "plan"]],
  // What was reviewed and merged, and nothing else: what is due besides is for the schedule to propose.
  ["push", ["lint", "apply"]],
  ["schedule", ["reconcile"]],
  ["workflow_dispatch", ["lint", "apply", "reconcile"]],
]);

/**
 * Throws OperatorError where this event may not do this: another event, a branch that is not the default one, a fork. What
 * a run may do follows from what set it off, not from what its workflow file says.
 */
export function checkPower(mode: Mode, trigger: Trigger): void {
  const { event, ref, defaultBranch, headRepository, repository } = trigger;
  const allowed = powers.get(event) ?? [];
  if (!allowed.includes(mode)) {
    const may = allowed.length === 0 ? "may do nothing" : `may ${allowed.join(", ")}`;
    throw refused(
      `A run set off by ${event} may not ${mode}: it ${may}.`,
      `Use mode ${mode} in a workflow for ${eventsFor(mode).join(", ")}.`,
    );
  }
  if (mode === "lint") return;
  if (event === "pull_request_target") {
    if (headRepository !== repository) {
      throw refused(
        `This pull request comes from ${headRepository ?? "a repository that is gone"}, a fork: it is not planned, because whoever may fork is not whoever may push.`,
        "Somebody with write access pushes the branch to this repository and opens the pull request from there. Forks get lint.",
      );
    }
  }
  if (ref !== `refs/heads/${defaultBranch}`) {
    throw refused(
      `Mode ${mode} runs on the default branch ${defaultBranch} only; this run is of ${ref}.`,
      "Let the workflow run on the default branch. What a branch holds is reviewed in a pull request.",
    );
  }
}

function eventsFor(mode: Mode): readonly string[] {
  return [...powers].flatMap(([event, allowed]) => (allowed.includes(mode) ? [event] : []));
}

function refused(message: string, remedy: string): OperatorError {
  return new OperatorError("notApproved", message, remedy);
}
