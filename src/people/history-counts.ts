import type {
  ActiveWithin,
  History,
  HistoryChange,
  HistoryComparison,
  HistorySnapshot,
  SeatRef,
  Tool,
} from "../model/documents.generated.ts";
import type { Counts } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { momentOf } from "../model/time.ts";
import { activeWithin, idleBuckets } from "./idle-buckets.ts";

/** What an instance or a group is called by now, by id; absent where nothing tells. */
export interface HistoryNames {
  readonly instances: readonly SeatRef[];
  readonly groups: ReadonlyMap<string, string>;
}

/**
 * Counts of complete snapshots as a document, oldest first. With `compare`, the first and the last are set beside each other,
 * group by group too. `counts` are in order of time.
 */
export function countHistory(request: {
  readonly organizationId: string;
  readonly counts: readonly Counts[];
  readonly names: HistoryNames;
  readonly view: "all" | "compare";
  readonly active: ActiveWithin;
  readonly tool: Tool;
}): History {
  const { organizationId, counts, names, view, active, tool } = request;
  const known = new Map(names.instances.map((name) => [name.instance, name]));
  const ids = [...new Set(counts.flatMap(({ seats }) => Object.keys(seats)))];
  const instances = ids.map((instance) => ({
    instance,
    app: known.get(instance)?.app ?? null,
    site: known.get(instance)?.site ?? null,
  }));
  const [first, last] = [counts.at(0), counts.at(-1)];
  return {
    kind: "history",
    version: 1,
    tool,
    organization: { id: organizationId },
    activeWithin: active,
    buckets: idleBuckets,
    instances: instances.sort(
      (a, b) =>
        compareText(a.app ?? "", b.app ?? "") ||
        compareText(a.site ?? "", b.site ?? "") ||
        compareText(a.instance, b.instance),
    ),
    snapshots: counts.map((entry) => snapshotOf(entry, active)),
    comparison:
      view === "all" || first === undefined || last === undefined ? null : comparisonOf(first, last, names.groups),
  };
}

function snapshotOf(counts: Counts, length: ActiveWithin): HistorySnapshot {
  const { asOf, people, orgAdmins, keyCreators, seats, withActivity, accepted } = counts;
  return {
    asOf: momentOf(asOf),
    people,
    orgAdmins,
    keyCreators,
    seats,
    unknown: counts.unknown ?? null,
    active: Object.fromEntries(Object.keys(seats).map((instance) => [instance, activeIn(counts, instance, length)])),
    lastActive: counts.lastActive ?? null,
    withActivity,
    accepted: accepted?.reason ?? null,
  };
}

/**
 * How many seats of an instance were in use, of those whose holder has a date: within this length of time before the snapshot,
 * as `seats` counts last activity. Null where that was not counted, or the dates of the instance were not believed.
 */
export function activeIn(
  { asOf, believed, lastActive }: Counts,
  instance: string,
  length: ActiveWithin,
): number | null {
  const counted = lastActive?.[instance];
  return counted === undefined || believed[instance]?.at !== asOf ? null : activeWithin(counted, length);
}

/** How many seats one count told, and of how many more it was not known; null: that was not counted. */
export interface CountedSeats {
  readonly held: number;
  readonly unknown: number | null;
}

/**
 * By how much a number of seats differs between two counts, at least and at most. Where the number of those not known
 * differs, so many may have held a seat in both, or in neither: that part is who was asked, not who came or went. As many
 * not known in both are taken for the same. Null: one of the counts does not say how many were not known.
 */
export function seatChange(before: CountedSeats, after: CountedSeats): HistoryChange | null {
  if (before.unknown === null || after.unknown === null) return null;
  const seen = after.held - before.held;
  const moved = after.unknown - before.unknown;
  return { least: seen + Math.min(0, moved), most: seen + Math.max(0, moved) };
}

/** The changes of several instances together; null where one of them is not known. */
export function summedChange(changes: readonly (HistoryChange | null)[]): HistoryChange | null {
  const known = changes.filter((change) => change !== null);
  if (known.length < changes.length) return null;
  return known.reduce((sum, { least, most }) => ({ least: sum.least + least, most: sum.most + most }), {
    least: 0,
    most: 0,
  });
}

function comparisonOf(first: Counts, last: Counts, groups: ReadonlyMap<string, string>): HistoryComparison {
  const differences = (
    before: Readonly<Record<string, number>>,
    after: Readonly<Record<string, number>>,
  ): readonly { readonly id: string; readonly before: number | null; readonly after: number | null }[] =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .sort(compareText)
      .map((id) => ({ id, before: before[id] ?? null, after: after[id] ?? null }));
  return {
    from: momentOf(first.asOf),
    to: momentOf(last.asOf),
    seats: differences(first.seats, last.seats).map(({ id, before, after }) => {
      const unknownBefore = first.unknown?.[id] ?? null;
      const unknownAfter = last.unknown?.[id] ?? null;
      const change =
        before === null || after === null
          ? null
          : seatChange({ held: before, unknown: unknownBefore }, { held: after, unknown: unknownAfter });
      return { instance: id, before, after, unknownBefore, unknownAfter, change };
    }),
    groups: differences(first.members, last.members)
      .filter(({ before, after }) => before !== after)
      .map(({ id, before, after }) => ({ group: id, name: groups.get(id) ?? null, before, after })),
  };
}
