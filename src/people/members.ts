import { type Bits, hasBit, noBits, setBit } from "../model/bits.ts";
import { type Answer, FALSE, type PeopleTest, TRUE, UNKNOWN } from "./answers.ts";
import type { ListColumn, Population } from "./population.ts";

/** Sets that fit into the mask of one entry. */
const SETS_AT_ONCE = 32;

/**
 * For each set of entries, the people whose list holds one of them. All sets are looked for in one pass over the lists.
 * `entryCount` is how many different entries there are.
 */
export function holdersOfSets(
  list: ListColumn,
  sets: readonly (readonly number[])[],
  entryCount: number,
): readonly Bits[] {
  const found: Bits[] = [];
  for (let from = 0; from < sets.length; from += SETS_AT_ONCE) {
    found.push(...holdersOfSome(list, sets.slice(from, from + SETS_AT_ONCE), entryCount));
  }
  return found;
}

function holdersOfSome(list: ListColumn, sets: readonly (readonly number[])[], entryCount: number): readonly Bits[] {
  const size = list.starts.length - 1;
  const holders = sets.map(() => noBits(size));
  // By entry: a bit for each set that it is in.
  const masks = new Uint32Array(entryCount);
  sets.forEach((entries, set) => {
    for (const entry of entries) masks[entry] = (masks[entry] ?? 0) | (1 << set);
  });
  if (masks.every((mask) => mask === 0)) return holders;
  if (isRare(list, masks)) markEntries(list, masks, holders);
  else markPeople(list, masks, holders);
  return holders;
}

/** Entries that are looked at to see how many of all are in one of the sets. */
const SAMPLE = 65_536;

function isRare({ values }: ListColumn, masks: Uint32Array): boolean {
  const sample = Math.min(SAMPLE, values.length);
  let found = 0;
  for (let at = 0; at < sample; at++) if (masks[values[at] ?? 0] !== 0) found++;
  return found * 8 < sample;
}

/** Where few entries are in a set: entries are looked at four at a time, and whose they are only where one is. */
function markEntries({ starts, values }: ListColumn, masks: Uint32Array, holders: readonly Bits[]): void {
  let person = 0;
  for (let at = 0; at < values.length; at += 4) {
    const end = Math.min(at + 4, values.length);
    if (end - at === 4) {
      const a = masks[values[at] ?? 0] ?? 0;
      const b = masks[values[at + 1] ?? 0] ?? 0;
      const c = masks[values[at + 2] ?? 0] ?? 0;
      const d = masks[values[at + 3] ?? 0] ?? 0;
      if ((a | b | c | d) === 0) continue;
    }
    for (let entry = at; entry < end; entry++) {
      const mask = masks[values[entry] ?? 0] ?? 0;
      if (mask === 0) continue;
      while ((starts[person + 1] ?? 0) <= entry) person++;
      for (let rest = mask; rest !== 0; rest &= rest - 1) {
        const bits = holders[31 - Math.clz32(rest & -rest)];
        if (bits !== undefined) setBit(bits, person);
      }
    }
  }
}

/** Where many are: the sets of each person, and then those of 32 people set by set. */
function markPeople({ starts, values }: ListColumn, masks: Uint32Array, holders: readonly Bits[]): void {
  const size = starts.length - 1;
  const found = new Uint32Array(32);
  for (let word = 0, at = 0; word << 5 < size; word++) {
    const first = word << 5;
    const count = Math.min(32, size - first);
    let all = 0;
    for (let place = 0; place < count; place++) {
      const end = starts[first + place + 1] ?? 0;
      let mask = 0;
      for (; at < end; at++) mask |= masks[values[at] ?? 0] ?? 0;
      found[place] = mask;
      all |= mask;
    }
    for (let rest = all; rest !== 0; rest &= rest - 1) {
      const set = 31 - Math.clz32(rest & -rest);
      let bits = 0;
      for (let place = 0; place < count; place++) bits |= (((found[place] ?? 0) >>> set) & 1) << place;
      const own = holders[set];
      if (own !== undefined) own[word] = bits;
    }
  }
}

