import { organizationResource } from "./apps.ts";
import { applyChange } from "./change.ts";
import type { AccountFacts, AccountPatch, Grant, InstancePatch, MembershipState } from "./facts.ts";
import { instanceIdOf, roleIdOf } from "./names.ts";
import type { Account, Group, World } from "./world.ts";
import { requireAccount, requireGroup, requireInstance } from "./world.ts";

/**
 * What somebody else does to the organisation while nobody looks: an administrator in the browser, an identity
 * provider, the person themselves. Each speaks of people by address or account id, of groups by name or id, and of
 * instances as `jira@acme` or by ARI. Each throws when it finds nothing of that name.
 */

/** The account with this id or e-mail address. */
export function findAccount(world: World, person: string): Account {
  const byId = world.accounts.get(person);
  const found = byId ?? world.listing.find(({ email }) => email?.toLowerCase() === person.toLowerCase());
  return found ?? requireAccount(world, person);
}

/** The group with this id, or with this name, in this directory when there are several. */
export function findGroup(world: World, group: string, directory?: string): Group {
  const isIn = ({ directoryId }: Group): boolean =>
    directory === undefined || directoryId === findDirectory(world, directory);
  const byName = [...world.groups.values()].filter((candidate) => candidate.name === group && isIn(candidate));
  if (byName.length > 1) throw new Error(`several groups are called ${group}: name the directory`);
  return world.groups.get(group) ?? byName[0] ?? requireGroup(world, group);
}

/** The ARI of an instance given as `jira@acme` or as an ARI. */
export function findInstance(world: World, instance: string): string {
  return requireInstance(world, world.instances.has(instance) ? instance : instanceIdOf(instance)).id;
}

/** The id of a directory given by name or id. */
export function findDirectory(world: World, directory: string): string {
  for (const { id, name } of world.directories.values()) if (id === directory || name === directory) return id;
  throw new Error(`this world has no directory ${directory}`);
}

/** The person comes back: uses this app at this moment. */
export function visit(world: World, person: string, instance: string, at: Date): void {
  const { accountId } = findAccount(world, person);
  applyChange(world, { kind: "visit", accountId, instanceId: findInstance(world, instance), at: at.toISOString() });
}

/** Puts a person into a group of a directory they are in. */
export function addToGroup(world: World, person: string, group: string): void {
  const { accountId } = findAccount(world, person);
  applyChange(world, { kind: "member.add", groupId: findGroup(world, group).id, accountId });
}

/** Takes a person out of a group. */
export function removeFromGroup(world: World, person: string, group: string): void {
  const { accountId } = findAccount(world, person);
  applyChange(world, { kind: "member.remove", groupId: findGroup(world, group).id, accountId });
}

/** Gives a role directly. `role` may be short: `user` for `atlassian/user`. */
export function giveRole(world: World, person: string, instance: string, role: string): void {
  const { accountId } = findAccount(world, person);
  const resourceId = findInstance(world, instance);
  const states = world.memberships.get(accountId) ?? new Map<string, MembershipState>();
  const serving = world.instances.get(resourceId)?.directoryId;
  const [first] = states.keys();
  const directoryId = serving !== undefined && states.has(serving) ? serving : first;
  if (directoryId === undefined) throw new Error(`${person} is in no directory`);
  applyChange(world, { kind: "role.add", accountId, resourceId, role: roleIdOf(role), directoryId });
}

/** Takes a direct role away; what a group grants stays. */
export function takeRole(world: World, person: string, instance: string, role: string): void {
  const { accountId } = findAccount(world, person);
  const resourceId = findInstance(world, instance);
  applyChange(world, { kind: "role.remove", accountId, resourceId, role: roleIdOf(role) });
}

/** Makes somebody an organisation admin. */
export function makeOrganizationAdmin(world: World, person: string): void {
  const { accountId } = findAccount(world, person);
  const resourceId = organizationResource(world.organization.id);
  applyChange(world, { kind: "role.add", accountId, resourceId, role: "atlassian/org-admin", directoryId: null });
}

/** Lets a group grant a role from now on. */
export function grantToGroup(world: World, group: string, instance: string, role: string): void {
  const grant: Grant = { resourceId: findInstance(world, instance), role: roleIdOf(role) };
  applyChange(world, { kind: "grant.add", groupId: findGroup(world, group).id, grant });
}

/** Lets a group grant a role no longer. */
export function takeFromGroup(world: World, group: string, instance: string, role: string): void {
  const resourceId = findInstance(world, instance);
  applyChange(world, { kind: "grant.remove", groupId: findGroup(world, group).id, resourceId, role: roleIdOf(role) });
}

/** Sets the state of a membership, in every directory the person is in unless one is named. */
export function setMembership(world: World, person: string, status: MembershipState, directory?: string): void {
  const { accountId } = findAccount(world, person);
  const all = [...(world.memberships.get(accountId)?.keys() ?? [])];
  const wanted = directory === undefined ? all : [findDirectory(world, directory)];
  for (const directoryId of wanted) applyChange(world, { kind: "membership.set", accountId, directoryId, status });
}

/** Removes a person from every directory they are in, unless one is named. */
export function removePerson(world: World, person: string, directory?: string): void {
  const { accountId } = findAccount(world, person);
  const all = [...(world.memberships.get(accountId)?.keys() ?? [])];
  const wanted = directory === undefined ? all : [findDirectory(world, directory)];
  for (const directoryId of wanted) applyChange(world, { kind: "membership.remove", accountId, directoryId });
}

/** Changes what is known about an account; a field given as `undefined` is taken away. */
export function updatePerson(world: World, person: string, set: AccountPatch): void {
  applyChange(world, { kind: "account.update", accountId: findAccount(world, person).accountId, set });
}

/** Adds an account, active in these directories. */
export function addPerson(world: World, account: AccountFacts, directories: readonly string[]): void {
  applyChange(world, { kind: "account.add", account });
  for (const directory of directories) {
    const directoryId = findDirectory(world, directory);
    applyChange(world, { kind: "membership.set", accountId: account.accountId, directoryId, status: "active" });
  }
}

/** Hands a group over to the identity provider, or back. */
export function setSynced(world: World, group: string, by: "identity provider" | "nobody"): void {
  const set = { synced: by === "identity provider", managedBy: undefined };
  applyChange(world, { kind: "group.update", groupId: findGroup(world, group).id, set });
}

/** Renames a group; its id stays. */
export function renameGroup(world: World, group: string, name: string): void {
  applyChange(world, { kind: "group.update", groupId: findGroup(world, group).id, set: { name } });
}

/** Deletes a group, with all that it granted. */
export function deleteGroup(world: World, group: string): void {
  applyChange(world, { kind: "group.delete", groupId: findGroup(world, group).id });
}

/** Changes what is known about an instance, for example the seats its licence allows. */
export function updateInstance(world: World, instance: string, set: InstancePatch): void {
  applyChange(world, { kind: "instance.update", instanceId: findInstance(world, instance), set });
}
