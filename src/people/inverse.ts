import { type Bits, noBits, setBit } from "../model/bits.ts";
import type { ListColumn } from "./population.ts";

/** A column of lists the other way round: whose lists an entry is on. Made for entries that are asked about, and kept. */
export interface Inverse {
  /** Says what will be asked, so that it is made with the next that is. Answers are the same without it. */
  expect(entries: Iterable<number>): void;
  /** Everybody whose list holds one of these entries. */
  holding(entries: readonly number[]): Bits;
}

const inverses = new WeakMap<ListColumn, Inverse>();

/** The inverse of a column, always the same one. Entries are below `entryCount`. */
export function inverseOf(list: ListColumn, entryCount: number): Inverse {
  let inverse = inverses.get(list);
  if (inverse === undefined) {
    inverse = createInverse(list, entryCount);
    inverses.set(list, inverse);
  }
  return inverse;
}

/** After so many times, all that was not asked about yet is made as well. */
const FEW_TIMES = 8;

function createInverse(list: ListColumn, entryCount: number): Inverse {
  const known: (Holders | undefined)[] = [];
  let expected = new Set<number>();
  let times = 0;

  function make(): void {
    times++;
    const wanted = times < FEW_TIMES ? expected : new Set(Array.from({ length: entryCount }).keys());
    expected = new Set();
    const missing = [...wanted].filter((entry) => known[entry] === undefined);
    for (const [entry, holders] of holdersOf(list, missing, entryCount)) known[entry] = holders;
  }

  function expect(entries: Iterable<number>): void {
    for (const entry of entries) if (known[entry] === undefined) expected.add(entry);
  }

  return {
    expect,
    holding(entries) {
      expect(entries);
      if (entries.some((entry) => known[entry] === undefined)) make();
      const found = noBits(list.starts.length - 1);
      for (const entry of entries) {
        const { set, people } = known[entry] ?? nobody;
        for (let word = 0; word < set.length; word++) found[word] = (found[word] ?? 0) | (set[word] ?? 0);
        for (let at = 0; at < people.length; at++) setBit(found, people[at] ?? 0);
      }
      return found;
    },
  };
}

/** Those whose lists hold one entry: a bit for each person, or one after another, whichever takes less room. */
interface Holders {
  readonly set: Bits;
  readonly people: Uint32Array;
}

const nobody: Holders = { set: new Uint32Array(0), people: new Uint32Array(0) };

/** An entry that more than one in so many people have is kept as a bit for each person. */
const MANY = 32;

function holdersOf(
  { starts, values }: ListColumn,
  entries: readonly number[],
  entryCount: number,
): readonly (readonly [number, Holders])[] {
  const size = starts.length - 1;
  const counts = new Uint32Array(entryCount);
  for (let at = 0; at < values.length; at++) {
    const entry = values[at] ?? 0;
    counts[entry] = (counts[entry] ?? 0) + 1;
  }
  const isMany = (entry: number): boolean => (counts[entry] ?? 0) * MANY > size;
  const few = entries.filter((entry) => !isMany(entry));
  // All lists one after another, and all sets; by entry, where its next person goes, or where its set begins.
  const people = new Uint32Array(few.reduce((sum, entry) => sum + (counts[entry] ?? 0), 0));
  const words = noBits(size).length;
  const sets = new Uint32Array((entries.length - few.length) * words);
  const kinds = new Uint8Array(entryCount);
  const places = new Uint32Array(entryCount);
  const found: (readonly [number, Holders])[] = [];
  let [used, setWords] = [0, 0];
  for (const entry of entries) {
    const many = isMany(entry);
    const length = counts[entry] ?? 0;
    kinds[entry] = many ? A_SET : A_LIST;
    places[entry] = many ? setWords : used;
    found.push([
      entry,
      many
        ? { ...nobody, set: sets.subarray(setWords, setWords + words) }
        : { ...nobody, people: people.subarray(used, used + length) },
    ]);
    if (many) setWords += words;
    else used += length;
  }
  for (let person = 0; person < size; person++) {
    const end = starts[person + 1] ?? 0;
    for (let at = starts[person] ?? 0; at < end; at++) {
      const entry = values[at] ?? 0;
      const kind = kinds[entry];
      if (kind === A_SET) {
        const word = (places[entry] ?? 0) + (person >>> 5);
        sets[word] = (sets[word] ?? 0) | (1 << (person & 31));
      } else if (kind === A_LIST) {
        const place = places[entry] ?? 0;
        people[place] = person;
        places[entry] = place + 1;
      }
    }
  }
  return found;
}

/** How an entry's holders are kept; 0: they are not. */
const A_SET = 1;
const A_LIST = 2;
