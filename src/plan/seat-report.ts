import type {
  OrganizationFile,
  ReclaimCounts,
  SeatReport,
  SeatScope,
  Tool,
  UnpaidInstance,
  UnusedSeats,
} from "../model/documents.generated.ts";
import { isBillable } from "../model/apps.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { secondsOf } from "../model/time.ts";
import { idleBuckets } from "../people/idle-buckets.ts";
import { estimateCosts } from "../people/money-estimate.ts";
import type { Population } from "../people/population.ts";
import { createSeatFigures, type SeatFigures } from "../people/seat-figures.ts";
import { isPaidInstance, seatsOf } from "../people/seats.ts";
import { signalsOf } from "../people/signals.ts";
import { questionId } from "../policy/questions.ts";
import type { Policy, PolicySet } from "../policy/types.ts";
import { type InstanceReclaim, type Reclaim, reclaimBy, reclaimClasses } from "./reclaim.ts";

export interface SeatReportRequest {
  readonly population: Population;
  /** Resolved from `unusedSeatQuestions` of the same thresholds. */
  readonly policies: PolicySet;
  /** Digest of the policy repository; null where there was none. */
  readonly policyDigest: string | null;
  readonly prices: OrganizationFile["prices"];
  readonly ledger: LedgerView;
  /** Durations, the shortest first. */
  readonly thresholds: readonly string[];
  readonly tool: Tool;
  /** What was found while the policies were read, in sentences. */
  readonly notes?: readonly string[];
}

/**
 * The seats of one snapshot as figures. What is unused and what could be freed comes from the same evaluator and planner
 * as plans; the rest is counted. The same request gives the same report.
 */
export function seatReport(request: SeatReportRequest): SeatReport {
  const { population, policies, ledger, thresholds } = request;
  const { header } = population;
  const asOf = secondsOf(header.asOf);
  if (asOf === null) throw new Error("the snapshot's asOf is not a moment");
  const seats = seatsOf(population);
  const signals = signalsOf(population, seats, ledger.lastGood);
  const source = createSeatFigures(population, seats, signals, asOf);
  const reclaims = thresholds.map((threshold) => reclaimAfter(request, threshold));
  const { licences, sums, notes } = estimateCosts({
    population,
    prices: request.prices,
    holders: seats.holders,
    freed: reclaims.map(({ instances }, at) => ({
      for: thresholds[at] ?? "",
      now: byPosition(instances, ({ freed }) => freed.now),
      withProvider: byPosition(instances, ({ freed }) => freed.withProvider),
    })),
    asOf,
  });

  const scope = (app: string | null, site: string | null, instances: readonly number[]): SeatScope => ({
    app,
    site,
    instance: null,
    counted: null,
    capacity: null,
    signal: null,
    ...figuresIn(source.figures(instances)),
    unused: thresholds.map((threshold, at) => unusedIn(threshold, reclaims[at], instances)),
  });
  const single = (instance: number): SeatScope => {
    const { id = "", app = "", site = "", capacity } = header.instances[instance] ?? {};
    const signal = signals[instance];
    return {
      ...scope(app, site, [instance]),
      instance: id,
      counted: countedHolders(population, instance),
      capacity: capacity ?? null,
      signal: signal === undefined ? null : { ...signal },
    };
  };
  const groupedBy = (of: "app" | "site"): readonly (readonly [string, readonly number[]])[] =>
    [...Map.groupBy(source.paid, (at) => header.instances[at]?.[of] ?? "")].sort(([a], [b]) => compareText(a, b));

  return {
    kind: "seats",
    version: 1,
    tool: request.tool,
    organization: { id: header.organization.id, name: header.organization.name },
    asOf: header.asOf,
    certificate: {
      state: header.certificate.state,
      concerns: header.certificate.checks.filter(({ state }) => state !== "passed").map(({ message }) => message),
    },
    policies: request.policyDigest,
    thresholds,
    obstacle: reclaims.find(({ obstacle }) => obstacle !== null)?.obstacle ?? null,
    total: scope(null, null, source.paid),
    apps: groupedBy("app").map(([app, instances]) => scope(app, null, instances)),
    sites: groupedBy("site").map(([site, instances]) => scope(null, site, instances)),
    instances: source.paid.map(single).sort(byPlace),
    unpaid: unpaidInstances(population),
    licences,
    estimates: sums,
    notes: [...pausesIn(policies), ...notes, ...(request.notes ?? [])],
  };
}

