import { entries, type Population, statuses } from "./population.ts";

/**
 * Directories in which the person's access is open, as far as is known: without detail, all of theirs. Of somebody
 * suspended, none: that status means every directory. Source: organisations REST API, membershipStatus.
 */
export function openDirectories(population: Population, person: number): ReadonlySet<number> {
  if (statuses[population.status[person] ?? 0] === "suspended") return new Set();
  const open = new Set(entries(population.directories, person));
  for (const [directory, state] of population.detail.get(person)?.membership ?? []) {
    if (state !== "active") open.delete(directory);
  }
  return open;
}

/**
 * Whether it is known in which of their directories the person's access is open. A bulk read tells one status for all of
 * them: of somebody in several, it says that one is open, not which.
 */
export function directoriesAreCertain(population: Population, person: number): boolean {
  return population.detail.has(person) || entries(population.directories, person).length < 2;
}
