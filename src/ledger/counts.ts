import { countBits } from "../model/bits.ts";
import type { Counts } from "../model/ledger-view.ts";
import { secondsOf } from "../model/time.ts";
import { activeOrgAdmins } from "../people/admins.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance, type Seats } from "../people/seats.ts";
import { signalsOf } from "../people/signals.ts";

/** The aggregate counts of a snapshot: how many, never who. */
export function countsOf(population: Population, seats: Seats): Counts {
  const signals = signalsOf(population, seats, null);
  const seatCounts: Record<string, number> = {};
  const withActivity: Record<string, number> = {};
  population.header.instances.forEach((instance, position) => {
    const held = seats.holders[position];
    if (held === undefined || !isPaidInstance(population, position)) return;
    seatCounts[instance.id] = countBits(held.yes);
    withActivity[instance.id] = signals[position]?.withActivity ?? 0;
  });
  return {
    asOf: secondsOf(population.header.asOf) ?? 0,
    people: population.size,
    seats: seatCounts,
    withActivity,
    members: Object.fromEntries(population.header.groups.map((group) => [group.id, group.members])),
    orgAdmins: activeOrgAdmins(population),
  };
}