/** What a policy would free that takes every seat unused for so long. Holds that any policy would have are told as notes. */
function reclaimAfter({ population, policies, ledger }: SeatReportRequest, threshold: string): Reclaim {
  const own = policies.policies.find(({ id }) => id === questionId(threshold));
  // Without an instance that has paid seats there is no such policy, and nothing to free.
  if (own === undefined) return { instances: [], obstacle: null };
  const question: Policy = { ...own, holds: [] };
  const others = policies.policies.filter(({ id }) => !isQuestion(id));
  return reclaimBy({ population, policies: { ...policies, policies: [question, ...others] }, ledger }, question);
}

function isQuestion(id: string): boolean {
  return id.startsWith(questionId(""));
}

/** Why the organisation file holds every policy, though the figures are counted as if it did not. */
function pausesIn({ policies }: PolicySet): readonly string[] {
  const holds = new Set(policies.filter(({ id }) => isQuestion(id)).flatMap((policy) => policy.holds));
  return [...holds].map((hold) => `A plan would hold every change: ${hold}.`);
}

function byPosition<Value>(
  instances: readonly InstanceReclaim[],
  of: (entry: InstanceReclaim) => Value,
): readonly (Value | undefined)[] {
  const values: (Value | undefined)[] = [];
  for (const entry of instances) values[entry.instance] = of(entry);
  return values;
}

function figuresIn(
  figures: SeatFigures,
): Omit<SeatScope, "app" | "site" | "instance" | "counted" | "capacity" | "signal" | "unused"> {
  const { lastActive, ...rest } = figures;
  return { ...rest, lastActive: idleBuckets.map((within) => ({ within, seats: lastActive[within] })) };
}

/** How many active people Atlassian counts with a role that costs a seat. It counts by role, and somebody may have two. */
function countedHolders({ header }: Population, instance: number): SeatScope["counted"] {
  const counts = header.holders.flatMap((entry) =>
    entry.instance === instance && isBillable(entry.role) ? [entry.count] : [],
  );
  if (counts.length === 0) return null;
  return { atLeast: Math.max(...counts), atMost: counts.reduce((sum, count) => sum + count, 0) };
}

/** The seats of these instances by use, summed. */
function unusedIn(threshold: string, reclaim: Reclaim | undefined, instances: readonly number[]): UnusedSeats {
  const wanted = new Set(instances);
  const own = (reclaim?.instances ?? []).filter(({ instance }) => wanted.has(instance));
  const sum = (of: (entry: InstanceReclaim) => number): number => own.reduce((total, entry) => total + of(entry), 0);
  const classes = Object.fromEntries(reclaimClasses.map((name) => [name, sum((entry) => entry.classes[name])]));
  return {
    for: threshold,
    active: sum(({ active }) => active),
    idle: sum(({ idle }) => idle),
    neverActive: sum(({ neverActive }) => neverActive),
    unknown: sum(({ unknown }) => unknown),
    reclaim: { ...(classes as unknown as ReclaimCounts), seatUnknown: sum(({ seatUnknown }) => seatUnknown) },
  };
}

function unpaidInstances(population: Population): readonly UnpaidInstance[] {
  return population.header.instances
    .flatMap(({ id, app, site, known }, at): readonly UnpaidInstance[] =>
      isPaidInstance(population, at)
        ? []
        : [{ instance: id, app, site, reason: known ? ("sandbox" as const) : ("unknown-app" as const) }],
    )
    .sort((a, b) => compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance));
}

function byPlace(a: SeatScope, b: SeatScope): number {
  return (
    compareText(a.app ?? "", b.app ?? "") ||
    compareText(a.site ?? "", b.site ?? "") ||
    compareText(a.instance ?? "", b.instance ?? "")
  );
}
