import type { Answer } from "../answers.ts";
import { applicationError, noContent, Refusal, refuse } from "../answers.ts";
import { appFacts, assignableRoles, billableRoles } from "../apps.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import { objectBody } from "../filters.ts";
import { stableUuid } from "../ids.ts";
import { seatHolders } from "../roles.ts";
import type { Group } from "../world.ts";
import { groupOf, memberOf, writeDirectory } from "./directories.ts";

const groups = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups";

/** What can be done to groups. */
export const groupWriteRoutes: readonly Route[] = [
  { method: "POST", pattern: groups, handle: createGroup },
  { method: "DELETE", pattern: `${groups}/{groupId}`, handle: deleteGroup },
  { method: "POST", pattern: `${groups}/{groupId}/memberships`, handle: addMember },
  { method: "DELETE", pattern: `${groups}/{groupId}/memberships/{accountId}`, handle: removeMember },
  { method: "POST", pattern: `${groups}/{groupId}/role-assignments/assign`, handle: assignRole },
  { method: "POST", pattern: `${groups}/{groupId}/role-assignments/revoke`, handle: revokeRole },
];

function createGroup(call: Call): Answer {
  const directoryId = writeDirectory(call);
  const { name, description } = objectBody(call.body);
  if (typeof name !== "string" || name.trim() === "") throw refuse.badRequest("name is required");
  if (description !== undefined && typeof description !== "string") throw refuse.badRequest("description must be text");
  const sameName = (group: Group): boolean =>
    group.directoryId === directoryId && group.name.toLowerCase() === name.toLowerCase();
  if ([...call.world.groups.values()].some(sameName)) {
    throw new Refusal(applicationError(409, "ADMIN-409-28", "Conflict", "A group with this name already exists"));
  }
  const id = stableUuid(`created group ${directoryId} ${name} ${call.world.counters.group}`);
  call.change({
    kind: "group.create",
    group: { id, name, directoryId, ...(description === undefined ? {} : { description }) },
  });
  return { status: 201 };
}

function deleteGroup(call: Call): Answer {
  const group = changeableGroup(call, writeDirectory(call));
  if (group.grants.some(({ isDefault }) => isDefault === true)) {
    const detail = "A group with the default-role attribute can't be deleted";
    throw new Refusal(applicationError(403, "ADMIN-403-6", "Forbidden", detail));
  }
  if (group.grants.some(({ role }) => /(^|-)admin$/.test(role.replace("atlassian/", "")))) {
    const detail = "A group that grants admin access can't be deleted";
    throw new Refusal(applicationError(403, "ADMIN-403-7", "Forbidden", detail));
  }
  call.change({ kind: "group.delete", groupId: group.id });
  return noContent;
}

/** A group that an identity provider owns answers 403 to every write. */
function changeableGroup(call: Call, directoryId: string): Group {
  const group = groupOf(call, directoryId);
  if (group.synced === true) throw refuse.forbidden("The group is synced from an identity provider");
  return group;
}

function addMember(call: Call): Answer {
  const directoryId = writeDirectory(call);
  const { accountId } = objectBody(call.body);
  if (typeof accountId !== "string") throw refuse.badRequest("accountId is required");
  const group = changeableGroup(call, directoryId);
  memberOf(call, directoryId, accountId);
  if (group.members.has(accountId)) {
    if (call.quirks.addMemberAgain === 409) throw refuse.alreadySo("The user is already a member of the group");
    return noContent;
  }
  const seats = group.grants.filter(({ role }) => billableRoles.includes(role)).map(({ resourceId }) => resourceId);
  requireSeats(call, directoryId, [accountId], seats);
  call.change({ kind: "member.add", groupId: group.id, accountId });
  return noContent;
}

function removeMember(call: Call): Answer {
  const group = changeableGroup(call, writeDirectory(call));
  const accountId = parameter(call, "accountId");
  if (!group.members.has(accountId)) throw refuse.notInDirectory();
  call.change({ kind: "member.remove", groupId: group.id, accountId });
  return noContent;
}

/** Refuses when these people would take more seats than the licences of these instances allow. */
export function requireSeats(
  call: Call,
  directoryId: string,
  accountIds: Iterable<string>,
  resourceIds: readonly string[],
): void {
  const people = [...accountIds].filter(
    (accountId) =>
      call.world.accounts.get(accountId)?.accountStatus === "active" &&
      call.world.memberships.get(accountId)?.get(directoryId) !== "suspended",
  );
  for (const resourceId of resourceIds) {
    const capacity = call.world.instances.get(resourceId)?.capacity;
    if (capacity === undefined) continue;
    const holders = seatHolders(call.world, resourceId);
    const added = people.filter((accountId) => !holders.has(accountId)).length;
    if (added > 0 && holders.size + added > capacity) throw refuse.noSeatsLeft();
  }
}

function roleRequest(call: Call): { readonly resourceId: string; readonly role: string } {
  const { resourceId, roleId } = objectBody(call.body);
  if (typeof resourceId !== "string" || typeof roleId !== "string") {
    throw refuse.badRequest("resourceId and roleId are required");
  }
  const instance = call.world.instances.get(resourceId);
  if (instance === undefined) throw refuse.noResource("Unknown Resource");
  if (![...assignableRoles, "atlassian/viewer"].includes(roleId)) throw refuse.badRequest("roleId: unknown value");
  if (!(instance.roles ?? appFacts(instance.app).roles).includes(roleId)) throw refuse.wrongRole();
  return { resourceId, role: roleId };
}

function assignRole(call: Call): Answer {
  const directoryId = writeDirectory(call);
  const grant = roleRequest(call);
  const group = groupOf(call, directoryId);
  if (billableRoles.includes(grant.role)) requireSeats(call, directoryId, group.members, [grant.resourceId]);
  const held = group.grants.find(({ resourceId, role }) => resourceId === grant.resourceId && role === grant.role);
  if (held === undefined) call.change({ kind: "grant.add", groupId: group.id, grant });
  return { status: 200 };
}

function revokeRole(call: Call): Answer {
  const group = groupOf(call, writeDirectory(call));
  call.change({ kind: "grant.remove", groupId: group.id, ...roleRequest(call) });
  return noContent;
}
