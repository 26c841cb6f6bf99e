import type { Change, Fact, Hazard, LimitReading } from "../model/documents.generated.ts";
import { capital, figure, lastActiveWords, many, sentence, share } from "./words.ts";

/** What a reviewer agrees to by approving: a mark for a row, and a sentence about the people concerned. */
export const hazardWords: Readonly<Record<Hazard, { readonly mark: string; readonly meaning: string }>> = {
  "leaves-other-group": {
    mark: "leaves another group",
    meaning: "leaves a group that is not listed in accessGroups, and with it whatever else that group gives",
  },
  "gives-direct-seat": {
    mark: "gets a direct role",
    meaning: "keeps another seat by a role given directly, outside any group",
  },
  "loses-other-access": {
    mark: "loses other access",
    meaning: "loses other access that came with the same group",
  },
  "idp-may-reverse": {
    mark: "may be put back",
    meaning: "may get it back from the identity provider at its next sync",
  },
  irreversible: { mark: "cannot be undone", meaning: "cannot be undone" },
  protected: {
    mark: "protected",
    meaning: "is protected, and a duty speaks of them all the same",
  },
  "takes-more-seats": {
    mark: "takes more seats",
    meaning: "loses seats on other apps as well",
  },
};

/** Said by the last activity, or by the filter's own words. */
const saidElsewhere = /^(last active|never active|active |member of|not )/;
/** Said by the heading already. */
const placeFilter = /^(app|site): /;

/** Why a change is proposed, in one line: the parts of the filters that held, with what was seen where that may be told. */
export function whyWords({ policies }: Change): string {
  return [...new Set(policies.map(({ facts }) => factsInOneLine(facts)).filter((text) => text !== ""))].join("; ");
}

function factsInOneLine(facts: readonly Fact[]): string {
  const held = facts.filter(({ result }) => result === "true");
  const telling = held.filter(({ filter }) => !placeFilter.test(filter));
  return (telling.length > 0 ? telling : held)
    .map(({ filter, value }) =>
      value === null || saidElsewhere.test(value) || filter.includes(value) ? filter : `${filter} (${value})`,
    )
    .join(", ");
}

/** One fact, whole: `unused: 90d is true: last active 2026-05-01 (policies/unused.yaml:12)`. */
export function factWords({ filter, at, result, value }: Fact): string {
  return `${filter} is ${result}${value === null ? "" : `: ${value}`} (${at})`;
}

/** How far a change can be undone, and what that takes or loses. */
export function undoWords({ undo }: Change): string {
  const degree = { exact: "Yes.", partial: "In part.", none: "No." }[undo.possible];
  return `${degree} ${sentence(capital(undo.note))}`.trim();
}

/** The day from which the idleness of somebody never active is counted, where a fact tells it. */
export function countedFrom({ policies }: Change): string | null {
  for (const { facts } of policies) {
    for (const { value } of facts) {
      const day = /^never active, counted from (\d{4}-\d{2}-\d{2})$/.exec(value ?? "")?.[1];
      if (day !== undefined) return day;
    }
  }
  return null;
}

/** Last activity with its age, `never` with the day it is counted from, or `unknown`. */
export function activityWords(change: Change, asOf: string): string {
  const from = change.lastActive === "never" ? countedFrom(change) : null;
  return from === null ? lastActiveWords(change.lastActive, asOf) : `never, counted from ${from}`;
}

/** Marks on a row: an administrator, a change that the plan before did not have. */
export function marksOf(
  change: Change,
  context: { readonly admin: boolean; readonly markFresh: boolean },
): readonly string[] {
  return [...(context.admin ? ["admin"] : []), ...(context.markFresh && change.fresh ? ["new"] : [])];
}

/** What a limit was read on, and how it came out: `61 removals of 881 (6.9%), 5% allowed`. */
export function limitWords({ limit, allowed, unit, observed, of }: LimitReading): string {
  const than = limit.startsWith("growth.") ? "more" : limit.startsWith("exemptions.") ? "fewer" : null;
  if (than !== null) return `${figure(observed)} ${than} than the ${figure(of)} before, ${allowed}% allowed`;
  const seen = `${many(observed, "removal")}${of > 0 ? ` of ${figure(of)} (${share(observed, of)})` : ""}`;
  return `${seen}, ${unit === "percent" ? `${allowed}%` : figure(allowed)} allowed`;
}
