import type { WireUserRole, WireUserStats } from "../../atlassian/wire.ts";
import type { Answer } from "../answers.ts";
import { ok, refuse } from "../answers.ts";
import { searchableRoles } from "../apps.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import type { UserFilters } from "../filters.ts";
import { bodyCursor, bodyLimit, expandOf, objectBody, userFilters, userFiltersOfQuery } from "../filters.ts";
import { countUsers, everyMatch, findUsers } from "../find-users.ts";
import { isUnattached } from "../indexes.ts";
import { getListState, limitOf, pageAnswer, sliceAnswer, startOf } from "../paging.ts";
import { isInShare } from "../quirks.ts";
import type { ResourceRoles } from "../roles.ts";
import { assignedTo, rolesOf } from "../roles.ts";
import { userRow } from "../rows.ts";
import { snakeCased } from "../spelling.ts";
import type { Account } from "../world.ts";
import { narrowedTo, readDirectory } from "./directories.ts";

const directory = "/admin/v2/orgs/{orgId}/directories/{directoryId}";

/** What can be read about people. */
export const userRoutes: readonly Route[] = [
  { method: "POST", pattern: `${directory}/users/search`, handle: searchUsers },
  { method: "GET", pattern: `${directory}/users/count`, handle: countOfUsers },
  { method: "GET", pattern: `${directory}/users/stats`, scope: "read:directories:admin", handle: userStats },
  { method: "GET", pattern: `${directory}/users/{accountId}`, handle: userDetails },
  {
    method: "GET",
    pattern: `${directory}/users/{accountId}/role-assignments`,
    scope: "read:directories:admin",
    handle: userRoles,
  },
];

const expansions = ["platformRoles", "counts.resources", "productAccess", "groups"];

interface SearchState {
  readonly filters: UserFilters;
  readonly expand: readonly string[];
  readonly limit: number;
}

function searchUsers(call: Call): Answer {
  const directoryId = readDirectory(call);
  const body = objectBody(call.body);
  const asked = { filters: userFilters(body), expand: expandOf(body, expansions), limit: bodyLimit(body, 50, 100) };
  const token = bodyCursor(body);
  const state = startOf(call, token, asked);
  const kept = state.query as SearchState;
  const isAskedAgain = Object.keys(asked.filters).length > 0;
  if (isAskedAgain && JSON.stringify(asked.filters) !== JSON.stringify(kept.filters)) throw refuse.badCursor();
  const expand = asked.expand.length > 0 ? asked.expand : kept.expand;
  const limit = body["limit"] === undefined ? kept.limit : asked.limit;
  const search = { directoryId, filters: kept.filters };
  const found = findUsers(call.reads, search, call.quirks, { start: state.start, limit });
  const directoryIds = narrowedTo(directoryId, kept.filters.directoryIds);
  const rows = found.accounts
    .filter(({ accountId }) => !isInShare(call.quirks.dropRows, "drop", accountId))
    .map((account) => shownUser(call, account, expand, directoryIds));
  return pageAnswer(call, state, rows, found.next);
}

function shownUser(
  call: Call,
  account: Account,
  expand: readonly string[],
  directoryIds: readonly string[] | undefined,
): unknown {
  const row = userRow({ world: call.reads, quirks: call.quirks, now: call.now }, account, expand, directoryIds);
  return isInShare(call.quirks.wrongCase, "case", account.accountId) ? snakeCased(row) : row;
}

function countOfUsers(call: Call): Answer {
  const search = { directoryId: readDirectory(call), filters: userFiltersOfQuery(call.query) };
  return ok({ count: countUsers(call.counts, search, call.quirks) });
}

function userStats(call: Call): Answer {
  const everybody = everyMatch(call.counts, { directoryId: readDirectory(call), filters: {} }, call.quirks);
  const statuses = new Map<string, number>();
  for (const { accountStatus } of everybody) statuses.set(accountStatus, (statuses.get(accountStatus) ?? 0) + 1);
  const roles = searchableRoles.map((roleId) => {
    const assigned = assignedTo(call.counts, [], [roleId]);
    return { roleId, count: everybody.filter(({ accountId }) => assigned.has(accountId)).length };
  });
  const stats: WireUserStats = {
    accountStatus: [...statuses].map(([status, count]) => ({ status, count })),
    roles: roles.filter(({ count }) => count > 0),
  };
  return ok(stats);
}

