import type { LimitReading } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Bound, Settings } from "../policy/types.ts";

/** What the limits look at, counted: no people, only how many. */
export interface LimitFacts {
  /** Active people: who could be reached at all. */
  readonly active: number;
  /** Removals of savings in this plan. */
  readonly savings: number;
  /** Removals of duties in this plan. */
  readonly duties: number;
  /** Removals of savings we carried out, in the last day and the last 30 days. */
  readonly lastDay: number;
  readonly last30Days: number;
  readonly policies: readonly {
    readonly id: string;
    readonly removals: number;
    /** Holders of what the policy takes. */
    readonly reachable: number;
    readonly limits: { readonly percent: number | null; readonly changes: number | null };
  }[];
  readonly instances: readonly { readonly id: string; readonly lost: number; readonly holders: number }[];
  readonly groups: readonly { readonly id: string; readonly leaving: number; readonly members: number }[];
  /** Policies that take: how many their filters select, now and in the plan before. `percent`: the policy's own limit. */
  readonly selections: readonly {
    readonly scope: string;
    readonly now: number;
    readonly before: number;
    readonly percent: number | null;
  }[];
  /** Whom exemptions, `except` and `protect` shield, now and in the plan before. */
  readonly shielded: readonly { readonly scope: string; readonly now: number; readonly before: number }[];
}

/** So many more people than before are never alarming, unless a selection may not grow at all. */
const GROWTH_FLOOR = 10;

/**
 * How many a percentage allows. `0` allows none; any other percentage allows at least one, so that a small organisation
 * is not alarmed by a single change.
 */
export function allowedBy(percent: number, of: number): number {
  return percent === 0 ? 0 : Math.max(1, Math.floor((percent * of) / 100));
}

/** Every limit, read. Ordered by name, then scope. */
export function readLimits(facts: LimitFacts, limits: Settings["limits"]): readonly LimitReading[] {
  const readings: LimitReading[] = [
    ...bound("perRun", "", limits.perRun, facts.savings, facts.active),
    ...bound("duties", "", limits.duties, facts.duties, facts.active),
    ...overTime("perDay", limits.perDay, facts.lastDay, facts),
    ...overTime("per30Days", limits.per30Days, facts.last30Days, facts),
  ];
  for (const policy of facts.policies)
    readings.push(...bound("policy", policy.id, policy.limits, policy.removals, policy.reachable));
  for (const instance of facts.instances)
    readings.push(...bound("perApp", instance.id, limits.perApp, instance.lost, instance.holders));
  for (const group of facts.groups) {
    const { percent, floor } = limits.perGroup;
    const reading = percentReading("perGroup", group.id, percent, group.leaving, group.members);
    readings.push({ ...reading, tripped: reading.tripped && group.leaving > floor });
  }
  for (const { scope, now, before, percent } of facts.selections) {
    const allowed = percent ?? limits.growth;
    const grown = Math.max(0, now - before);
    const most = allowed === 0 ? 0 : Math.max(GROWTH_FLOOR, Math.floor((allowed * before) / 100));
    const reading = percentReading("growth", scope, allowed, grown, before);
    readings.push({ ...reading, tripped: grown > most });
  }
  for (const { scope, now, before } of facts.shielded) {
    readings.push(percentReading("exemptions", scope, limits.shrink, Math.max(0, before - now), before));
  }
  return readings.sort((a, b) => compareText(a.limit, b.limit) || compareText(a.scope, b.scope));
}

/** A limit on what was done and what the plan would do. Where it would do none of it, what was done holds up no duty. */
function overTime(name: string, limit: Bound, past: number, { savings, active }: LimitFacts): readonly LimitReading[] {
  const readings = bound(name, "", limit, past + savings, active);
  return savings > 0 ? readings : readings.map((reading) => ({ ...reading, tripped: false }));
}

function bound(
  name: string,
  scope: string,
  { percent, changes }: Bound,
  observed: number,
  of: number,
): readonly LimitReading[] {
  const readings: LimitReading[] = [];
  if (percent !== null) readings.push(percentReading(name, scope, percent, observed, of));
  if (changes !== null) {
    readings.push({
      limit: `${name}.changes`,
      scope,
      allowed: changes,
      unit: "changes",
      observed,
      of: 0,
      tripped: observed > changes,
    });
  }
  return readings;
}

function percentReading(name: string, scope: string, percent: number, observed: number, of: number): LimitReading {
  return {
    limit: `${name}.percent`,
    scope,
    allowed: percent,
    unit: "percent",
    observed,
    of,
    tripped: observed > allowedBy(percent, of),
  };
}
