import type { Acceptance, ActivityReading, Counts } from "../model/ledger-view.ts";
import { secondsOf } from "../model/time.ts";
import { countedAdmins, holderCounts } from "../people/baseline.ts";
import type { Population } from "../people/population.ts";
import { lastActiveCounts } from "../people/seat-figures.ts";
import { countedSeats } from "../people/seat-holders.ts";
import { isPaidInstance, type Seats } from "../people/seats.ts";
import { signalsOf } from "../people/signals.ts";

/**
 * The aggregate counts of a snapshot: how many, never who. `lastGood` are the counts before: where this snapshot's activity
 * is not believed beside them, the reading that was believed last goes on being the measure.
 */
export function countsOf(
  population: Population,
  seats: Seats,
  lastGood: Counts | null,
  accepted: Acceptance | null,
): Counts {
  const signals = signalsOf(population, seats, accepted === null ? lastGood : null);
  const asOf = secondsOf(population.header.asOf) ?? 0;
  const believed: Record<string, ActivityReading> = {};
  const seatCounts: Record<string, number> = {};
  const unknown: Record<string, number> = {};
  const lastActive: Record<string, readonly number[]> = {};
  const withActivity: Record<string, number> = {};
  population.header.instances.forEach((instance, position) => {
    const holders = seats.holders[position]?.yes;
    if (holders === undefined || !isPaidInstance(population, position)) return;
    const counted = countedSeats(seats, position);
    seatCounts[instance.id] = counted.held;
    unknown[instance.id] = counted.unknown;
    const signal = signals[position];
    lastActive[instance.id] = [...lastActiveCounts(population, holders, position, signal, asOf)];
    withActivity[instance.id] = signal?.withActivity ?? 0;
    const reading =
      signal?.trusted === true
        ? { at: asOf, seats: signal.holders, withActivity: signal.withActivity }
        : lastGood?.believed[instance.id];
    if (reading !== undefined) believed[instance.id] = reading;
  });
  return {
    asOf,
    people: population.size,
    seats: seatCounts,
    unknown,
    lastActive,
    withActivity,
    members: Object.fromEntries(population.header.groups.map((group) => [group.id, group.members])),
    orgAdmins: countedAdmins(population),
    holders: holderCounts(population),
    keyCreators: population.header.keyCreators?.length ?? null,
    believed,
    ...(accepted === null ? {} : { accepted }),
  };
}
