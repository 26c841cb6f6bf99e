import type { Outcome } from "../model/documents.generated.ts";
import { isFailure } from "./verify.ts";

/** How a run has gone so far. */
export interface Tally {
  readonly tried: number;
  readonly failed: number;
  readonly inARow: number;
}

export const noTally: Tally = { tried: 0, failed: 0, inARow: 0 };

/** So many failures one after another end a run. */
export const FAILURES_IN_A_ROW = 3;
/** More failures than this end a run, once enough was tried for a share to mean something. */
export const FAILURES_PERCENT = 5;
export const PERCENT_FROM = 20;

/**
 * The tally after something was tried (`worked`, `failed`), or after what had worked by its answer was read back (`seen`,
 * `unseen`): it was counted as tried already.
 */
export function tallied(tally: Tally, outcome: "worked" | "failed" | "seen" | "unseen"): Tally {
  const failed = outcome === "failed" || outcome === "unseen";
  const isNew = outcome === "worked" || outcome === "failed";
  return {
    tried: tally.tried + (isNew ? 1 : 0),
    failed: tally.failed + (failed ? 1 : 0),
    inARow: failed ? tally.inARow + 1 : 0,
  };
}

/** Why the run has to stop, or null where its errors are within bounds. */
export function budgetSpent({ tried, failed, inARow }: Tally): string | null {
  if (inARow >= FAILURES_IN_A_ROW) return `${inARow} changes one after another failed or could not be seen`;
  if (tried >= PERCENT_FROM && failed * 100 > FAILURES_PERCENT * tried) {
    return `${failed} of ${tried} changes failed or could not be seen, more than ${FAILURES_PERCENT}%`;
  }
  return null;
}

/** From so many tried changes on, the canary's result means something. */
const CANARY_FROM = 3;

/**
 * Why the run may not go beyond its first handful, or null. Most of what was tried must be seen to have worked: an answer
 * alone is no proof, since Atlassian accepts some writes and does nothing.
 */
export function canaryFailed(outcomes: readonly Outcome["outcome"][]): string | null {
  const tried = outcomes.filter(
    (outcome) => isFailure(outcome) || outcome === "done" || outcome === "done-not-yet-visible",
  );
  const seen = tried.filter((outcome) => outcome === "done");
  if (tried.length < CANARY_FROM || seen.length * 2 > tried.length) return null;
  return `only ${seen.length} of the first ${tried.length} changes could be seen to have worked`;
}

/** Whether enough was tried, and seen to have worked, to say something of the rest. */
export function isProved(outcomes: readonly Outcome["outcome"][]): boolean {
  const seen = outcomes.filter((outcome) => outcome === "done").length;
  return seen >= CANARY_FROM && canaryFailed(outcomes) === null;
}
