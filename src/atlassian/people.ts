import type { PersonRow } from "../model/documents.generated.ts";
import type { PopulationBuilder } from "../people/builder.ts";
import { UNKNOWN_TIME } from "../people/population.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import { notAsDocumented } from "./failures.ts";
import type { Frame } from "./frame.ts";
import type { Source } from "./source.ts";
import { type Chain, type ChainRead, readPages } from "./pages.ts";
import { type ActivityEntry, decodeUser, type UserRow } from "./rows.ts";

/** Everything that a search can add to a row. Without `platformRoles` an organisation admin looks like anybody. */
const EXPAND = ["platformRoles", "counts.resources", "productAccess", "groups"] as const;

/** The most people in one page, and the most ids in one filter. Source: organisations REST API, users/search. */
const PEOPLE_AT_ONCE = 100;
export const IDS_AT_ONCE = 10;

/** What was noticed while people were read, for the certificate. */
export interface PeopleRead {
  readonly chains: readonly ChainRead[];
  /** Rows that do not fit the filter they were asked with. */
  readonly misfits: number;
  /** Entries of somebody's groups that the list of groups does not show. */
  readonly unlistedMemberships: number;
  /** Activity on something that is no app instance of the organisation. */
  readonly unmatchedActivity: number;
  /** People whose row told no groups, or no activity. */
  readonly withoutGroups: number;
  readonly withoutActivity: number;
}

/** The same while it is counted. */
export interface Tally {
  misfits: number;
  unlistedMemberships: number;
  unmatchedActivity: number;
  withoutGroups: number;
  withoutActivity: number;
}

export function emptyTally(): Tally {
  return { misfits: 0, unlistedMemberships: 0, unmatchedActivity: 0, withoutGroups: 0, withoutActivity: 0 };
}

/**
 * Adds these people only, ten to a call in each directory. Somebody who is nowhere any more is not added. A row of
 * somebody who was not asked for shows that the filter has no effect, and is an error.
 */
export async function readSome(
  source: Source,
  frame: Frame,
  builder: PopulationBuilder,
  accountIds: readonly string[],
): Promise<PeopleRead> {
  const tally = emptyTally();
  const read = async (ids: readonly string[], directory: number | null): Promise<ChainRead> =>
    readPages(source.transport, peopleChain(source, frame, directory, { accountIds: ids }), (value, where) => {
      const row = decodeUser(value, where);
      if (!ids.includes(row.accountId)) {
        throw notAsDocumented(
          where.label,
          "somebody came who was not asked for, so the filter accountIds has no effect",
        );
      }
      addRow(frame, builder, tally, directory, row);
    });
  const unique = [...new Set(accountIds)];
  const batches: Promise<ChainRead>[] = [];
  for (let at = 0; at < unique.length; at += IDS_AT_ONCE) {
    const ids = unique.slice(at, at + IDS_AT_ONCE);
    for (const directory of [...frame.directories.keys(), null]) batches.push(read(ids, directory));
  }
  return { chains: await Promise.all(batches), ...tally };
}

/** Which of these accounts a search over every directory shows. */
export async function findAccounts(
  { transport, orgId }: Source,
  accountIds: readonly string[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let at = 0; at < accountIds.length; at += IDS_AT_ONCE) {
    const ids = accountIds.slice(at, at + IDS_AT_ONCE);
    const parameters = { orgId, directoryId: EVERY_DIRECTORY };
    const body = { limit: PEOPLE_AT_ONCE, accountIds: ids, expand: ["platformRoles"] };
    const chain: Chain = { endpoint: endpoints.searchUsers, parameters, body, cursor: "body", limit: PEOPLE_AT_ONCE };
    await readPages(transport, chain, (value, where) => void found.add(decodeUser(value, where).accountId));
  }
  return accountIds.filter((accountId) => found.has(accountId));
}

/**
 * The list of a directory's people, or of those in none, with a filter besides. The directory goes into the path and into
 * the filter: the path alone also lists managed accounts that are in no
 * directory. Source: organisations REST API, users/search.
 */
export function peopleChain(
  { orgId }: Source,
  frame: Frame,
  directory: number | null,
  filter: Readonly<Record<string, unknown>>,
): Chain {
  const directoryId = directory === null ? EVERY_DIRECTORY : (frame.directories[directory]?.id ?? EVERY_DIRECTORY);
  const scope = directory === null ? { membershipStatus: ["no_membership"] } : { directoryIds: [directoryId] };
  return {
    endpoint: endpoints.searchUsers,
    parameters: { orgId, directoryId },
    body: { limit: PEOPLE_AT_ONCE, ...scope, ...filter, expand: EXPAND },
    cursor: "body",
    limit: PEOPLE_AT_ONCE,
  };
}

/** Adds one row that came for a directory, or for those in none. */
export function addRow(
  frame: Frame,
  builder: PopulationBuilder,
  tally: Tally,
  directory: number | null,
  row: UserRow,
): void {
  const isIn = row.membershipStatus !== "no_membership";
  const fits = row.membershipStatus === undefined || isIn === (directory !== null);
  if (!fits) tally.misfits++;
  builder.add(personRow(frame, tally, fits ? directory : null, row));
}

function personRow(frame: Frame, tally: Tally, directory: number | null, row: UserRow): PersonRow {
  const groups = row.groups === undefined ? undefined : groupPositions(frame, tally, row.groups);
  const active = row.activity === undefined ? undefined : activityPairs(frame, tally, row.activity);
  if (groups === undefined) tally.withoutGroups++;
  if (active === undefined) tally.withoutActivity++;
  return {
    id: row.accountId,
    status: row.status,
    directories: directory === null ? [] : [directory],
    platformRoles: row.platformRoles,
    ...given("claim", row.claimStatus),
    ...given("source", row.managementSource),
    ...given("name", row.name),
    ...given("nickname", row.nickname),
    ...given("email", row.email),
    ...given("mfa", row.mfaEnabled),
    ...given("added", row.addedToOrg),
    ...given("jobTitle", row.jobTitle),
    ...given("department", row.department),
    ...given("organization", row.organization),
    ...given("location", row.location),
    ...given("groups", groups),
    ...given("active", active),
  };
}

function given<Name extends keyof PersonRow>(
  name: Name,
  value: PersonRow[Name] | undefined,
): { readonly [Key in Name]?: PersonRow[Name] } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: PersonRow[Name] };
}

function groupPositions(frame: Frame, tally: Tally, ids: readonly string[]): readonly number[] {
  const positions: number[] = [];
  for (const id of ids) {
    const position = frame.groupAt.get(id);
    if (position === undefined) tally.unlistedMemberships++;
    else if (!positions.includes(position)) positions.push(position);
  }
  return positions.sort((a, b) => a - b);
}

/**
 * Pairs of instance and time. The latest counts where an instance comes twice; an entry without a time is unknown
 * there, because a signal that is missing proves nothing.
 */
function activityPairs(
  frame: Frame,
  tally: Tally,
  entries: readonly ActivityEntry[],
): readonly (readonly [number, number])[] {
  const latest = new Map<number, number>();
  for (const { id, key, at } of entries) {
    const instance = frame.finder.find(id, key);
    if (instance < 0) {
      tally.unmatchedActivity++;
      continue;
    }
    const before = latest.get(instance);
    const isLater = at !== null && (before === undefined || before === UNKNOWN_TIME || at > before);
    if (isLater) latest.set(instance, at);
    else if (before === undefined) latest.set(instance, UNKNOWN_TIME);
  }
  return [...latest].sort((a, b) => a[0] - b[0]);
}
