import { hasBit } from "../model/bits.ts";
import type { Change, SeatCount } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { byPerson } from "../people/by-person.ts";
import { noDifference, seatsAfter, united } from "../people/counterfactual.ts";
import type { Population } from "../people/population.ts";
import { countedSeats } from "../people/seat-holders.ts";
import { isPaidInstance, type Seats } from "../people/seats.ts";
import type { Draft } from "./draft.ts";
import type { Proposal } from "./drafts.ts";

/**
 * Paid seats by instance, before and after these proposals: by app, site, id. What becomes of somebody's seats follows
 * from everything that is done about them: restored and added to a group, they hold a seat that neither gives alone.
 * Somebody of whom it is not known whether they hold the seat is not among the seats before, nor after.
 */
export function seatCounts(population: Population, seats: Seats, proposals: readonly Proposal[]): readonly SeatCount[] {
  const moved = new Map<number, number>();
  for (const own of byPerson(proposals, ({ draft }) => draft.person)) {
    const [{ draft: first }, ...others] = own;
    const { person } = first;
    const difference = others.length === 0 ? first.difference : united(own.map(({ draft }) => draft.difference));
    const before = seatsAfter(population, person, noDifference);
    const after = seatsAfter(population, person, difference);
    seats.holders.forEach(({ yes, unknown }, instance) => {
      const counted = hasBit(yes, person);
      if (counted && before.includes(instance) && !after.includes(instance)) add(moved, instance, -1);
      const isNew = !counted && !hasBit(unknown, person) && !before.includes(instance);
      if (isNew && after.includes(instance)) add(moved, instance, 1);
    });
  }
  return population.header.instances
    .flatMap((instance, position): readonly SeatCount[] => {
      if (!isPaidInstance(population, position)) return [];
      const { held: before, unknown } = countedSeats(seats, position);
      return [
        {
          instance: instance.id,
          app: instance.app,
          site: instance.site,
          before,
          after: before + (moved.get(position) ?? 0),
          unknown,
          capacity: instance.capacity ?? null,
        },
      ];
    })
    .sort((a, b) => compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance));
}

function add(counts: Map<number, number>, key: number, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** By instance: whose seat there these changes take, each person once. */
export function seatsLost(
  changes: readonly Pick<Draft, "accountId" | "before" | "after">[],
): ReadonlyMap<string, ReadonlySet<string>> {
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

/** Instances whose seat a change gives or takes. */
export function seatsMoved({ before, after }: Pick<Change, "before" | "after">): readonly string[] {
  return [
    ...before.seats.filter((instance) => !after.seats.includes(instance)),
    ...after.seats.filter((instance) => !before.seats.includes(instance)),
  ];
}
