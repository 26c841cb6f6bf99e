import { billableRoles, organizationResource, ownerOf, platformRoleIds } from "./apps.ts";
import type { MembershipState } from "./facts.ts";
import { accessStamp, directByResource, groupsByResource, remember } from "./indexes.ts";
import type { Account, World } from "./world.ts";
import { entry, requireAccount, requireInstance } from "./world.ts";

export type AssignmentMethod = "direct" | "group_direct" | "inferred";
export type PersonStatus = "active" | "suspended" | "not_invited" | "deactivated" | "for_deletion";

export interface ResourceRoles {
  readonly resourceId: string;
  readonly resourceOwner: string;
  /** Null for roles over the organisation or a site, which belong to no directory. */
  readonly directoryId: string | null;
  readonly directoryStatus: MembershipState | null;
  readonly roles: readonly { readonly role: string; readonly methods: readonly AssignmentMethod[] }[];
}

/** Active when any membership is, suspended when all are, `no_membership` when there is none. */
export function membershipStatusOf(world: World, accountId: string): MembershipState | "no_membership" {
  const states = world.memberships.get(accountId);
  if (states === undefined || states.size === 0) return "no_membership";
  for (const state of states.values()) if (state === "active") return "active";
  return "suspended";
}

/** The composite status that Atlassian shows. */
export function personStatusOf(world: World, account: Account): PersonStatus {
  if (account.deletionRequestedAt !== undefined) return "for_deletion";
  if (account.accountStatus !== "active") return "deactivated";
  const membership = membershipStatusOf(world, account.accountId);
  return membership === "no_membership" ? "not_invited" : membership;
}

/**
 * The account ids that really take a seat of this instance: the account is active, its membership in the directory that
 * the role belongs to is active, and the role is billable, direct or through a group of that directory.
 */
export function seatHolders(world: World, instanceId: string): ReadonlySet<string> {
  requireInstance(world, instanceId);
  return remember(world, `seats ${instanceId}`, accessStamp(world), () => {
    const holders = new Set<string>();
    const holdsIf = (accountId: string, directoryId: string): void => {
      const isMember = world.memberships.get(accountId)?.get(directoryId) === "active";
      if (isMember && requireAccount(world, accountId).accountStatus === "active") holders.add(accountId);
    };
    for (const { group, role } of groupsByResource(world).get(instanceId) ?? []) {
      if (!billableRoles.includes(role)) continue;
      for (const accountId of group.members) holdsIf(accountId, group.directoryId);
    }
    for (const { accountId, role, directoryId } of directByResource(world).get(instanceId) ?? []) {
      if (directoryId !== null && billableRoles.includes(role)) holdsIf(accountId, directoryId);
    }
    return holders;
  });
}

/** The instances on which this person really takes a seat. */
export function seatsOf(world: World, accountId: string): readonly string[] {
  return [...world.instances.keys()].filter((instanceId) => seatHolders(world, instanceId).has(accountId));
}

/**
 * Everybody who has been assigned one of the roles on one of the resources, directly or by a group, whether or not they
 * are suspended. An empty list means any.
 */
export function assignedTo(
  world: World,
  resourceIds: readonly string[],
  roleIds: readonly string[],
): ReadonlySet<string> {
  const name = `assigned ${[...resourceIds].sort().join(" ")} | ${[...roleIds].sort().join(" ")}`;
  return remember(world, name, accessStamp(world), () => {
    const granting = groupsByResource(world);
    const direct = directByResource(world);
    const resources = resourceIds.length > 0 ? resourceIds : new Set([...granting.keys(), ...direct.keys()]);
    const matches = (role: string): boolean => roleIds.length === 0 || roleIds.includes(role);
    const people = new Set<string>();
    for (const resourceId of resources) {
      for (const { group, role } of granting.get(resourceId) ?? []) {
        if (matches(role)) for (const accountId of group.members) people.add(accountId);
      }
      for (const { accountId, role } of direct.get(resourceId) ?? []) if (matches(role)) people.add(accountId);
    }
    return people;
  });
}

/** Whether this person has been assigned one of the roles on one of the resources; an empty list means any. */
export function isAssigned(
  world: World,
  accountId: string,
  resourceIds: readonly string[],
  roleIds: readonly string[],
): boolean {
  return assignmentsOf(world, accountId).some(
    ({ resourceId, role }) =>
      (resourceIds.length === 0 || resourceIds.includes(resourceId)) &&
      (roleIds.length === 0 || roleIds.includes(role)),
  );
}

interface Assignment {
  readonly resourceId: string;
  readonly directoryId: string | null;
  readonly role: string;
  readonly method: AssignmentMethod;
}

function assignmentsOf(world: World, accountId: string): readonly Assignment[] {
  const assignments: Assignment[] = (world.directRoles.get(accountId) ?? []).map((held) => ({
    ...held,
    method: "direct" as const,
  }));
  for (const groupId of world.groupsOf.get(accountId) ?? []) {
    const group = world.groups.get(groupId);
    if (group === undefined) continue;
    for (const { resourceId, role } of group.grants) {
      const directoryId = ownerOf(resourceId) === "platform" ? null : group.directoryId;
      assignments.push({ resourceId, role, directoryId, method: "group_direct" });
    }
  }
  return assignments;
}

/**
 * A person's roles, one row for each resource and directory, with the methods that gave each role. An organisation admin
 * gets `user-access-admin` on every instance by inference, as far as they are a member of its directory.
 */
export function rolesOf(world: World, accountId: string): readonly ResourceRoles[] {
  const assignments = [...assignmentsOf(world, accountId)];
  const states = world.memberships.get(accountId);
  if (platformRolesOf(world, accountId).includes("atlassian/org-admin")) {
    for (const { id, directoryId } of world.instances.values()) {
      if (directoryId === undefined || !states?.has(directoryId)) continue;
      const role = "atlassian/user-access-admin";
      assignments.push({ resourceId: id, directoryId, role, method: "inferred" });
    }
  }
  const rows = new Map<string, { readonly first: Assignment; readonly methods: Map<string, Set<AssignmentMethod>> }>();
  for (const assignment of assignments) {
    const key = `${assignment.resourceId} ${assignment.directoryId ?? ""}`;
    const row = entry(rows, key, () => ({ first: assignment, methods: new Map() }));
    entry(row.methods, assignment.role, () => new Set()).add(assignment.method);
  }
  return [...rows.values()].map(({ first: { resourceId, directoryId }, methods }) => ({
    resourceId,
    resourceOwner: ownerOf(resourceId),
    directoryId,
    directoryStatus: directoryId === null ? null : (states?.get(directoryId) ?? null),
    roles: [...methods].map(([role, by]) => ({ role, methods: [...by].sort() })),
  }));
}

/** The roles over the organisation, a site or an app's people that this person has been assigned. */
export function platformRolesOf(world: World, accountId: string): readonly string[] {
  const held = new Set(assignmentsOf(world, accountId).map(({ role }) => role));
  return platformRoleIds.filter((role) => held.has(role));
}

/** Whether this person administers the organisation. */
export function isOrganizationAdmin(world: World, accountId: string): boolean {
  return isAssigned(world, accountId, [organizationResource(world.organization.id)], ["atlassian/org-admin"]);
}
