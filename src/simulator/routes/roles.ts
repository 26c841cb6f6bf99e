import type { Answer } from "../answers.ts";
import { noContent, refuse } from "../answers.ts";
import { appFacts, assignableRoles, billableRoles, organizationResource, ownerOf } from "../apps.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import { objectBody } from "../filters.ts";
import { requireSeats } from "./group-writes.ts";

const user = "/admin/v1/orgs/{orgId}/users/{userId}";

/** Roles that people hold directly. */
export const roleRoutes: readonly Route[] = [
  { method: "POST", pattern: `${user}/roles/assign`, handle: (call) => assign(call, roleRequest(call)) },
  { method: "POST", pattern: `${user}/roles/revoke`, handle: (call) => revoke(call, roleRequest(call)) },
  {
    method: "POST",
    pattern: `${user}/role-assignments/assign`,
    handle: (call) => assign(call, organizationRequest(call)),
  },
  {
    method: "POST",
    pattern: `${user}/role-assignments/revoke`,
    handle: (call) => revoke(call, organizationRequest(call)),
  },
];

interface RoleRequest {
  readonly accountId: string;
  readonly role: string;
  /** Undefined where the request is accepted and grants nothing. */
  readonly target: { readonly resourceId: string; readonly directoryId: string | null } | undefined;
}

function personOf(call: Call): string {
  const accountId = parameter(call, "userId");
  if (!call.world.accounts.has(accountId) || (call.world.memberships.get(accountId)?.size ?? 0) === 0) {
    throw refuse.noResource("The user was not found in the organization");
  }
  return accountId;
}

function organizationRequest(call: Call): RoleRequest {
  const { role } = objectBody(call.body);
  if (role !== "atlassian/org-admin") throw refuse.badRoleRequest("role must be atlassian/org-admin");
  const resourceId = organizationResource(call.world.organization.id);
  return { accountId: personOf(call), role, target: { resourceId, directoryId: null } };
}

function roleRequest(call: Call): RoleRequest {
  if (call.quirks.rolesEndpointDisabled403) throw refuse.forbidden("The operation isn't enabled for the organization");
  const { role, resource } = objectBody(call.body);
  if (typeof role !== "string" || !assignableRoles.includes(role)) throw refuse.badRoleRequest("role: unknown value");
  if (role === "atlassian/org-admin") return organizationRequest(call);
  if (typeof resource !== "string") throw refuse.badRoleRequest("resource is required for this role");
  const accountId = personOf(call);
  const owner = ownerOf(resource);
  if (owner === "jira") return { accountId, role, target: undefined };
  if (owner === "platform") {
    const isSite = call.world.instances.has(resource) || /^ari:cloud:platform::site\/.+/.test(resource);
    if (!isSite || role !== "atlassian/site-admin") throw refuse.wrongRole();
    return { accountId, role, target: { resourceId: resource, directoryId: null } };
  }
  const instance = call.world.instances.get(resource);
  if (instance === undefined) throw refuse.noResource("The resource was not found");
  if (!(instance.roles ?? appFacts(instance.app).roles).includes(role)) throw refuse.wrongRole();
  return { accountId, role, target: { resourceId: resource, directoryId: directoryFor(call, accountId, instance) } };
}

/** The request names no directory: the one that serves the instance, or else the first the person is active in. */
function directoryFor(call: Call, accountId: string, instance: { readonly directoryId?: string }): string {
  const states = call.world.memberships.get(accountId) ?? new Map<string, string>();
  if (instance.directoryId !== undefined && states.has(instance.directoryId)) return instance.directoryId;
  const [first] = states.keys();
  const active = [...states].find(([, state]) => state === "active")?.[0] ?? first;
  if (active === undefined) throw refuse.noResource("The user was not found in the organization");
  return active;
}

function assign(call: Call, { accountId, role, target }: RoleRequest): Answer {
  if (target === undefined) return noContent;
  if (target.directoryId !== null && billableRoles.includes(role)) {
    requireSeats(call, target.directoryId, [accountId], [target.resourceId]);
  }
  call.change({ kind: "role.add", accountId, role, ...target });
  return noContent;
}

/** Takes direct roles only; a role that comes from a group stays, and the answer doesn't say so. */
function revoke(call: Call, { accountId, role, target }: RoleRequest): Answer {
  if (target === undefined) return noContent;
  const { resourceId } = target;
  const held = call.world.directRoles.get(accountId) ?? [];
  if (!held.some((direct) => direct.resourceId === resourceId && direct.role === role)) {
    if (call.quirks.revokeAbsent === 404) throw refuse.noResource("The user doesn't have the role");
    return noContent;
  }
  call.change({ kind: "role.remove", accountId, resourceId, role });
  return noContent;
}