/** Who is a member of what. */
export interface Members {
  /** Says that these sets of groups will be asked for. Once one is looked for in everybody's groups, all of them are. */
  expect(sets: readonly (readonly number[])[]): void;
  /** Those seen in one of these groups. */
  seenIn(wanted: readonly number[]): Bits;
  /**
   * Members of any of these groups. Somebody whose memberships are not known, or who is in the directory of a group that
   * not everybody in it was seen in, is unknown unless seen in one of them.
   */
  test(wanted: readonly number[]): PeopleTest;
}

const membersByPopulation = new WeakMap<Population, Members>();

/** The memberships of a population: what was once looked for in everybody's groups is kept. */
export function membersIn(population: Population): Members {
  let members = membersByPopulation.get(population);
  if (members === undefined) {
    members = createMembers(population);
    membersByPopulation.set(population, members);
  }
  return members;
}

function createMembers(population: Population): Members {
  const { size, groups, groupsUnknown, directories, header } = population;
  const expected = new Map<string, readonly number[]>();
  const seen = new Map<string, Bits>();

  function seenIn(wanted: readonly number[]): Bits {
    const key = String(wanted);
    const known = seen.get(key);
    if (known !== undefined) return known;
    expected.set(key, wanted);
    const found = holdersOfSets(groups, [...expected.values()], header.groups.length);
    [...expected.keys()].forEach((set, at) => seen.set(set, found[at] ?? noBits(size)));
    expected.clear();
    return seen.get(key) ?? noBits(size);
  }

  function test(wanted: readonly number[]): PeopleTest {
    const key = String(wanted);
    const isWanted = flags(wanted, header.groups.length);
    const doubtful = directoriesInDoubt(population, wanted);
    const isDoubtful = flags(doubtful, header.directories.length);
    const doubtAt = (person: number): Answer => {
      if (hasBit(groupsUnknown, person)) return UNKNOWN;
      return doubtful.length > 0 && hasAny(directories, person, isDoubtful) ? UNKNOWN : FALSE;
    };
    return {
      judge: (person) => (hasAny(groups, person, isWanted) ? TRUE : doubtAt(person)),
      verdict() {
        const yes = seenIn(wanted);
        const [inDoubt = noBits(0)] =
          doubtful.length === 0 ? [] : holdersOfSets(directories, [doubtful], header.directories.length);
        const unknown = noBits(size);
        for (let word = 0; word < unknown.length; word++) {
          unknown[word] = ((groupsUnknown[word] ?? 0) | (inDoubt[word] ?? 0)) & ~(yes[word] ?? 0);
        }
        return { yes, unknown };
      },
      isReady: () => doubtful.length === 0 && (seen.has(key) || expected.has(key)),
    };
  }

  return {
    seenIn,
    expect(sets) {
      for (const set of sets) if (set.length > 0 && !seen.has(String(set))) expected.set(String(set), set);
    },
    test(wanted) {
      if (wanted.length > 0) return test(wanted);
      return { judge: () => FALSE, verdict: () => ({ yes: noBits(size), unknown: noBits(size) }) };
    },
  };
}

/** Directories of those among these groups in which not everybody was seen. */
export function directoriesInDoubt(population: Population, groups: readonly number[]): readonly number[] {
  const found = groups.flatMap((group) => {
    const directory = population.header.groups[group]?.directory;
    return population.groupProved[group] === true || directory === undefined ? [] : [directory];
  });
  return [...new Set(found)];
}

/** By entry: 1 for those in the list. */
export function flags(entries: readonly number[], length: number): Uint8Array {
  const result = new Uint8Array(length);
  for (const entry of entries) result[entry] = 1;
  return result;
}

/** Whether a person's list has one of the entries whose flag is 1. */
export function hasAny({ starts, values }: ListColumn, person: number, isWanted: Uint8Array): boolean {
  const end = starts[person + 1] ?? 0;
  for (let at = starts[person] ?? 0; at < end; at++) if (isWanted[values[at] ?? 0] === 1) return true;
  return false;
}
