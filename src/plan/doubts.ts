import { instanceLabel } from "../model/apps.ts";
import { truthAt } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import type { Signal } from "../people/signals.ts";
import { doubtAt } from "../policy/doubt.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import type { Filter, Policy, PolicySet } from "../policy/types.ts";
import { seatRef } from "./draft.ts";

/** What a doubt is read from. */
export interface DoubtContext {
  readonly population: Population;
  readonly seats: Seats;
  readonly policies: PolicySet;
  readonly evaluator: Evaluator;
  readonly signals: readonly Signal[];
}

/** Doubts that are told once for each policy, with their number, instead of once for each person. */
export type Fold = "no-date" | "address-hidden" | "signal";

/** Why a policy's filter is unknown for somebody: `fold` where many share the reason, else the words that are unknown. */
export interface DoubtOfPerson {
  readonly fold: Fold | null;
  readonly words: string;
}

/** Reads the doubt of one person for whom a policy's match is unknown. A duty's doubt is never folded for its signal. */
export function doubtOf(context: DoubtContext, policy: Policy, scope: number | null, person: number): DoubtOfPerson {
  const { population, evaluator, policies } = context;
  const fromSource = doubtAt(evaluator, population, policies.sources, policy.filter, scope, person);
  if (fromSource !== "other") return { fold: fromSource, words: "" };
  const facts = evaluator.factsAt(policy.filter, scope, person).filter(({ result }) => result === "unknown");
  const words = facts.map(({ filter }) => filter).join(", ");
  const isOfInactivity = (filter: string): boolean => inactivityWords(policy.filter).has(filter.replace(/^not /, ""));
  const isOfSignal =
    policy.purpose === "saving" &&
    scope !== null &&
    context.signals[scope]?.trusted === false &&
    holdsCertainly(context.seats, scope, person) &&
    facts.every(({ filter }) => isOfInactivity(filter));
  return { fold: isOfSignal ? "signal" : null, words };
}

function holdsCertainly({ holders }: Seats, instance: number, person: number): boolean {
  const held = holders[instance];
  return held !== undefined && truthAt(held, person) === "true";
}

const wordsByFilter = new WeakMap<Filter, ReadonlySet<string>>();

/** The words of a filter that look at activity on the seat's own instance. */
function inactivityWords(filter: Filter): ReadonlySet<string> {
  let words = wordsByFilter.get(filter);
  if (words === undefined) {
    words = new Set(wordsIn(filter));
    wordsByFilter.set(filter, words);
  }
  return words;
}

function wordsIn(filter: Filter): readonly string[] {
  if (filter.kind === "not") return wordsIn(filter.of);
  if (filter.kind !== "leaf") return filter.of.flatMap(wordsIn);
  const { test, words } = filter;
  return "reach" in test && test.key !== "heldFor" && test.reach.kind === "own" ? [words] : [];
}

/**
 * Doubts that lie in what a source or an instance's activity does not say, one sentence for each: a list of everybody
 * employed has no last day for most of them, and that is no duty left undone.
 */
export function foldedNotes(
  context: DoubtContext,
  policy: Policy,
  scope: number | null,
  folded: Readonly<Record<Fold, number>>,
): readonly string[] {
  const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);
  const notes: string[] = [];
  if (folded["no-date"] > 0) {
    notes.push(
      `${policy.id}: ${people(folded["no-date"])} of its source without a date it looks at; they are left alone.`,
    );
  }
  if (folded["address-hidden"] > 0) {
    notes.push(
      `${policy.id}: ${people(folded["address-hidden"])} with a hidden address, which its source might list; they are left alone.`,
    );
  }
  if (folded.signal > 0 && scope !== null) {
    const seat = seatRef(context.population, scope);
    const [seats, are] = folded.signal === 1 ? ["1 seat", "is"] : [`${folded.signal} seats`, "are"];
    const reason = context.signals[scope]?.reason ?? "";
    notes.push(`${policy.id}: ${seats} of ${instanceLabel(seat)} ${are} unknown: ${reason}.`);
  }
  return notes;
}
