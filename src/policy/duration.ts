import { Temporal } from "temporal-polyfill";
import { DAY, type Seconds } from "../model/time.ts";

/** A length of time as written: whole seconds, or calendar units that differ with where they are counted from. */
export type Duration =
  | { readonly kind: "exact"; readonly seconds: Seconds }
  | { readonly kind: "calendar"; readonly of: Temporal.Duration };

const units: Readonly<Record<string, Seconds>> = { h: 3_600, d: DAY, w: 7 * DAY };

/** Longer than this is a slip of the pen. */
const LONGEST: Seconds = 36_525 * DAY;

/**
 * Reads `12h`, `90d`, `2w` or an ISO 8601 duration such as `P3M`. Null for anything else, for nothing at all (`P0D`),
 * for a negative length and for more than a hundred years.
 */
export function parseDuration(text: string): Duration | null {
  const plain = /^([1-9][0-9]{0,4})([hdw])$/.exec(text);
  if (plain !== null) {
    const seconds = Number(plain[1]) * (units[plain[2] ?? ""] ?? 0);
    return seconds > LONGEST ? null : { kind: "exact", seconds };
  }
  if (!/^P[0-9A-Z.]+$/.test(text)) return null;
  try {
    const of = Temporal.Duration.from(text);
    const duration: Duration = { kind: "calendar", of };
    const seconds = shortestSeconds(duration);
    return seconds >= 1 && seconds <= LONGEST ? duration : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The moment that lies this long before `moment`, by the calendar in UTC. */
export function momentBefore(moment: Seconds, duration: Duration): Seconds {
  if (duration.kind === "exact") return moment - duration.seconds;
  return shifted(moment, duration.of.negated());
}

/** The moment that lies this long after `moment`, by the calendar in UTC. */
export function momentAfter(moment: Seconds, duration: Duration): Seconds {
  if (duration.kind === "exact") return moment + duration.seconds;
  return shifted(moment, duration.of);
}

/** The shortest time this duration can be, in seconds: a month is 28 days, a year 365. For comparing with a minimum. */
export function shortestSeconds(duration: Duration): Seconds {
  if (duration.kind === "exact") return duration.seconds;
  const { years, months, weeks, days, hours, minutes, seconds } = duration.of;
  const wholeDays = years * 365 + months * 28 + weeks * 7 + days;
  return wholeDays * DAY + hours * 3_600 + minutes * 60 + seconds;
}

function shifted(moment: Seconds, by: Temporal.Duration): Seconds {
  const from = Temporal.Instant.fromEpochMilliseconds(moment * 1_000).toZonedDateTimeISO("UTC");
  return Math.floor(from.add(by).epochMilliseconds / 1_000);
}
