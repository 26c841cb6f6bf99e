import { countBits, eachBit, noBits, setBit } from "../model/bits.ts";
import type { LimitReading, Measured, Plan } from "../model/documents.generated.ts";
import type { Measure } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { membersIn } from "../people/members.ts";
import type { Population } from "../people/population.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import type { Filter, Policy, PolicySet } from "../policy/types.ts";
import { givingActions } from "./stance.ts";
import { scopesOf, type Selection } from "./wishes.ts";

/** How many a rule speaks of now. */
export type Count = Omit<Measured, "measure">;

/** How a rule's count stands beside the one before; absent from a list where there is none of the same rule. */
export interface Compared extends Count {
  readonly before: number;
}

interface Matter {
  readonly population: Population;
  readonly policies: PolicySet;
  readonly evaluator: Evaluator;
  readonly selections: readonly Pick<Selection, "policy" | "matched">[];
}

/** What each policy selects, and whom exemptions, `except` and `protect` shield: by kind, then id. */
export function countRules(matter: Matter): readonly Count[] {
  const { population, policies, evaluator, selections } = matter;
  const { protect } = policies.settings;
  const reached = (filter: Filter, scopes: readonly (number | null)[]): number => {
    const people = noBits(population.size);
    for (const scope of scopes) eachBit(evaluator.evaluate(filter, scope).yes, (person) => setBit(people, person));
    return countBits(people);
  };
  const counts: Count[] = [
    ...selections.map(({ policy: { id, rule }, matched }) => ({
      kind: "policy" as const,
      id,
      rule: rule.where,
      selects: matched,
    })),
    ...policies.policies.flatMap((policy) =>
      policy.except === null
        ? []
        : [
            {
              kind: "except" as const,
              id: policy.id,
              rule: policy.rule.except,
              selects: reached(policy.except, scopesOf(policy)),
            },
          ],
    ),
    ...policies.exemptions.map(({ id, rule, filter }) => ({
      kind: "exemption" as const,
      id,
      rule,
      selects: reached(filter, [null]),
    })),
    { kind: "protect", id: "", rule: protect.rule, selects: countProtected(population, protect) },
  ];
  return counts.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.id, b.id));
}

/** People whom the organisation file names, by themselves or by their groups. */
function countProtected(population: Population, { accountIds, groups }: PolicySet["settings"]["protect"]): number {
  const found = membersIn(population).seenIn(groups);
  for (const id of accountIds) {
    const person = population.find(id);
    if (person !== -1) setBit(found, person);
  }
  return countBits(found);
}

/** These counts beside those that the ledger knows of the same rules. A rule that was changed since is not compared. */
export function compareRules(
  counts: readonly Count[],
  measures: Readonly<Record<string, readonly Measure[]>>,
): readonly Compared[] {
  return counts.flatMap((count) => {
    const before = measures[keyOf(count)]?.find(({ rule }) => rule === count.rule);
    return before === undefined ? [] : [{ ...count, before: before.selects }];
  });
}

/** Whether a policy's sudden growth is alarming: it acts, and it takes. */
export function takesNow({ mode, holds, actions }: Policy): boolean {
  return mode === "enforce" && holds.length === 0 && actions.some(({ kind }) => !givingActions.has(kind));
}

/** What a plan keeps of its counts: an alarming one is not what later plans are measured against. */
export function measuredIn(
  counts: readonly Count[],
  compared: readonly Compared[],
  limits: readonly LimitReading[],
): readonly Measured[] {
  return counts.map((count) => {
    const before = compared.find(({ kind, id }) => kind === count.kind && id === count.id)?.before;
    const alarm = limits.some(
      ({ limit, scope, tripped }) => tripped && limit === limitOf(count) && scope === scopeOf(count),
    );
    return { ...count, measure: alarm && before !== undefined ? before : count.selects };
  });
}

/** A stored plan, with the limits that somebody overrode where it was carried out. */
export interface Measuring {
  readonly plan: Pick<Plan, "measures">;
  readonly overridden: ReadonlySet<string>;
}

/**
 * What stored plans, the newest first, say later ones are measured against: of each rule what the newest plan that knows it
 * says. What somebody overrode was right, and is the measure.
 */
export function measuresIn(plans: readonly Measuring[]): Readonly<Record<string, readonly Measure[]>> {
  const measures = new Map<string, readonly Measure[]>();
  for (const { plan, overridden } of plans) {
    for (const measured of plan.measures) {
      const { rule, selects, measure } = measured;
      const known = measures.get(keyOf(measured)) ?? [];
      if (known.some((other) => other.rule === rule)) continue;
      const right = overridden.has(limitOf(measured)) ? selects : measure;
      measures.set(keyOf(measured), [...known, { rule, selects: right }]);
    }
  }
  return Object.fromEntries(measures);
}

/** The limit that speaks of a count. */
export function limitOf({ kind }: Pick<Count, "kind">): "growth.percent" | "exemptions.percent" {
  return kind === "policy" ? "growth.percent" : "exemptions.percent";
}

/** What such a limit is read on: a policy or exemption by its id, `except <policy>`, `protect`. */
export function scopeOf({ kind, id }: Pick<Count, "kind" | "id">): string {
  if (kind === "policy" || kind === "exemption") return id;
  return id === "" ? kind : `${kind} ${id}`;
}

function keyOf({ kind, id }: Pick<Count, "kind" | "id">): string {
  return `${kind} ${id}`;
}
