import type { Change, Operation, Outcome } from "../model/documents.generated.ts";
import { type Hands, recordSight, type Step, type Tried, tryStep } from "./attempt.ts";
import { inverseOf } from "../plan/inverse.ts";
import { gives, inWords, operationKey } from "../plan/operations.ts";
import { awaitSight, VISIBLE_WITHIN_MS } from "./sight.ts";

/** Asked before what is taken, where time has passed since the look: why it is not wanted any more, or null. */
export type StillWanted = (operation: Operation) => Promise<string | null>;

/** What became of a change before it is read back. */
export type Carried = {
  /** Why no further write can succeed, or null. */
  readonly keyRefused: string | null;
} & (
  | {
      readonly kind: "accepted";
      /** Everything of the change that is accepted, to be read back. */
      readonly operations: readonly Operation[];
      /** Those of them that we did; of the others Atlassian answered that it is so already. */
      readonly own: readonly Operation[];
      /** What would have been given, is not so, and is not proposed any more. */
      readonly without: readonly Operation[];
    }
  | { readonly kind: "settled"; readonly outcome: Outcome["outcome"]; readonly reason: string }
);

/**
 * Carries out what is left of a change, in order. `earlier` is what of it was done before, in a run that was interrupted.
 * What is taken waits until everything given before it can be seen, and is asked for again then: that may take a minute.
 * Where an operation fails or is not wanted any more, everything that was done is put back.
 */
export async function carryOut(
  hands: Hands,
  change: Change,
  todo: readonly Operation[],
  earlier: readonly Step[],
  stillWanted: StillWanted,
): Promise<Carried> {
  const done: Step[] = [...earlier];
  const accepted: Step[] = [...earlier];
  const given: Step[] = [];
  for (const operation of todo) {
    const step: Step = { operation, index: indexIn(change, operation), side: "forward" };
    if (!gives(operation) && given.length > 0) {
      if (!(await seenToBeGiven(hands, change, given))) {
        const why = `${given.map((gift) => inWords(gift.operation)).join(", ")} was accepted but could not be seen, so nothing was taken`;
        return await failed(hands, change, done, why, null);
      }
      given.length = 0;
      const gone = await stillWanted(operation);
      if (gone !== null) return await failed(hands, change, done, `nothing was taken: ${gone}`, null);
    }
    const tried = await tryStep(hands, change, step);
    if (tried.came === "failed" || tried.came === "unclear") {
      const why = `${inWords(operation)} failed: ${tried.message}`;
      const toPutBack = tried.came === "unclear" ? [...done, step] : done;
      return await failed(hands, change, toPutBack, why, tried);
    }
    if (tried.came === "done") done.push(step);
    accepted.push(step);
    if (gives(operation)) given.push(step);
  }
  return {
    kind: "accepted",
    operations: accepted.map(({ operation }) => operation),
    own: done.map(({ operation }) => operation),
    without: [],
    keyRefused: null,
  };
}

async function seenToBeGiven(hands: Hands, change: Change, given: readonly Step[]): Promise<boolean> {
  const operations = given.map(({ operation }) => operation);
  const sights = await awaitSight(hands, change.accountId, operations, VISIBLE_WITHIN_MS);
  for (const [at, step] of given.entries()) await recordSight(hands.journal, change, step, sights[at] ?? "unknown");
  return sights.every((sight) => sight === "so");
}

async function failed(
  hands: Hands,
  change: Change,
  toPutBack: readonly Step[],
  why: string,
  tried: Tried | null,
): Promise<Carried> {
  const keyRefused = tried?.keyRefused === true ? tried.message : null;
  if (toPutBack.length === 0)
    return { kind: "settled", outcome: "failed", reason: `${why}; nothing was changed`, keyRefused };
  return { ...(await putBack(hands, change, toPutBack, why)), keyRefused };
}

/**
 * Takes back what was done of a change, last first, and reads each back. Ends as `failed-restored`, or as `partial` with
 * what could not be put back.
 */
export async function putBack(
  hands: Hands,
  change: Change,
  done: readonly Step[],
  why: string,
): Promise<{ readonly kind: "settled"; readonly outcome: Outcome["outcome"]; readonly reason: string }> {
  const missing: string[] = [];
  let unseen = "";
  for (const { operation, index } of [...done].reverse()) {
    const inverse = inverseOf(operation);
    if (inverse === null) {
      missing.push(`${inWords(operation)} cannot be taken back`);
      continue;
    }
    const step: Step = { operation: inverse, index, side: "inverse" };
    const tried = await tryStep(hands, change, step);
    if (tried.came === "failed" || tried.came === "unclear") {
      missing.push(`${inWords(inverse)} failed: ${tried.message}`);
      continue;
    }
    const [sight = "unknown"] = await awaitSight(hands, change.accountId, [inverse], VISIBLE_WITHIN_MS);
    await recordSight(hands.journal, change, step, sight);
    if (sight === "not-so") missing.push(`${inWords(inverse)} was accepted but cannot be seen`);
    if (sight === "unknown") unseen = ", as far as Atlassian answered: it could not be read back";
  }
  if (missing.length === 0) {
    return {
      kind: "settled",
      outcome: "failed-restored",
      reason: `${why}; what was done before was put back${unseen}`,
    };
  }
  return { kind: "settled", outcome: "partial", reason: `${why}; not put back: ${missing.join("; ")}` };
}

/** Position of an operation in the approved change. */
export function indexIn(change: Change, operation: Operation): number {
  const key = operationKey(operation);
  const index = change.operations.findIndex((entry) => operationKey(entry) === key);
  if (index === -1) throw new Error(`${inWords(operation)} is no operation of change ${change.id}`);
  return index;
}
