import { type Bits, eachBit } from "../model/bits.ts";
import { DAY, type Seconds } from "../model/time.ts";
import { NEVER, UNKNOWN_TIME } from "./population.ts";

/** The ends of the buckets, in days. */
const edges = [3, 7, 14, 30, 60, 90, 120, 180, 365] as const;

/** By when somebody was last active: within so many days, longer ago, never, or not known. In this order. */
export const idleBuckets = [...edges.map((days) => `${days}d` as const), "longer", "never", "unknown"] as const;

export type IdleBucket = (typeof idleBuckets)[number];

/** The lengths of time within which somebody can be said to have been active, the shortest first. */
export const activeLengths = edges.map((days) => `${days}d` as const);

/** How many were active within this length of time, of counts in the order of `idleBuckets`. */
export function activeWithin(counts: readonly number[], length: (typeof activeLengths)[number]): number {
  return counts.slice(0, activeLengths.indexOf(length) + 1).reduce((sum, count) => sum + count, 0);
}

const places: Readonly<Record<"longer" | "never" | "unknown", number>> = {
  longer: edges.length,
  never: edges.length + 1,
  unknown: edges.length + 2,
};

/**
 * How many of these people were last active when, in the order of `idleBuckets`: each person in one bucket. Dates are taken
 * as Atlassian tells them: whether they are believed is for the caller to ask. A date ahead of `asOf` counts as now.
 */
export function bucketCounts(people: Bits, lastActive: Uint32Array, asOf: Seconds): Uint32Array {
  const counts = new Uint32Array(idleBuckets.length);
  eachBit(people, (person) => {
    const at = bucketOf(lastActive[person] ?? UNKNOWN_TIME, asOf);
    counts[at] = (counts[at] ?? 0) + 1;
  });
  return counts;
}

/** The position in `idleBuckets` of a moment of last activity, NEVER or UNKNOWN_TIME. */
export function bucketOf(at: number, asOf: Seconds): number {
  if (at === UNKNOWN_TIME) return places.unknown;
  if (at === NEVER) return places.never;
  const found = edges.findIndex((days) => asOf - at <= days * DAY);
  return found === -1 ? places.longer : found;
}
