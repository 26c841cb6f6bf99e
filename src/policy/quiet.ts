import { type Bits, noBits, setBit } from "../model/bits.ts";
import type { Seconds } from "../model/time.ts";
import type { Verdict } from "../model/verdict.ts";
import { growingBytes, growingNumbers, reserveBytes, reserveNumbers, usedBytes, usedNumbers } from "../people/grow.ts";
import { UNKNOWN_TIME } from "../people/population.ts";

/** The few holders of an instance's seats who were not active after `since`, or of whom that is not known. */
export interface Quiet {
  readonly since: Seconds;
  /** Ascending. */
  readonly people: Uint32Array;
  /** 1 for those who certainly hold the seat. */
  readonly certain: Uint8Array;
  /** When each was last active, and since when they count as holding the seat, where that was asked for. */
  readonly active: Uint32Array;
  readonly anchors: Uint32Array;
}

/** In a list of anchors: not asked for yet. No seat is that old. */
export const NOT_ASKED = 0;

/** Holders, and those who may be, without a date after `since`. */
export function quietHolders({ yes, unknown }: Verdict, column: Uint32Array, since: Seconds): Quiet {
  const people = growingNumbers();
  const active = growingNumbers();
  const certain = growingBytes();
  // As numbers with a sign, of which the sign of a difference tells without a branch that nobody could foresee. An unknown
  // time is the earliest then; a time that ends beyond the year 2038 may be taken for one, which does no harm here.
  const times = new Int32Array(column.buffer, column.byteOffset, column.length);
  const limit = Math.max(-1, Math.min(since, 0x7fffffff));
  for (let word = 0; word < yes.length; word++) {
    const held = (yes[word] ?? 0) | (unknown[word] ?? 0);
    if (held === 0) continue;
    const first = word << 5;
    let rest = 0;
    if (isSparse(held)) {
      for (let left = held; left !== 0; left &= left - 1) {
        const lowest = left & -left;
        rest |= (((limit - (times[first + 31 - Math.clz32(lowest)] ?? 0)) >>> 31) - 1) & lowest;
      }
    } else {
      let later = 0;
      for (let bit = 0; bit < 32; bit++) later |= ((limit - (times[first + bit] ?? 0)) >>> 31) << bit;
      rest = held & ~later;
    }
    if (rest === 0) continue;
    reserveNumbers(people, 32);
    reserveNumbers(active, 32);
    reserveBytes(certain, 32);
    const known = yes[word] ?? 0;
    while (rest !== 0) {
      const lowest = rest & -rest;
      rest ^= lowest;
      const person = first + 31 - Math.clz32(lowest);
      people.values[people.length++] = person;
      active.values[active.length++] = column[person] ?? UNKNOWN_TIME;
      certain.values[certain.length++] = (known & lowest) !== 0 ? 1 : 0;
    }
  }
  return {
    since,
    people: usedNumbers(people),
    certain: usedBytes(certain),
    active: usedNumbers(active),
    anchors: new Uint32Array(people.length),
  };
}

/** Whether a word has so few bits that they are better looked at one by one. */
function isSparse(word: number): boolean {
  let rest = word;
  for (let bit = 0; bit < 8 && rest !== 0; bit++) rest &= rest - 1;
  return rest === 0;
}

/** Those of a list without a date after `moment`, which is not later than the list's own. */
export function notActiveAfter(moment: Seconds, { people, active }: Quiet, size: number): Bits {
  const bits = noBits(size);
  for (let at = 0; at < people.length; at++) {
    const time = active[at] ?? UNKNOWN_TIME;
    if (time <= moment || time === UNKNOWN_TIME) setBit(bits, people[at] ?? 0);
  }
  return bits;
}

/**
 * Lists where a column holds a time from `earliest` to `latest`, or none that is known; how many there are. Which times
 * these are nobody could foresee, so that signs of differences count instead of branches.
 */
export function timesBetween(places: Uint32Array, times: Uint32Array, earliest: Seconds, latest: Seconds): number {
  const signed = new Int32Array(times.buffer, times.byteOffset, times.length);
  const until = Math.max(-1, latest);
  let count = 0;
  if (latest >= LARGEST_SIGNED) {
    for (let at = 0; at < times.length; at++) {
      const time = times[at] ?? UNKNOWN_TIME;
      if (time === UNKNOWN_TIME || (time >= earliest && time <= latest)) places[count++] = at;
    }
    return count;
  }
  for (let at = 0; at < signed.length; at++) {
    const time = signed[at] ?? 0;
    places[count] = at;
    // An unknown time is -1; times of the year 2038 and later, which are negative too, are later than any asked for here.
    count += time < 0 ? (time === -1 ? 1 : 0) : 1 ^ (((until - time) | (time - earliest)) >>> 31);
  }
  return count;
}

const LARGEST_SIGNED = 0x7fffffff;
