import { type Bits, hasBit, noBits } from "../model/bits.ts";
import { type Answer, FALSE, type PeopleTest, TRUE, UNKNOWN } from "./answers.ts";
import { inverseOf } from "./inverse.ts";
import type { ListColumn, Population } from "./population.ts";

/** Who is a member of what. */
export interface Members {
  /** Says which groups will be asked about. Answers are the same without it. */
  expect(wanted: readonly number[]): void;
  /** Those seen in one of these groups. */
  seenIn(wanted: readonly number[]): Bits;
  /**
   * Members of any of these groups. Somebody whose memberships are not known, or who is in the directory of a group that
   * not everybody in it was seen in, is unknown unless seen in one of them.
   */
  test(wanted: readonly number[]): PeopleTest;
}

/** The memberships of a population. */
export function membersIn(population: Population): Members {
  const { size, groups, groupsUnknown, directories, header } = population;
  const inverse = inverseOf(groups, header.groups.length);
  const seenIn = (wanted: readonly number[]): Bits => inverse.holding(wanted);

  function test(wanted: readonly number[]): PeopleTest {
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
        const inDoubt = inDirectories(population, doubtful);
        const unknown = noBits(size);
        for (let word = 0; word < unknown.length; word++) {
          unknown[word] = ((groupsUnknown[word] ?? 0) | (inDoubt[word] ?? 0)) & ~(yes[word] ?? 0);
        }
        return { yes, unknown };
      },
      isReady: () => true,
    };
  }

  return {
    expect: (wanted) => inverse.expect(wanted),
    seenIn,
    test(wanted) {
      if (wanted.length > 0) return test(wanted);
      return { judge: () => FALSE, verdict: () => ({ yes: noBits(size), unknown: noBits(size) }) };
    },
  };
}

/** Everybody who is in one of these directories. */
export function inDirectories({ size, directories, header }: Population, wanted: readonly number[]): Bits {
  return wanted.length === 0 ? noBits(size) : inverseOf(directories, header.directories.length).holding(wanted);
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
