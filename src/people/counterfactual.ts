import { isBillable } from "../model/apps.ts";
import type { SnapshotHeader } from "../model/documents.generated.ts";
import { openDirectories } from "./directories.ts";
import { entries, hasEntry, type Population, statuses } from "./population.ts";
import { directRoles, grantsOn, isPaidInstance, type SeatPath } from "./seats.ts";

/** What would be different about a person: the question "and what if we did this?", asked of one snapshot. */
export interface Difference {
  readonly leave: ReadonlySet<number>;
  readonly join: ReadonlySet<number>;
  /** Direct roles taken, as `instance role`. */
  readonly revoke: ReadonlySet<string>;
  /** Direct roles given, as `instance role`. */
  readonly assign: ReadonlySet<string>;
  /** Directories in which access is suspended. */
  readonly closed: ReadonlySet<number>;
  /** Directories the person is taken out of. */
  readonly removed: ReadonlySet<number>;
  /** Directories in which access comes back. */
  readonly opened: ReadonlySet<number>;
  /** The whole account ends or comes back. */
  readonly account: "as-is" | "closed" | "opened";
}

export const noDifference: Difference = {
  leave: new Set(),
  join: new Set(),
  revoke: new Set(),
  assign: new Set(),
  closed: new Set(),
  removed: new Set(),
  opened: new Set(),
  account: "as-is",
};

/** Everything that these differences say, together. */
export function united(differences: readonly Difference[]): Difference {
  const all = <Entry>(of: (difference: Difference) => ReadonlySet<Entry>): ReadonlySet<Entry> =>
    new Set(differences.flatMap((difference) => [...of(difference)]));
  return {
    leave: all(({ leave }) => leave),
    join: all(({ join }) => join),
    revoke: all(({ revoke }) => revoke),
    assign: all(({ assign }) => assign),
    closed: all(({ closed }) => closed),
    removed: all(({ removed }) => removed),
    opened: all(({ opened }) => opened),
    account: differences.find(({ account }) => account !== "as-is")?.account ?? "as-is",
  };
}

/** The key of a direct role in a `Difference`. */
export function roleKey(instance: number, role: string): string {
  return `${instance} ${role}`;
}

const directoriesByHeader = new WeakMap<SnapshotHeader, readonly ReadonlySet<number>[]>();

/** Directories whose groups grant roles on an instance: the directories it serves. */
export function directoriesOf(population: Population, instance: number): ReadonlySet<number> {
  const { header } = population;
  let directories = directoriesByHeader.get(header);
  if (directories === undefined) {
    const serving = header.instances.map(() => new Set<number>());
    for (const { directory, grants } of header.groups)
      for (const grant of grants) serving[grant.instance]?.add(directory);
    directories = serving;
    directoriesByHeader.set(header, directories);
  }
  return directories[instance] ?? new Set();
}

/** Directories in which the person's access is open after the difference. */
function openAfter(population: Population, person: number, difference: Difference): ReadonlySet<number> {
  const before = openDirectories(population, person);
  const { opened, closed, removed, account } = difference;
  if (account !== "opened" && opened.size + closed.size + removed.size === 0) return before;
  const open = new Set(before);
  if (difference.account === "opened") for (const at of entries(population.directories, person)) open.add(at);
  for (const directory of difference.opened) open.add(directory);
  for (const directory of difference.closed) open.delete(directory);
  for (const directory of difference.removed) open.delete(directory);
  return open;
}

/**
 * Direct roles after the difference. They live in those of the person's directories that serve the
 * instance; where none is known to, in any of them.
 */
function directAfter(
  population: Population,
  person: number,
  difference: Difference,
  open: ReadonlySet<number>,
): readonly (readonly [number, string])[] {
  const held = directRoles(population, person);
  if (held.length === 0 && difference.assign.size === 0) return held;
  const keys = new Map(held.map((role) => [roleKey(...role), role]));
  for (const key of difference.revoke) keys.delete(key);
  for (const key of difference.assign) {
    const space = key.indexOf(" ");
    keys.set(key, [Number(key.slice(0, space)), key.slice(space + 1)]);
  }
  return [...keys.values()].filter(([instance]) => {
    const serving = [...directoriesOf(population, instance)].filter((at) =>
      hasEntry(population.directories, person, at),
    );
    return serving.length === 0 ? open.size > 0 : serving.some((directory) => open.has(directory));
  });
}

/** The paths that would grant roles on an instance after the difference: groups by position, then direct roles. */
export function pathsAfter(
  population: Population,
  person: number,
  instance: number,
  difference: Difference,
): readonly SeatPath[] {
  const open = openAfter(population, person, difference);
  const paths: SeatPath[] = [];
  for (const { group, role } of grantsOn(population, instance)) {
    const member = hasEntry(population.groups, person, group)
      ? !difference.leave.has(group)
      : difference.join.has(group);
    if (member && open.has(population.header.groups[group]?.directory ?? -1)) paths.push({ via: "group", group, role });
  }
  const direct = directAfter(population, person, difference, open).flatMap(([at, role]) =>
    at === instance ? [role] : [],
  );
  for (const role of direct.sort()) paths.push({ via: "direct", role });
  return paths;
}

/** Instances on which the person holds a paid seat after the difference, ascending. */
export function seatsAfter(population: Population, person: number, difference: Difference): readonly number[] {
  if (statusAfter(population, person, difference) !== "active") return [];
  const open = openAfter(population, person, difference);
  const seats: number[] = [];
  const give = (instance: number, role: string): void => {
    if (isBillable(role) && isPaidInstance(population, instance) && !seats.includes(instance)) seats.push(instance);
  };
  const giveGrantsOf = (group: number): void => {
    const found = population.header.groups[group];
    if (found === undefined || !open.has(found.directory)) return;
    for (const { instance, role } of found.grants) give(instance, role);
  };
  for (const group of entries(population.groups, person)) if (!difference.leave.has(group)) giveGrantsOf(group);
  for (const group of difference.join) if (!hasEntry(population.groups, person, group)) giveGrantsOf(group);
  for (const [instance, role] of directAfter(population, person, difference, open)) give(instance, role);
  return seats.sort((a, b) => a - b);
}

/** The person's status after the difference. */
export function statusAfter(population: Population, person: number, difference: Difference): string {
  const before = statuses[population.status[person] ?? 0] ?? "unknown";
  if (difference.account === "closed") return "deactivated";
  if (difference.account === "opened") return "active";
  if (before === "deactivated" || before === "for_deletion") return before;
  const { closed, removed } = difference;
  if (removed.size > 0 && entries(population.directories, person).every((at) => removed.has(at))) return "not_invited";
  if (closed.size + removed.size > 0 && before === "active") {
    const open = [...openDirectories(population, person)].some((at) => !closed.has(at) && !removed.has(at));
    return open ? "active" : "suspended";
  }
  if (difference.opened.size > 0 && before === "suspended") return "active";
  return before;
}
