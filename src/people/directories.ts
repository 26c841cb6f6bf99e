import { entries, type ListColumn, type Population, statuses } from "./population.ts";

/**
 * Directories in which the person's access is open, as far as is known: without detail, all of theirs. Of somebody
 * suspended, none: that status means every directory. Source: organisations REST API, membershipStatus.
 */
export function openDirectories(population: Population, person: number): ReadonlySet<number> {
  if (statuses[population.status[person] ?? 0] === "suspended") return noDirectory;
  const { starts, values } = population.directories;
  const first = starts[person] ?? 0;
  const told = population.detail.get(person);
  // Almost everybody is in one directory.
  if (told === undefined && starts[person + 1] === first + 1)
    return onlyOne(population.directories, values[first] ?? 0);
  const open = new Set(entries(population.directories, person));
  for (const [directory, state] of told?.membership ?? []) {
    if (state !== "active") open.delete(directory);
  }
  return open;
}

const noDirectory: ReadonlySet<number> = new Set();
const singles = new WeakMap<ListColumn, ReadonlySet<number>[]>();

/** The set of one directory. */
function onlyOne(column: ListColumn, directory: number): ReadonlySet<number> {
  let sets = singles.get(column);
  if (sets === undefined) {
    sets = [];
    singles.set(column, sets);
  }
  return (sets[directory] ??= new Set([directory]));
}

/**
 * Whether it is known in which of their directories the person's access is open. A bulk read tells one status for all of
 * them: of somebody in several, it says that one is open, not which.
 */
export function directoriesAreCertain(population: Population, person: number): boolean {
  return population.detail.has(person) || entries(population.directories, person).length < 2;
}
