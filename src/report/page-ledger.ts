import type { Approval, EventBody, Plan, SeatRef } from "../model/documents.generated.ts";
import type { Counts } from "../model/ledger-view.ts";
import { instanceLabel } from "../model/apps.ts";
import type { PageCounts, PageOutcome, PageRecord, PageRun } from "../model/page-data.ts";
import { DAY, momentOf } from "../model/time.ts";
import { activeIn } from "../people/history-counts.ts";
import { activeLengths } from "../people/idle-buckets.ts";
import type { Population } from "../people/population.ts";
import type { ProvedRun } from "./audit-records.ts";

/** Outcomes on a page, the newest runs first; a longer audit trail is what `seatwright audit export` is for. */
const mostOutcomes = 5000;

/** Counts of snapshots in order of time, the last of each day. */
export function countsForPage(counts: readonly Counts[]): readonly PageCounts[] {
  const byDay = new Map(counts.map((entry) => [Math.floor(entry.asOf / DAY), entry]));
  return [...byDay.values()].map((entry) => ({
    at: momentOf(entry.asOf),
    people: entry.people,
    seats: Object.fromEntries(
      Object.entries(entry.seats).map(([instance, held]) => {
        const active = activeLengths.flatMap((length) => activeIn(entry, instance, length) ?? []);
        const unknown = entry.unknown?.[instance] ?? null;
        return [instance, { held, unknown, active: active.length === 0 ? null : active }];
      }),
    ),
  }));
}

/** What the ledger calls instances that a snapshot no longer has, by id. */
export function goneInstances(names: readonly SeatRef[], { header }: Population): Readonly<Record<string, string>> {
  const here = new Set(header.instances.map(({ id }) => id));
  return Object.fromEntries(
    names.filter(({ instance }) => !here.has(instance)).map((name) => [name.instance, instanceLabel(name)]),
  );
}

/** Runs as the ledger proves them, the newest first. People are positions of the snapshot, where it has them. */
export function runsForPage(runs: readonly ProvedRun[], population: Population): readonly PageRun[] {
  let room = mostOutcomes;
  return [...runs].reverse().map((run): PageRun => {
    const all = outcomesOf(run, population);
    const outcomes = all.slice(0, room);
    room -= outcomes.length;
    const { result, events, problem } = run;
    return {
      run: run.run,
      startedAt: result?.startedAt ?? events[0]?.at ?? "",
      finishedAt: result?.finishedAt ?? null,
      exit: result?.exit ?? null,
      counts: result?.counts ?? {},
      problem,
      approvals: events.flatMap(({ event }) => (event.approval === undefined ? [] : [approvalWords(event.approval)])),
      outcomes,
      more: all.length - outcomes.length,
    };
  });
}

function approvalWords({ approvers, made, reason, breakGlass }: Approval): string {
  const how = breakGlass === true ? `${made}, break-glass` : made;
  return `${approvers.join(", ")} (${how}): ${reason}`;
}

function outcomesOf({ events }: ProvedRun, population: Population): readonly PageOutcome[] {
  const started = new Map<string, EventBody>();
  const outcomes: PageOutcome[] = [];
  for (const { at, event } of events) {
    if (event.change === undefined) continue;
    if (event.type === "change.started") started.set(event.change, event);
    if (event.type !== "change.outcome" || event.accountId === undefined) continue;
    const before = started.get(event.change);
    const person = population.find(event.accountId);
    outcomes.push({
      at,
      who: person === -1 ? event.accountId : person,
      action: event.action ?? before?.action ?? "",
      outcome: event.outcome ?? "",
      reason: event.reason ?? "",
      policies: (event.policies ?? before?.policies ?? []).map(({ policy }) => policy),
    });
  }
  return outcomes;
}

/** Plans that were made, the newest first. */
export function plansForPage(
  plans: readonly { readonly plan: Plan; readonly appliedBy: string | null }[],
): readonly PageRecord[] {
  return [...plans].reverse().map(({ plan, appliedBy }) => ({
    asOf: plan.asOf,
    origin: originWords(plan),
    changes: plan.changes.length,
    held: plan.heldBack.length,
    owed: plan.heldBack.filter(({ owed }) => owed).length,
    quarantined: plan.quarantined.length,
    appliedBy,
  }));
}

function originWords({ origin }: Plan): string {
  if (origin.kind === "undo") return `undo of ${[origin.run ?? [], origin.runs ?? []].flat().join(", ")}`;
  return origin.only === undefined ? "policies" : `one-off ${origin.only}`;
}
