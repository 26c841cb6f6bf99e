import type { WireGroupRole } from "../../atlassian/wire.ts";
import type { Answer } from "../answers.ts";
import { ok, refuse } from "../answers.ts";
import { ownerOf } from "../apps.ts";
import type { Call, Route } from "../call.ts";
import type { GroupFilters } from "../filters.ts";
import { bodyCursor, bodyLimit, expandOf, groupFilters, groupFiltersOfQuery, objectBody } from "../filters.ts";
import { findGroups } from "../find-groups.ts";
import { getListState, limitOf, pageAnswer, sliceAnswer, startOf } from "../paging.ts";
import { isInShare } from "../quirks.ts";
import { groupRow } from "../rows.ts";
import type { Group } from "../world.ts";
import { entry } from "../world.ts";
import { groupOf, readDirectory } from "./directories.ts";

const directory = "/admin/v2/orgs/{orgId}/directories/{directoryId}";

/** What can be read about groups. */
export const groupRoutes: readonly Route[] = [
  { method: "POST", pattern: `${directory}/groups/search`, handle: searchGroups },
  { method: "GET", pattern: `${directory}/groups/count`, scope: "read:groups:admin", handle: countOfGroups },
  { method: "GET", pattern: `${directory}/groups/stats`, scope: "read:groups:admin", handle: groupStats },
  { method: "GET", pattern: `${directory}/groups/{groupId}`, scope: "read:groups:admin", handle: groupDetails },
  {
    method: "GET",
    pattern: `${directory}/groups/{groupId}/role-assignments`,
    scope: "read:groups:admin",
    handle: groupRoles,
  },
];

const expansions = ["counts.users", "counts.resources"];

interface SearchState {
  readonly filters: GroupFilters;
  readonly expand: readonly string[];
  readonly limit: number;
}

function searchGroups(call: Call): Answer {
  const directoryId = readDirectory(call);
  const body = objectBody(call.body);
  const asked = { filters: groupFilters(body), expand: expandOf(body, expansions), limit: bodyLimit(body, 20, 100) };
  const state = startOf(call, bodyCursor(body), asked);
  const kept = state.query as SearchState;
  const isAskedAgain = Object.keys(asked.filters).length > 0;
  if (isAskedAgain && JSON.stringify(asked.filters) !== JSON.stringify(kept.filters)) throw refuse.badCursor();
  const expand = asked.expand.length > 0 ? asked.expand : kept.expand;
  const limit = body["limit"] === undefined ? kept.limit : asked.limit;
  const groups = findGroups(call.reads, { directoryId, filters: kept.filters }, call.quirks);
  return groupPage(call, groups, { state, limit, expand, isSorted: kept.filters.descending !== undefined });
}

/** Unsorted lists go on by ordinal, so that a group deleted between two pages shifts nothing. */
function groupPage(
  call: Call,
  groups: readonly Group[],
  page: {
    readonly state: ReturnType<typeof startOf>;
    readonly limit: number;
    readonly expand: readonly string[];
    readonly isSorted: boolean;
  },
): Answer {
  const { state, limit, expand, isSorted } = page;
  const from = isSorted ? state.start : groups.findIndex((group) => group.ordinal >= state.start);
  const rows = from < 0 ? [] : groups.slice(from, from + limit);
  const following = from < 0 ? undefined : groups[from + limit];
  const next = following === undefined ? undefined : isSorted ? from + limit : following.ordinal;
  return pageAnswer(
    call,
    state,
    rows.map((group) => groupRow(call.counts, group, expand)),
    next,
  );
}

function countOfGroups(call: Call): Answer {
  const search = { directoryId: readDirectory(call), filters: groupFiltersOfQuery(call.query) };
  return ok({ count: findGroups(call.counts, search, call.quirks).length });
}

function groupStats(call: Call): Answer {
  const groups = findGroups(call.counts, { directoryId: readDirectory(call), filters: {} }, call.quirks);
  const types = new Map<string, number>();
  for (const { type = "GROUP" } of groups) types.set(type, (types.get(type) ?? 0) + 1);
  const synced = groups.filter((group) => group.synced === true).length;
  return ok({
    totals: { all: groups.length, managed: synced, synced },
    types: [...types].map(([type, count]) => ({ type, count })),
  });
}

function groupDetails(call: Call): Answer {
  const group = groupOf(call, readDirectory(call), call.reads);
  return ok({ data: groupRow(call.counts, group, expansions) });
}

function groupRoles(call: Call): Answer {
  const group = groupOf(call, readDirectory(call), call.reads);
  const { state, query } = getListState(call, (given) => ({
    limit: limitOf(given, 20, 100),
    resourceOwners: given.getAll("resourceOwners"),
    resourceIds: given.getAll("resourceIds"),
    roleIds: given.getAll("roleIds"),
  }));
  const { resourceOwners, resourceIds, roleIds } = query;
  const byResource = new Map<string, { roles: string[]; defaultRole?: string }>();
  for (const { resourceId, role, isDefault } of group.grants) {
    const row = entry(byResource, resourceId, () => ({ roles: [] }));
    row.roles.push(role);
    if (isDefault === true) row.defaultRole = role;
  }
  const rows: WireGroupRole[] = [];
  for (const [resourceId, row] of byResource) {
    if (isInShare(call.quirks.unknownRole, resourceId, group.id)) row.roles.push("atlassian/apprentice");
    const resourceOwner = ownerOf(resourceId);
    if (resourceOwners.length > 0 && !resourceOwners.includes(resourceOwner)) continue;
    if (resourceIds.length > 0 && !resourceIds.includes(resourceId)) continue;
    if (roleIds.length > 0 && !row.roles.some((role) => roleIds.includes(role))) continue;
    rows.push({ resourceId, resourceOwner, ...row });
  }
  return sliceAnswer(call, state, rows, query.limit);
}
