import { countBits, eachBit } from "../model/bits.ts";
import { appLabel, appsWithoutSignal, instanceLabel } from "../model/apps.ts";
import type { Counts } from "../model/ledger-view.ts";
import { DAY, dayOf, type Seconds, secondsOf } from "../model/time.ts";
import { NEVER, type Population, UNKNOWN_TIME } from "./population.ts";
import { isPaidInstance, type Seats } from "./seats.ts";

/** Whether the last-active data of an instance can be believed; where it cannot, idleness there is unknown. */
export interface Signal {
  readonly trusted: boolean;
  /** Why not, or what it rests on; for a person to read. */
  readonly reason: string;
  readonly holders: number;
  /** Holders with any activity date. */
  readonly withActivity: number;
}

/** Fewer holders with a date than this: the signal is not believed. */
const MIN_COVERAGE_PERCENT = 30;
/** A fall of the share with a date, in points, from the last good snapshot: the signal is not believed. */
const MAX_FALL_POINTS = 20;

/**
 * How long a believed reading is the measure of later ones. What has been different for this long is how it is: otherwise
 * an organisation that really changed could never be read again.
 */
const READING_KEPT: Seconds = 90 * DAY;

/**
 * The signal of each instance, by position. `lastGood` are the counts of the last complete snapshot; without them a
 * sudden fall cannot be seen.
 */
export function signalsOf(population: Population, seats: Seats, lastGood: Counts | null): readonly Signal[] {
  const asOf = secondsOf(population.header.asOf) ?? 0;
  return population.header.instances.map((instance, position): Signal => {
    const column = population.lastActive[position];
    const held = seats.holders[position];
    if (column === undefined || held === undefined || !isPaidInstance(population, position)) {
      return {
        trusted: false,
        reason: `${instanceLabel(instance)} has no paid seats`,
        holders: 0,
        withActivity: 0,
      };
    }
    const holders = countBits(held.yes);
    let withActivity = 0;
    eachBit(held.yes, (person) => {
      const time = column[person] ?? UNKNOWN_TIME;
      if (time !== NEVER && time !== UNKNOWN_TIME) withActivity++;
    });
    const shown = `${withActivity} of ${holders} holders have an activity date`;
    const judged = (trusted: boolean, reason: string): Signal => ({ trusted, reason, holders, withActivity });
    if (appsWithoutSignal.has(instance.app)) {
      return judged(false, `Atlassian's activity dates do not cover how ${appLabel(instance.app)} is used`);
    }
    if (holders === 0) return judged(true, shown);
    if (withActivity * 100 < MIN_COVERAGE_PERCENT * holders) {
      return judged(false, `only ${shown}, fewer than ${MIN_COVERAGE_PERCENT}%`);
    }
    const before = lastGood?.believed[instance.id];
    if (before !== undefined && before.seats > 0 && asOf - before.at <= READING_KEPT) {
      // Both shares over the same denominator: whole numbers, so that exactly the allowed fall is allowed.
      const fall = (before.withActivity * holders - withActivity * before.seats) * 100;
      if (fall > MAX_FALL_POINTS * before.seats * holders)
        return judged(false, `${shown}; on ${dayOf(before.at)} it was ${before.withActivity} of ${before.seats}`);
    }
    return judged(true, shown);
  });
}

/**
 * The signals to go by when a few people are looked at again: of a handful nothing can be counted, so what was judged when
 * the plan was made stands.
 */
export function trustedSignals(population: Population): readonly Signal[] {
  return population.header.instances.map((instance) => ({
    trusted: !appsWithoutSignal.has(instance.app),
    reason: "judged when the plan was made",
    holders: 0,
    withActivity: 0,
  }));
}
