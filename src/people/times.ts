import { noBits } from "../model/bits.ts";
import type { Seconds } from "../model/time.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Among, FALSE, TRUE } from "./answers.ts";
import { UNKNOWN_TIME } from "./population.ts";

/** For whom a column's time is not after `moment`, and for whom it is not known. */
export function notAfter(times: Uint32Array, moment: Seconds, size: number): Verdict {
  const yes = noBits(size);
  const unknown = noBits(size);
  // Halves, so that a difference is a number whose sign tells without a branch that nobody could foresee. Where the halves
  // are equal, and where the time is not known (which becomes the earliest of all), the whole numbers decide.
  const limit = moment < 0 ? 0 : (moment + 1) >>> 1;
  for (let word = 0; word < yes.length; word++) {
    const first = word << 5;
    const count = Math.min(32, size - first);
    let later = 0;
    let close = 0;
    for (let bit = 0; bit < count; bit++) {
      const half = ((times[first + bit] ?? 0) + 1) >>> 1;
      const difference = limit - half;
      later |= (difference >>> 31) << bit;
      if (difference === 0 || half === 0) close |= 1 << bit;
    }
    let before = ~later & (count === 32 ? -1 : 0xffffffff >>> (32 - count));
    for (let rest = close; rest !== 0; rest &= rest - 1) {
      const lowest = rest & -rest;
      const time = times[first + 31 - Math.clz32(lowest)] ?? UNKNOWN_TIME;
      if (time > moment) before &= ~lowest;
      if (time === UNKNOWN_TIME) unknown[word] = (unknown[word] ?? 0) | lowest;
    }
    yes[word] = before;
  }
  return { yes, unknown };
}

/** Whether somebody has no time after this in any of the columns. Times that are not known are none. */
export function noneLaterThan(moment: Seconds, columns: readonly Uint32Array[]): Among {
  return (people, count) => {
    const found = new Uint8Array(count).fill(TRUE);
    for (const column of columns) {
      for (let at = 0; at < count; at++) {
        const time = column[people[at] ?? 0] ?? UNKNOWN_TIME;
        if (time !== UNKNOWN_TIME && time > moment) found[at] = FALSE;
      }
    }
    return found;
  };
}
