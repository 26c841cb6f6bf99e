import { countBits } from "../model/bits.ts";
import type { Change, LimitReading, SeatCount } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { type Seats, seatsOf } from "../people/seats.ts";
import type { PolicySet } from "../policy/types.ts";
import type { Draft } from "./draft.ts";
import { pastSavings } from "./limit-facts.ts";
import { readLimits } from "./limits.ts";
import { seatsLost } from "./seat-counts.ts";

/** What the limits of an undo are read from. */
export interface UndoLimitMatter {
  readonly population: Population;
  readonly policies: PolicySet;
  readonly ledger: LedgerView;
  readonly takes: readonly Draft[];
  readonly changes: readonly Change[];
  readonly asOf: Seconds;
}

/**
 * The limits on what an undo takes away. Only the people concerned were read, so who could be reached at all comes from
 * the last complete snapshot's counts; without one, only the people who were read count.
 */
export function undoLimits(matter: UndoLimitMatter): readonly LimitReading[] {
  const { population, policies, ledger, takes, changes, asOf } = matter;
  const active = ledger.lastGood?.people ?? population.size;
  const taking = changes.filter(({ direction }) => direction === "take");
  const leaving = Map.groupBy(
    takes.flatMap(({ accountId, operations }) =>
      operations.flatMap(({ kind, group }) =>
        kind === "leaveGroup" && group !== undefined ? [{ group, accountId }] : [],
      ),
    ),
    ({ group }) => group,
  );
  return readLimits(
    {
      active,
      savings: takes.length,
      duties: 0,
      ...pastSavings(ledger, asOf),
      policies: policies.policies.map(({ id, limits }) => ({
        id,
        removals: taking.filter((change) => change.policies.some(({ policy }) => policy === id)).length,
        reachable: active,
        limits,
      })),
      instances: [...seatsLost(takes)].map(([id, people]) => ({
        id,
        lost: people.size,
        holders: seatsBefore(ledger, id) ?? people.size,
      })),
      groups: population.header.groups.flatMap(({ id, members }) => {
        const people = new Set(leaving.get(id)?.map(({ accountId }) => accountId));
        return people.size === 0 ? [] : [{ id, leaving: people.size, members }];
      }),
      selections: [],
      shielded: [],
    },
    policies.settings.limits,
  );
}

/** Paid seats that an undo moves: before, by the last complete snapshot where there is one. By app, site, id. */
export function undoSeats(population: Population, ledger: LedgerView, drafts: readonly Draft[]): readonly SeatCount[] {
  const lost = seatsLost(drafts);
  const gained = seatsLost(drafts.map(({ accountId, before, after }) => ({ accountId, before: after, after: before })));
  const held = seatsOf(population);
  return population.header.instances
    .flatMap(({ id, app, site, capacity }, position): readonly SeatCount[] => {
      const moved = (gained.get(id)?.size ?? 0) - (lost.get(id)?.size ?? 0);
      if (moved === 0) return [];
      const before = Math.max(seatsBefore(ledger, id) ?? holdersAt(held, position), -moved, 0);
      return [{ instance: id, app, site, before, after: before + moved, unknown: 0, capacity: capacity ?? null }];
    })
    .sort((a, b) => compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance));
}

/** Holders by the last complete snapshot, with what we gave and took since; null where there is no such snapshot. */
function seatsBefore({ lastGood, deeds }: LedgerView, instance: string): number | null {
  const counted = lastGood?.seats[instance];
  if (lastGood === null || counted === undefined) return null;
  const since = deeds.filter(({ at, moved }) => at >= lastGood.asOf && moved.includes(instance));
  return Math.max(
    0,
    since.reduce((count, { direction }) => count + (direction === "give" ? 1 : -1), counted),
  );
}

function holdersAt(seats: Seats, position: number): number {
  const held = seats.holders[position];
  return held === undefined ? 0 : countBits(held.yes);
}
