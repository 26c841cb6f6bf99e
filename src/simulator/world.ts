import type {
  AccountFacts,
  AccountStatus,
  ApiKeyFacts,
  ChangeRecord,
  DirectoryFacts,
  DirectRoleFacts,
  Grant,
  GroupFacts,
  InstanceFacts,
  MembershipState,
  OrganizationFacts,
  TokenFacts,
  WorldParts,
} from "./facts.ts";

export interface Account extends AccountFacts {
  /** Place in the listing order; never reused. */
  readonly ordinal: number;
  readonly accountType: "atlassian" | "app" | "customer";
  readonly accountStatus: AccountStatus;
  readonly managed: boolean;
}

export interface Group extends Omit<GroupFacts, "members" | "grants"> {
  readonly ordinal: number;
  readonly grants: Grant[];
  readonly members: Set<string>;
}

export interface Activity {
  /** Milliseconds: what Atlassian already reports. */
  readonly reported: number | undefined;
  /** Milliseconds, ascending: visits recorded since, which may not be reported yet. */
  readonly visits: readonly number[];
}

/**
 * The organisation as it really is. Read it freely; change it through `change.ts` only, which keeps the lookups below
 * consistent with each other and advances the stamps.
 */
export interface World {
  readonly organization: OrganizationFacts;
  readonly directories: Map<string, DirectoryFacts>;
  readonly instances: Map<string, InstanceFacts>;
  readonly accounts: Map<string, Account>;
  /** The accounts by ordinal. */
  readonly listing: Account[];
  /** By account, then by directory. */
  readonly memberships: Map<string, Map<string, MembershipState>>;
  readonly groups: Map<string, Group>;
  /** The groups that an account is a member of. */
  readonly groupsOf: Map<string, Set<string>>;
  readonly directRoles: Map<string, DirectRoleFacts[]>;
  /** By account, then by instance. */
  readonly activity: Map<string, Map<string, Activity>>;
  readonly keys: readonly ApiKeyFacts[];
  readonly tokens: Map<string, TokenFacts[]>;
  readonly changes: ChangeRecord[];
  /** Each advances when something of its kind changes, so that an index can tell whether it is stale. */
  readonly stamps: { people: number; groups: number; roles: number };
  /** The ordinal that the next group gets. */
  readonly counters: { group: number };
}

/** Creates a world from its parts. Throws when a part refers to something that isn't there. */
export function createWorld(parts: WorldParts): World {
  const world: World = {
    organization: parts.organization,
    directories: new Map((parts.directories ?? []).map((directory) => [directory.id, directory])),
    instances: new Map((parts.instances ?? []).map((instance) => [instance.id, instance])),
    accounts: new Map(),
    listing: [],
    memberships: new Map(),
    groups: new Map(),
    groupsOf: new Map(),
    directRoles: new Map(),
    activity: new Map(),
    keys: parts.keys ?? [],
    tokens: new Map(),
    changes: [],
    stamps: { people: 0, groups: 0, roles: 0 },
    counters: { group: 0 },
  };
  for (const account of parts.accounts ?? []) insertAccount(world, account);
  for (const { accountId, directoryId, status } of parts.memberships ?? []) {
    requireAccount(world, accountId);
    requireDirectory(world, directoryId);
    entry(world.memberships, accountId, () => new Map()).set(directoryId, status ?? "active");
  }
  for (const group of parts.groups ?? []) insertGroup(world, group);
  for (const role of parts.directRoles ?? []) {
    requireAccount(world, role.accountId);
    entry(world.directRoles, role.accountId, () => []).push(role);
  }
  for (const { accountId, instanceId, at } of parts.activity ?? []) {
    requireAccount(world, accountId);
    requireInstance(world, instanceId);
    entry(world.activity, accountId, () => new Map()).set(instanceId, { reported: Date.parse(at), visits: [] });
  }
  for (const token of parts.tokens ?? []) entry(world.tokens, token.accountId, () => []).push(token);
  return world;
}

/** The parts that the world would be created from as it is now. Visits count as reported. */
export function partsOf(world: World): WorldParts {
  const memberships = [];
  for (const [accountId, byDirectory] of world.memberships) {
    for (const [directoryId, status] of byDirectory) memberships.push({ accountId, directoryId, status });
  }
  const activity = [];
  for (const [accountId, byInstance] of world.activity) {
    for (const [instanceId, { reported, visits }] of byInstance) {
      const latest = visits.at(-1) ?? reported;
      if (latest !== undefined) activity.push({ accountId, instanceId, at: new Date(latest).toISOString() });
    }
  }
  return {
    organization: world.organization,
    directories: [...world.directories.values()],
    instances: [...world.instances.values()],
    accounts: world.listing.map(({ ordinal: _, ...account }) => account),
    memberships,
    groups: [...world.groups.values()].map(({ ordinal: _, members, ...group }) => ({
      ...group,
      members: [...members],
    })),
    directRoles: [...world.directRoles.values()].flat(),
    activity,
    keys: world.keys,
    tokens: [...world.tokens.values()].flat(),
  };
}

/** Adds an account at the end of the listing. Only `createWorld` and `change.ts` call it. */
export function insertAccount(world: World, facts: AccountFacts): void {
  if (world.accounts.has(facts.accountId)) throw new Error(`account ${facts.accountId} exists twice`);
  const account: Account = {
    ...facts,
    ordinal: world.listing.length,
    accountType: facts.accountType ?? "atlassian",
    accountStatus: facts.accountStatus ?? "active",
    managed: facts.managed ?? false,
  };
  world.accounts.set(account.accountId, account);
  world.listing.push(account);
}

/** Adds a group with its members. Only `createWorld` and `change.ts` call it. */
export function insertGroup(world: World, facts: GroupFacts): void {
  if (world.groups.has(facts.id)) throw new Error(`group ${facts.id} (${facts.name}) exists twice`);
  requireDirectory(world, facts.directoryId);
  const members = new Set(facts.members ?? []);
  for (const accountId of members) {
    if (!world.memberships.get(accountId)?.has(facts.directoryId)) {
      throw new Error(`${accountId} can't be in group ${facts.name}: not a member of its directory`);
    }
    entry(world.groupsOf, accountId, () => new Set()).add(facts.id);
  }
  const ordinal = world.counters.group++;
  world.groups.set(facts.id, { ...facts, ordinal, grants: [...(facts.grants ?? [])], members });
}

/** The value of a key, made and kept when there is none. */
export function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** The account with this id; throws when there is none. */
export function requireAccount(world: World, accountId: string): Account {
  return found(world.accounts.get(accountId), `account ${accountId}`);
}

/** The group with this id; throws when there is none. */
export function requireGroup(world: World, groupId: string): Group {
  return found(world.groups.get(groupId), `group ${groupId}`);
}

/** The instance with this ARI; throws when there is none. */
export function requireInstance(world: World, instanceId: string): InstanceFacts {
  return found(world.instances.get(instanceId), `instance ${instanceId}`);
}

/** The directory with this id; throws when there is none. */
export function requireDirectory(world: World, directoryId: string): DirectoryFacts {
  return found(world.directories.get(directoryId), `directory ${directoryId}`);
}

function found<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing === undefined) throw new Error(`this world has no ${what}`);
  return thing;
}
