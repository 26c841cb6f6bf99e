import type { Change, Grant } from "./facts.ts";
import type { Group, World } from "./world.ts";
import {
  entry,
  insertAccount,
  insertGroup,
  requireAccount,
  requireDirectory,
  requireGroup,
  requireInstance,
} from "./world.ts";

export interface ChangeOrigin {
  readonly at: string;
  readonly actor: string;
}

/**
 * Makes a change happen, and notes it in the world's log when it changed anything. Without an origin it is somebody
 * else's doing, outside the API. Throws when it speaks of something that isn't there. Returns whether anything changed.
 */
export function applyChange(world: World, change: Change, origin?: ChangeOrigin): boolean {
  const changed = carryOut(world, change);
  if (changed) world.changes.push({ sequence: world.changes.length + 1, change, ...origin });
  return changed;
}

function carryOut(world: World, change: Change): boolean {
  switch (change.kind) {
    case "account.add":
      insertAccount(world, change.account);
      world.stamps.people++;
      return true;
    case "account.update": {
      const updated = without({ ...requireAccount(world, change.accountId), ...change.set });
      world.accounts.set(updated.accountId, updated);
      world.listing[updated.ordinal] = updated;
      world.stamps.people++;
      return true;
    }
    case "membership.set": {
      requireAccount(world, change.accountId);
      requireDirectory(world, change.directoryId);
      const states = entry(world.memberships, change.accountId, () => new Map());
      if (states.get(change.directoryId) === change.status) return false;
      states.set(change.directoryId, change.status);
      world.stamps.people++;
      return true;
    }
    case "membership.remove":
      return removeMembership(world, change.accountId, change.directoryId);
    case "group.create":
      insertGroup(world, change.group);
      world.stamps.groups++;
      return true;
    case "group.update":
      world.groups.set(change.groupId, without({ ...requireGroup(world, change.groupId), ...change.set }));
      world.stamps.groups++;
      return true;
    case "group.delete": {
      const group = requireGroup(world, change.groupId);
      for (const accountId of group.members) world.groupsOf.get(accountId)?.delete(group.id);
      world.groups.delete(group.id);
      world.stamps.groups++;
      return true;
    }
    case "member.add":
      return addMember(world, requireGroup(world, change.groupId), change.accountId);
    case "member.remove": {
      const group = requireGroup(world, change.groupId);
      if (!group.members.delete(change.accountId)) return false;
      world.groupsOf.get(change.accountId)?.delete(group.id);
      world.stamps.groups++;
      return true;
    }
    case "grant.add":
      return addGrant(world, requireGroup(world, change.groupId), change.grant);
    case "grant.remove": {
      const { grants } = requireGroup(world, change.groupId);
      const at = grants.findIndex((grant) => grant.resourceId === change.resourceId && grant.role === change.role);
      if (at < 0) return false;
      grants.splice(at, 1);
      world.stamps.groups++;
      return true;
    }
    case "role.add": {
      requireAccount(world, change.accountId);
      const { kind: _, ...role } = change;
      const roles = entry(world.directRoles, change.accountId, () => []);
      if (roles.some((held) => held.resourceId === role.resourceId && held.role === role.role)) return false;
      roles.push(role);
      world.stamps.roles++;
      return true;
    }
    case "role.remove":
      return keepRoles(
        world,
        change.accountId,
        (held) => held.resourceId !== change.resourceId || held.role !== change.role,
      );
    case "instance.update":
      world.instances.set(change.instanceId, without({ ...requireInstance(world, change.instanceId), ...change.set }));
      return true;
    case "visit": {
      requireAccount(world, change.accountId);
      requireInstance(world, change.instanceId);
      const byInstance = entry(world.activity, change.accountId, () => new Map());
      const before = byInstance.get(change.instanceId) ?? { reported: undefined, visits: [] };
      const visits = [...before.visits, Date.parse(change.at)].sort((a, b) => a - b);
      byInstance.set(change.instanceId, { ...before, visits });
      return true;
    }
    case "token.remove": {
      const tokens = world.tokens.get(change.accountId) ?? [];
      const at = tokens.findIndex((token) => token.id === change.tokenId);
      if (at < 0) return false;
      tokens.splice(at, 1);
      return true;
    }
  }
}

function addMember(world: World, group: Group, accountId: string): boolean {
  if (!world.memberships.get(accountId)?.has(group.directoryId)) {
    throw new Error(`${accountId} can't be in group ${group.name}: not a member of its directory`);
  }
  if (group.members.has(accountId)) return false;
  group.members.add(accountId);
  entry(world.groupsOf, accountId, () => new Set()).add(group.id);
  world.stamps.groups++;
  return true;
}

function addGrant(world: World, group: Group, grant: Grant): boolean {
  const at = group.grants.findIndex((held) => held.resourceId === grant.resourceId && held.role === grant.role);
  if (at >= 0 && group.grants[at]?.isDefault === grant.isDefault) return false;
  group.grants.splice(at < 0 ? group.grants.length : at, at < 0 ? 0 : 1, grant);
  world.stamps.groups++;
  return true;
}

/** Leaving a directory takes its groups and its direct roles along; leaving the last one, the platform roles too. */
function removeMembership(world: World, accountId: string, directoryId: string): boolean {
  const states = world.memberships.get(accountId);
  if (!states?.delete(directoryId)) return false;
  for (const groupId of world.groupsOf.get(accountId) ?? []) {
    const group = requireGroup(world, groupId);
    if (group.directoryId !== directoryId) continue;
    group.members.delete(accountId);
    world.groupsOf.get(accountId)?.delete(groupId);
  }
  const isGone = states.size === 0;
  keepRoles(world, accountId, (role) => role.directoryId !== directoryId && !(isGone && role.directoryId === null));
  world.stamps.people++;
  world.stamps.groups++;
  return true;
}

function keepRoles(
  world: World,
  accountId: string,
  keep: (role: { readonly resourceId: string; readonly role: string; readonly directoryId: string | null }) => boolean,
): boolean {
  const roles = world.directRoles.get(accountId) ?? [];
  const kept = roles.filter(keep);
  if (kept.length === roles.length) return false;
  world.directRoles.set(accountId, kept);
  world.stamps.roles++;
  return true;
}

/** Drops the fields that were set to `undefined`, so that a field taken away is really absent. */
function without<Facts extends object>(facts: { [Key in keyof Facts]: Facts[Key] | undefined }): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}
