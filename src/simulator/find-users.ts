import type { UserFilters } from "./filters.ts";
import {
  accessStamp,
  accountsByEmail,
  directoryOrdinals,
  isListed,
  isUnattached,
  listedOrdinals,
  remember,
  unattachedOrdinals,
} from "./indexes.ts";
import type { Quirks } from "./quirks.ts";
import { assignedTo, isAssigned, membershipStatusOf, personStatusOf } from "./roles.ts";
import type { Account, World } from "./world.ts";

export interface UserSearch {
  /** The directory of the path, or `-` for all. */
  readonly directoryId: string;
  readonly filters: UserFilters;
}

export interface FoundUsers {
  readonly accounts: readonly Account[];
  /** Where the next page starts; undefined when there is none. */
  readonly next: number | undefined;
}

type Test = (account: Account) => boolean;

/** One page of the people that match, in listing order or by nickname. */
export function findUsers(
  world: World,
  search: UserSearch,
  quirks: Quirks,
  page: { readonly start: number; readonly limit: number },
): FoundUsers {
  const filters = effective(search.filters, quirks);
  if (filters.descending !== undefined) return sortedPage(world, search, quirks, page);
  const { ordinals, tests } = planSearch(world, search.directoryId, filters, quirks);
  const accounts: Account[] = [];
  for (let at = lowerBound(ordinals, page.start); at < ordinals.length; at++) {
    const ordinal = ordinals[at];
    const account = ordinal === undefined ? undefined : world.listing[ordinal];
    if (account === undefined || !tests.every((test) => test(account))) continue;
    if (accounts.length === page.limit) return { accounts, next: account.ordinal };
    accounts.push(account);
  }
  return { accounts, next: undefined };
}

/** How many people match. */
export function countUsers(world: World, search: UserSearch, quirks: Quirks): number {
  return everyMatch(world, search, quirks).length;
}

/** Everybody who matches, in listing order. */
export function everyMatch(world: World, search: UserSearch, quirks: Quirks): readonly Account[] {
  const { descending: _, ...filters } = effective(search.filters, quirks);
  return findUsers(world, { ...search, filters }, quirks, { start: 0, limit: Number.POSITIVE_INFINITY }).accounts;
}

function sortedPage(
  world: World,
  search: UserSearch,
  quirks: Quirks,
  { start, limit }: { readonly start: number; readonly limit: number },
): FoundUsers {
  const name = `sorted ${JSON.stringify([search, quirks.filtersIgnored])}`;
  const sorted = remember(world, name, accessStamp(world), () => {
    const direction = search.filters.descending === true ? -1 : 1;
    const keyOf = (account: Account): string => (account.nickname ?? account.name).toLowerCase();
    const keyed = everyMatch(world, search, quirks).map((account) => ({ account, key: keyOf(account) }));
    keyed.sort((a, b) =>
      a.key < b.key ? -direction : a.key > b.key ? direction : a.account.ordinal - b.account.ordinal,
    );
    return keyed.map(({ account }) => account);
  });
  const end = start + limit;
  return { accounts: sorted.slice(start, end), next: end < sorted.length ? end : undefined };
}

function effective(filters: UserFilters, quirks: Quirks): UserFilters {
  if (quirks.filtersIgnored.length === 0) return filters;
  const ignored = (name: string): boolean =>
    quirks.filtersIgnored.includes("*") || quirks.filtersIgnored.includes(name);
  return Object.fromEntries(Object.entries(filters).filter(([name]) => name === "descending" || !ignored(name)));
}

/** Chooses the shortest list that holds every match, and what remains to be tested on each of its people. */
function planSearch(
  world: World,
  pathDirectoryId: string,
  filters: UserFilters,
  quirks: Quirks,
): { readonly ordinals: readonly number[]; readonly tests: readonly Test[] } {
  const directoryId = quirks.pathDirectoryIgnored ? "-" : pathDirectoryId;
  const tests: Test[] = [(account) => isListed(world, account), scopeTest(world, directoryId, filters)];
  const named = namedOrdinals(world, filters);
  const lists: (readonly number[])[] = [named ?? scopeOrdinals(world, directoryId, filters)];
  if (filters.groupIds !== undefined) {
    const groupIds = filters.groupIds;
    const isMember: Test = (account) => groupIds.some((id) => world.groups.get(id)?.members.has(account.accountId));
    tests.push(isMember);
    if (quirks.suspendedMissingFromGroups) {
      tests.push((account) => membershipStatusOf(world, account.accountId) !== "suspended");
    }
    if (named === undefined) lists.push(groupOrdinals(world, groupIds));
  }
  if (filters.resourceIds !== undefined || filters.roleIds !== undefined) {
    const resourceIds = filters.resourceIds ?? [];
    const roleIds = filters.roleIds ?? [];
    if (quirks.orgAdminFilterEmpty && roleIds.includes("atlassian/org-admin")) tests.push(() => false);
    if (quirks.roleFilterSkipsSuspended) tests.push((account) => personStatusOf(world, account) === "active");
    if (named === undefined) {
      const assigned = assignedTo(world, resourceIds, roleIds);
      tests.push((account) => assigned.has(account.accountId));
      lists.push(ordinalsOf(world, `role ordinals ${resourceIds.join(" ")} | ${roleIds.join(" ")}`, assigned));
    } else {
      tests.push((account) => isAssigned(world, account.accountId, resourceIds, roleIds));
    }
  }
  tests.push(...fieldTests(world, filters));
  const ordinals = lists.reduce((shortest, list) => (list.length < shortest.length ? list : shortest));
  return { ordinals, tests };
}

