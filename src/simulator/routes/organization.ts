import type { WireDirectory, WireOrganization } from "../../atlassian/wire.ts";
import type { Answer } from "../answers.ts";
import { applicationError, ok, Refusal, refuse } from "../answers.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import { getListState, limitOf, sliceAnswer } from "../paging.ts";

/** The organisation itself, its domains and its directories. */
export const organizationRoutes: readonly Route[] = [
  { method: "GET", pattern: "/admin/v1/orgs", scope: "read:orgs:admin", handle: listOrganizations },
  {
    method: "GET",
    pattern: "/admin/v1/orgs/{orgId}",
    scope: "read:orgs:admin",
    handle: (call) => ok({ data: organizationRow(call) }),
  },
  { method: "GET", pattern: "/admin/v1/orgs/{orgId}/domains", scope: "read:domains:admin", handle: listDomains },
  {
    method: "GET",
    pattern: "/admin/v2/orgs/{orgId}/directories",
    scope: "read:directories:admin",
    handle: listDirectories,
  },
  {
    method: "POST",
    pattern: "/admin/v3/orgs/{orgId}/workspaces",
    scope: "read:workspaces:admin",
    handle: () => ok({ data: [], links: {} }),
  },
];

function organizationRow(call: Call): WireOrganization {
  const { id, name } = call.world.organization;
  const self = `${call.baseUrl}/admin/v1/orgs/${id}`;
  const relationships = {
    domains: { links: { related: `${self}/domains` } },
    users: { links: { related: `${self}/users` } },
  };
  const extra = { relationships, links: { self } };
  return { id, type: "orgs", attributes: { name }, ...extra };
}

function listOrganizations(call: Call): Answer {
  return ok({ data: [organizationRow(call)], links: { self: `${call.baseUrl}${call.path}` } });
}

function listDomains(call: Call): Answer {
  if (call.query.has("cursor")) throw refuse.badCursor();
  const self = `${call.baseUrl}${call.path}`;
  const data = (call.world.organization.domains ?? []).map(({ name, status = "verified" }) => {
    const id = Buffer.from(name).toString("base64url");
    const attributes = { name, claim: { type: "dns", status } };
    return { id, type: "domains", attributes, links: { self: `${self}/${id}` } };
  });
  return ok({ data, links: { self } });
}

function listDirectories(call: Call): Answer {
  const { state, query } = getListState(call, (given) => ({
    limit: limitOf(given, 20, 100),
    accountId: given.get("accountId"),
    directoryIds: given.getAll("directoryIds"),
    searchTerm: given.get("searchTerm"),
  }));
  const { accountId, directoryIds, searchTerm } = query;
  if (directoryIds.length > 10) throw refuse.badRequest("directoryIds must have at most 10 items");
  const states = accountId === null ? undefined : (call.reads.memberships.get(accountId) ?? new Map());
  const rows: WireDirectory[] = [];
  for (const { id, name } of call.reads.directories.values()) {
    if (states !== undefined && !states.has(id)) continue;
    if (directoryIds.length > 0 && !directoryIds.includes(id)) continue;
    if (searchTerm !== null && !name.toLowerCase().includes(searchTerm.toLowerCase())) continue;
    rows.push({ directoryId: id, name, icon: `https://icons.example/${id}.png` });
  }
  return sliceAnswer(call, state, rows, query.limit);
}

/** Refuses what the organisation has no paid subscription for. */
export function requirePaid(call: Call): void {
  if (call.world.organization.paid === false) {
    const detail = `Organization ${parameter(call, "orgId")} has no paid subscription`;
    throw new Refusal(applicationError(402, "ADMIN-UAM-402-1", "Payment Required", detail));
  }
}
