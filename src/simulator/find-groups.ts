import { ownerOf } from "./apps.ts";
import type { GroupFilters } from "./filters.ts";
import { groupsInOrder, remember } from "./indexes.ts";
import type { Quirks } from "./quirks.ts";
import type { Group, World } from "./world.ts";

export interface GroupSearch {
  /** The directory of the path, or `-` for all. */
  readonly directoryId: string;
  readonly filters: GroupFilters;
}

/** Every group that matches, in listing order or by name. */
export function findGroups(world: World, search: GroupSearch, quirks: Quirks): readonly Group[] {
  const name = `groups ${JSON.stringify([search, quirks.filtersIgnored, quirks.pathDirectoryIgnored])}`;
  return remember(world, name, world.stamps.groups, () => {
    const filters = effective(search.filters, quirks);
    const directoryId = quirks.pathDirectoryIgnored ? "-" : search.directoryId;
    const tests = [directoryTest(directoryId, filters), ...fieldTests(filters)];
    const groups = groupsInOrder(world).filter((group) => tests.every((test) => test(group)));
    if (search.filters.descending === undefined) return groups;
    const direction = search.filters.descending ? -1 : 1;
    return groups.sort((a, b) => (a.name < b.name ? -direction : a.name > b.name ? direction : a.ordinal - b.ordinal));
  });
}

function effective(filters: GroupFilters, quirks: Quirks): GroupFilters {
  const ignored = (name: string): boolean =>
    quirks.filtersIgnored.includes("*") || quirks.filtersIgnored.includes(name);
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !ignored(name)));
}

function directoryTest(directoryId: string, filters: GroupFilters): (group: Group) => boolean {
  return (group) =>
    (directoryId === "-" || group.directoryId === directoryId) &&
    (filters.directoryIds === undefined || filters.directoryIds.includes(group.directoryId));
}

function fieldTests(filters: GroupFilters): readonly ((group: Group) => boolean)[] {
  const tests: ((group: Group) => boolean)[] = [];
  const { groupIds, groupNames, accountIds, resourceIds, resourceOwners, roleIds, searchTerm } = filters;
  if (groupIds !== undefined) tests.push((group) => groupIds.includes(group.id));
  if (groupNames !== undefined) {
    const wanted = groupNames.map((name) => name.toLowerCase());
    tests.push((group) => wanted.includes(group.name.toLowerCase()));
  }
  if (accountIds !== undefined) tests.push((group) => accountIds.some((id) => group.members.has(id)));
  if (resourceIds !== undefined || resourceOwners !== undefined || roleIds !== undefined) {
    tests.push((group) =>
      group.grants.some(
        ({ resourceId, role }) =>
          (resourceIds === undefined || resourceIds.includes(resourceId)) &&
          (resourceOwners === undefined || resourceOwners.includes(ownerOf(resourceId))) &&
          (roleIds === undefined || roleIds.includes(role)),
      ),
    );
  }
  if (searchTerm !== undefined) {
    const term = searchTerm.toLowerCase();
    tests.push((group) => group.name.toLowerCase().includes(term));
  }
  return tests;
}
