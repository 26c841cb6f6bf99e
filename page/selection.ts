import { type Bits, countBits } from "../src/model/bits.ts";

/** Who is selected. It stays while filters change. */
export interface Selection {
  readonly bits: Bits;
  readonly count: number;
}

/** The selection with these people in it, or without them. */
export function changed({ bits }: Selection, people: Bits, how: "added" | "removed"): Selection {
  const next = bits.map((word, at) => (how === "added" ? word | (people[at] ?? 0) : word & ~(people[at] ?? 0)));
  return { bits: next, count: countBits(next) };
}

/** The selection with one person turned round. */
export function toggledPerson({ bits, count }: Selection, person: number): Selection {
  const next = bits.slice();
  const word = person >>> 5;
  const mask = 1 << (person & 31);
  const wasIn = ((next[word] ?? 0) & mask) !== 0;
  next[word] = (next[word] ?? 0) ^ mask;
  return { bits: next, count: count + (wasIn ? -1 : 1) };
}