/** The people that are asked for by id or address, when they are: a short list. */
function namedOrdinals(world: World, filters: UserFilters): readonly number[] | undefined {
  const accounts =
    filters.accountIds?.map((id) => world.accounts.get(id)) ??
    filters.emails?.flatMap((email) => accountsByEmail(world).get(email.toLowerCase()) ?? []);
  if (accounts === undefined) return undefined;
  const ordinals = new Set(accounts.flatMap((account) => (account === undefined ? [] : [account.ordinal])));
  return [...ordinals].sort((a, b) => a - b);
}

/**
 * A directory in the path leaves managed accounts that are in no directory in the list; `directoryIds` and
 * `membershipStatus` don't.
 */
function scopeTest(world: World, directoryId: string, filters: UserFilters): Test {
  const wanted = filters.directoryIds;
  return (account) => {
    const states = world.memberships.get(account.accountId);
    if (wanted !== undefined) {
      return wanted.some((id) => (directoryId === "-" || id === directoryId) && states?.has(id) === true);
    }
    return directoryId === "-" || states?.has(directoryId) === true || isUnattached(world, account);
  };
}

function scopeOrdinals(world: World, directoryId: string, filters: UserFilters): readonly number[] {
  const { directoryIds, membershipStatus } = filters;
  if (membershipStatus?.length === 1 && membershipStatus[0] === "no_membership") return unattachedOrdinals(world);
  if (directoryId !== "-")
    return directoryOrdinals(world, directoryId, directoryIds === undefined ? "with" : "without");
  const [only, ...others] = directoryIds ?? [];
  return only !== undefined && others.length === 0 ? directoryOrdinals(world, only, "without") : listedOrdinals(world);
}

function groupOrdinals(world: World, groupIds: readonly string[]): readonly number[] {
  const members = new Set<string>();
  for (const id of groupIds) for (const accountId of world.groups.get(id)?.members ?? []) members.add(accountId);
  return ordinalsOf(world, `group ordinals ${groupIds.join(" ")}`, members);
}

function ordinalsOf(world: World, name: string, accountIds: ReadonlySet<string>): readonly number[] {
  return remember(world, name, accessStamp(world), () => {
    const ordinals = [];
    for (const accountId of accountIds) {
      const account = world.accounts.get(accountId);
      if (account !== undefined) ordinals.push(account.ordinal);
    }
    return ordinals.sort((a, b) => a - b);
  });
}

function fieldTests(world: World, filters: UserFilters): readonly Test[] {
  const tests: Test[] = [];
  const { accountIds, emails, emailDomains, status, accountStatus, membershipStatus } = filters;
  if (accountIds !== undefined) tests.push((account) => accountIds.includes(account.accountId));
  if (emails !== undefined) {
    const wanted = new Set(emails.map((email) => email.toLowerCase()));
    tests.push((account) => account.email !== undefined && wanted.has(account.email.toLowerCase()));
  }
  if (emailDomains !== undefined) {
    const endings = emailDomains.map((domain) => `@${domain.replace(/^@/, "")}`.toLowerCase());
    tests.push((account) => endings.some((ending) => account.email?.toLowerCase().endsWith(ending)));
  }
  if (status !== undefined) tests.push((account) => status.includes(personStatusOf(world, account)));
  if (accountStatus !== undefined) tests.push((account) => accountStatus.includes(account.accountStatus));
  if (membershipStatus !== undefined) {
    tests.push((account) => membershipStatus.includes(membershipStatusOf(world, account.accountId)));
  }
  if (filters.claimStatus !== undefined) {
    tests.push((account) => account.managed === (filters.claimStatus === "managed"));
  }
  if (filters.mfaEnabled !== undefined) {
    tests.push((account) => account.managed && (account.mfaEnabled ?? false) === filters.mfaEnabled);
  }
  if (filters.searchTerm !== undefined) {
    const term = filters.searchTerm.toLowerCase();
    const texts = ({ name, nickname, email }: Account): readonly (string | undefined)[] => [name, nickname, email];
    tests.push((account) => texts(account).some((text) => text?.toLowerCase().includes(term)));
  }
  return tests;
}

function lowerBound(ordinals: readonly number[], start: number): number {
  let low = 0;
  let high = ordinals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordinals[middle] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
