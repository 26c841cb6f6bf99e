import type { Answer } from "../answers.ts";
import { ok, refuse } from "../answers.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import { decodeCursor, encodeCursor } from "../cursors.ts";
import type { Change, ChangeRecord } from "../facts.ts";
import { limitOf } from "../paging.ts";
import { lastActiveRow, managedAccountRow } from "../rows.ts";

const organization = "/admin/v1/orgs/{orgId}";

/** The v1 endpoints that still work: managed accounts, last activity, events. */
export const activityRoutes: readonly Route[] = [
  { method: "GET", pattern: `${organization}/users`, scope: "read:accounts:admin", handle: listManagedAccounts },
  { method: "GET", pattern: `${organization}/directory/users/{accountId}/last-active-dates`, handle: lastActiveDates },
  { method: "GET", pattern: `${organization}/events-stream`, scope: "read:events:admin", handle: streamEvents },
];

const managedPageSize = 100;

/** Managed accounts of every type; v1's `links.next` is a whole URL. */
function listManagedAccounts(call: Call): Answer {
  const { world, quirks, now } = { world: call.reads, quirks: call.quirks, now: call.now };
  const of = `${call.method} ${call.path}`;
  const token = call.query.get("cursor");
  const start = token === null ? 0 : startOf(token, of);
  const url = `${call.baseUrl}${call.path}`;
  const managed = quirks.managedUsersEmpty
    ? []
    : world.listing.filter((account) => account.managed && account.accountStatus !== "closed");
  const end = start + managedPageSize;
  const rows = managed
    .slice(start, end)
    .map((account) => managedAccountRow({ world, quirks, now }, account, call.baseUrl));
  const cursor = encodeCursor({ of, query: null, start: end, before: start, page: 1 + end / managedPageSize });
  return ok({
    data: rows,
    links: {
      self: token === null ? url : `${url}?cursor=${token}`,
      ...(end < managed.length ? { next: `${url}?cursor=${cursor}` } : {}),
    },
    meta: { total: managed.length },
  });
}

function startOf(token: string, of: string): number {
  const state = decodeCursor(token);
  if (state?.of !== of) throw refuse.badCursor();
  return state.start;
}

function lastActiveDates(call: Call): Answer {
  const account = call.world.accounts.get(parameter(call, "accountId"));
  if (account === undefined) throw refuse.noUser();
  return ok(lastActiveRow({ world: call.world, quirks: call.quirks, now: call.now }, account));
}

/** What was done through the API, oldest first unless asked otherwise. */
function streamEvents(call: Call): Answer {
  const of = `${call.method} ${call.path}`;
  const token = call.query.get("cursor");
  const limit = limitOf(call.query, 200, 500);
  const isDescending = call.query.get("sortOrder") === "desc";
  const start = token === null ? 0 : startOf(token, of);
  const from = Number(call.query.get("from") ?? 0);
  const to = Number(call.query.get("to") ?? Number.MAX_SAFE_INTEGER);
  if (Number.isNaN(from) || Number.isNaN(to)) throw refuse.badRequest("from and to are milliseconds");
  const events = call.world.changes.filter(
    ({ at }) => at !== undefined && Date.parse(at) >= from && Date.parse(at) <= to,
  );
  if (isDescending) events.reverse();
  const shown = events.slice(start, start + limit);
  const end = start + shown.length;
  const cursor = encodeCursor({ of, query: null, start: end, before: start, page: 1 });
  const url = `${call.baseUrl}${call.path}`;
  return ok({
    data: shown.map((record) => eventRow(call, record)),
    links: { self: url, ...(end < events.length ? { next: `${url}?cursor=${cursor}` } : {}) },
    meta: { next: cursor, page_size: shown.length },
  });
}

const actions: Readonly<Partial<Record<Change["kind"], string>>> = {
  "account.add": "user_invited",
  "account.update": "user_account_updated",
  "membership.remove": "user_removed_from_directory",
  "group.create": "group_created",
  "group.delete": "group_deleted",
  "member.add": "user_added_to_group",
  "member.remove": "user_removed_from_group",
  "grant.add": "group_role_granted",
  "grant.remove": "group_role_revoked",
  "role.add": "user_granted_role",
  "role.remove": "user_revoked_role",
  "token.remove": "user_api_token_revoked",
};

function actionOf(change: Change): string {
  if (change.kind === "membership.set") return change.status === "suspended" ? "user_suspended" : "user_restored";
  return actions[change.kind] ?? change.kind.replace(".", "_");
}

function eventRow(call: Call, { sequence, change, at, actor }: ChangeRecord): unknown {
  const [key] = call.world.keys;
  const context = [];
  if ("accountId" in change) context.push({ id: change.accountId, type: "users" });
  if ("groupId" in change) context.push({ id: change.groupId, type: "groups" });
  if ("resourceId" in change) context.push({ id: change.resourceId, type: "resources" });
  const auth = { authType: "api-token", tokenId: key?.id ?? "unknown", tokenLabel: key?.label ?? "unknown" };
  const id = `sim-event-${sequence}`;
  return {
    id,
    type: "events",
    attributes: {
      time: at,
      processedAt: at,
      action: actionOf(change),
      actor: { id: actor ?? "unknown", auth },
      context,
    },
    links: { self: `${call.baseUrl}/admin/v1/orgs/${call.world.organization.id}/events/${id}` },
  };
}
