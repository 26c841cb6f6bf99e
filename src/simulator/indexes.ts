import type { DirectRoleFacts } from "./facts.ts";
import type { Account, Group, World } from "./world.ts";
import { entry } from "./world.ts";

/** Lookups over a world, made when first asked for and again when the world has changed since. */

interface Kept {
  readonly stamp: number;
  readonly value: unknown;
}

const kept = new WeakMap<World, Map<string, Kept>>();

/** Lookups named after a request would otherwise pile up for as long as the server runs. */
const mostKept = 500;

/** The value made by `make`, again only when the stamp has moved on. */
export function remember<Value>(world: World, name: string, stamp: number, make: () => Value): Value {
  const values = kept.get(world) ?? new Map<string, Kept>();
  kept.set(world, values);
  const found = values.get(name);
  if (found?.stamp === stamp) return found.value as Value;
  const value = make();
  if (values.size >= mostKept) values.clear();
  values.set(name, { stamp, value });
  return value;
}

/** Advances with anything that can change who is listed, who is in which group, or who holds which role. */
export function accessStamp(world: World): number {
  return world.stamps.people + world.stamps.groups + world.stamps.roles;
}

/** Whether an account is in the organisation's listing at all: a member of a directory, or managed. */
export function isListed(world: World, account: Account): boolean {
  if (account.accountType !== "atlassian" || account.accountStatus === "closed") return false;
  return account.managed || (world.memberships.get(account.accountId)?.size ?? 0) > 0;
}

/** Whether an account is managed and in no directory. */
export function isUnattached(world: World, account: Account): boolean {
  return account.managed && (world.memberships.get(account.accountId)?.size ?? 0) === 0;
}

/** Ordinals of everybody listed, ascending. */
export function listedOrdinals(world: World): readonly number[] {
  return remember(world, "listed", world.stamps.people, () => ordinalsWhere(world, () => true));
}

/** Ordinals of a directory's members, ascending, and of the managed accounts in no directory when wanted. */
export function directoryOrdinals(
  world: World,
  directoryId: string,
  unattached: "with" | "without",
): readonly number[] {
  return remember(world, `directory ${directoryId} ${unattached}`, world.stamps.people, () =>
    ordinalsWhere(world, (account) => {
      const states = world.memberships.get(account.accountId);
      return states?.has(directoryId) === true || (unattached === "with" && isUnattached(world, account));
    }),
  );
}

/** Ordinals of managed accounts in no directory, ascending. */
export function unattachedOrdinals(world: World): readonly number[] {
  return remember(world, "unattached", world.stamps.people, () =>
    ordinalsWhere(world, (account) => isUnattached(world, account)),
  );
}

function ordinalsWhere(world: World, holds: (account: Account) => boolean): number[] {
  const ordinals = [];
  for (const account of world.listing) if (isListed(world, account) && holds(account)) ordinals.push(account.ordinal);
  return ordinals;
}

/** Accounts by e-mail address in lower case. */
export function accountsByEmail(world: World): ReadonlyMap<string, readonly Account[]> {
  return remember(world, "emails", world.stamps.people, () => {
    const byEmail = new Map<string, Account[]>();
    for (const account of world.listing) {
      if (account.email !== undefined) entry(byEmail, account.email.toLowerCase(), () => []).push(account);
    }
    return byEmail;
  });
}

/** Groups in listing order. */
export function groupsInOrder(world: World): readonly Group[] {
  return remember(world, "groups", world.stamps.groups, () =>
    [...world.groups.values()].sort((a, b) => a.ordinal - b.ordinal),
  );
}

/** The groups that grant a role on each resource. */
export function groupsByResource(
  world: World,
): ReadonlyMap<string, readonly { readonly group: Group; readonly role: string }[]> {
  return remember(world, "granting", world.stamps.groups, () => {
    const byResource = new Map<string, { group: Group; role: string }[]>();
    for (const group of world.groups.values()) {
      for (const { resourceId, role } of group.grants) entry(byResource, resourceId, () => []).push({ group, role });
    }
    return byResource;
  });
}

/** The direct roles on each resource. */
export function directByResource(world: World): ReadonlyMap<string, readonly DirectRoleFacts[]> {
  return remember(world, "direct", world.stamps.roles + world.stamps.people, () => {
    const byResource = new Map<string, DirectRoleFacts[]>();
    for (const roles of world.directRoles.values()) {
      for (const role of roles) entry(byResource, role.resourceId, () => []).push(role);
    }
    return byResource;
  });
}
