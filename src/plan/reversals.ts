import { hasBit } from "../model/bits.ts";
import type { Deed, LedgerView, Reversal } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { DAY, dayOf, momentOf, type Seconds } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import type { Policy } from "../policy/types.ts";
import { inverseOf } from "./inverse.ts";
import { observe } from "./observe.ts";
import { operationKey } from "./operations.ts";

/** How long a change that somebody took back is not proposed again. */
export const REVERSAL_HOLD: Seconds = 90 * DAY;
/** Whose changes a policy is judged by before it pauses itself. */
const PAUSE_WINDOW: Seconds = 30 * DAY;
/** Fewer reversals than this say nothing about a policy. */
const LEAST_REVERSALS = 3;
/** Atlassian's reads may lag: until then, not seeing a change of ours proves nothing. */
const READS_LAG: Seconds = 3600;

/**
 * Changes of ours that this snapshot shows taken back, though nothing else that we did explains it. Those in `known` were
 * noticed before and are left out. What cannot be told is no reversal. In order of account id, change, run.
 */
export function reversalsIn(
  population: Population,
  seats: Seats,
  { deeds, reversals: known }: Pick<LedgerView, "deeds" | "reversals">,
  asOf: Seconds,
): readonly Reversal[] {
  const seen = new Set(known.map(keyOf));
  return deeds
    .filter((deed) => {
      if (deed.origin === "undo" || deed.proof !== "seen") return false;
      if (deed.at + READS_LAG > asOf || deed.at <= asOf - REVERSAL_HOLD) return false;
      return !seen.has(keyOf(deed)) && isGone(population, seats, deed) && !isOvertaken(deed, deeds);
    })
    .map(({ run, change, accountId, policies, at }) => ({
      run,
      change,
      accountId,
      policies,
      doneAt: at,
      seenAt: asOf,
    }))
    .sort(
      (a, b) => compareText(a.accountId, b.accountId) || compareText(a.change, b.change) || compareText(a.run, b.run),
    );
}

/** The view with what this snapshot shows taken back besides. */
export function withReversals(view: LedgerView, population: Population, seats: Seats, asOf: Seconds): LedgerView {
  const found = reversalsIn(population, seats, view, asOf);
  return found.length === 0 ? view : { ...view, reversals: [...view.reversals, ...found] };
}

/** Why a change is not proposed again, by its id: somebody else has taken it back. */
export function reversedChanges(
  { reversals }: Pick<LedgerView, "reversals">,
  asOf: Seconds,
): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { change, doneAt, seenAt } of [...reversals].sort((a, b) => a.seenAt - b.seenAt)) {
    const until = seenAt + REVERSAL_HOLD;
    if (until <= asOf) continue;
    reasons.set(
      change,
      `what we did on ${dayOf(doneAt)} was taken back by somebody else, seen on ${dayOf(seenAt)}; left alone until ${momentOf(until)}`,
    );
  }
  return reasons;
}

/**
 * These policies, with a hold on each of which more than `percent` of its changes of the last 30 days were taken back by
 * somebody else, and at least three.
 */
export function pausingThemselves(
  policies: readonly Policy[],
  { deeds, reversals }: Pick<LedgerView, "deeds" | "reversals">,
  percent: number,
  asOf: Seconds,
): readonly Policy[] {
  const since = asOf - PAUSE_WINDOW;
  return policies.map((policy) => {
    const isIts = ({ policies: ids }: { readonly policies: readonly string[] }): boolean => ids.includes(policy.id);
    const reversed = reversals.filter((reversal) => reversal.doneAt > since && isIts(reversal));
    if (reversed.length < LEAST_REVERSALS) return policy;
    const done = deeds.filter((deed) => deed.origin === "policies" && deed.at > since && isIts(deed)).length;
    if (reversed.length * 100 <= percent * done) return policy;
    const until = dayOf(Math.max(...reversed.map(({ doneAt }) => doneAt)) + PAUSE_WINDOW);
    const reason =
      `the policy has paused itself: of its ${done} changes of the last 30 days, ${reversed.length} were taken back by somebody else, ` +
      `more than the ${percent}% of limits.reversals. Find out why; then exempt those people or correct the policy. ` +
      `It goes on when limits.reversals is raised in a reviewed commit, or by itself after ${until}`;
    return { ...policy, holds: [...policy.holds, reason] };
  });
}

function keyOf({ run, change }: Pick<Deed, "run" | "change">): string {
  return `${run} ${change}`;
}

/** Whether we ourselves did something later that explains what is seen: the opposite, or the same once more. */
function isOvertaken(deed: Deed, deeds: readonly Deed[]): boolean {
  const back = new Set(deed.operations.flatMap((operation) => inverseKeys(operation)));
  return deeds.some((later) => {
    if (later === deed || later.accountId !== deed.accountId || later.at < deed.at) return false;
    if (later.change === deed.change) return later.at > deed.at;
    if (later.direction === deed.direction) return false;
    return (
      later.moved.some((instance) => deed.moved.includes(instance)) ||
      later.operations.some((operation) => back.has(operationKey(operation)))
    );
  });
}

function inverseKeys(operation: Deed["operations"][number]): readonly string[] {
  const inverse = inverseOf(operation);
  return inverse === null ? [] : [operationKey(inverse)];
}

/** Whether the effect is certainly gone. A seat that was taken is back by whatever path; somebody who left reverses nothing. */
function isGone(population: Population, seats: Seats, deed: Deed): boolean {
  const person = population.find(deed.accountId);
  if (person === -1) return false;
  if (deed.direction === "take" && deed.instance !== null) {
    const instance = population.header.instances.findIndex(({ id }) => id === deed.instance);
    const holders = seats.holders[instance];
    return holders !== undefined && hasBit(holders.yes, person);
  }
  return deed.operations.some((operation) => observe(operation, deed.accountId, population) === "not-so");
}
