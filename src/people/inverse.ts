import { type Bits, noBits, setBit } from "../model/bits.ts";
import type { ListColumn } from "./population.ts";

/** A column of lists the other way round: whose lists an entry is on. */
export interface Inverse {
  /** Everybody whose list holds one of these entries. */
  holding(entries: readonly number[]): Bits;
}

const inverses = new WeakMap<ListColumn, Inverse>();

/** The inverse of a column, made when it is first asked for and then kept. Entries are below `entryCount`. */
export function inverseOf(list: ListColumn, entryCount: number): Inverse {
  let inverse = inverses.get(list);
  if (inverse === undefined) {
    inverse = invert(list, entryCount);
    inverses.set(list, inverse);
  }
  return inverse;
}

/** An entry that more than one in so many people have is kept as a bit for each person, which takes less room than a list. */
const MANY = 32;
const NO_SET = -1;

function invert({ starts, values }: ListColumn, entryCount: number): Inverse {
  const size = starts.length - 1;
  const counts = new Uint32Array(entryCount);
  for (let at = 0; at < values.length; at++) {
    const entry = values[at] ?? 0;
    counts[entry] = (counts[entry] ?? 0) + 1;
  }
  // The sets one after another; where an entry's set begins, or that it has none.
  const words = noBits(size).length;
  const setAt = new Int32Array(entryCount).fill(NO_SET);
  let setWords = 0;
  // Where the next person of each entry goes.
  const next = new Uint32Array(entryCount);
  const firsts = new Uint32Array(entryCount + 1);
  let used = 0;
  counts.forEach((count, entry) => {
    firsts[entry] = used;
    if (count * MANY <= size) {
      used += count;
    } else {
      setAt[entry] = setWords;
      setWords += words;
    }
  });
  firsts[entryCount] = used;
  next.set(firsts.subarray(0, entryCount));
  const people = new Uint32Array(used);
  const sets = new Uint32Array(setWords);
  for (let person = 0; person < size; person++) {
    const end = starts[person + 1] ?? 0;
    for (let at = starts[person] ?? 0; at < end; at++) {
      const entry = values[at] ?? 0;
      const set = setAt[entry] ?? NO_SET;
      if (set !== NO_SET) {
        const word = set + (person >>> 5);
        sets[word] = (sets[word] ?? 0) | (1 << (person & 31));
      } else {
        const place = next[entry] ?? 0;
        people[place] = person;
        next[entry] = place + 1;
      }
    }
  }
  return {
    holding(entries) {
      const found = noBits(size);
      for (const entry of entries) {
        const set = setAt[entry] ?? NO_SET;
        if (set !== NO_SET) {
          for (let word = 0; word < words; word++) found[word] = (found[word] ?? 0) | (sets[set + word] ?? 0);
        } else {
          const end = firsts[entry + 1] ?? 0;
          for (let at = firsts[entry] ?? 0; at < end; at++) setBit(found, people[at] ?? 0);
        }
      }
      return found;
    },
  };
}