/** Somebody whom this directory shows: a member, or a managed account in no directory. */
function shownIn(call: Call, directoryId: string): Account {
  const account = call.reads.accounts.get(parameter(call, "accountId"));
  const states = account === undefined ? undefined : call.reads.memberships.get(account.accountId);
  if (account === undefined || account.accountType !== "atlassian") throw refuse.noUser();
  const isMember = directoryId === "-" ? (states?.size ?? 0) > 0 : states?.has(directoryId) === true;
  if (!isMember && !isUnattached(call.reads, account)) throw refuse.noUser();
  return account;
}

function userDetails(call: Call): Answer {
  const directoryId = readDirectory(call);
  const account = shownIn(call, directoryId);
  return ok({ data: shownUser(call, account, ["platformRoles", "counts.resources", "deactivatedOn"], undefined) });
}

function userRoles(call: Call): Answer {
  const directoryId = readDirectory(call);
  const { accountId } = shownIn(call, directoryId);
  const { state, query } = getListState(call, (given) => ({
    limit: limitOf(given, 20, 100),
    directoryIds: given.getAll("directoryIds"),
    resourceOwners: given.getAll("resourceOwners"),
    resourceIds: given.getAll("resourceIds"),
    roleIds: given.getAll("roleIds"),
  }));
  const { directoryIds, resourceOwners, resourceIds, roleIds } = query;
  if (directoryIds.length > 10 || resourceOwners.length > 10 || resourceIds.length > 20 || roleIds.length > 10) {
    throw refuse.badRequest("Too many items in a filter");
  }
  if (roleIds.some((role) => !searchableRoles.includes(role))) throw refuse.badRequest("roleIds: unknown value");
  const wanted = narrowedTo(directoryId, directoryIds.length > 0 ? directoryIds : undefined);
  const rows = [...rolesOf(call.reads, accountId), ...noise(call, accountId)].filter(
    (row) =>
      (row.directoryId === null ? directoryIds.length === 0 : (wanted?.includes(row.directoryId) ?? true)) &&
      (resourceOwners.length === 0 || resourceOwners.includes(row.resourceOwner)) &&
      (resourceIds.length === 0 || resourceIds.includes(row.resourceId)) &&
      (roleIds.length === 0 || row.roles.some(({ role }) => roleIds.includes(role))),
  );
  return sliceAnswer(
    call,
    state,
    rows.map((row) => roleRow(call, accountId, row)),
    query.limit,
  );
}

function roleRow(call: Call, accountId: string, row: ResourceRoles): WireUserRole {
  const roles = [...row.roles];
  if (isInShare(call.quirks.unknownRole, row.resourceId, accountId)) {
    roles.push({ role: "atlassian/apprentice", methods: ["direct"] });
  }
  return {
    resourceId: row.resourceId,
    resourceOwner: row.resourceOwner,
    directoryId: row.directoryId,
    userDirectoryStatus: row.directoryStatus,
    roleAssignments: roles.map(({ role, methods }) => ({ role, roleAssignmentMethods: methods })),
    roles: roles.map(({ role }) => role),
  };
}

/** Projects and goals somebody takes part in: `atlassian/user` there is no seat. */
function noise(call: Call, accountId: string): readonly ResourceRoles[] {
  if (!call.quirks.projectNoise) return [];
  const rows: ResourceRoles[] = [];
  for (const owner of ["project", "goal"]) {
    if (!isInShare(0.2, owner, accountId)) continue;
    const resourceId = `ari:cloud:townsquare::${owner}/${encodeURIComponent(accountId)}`;
    const roles = [{ role: "atlassian/user", methods: ["direct" as const] }];
    rows.push({ resourceId, resourceOwner: owner, directoryId: null, directoryStatus: null, roles });
  }
  return rows;
}
