import { hasBit } from "../model/bits.ts";
import type { Seats } from "../people/seats.ts";
import type { Signal } from "../people/signals.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import type { Filter, Policy } from "../policy/types.ts";

interface SignalContext {
  readonly evaluator: Evaluator;
  readonly seats: Seats;
  /** By instance. */
  readonly signals: readonly Signal[];
}

/**
 * Tells of people for whom a policy's match is unknown whether that lies in nothing but their seat's activity dates, which
 * cannot be believed: what `doubtOf` tells with facts, for the thousands of whom it is told as one number.
 */
export function signalDoubts(
  { evaluator, seats, signals }: SignalContext,
  policy: Policy,
  scope: number | null,
): (person: number) => boolean {
  if (policy.purpose !== "saving" || scope === null || signals[scope]?.trusted !== false) return () => false;
  const held = seats.holders[scope];
  const inactivity = new Set(inactivityWords(policy.filter));
  const isOfInactivity = (filter: Filter, person: number): boolean => {
    if (filter.kind === "leaf") return inactivity.has(filter.words);
    if (filter.kind === "not") return isOfInactivity(filter.of, person);
    // The parts that make a whole unknown are those that are unknown themselves.
    return filter.of.every(
      (part) => evaluator.truthOf(part, scope, person) !== "unknown" || isOfInactivity(part, person),
    );
  };
  return (person) => held !== undefined && hasBit(held.yes, person) && isOfInactivity(policy.filter, person);
}

function inactivityWords(filter: Filter): readonly string[] {
  if (filter.kind === "not") return inactivityWords(filter.of);
  if (filter.kind !== "leaf") return filter.of.flatMap(inactivityWords);
  const { test, words } = filter;
  return "reach" in test && test.key !== "heldFor" && test.reach.kind === "own" ? [words] : [];
}
