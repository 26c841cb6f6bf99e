import { countBits } from "../model/bits.ts";
import type { SeatCount, SeatState } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance, type Seats } from "../people/seats.ts";

/** What becomes of somebody's seats: a change, or the draft of one. */
interface SeatsMoved {
  readonly accountId: string;
  readonly before: SeatState;
  readonly after: SeatState;
}

/** Paid seats by instance, before and after these changes: by app, site, id. */
export function seatCounts(population: Population, seats: Seats, changes: readonly SeatsMoved[]): readonly SeatCount[] {
  const lost = seatsLost(changes);
  const gained = seatsLost(changes.map((change) => ({ ...change, before: change.after, after: change.before })));
  return population.header.instances
    .flatMap((instance, position): readonly SeatCount[] => {
      const held = seats.holders[position];
      if (held === undefined || !isPaidInstance(population, position)) return [];
      const before = countBits(held.yes);
      return [
        {
          instance: instance.id,
          app: instance.app,
          site: instance.site,
          before,
          after: before - (lost.get(instance.id)?.size ?? 0) + (gained.get(instance.id)?.size ?? 0),
          unknown: countBits(held.unknown),
          capacity: instance.capacity ?? null,
        },
      ];
    })
    .sort((a, b) => compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance));
}

/** By instance: whose seat there these changes take, each person once. */
export function seatsLost(changes: readonly SeatsMoved[]): ReadonlyMap<string, ReadonlySet<string>> {
  const lost = new Map<string, Set<string>>();
  for (const { accountId, before, after } of changes) {
    for (const instance of before.seats) {
      if (after.seats.includes(instance)) continue;
      const people = lost.get(instance) ?? new Set();
      lost.set(instance, people.add(accountId));
    }
  }
  return lost;
}
