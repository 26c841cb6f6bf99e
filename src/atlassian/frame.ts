import type { Directory, Group, Instance } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { fieldsOf, optionalFields, optionalText, requiredText } from "./decode.ts";
import { endpoints, EVERY_DIRECTORY, labelOf } from "./endpoints.ts";
import { notAsDocumented } from "./failures.ts";
import { type GrantsRead, readGrants } from "./grants.ts";
import { createInstanceFinder, type InstanceFinder } from "./instances.ts";
import { type ChainRead, readPages } from "./pages.ts";
import { decodeGroup, type GroupRow } from "./rows.ts";
import type { Source } from "./source.ts";
import { readInstances } from "./workspaces.ts";

/** The organisation without its people, in the order of the snapshot. */
export interface Frame {
  readonly name: string;
  readonly directories: readonly Directory[];
  readonly instances: readonly Instance[];
  readonly groups: readonly Group[];
  readonly directoryAt: ReadonlyMap<string, number>;
  readonly groupAt: ReadonlyMap<string, number>;
  readonly finder: InstanceFinder;
  /** Instances that other endpoints cannot be asked about, because their id is not known. */
  readonly nameless: readonly number[];
  readonly chains: readonly ChainRead[];
  /** Groups that grant a role and are missing from the list of groups. */
  readonly unlistedGroups: number;
  readonly grants: Pick<GrantsRead, "listed" | "counted" | "refusedRoles">;
}

/**
 * Reads the frame: organisation, directories, app instances, groups and what they grant. Throws OperatorError for a key
 * that does not work or is another organisation's, and for any read that failed.
 */
export async function readFrame(source: Source, report: (step: string, done: number) => void): Promise<Frame> {
  const chains: ChainRead[] = [];
  const { name, chain } = await readName(source);
  chains.push(chain);
  report("organisation", 1);
  const directories = await readDirectories(source, chains);
  report("directories", directories.length);
  const { instances, nameless } = await readInstances(source, chains);
  report("app instances", instances.length);
  const directoryAt = positions(directories.map(({ id }) => id));
  const rows = new Map<string, GroupRow>();
  chains.push(
    await readPages(
      source.transport,
      {
        endpoint: endpoints.searchGroups,
        parameters: { orgId: source.orgId, directoryId: EVERY_DIRECTORY },
        body: { limit: 100, expand: ["counts.users"] },
        cursor: "body",
        limit: 100,
      },
      (value, where) => {
        const row = decodeGroup(value, where);
        rows.set(row.id, row);
      },
      (done) => report("groups", done),
    ),
  );
  const listed = rows.size;
  const granted = await readGrants(source, instances, nameless, (done) => report("grants", done));
  chains.push(...granted.chains);
  for (const row of granted.groups) if (!rows.has(row.id)) rows.set(row.id, row);
  const sorted = [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const groups = sorted.map((row): Group => {
    const { id, name: label, synced, modifiable, managedBy, members } = row;
    const directory = directoryOf(source, row, directoryAt);
    return {
      id,
      name: label,
      directory,
      synced,
      modifiable,
      managedBy,
      members,
      grants: granted.byGroup.get(id) ?? [],
    };
  });
  return {
    name,
    directories,
    instances,
    groups,
    directoryAt,
    groupAt: positions(groups.map(({ id }) => id)),
    finder: createInstanceFinder(instances),
    nameless,
    chains,
    unlistedGroups: rows.size - listed,
    grants: granted,
  };
}

/** The organisation's name, which is the cheapest proof that the key works and is this organisation's. */
async function readName({ transport, orgId }: Source): Promise<{ readonly name: string; readonly chain: ChainRead }> {
  const organizations: { readonly id: string; readonly name: string }[] = [];
  const chain = await readPages(
    transport,
    { endpoint: endpoints.organizations, parameters: {}, cursor: "query", limit: 20 },
    (value, where) => {
      const row = fieldsOf(value, "the organisation", where);
      const attributes = optionalFields(row, "attributes", where) ?? {};
      organizations.push({ id: requiredText(row, "id", where), name: optionalText(attributes, "name", where) ?? "" });
    },
  );
  const own = organizations.find(({ id }) => id === orgId);
  if (own !== undefined) return { name: own.name === "" ? orgId : own.name, chain };
  const opened = organizations.map(({ id, name }) => (name === "" ? id : `${name} (${id})`)).join(", ");
  throw new OperatorError(
    "credentials",
    opened === ""
      ? `The API key opens no organisation at all, so not ${orgId} either (${chain.label}).`
      : `The API key opens ${opened}, and not the organisation ${orgId} that was asked for (${chain.label}).`,
    "Use a key of that organisation, or correct the organisation id in seatwright.yaml or SEATWRIGHT_ORG_ID.",
  );
}

async function readDirectories({ transport, orgId }: Source, chains: ChainRead[]): Promise<readonly Directory[]> {
  const directories = new Map<string, Directory>();
  const chain = await readPages(
    transport,
    { endpoint: endpoints.directories, parameters: { orgId }, query: { limit: 100 }, cursor: "query", limit: 100 },
    (value, where) => {
      const row = fieldsOf(value, "the directory", where);
      const id = requiredText(row, "directoryId", where);
      directories.set(id, { id, name: optionalText(row, "name", where) ?? id });
    },
  );
  if (directories.size === 0)
    throw notAsDocumented(chain.label, "the organisation has no directory, so no people could be read");
  chains.push(chain);
  return [...directories.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A group's directory. Where a row does not tell, there is only one it can be, or the read is not to be trusted. */
function directoryOf({ orgId }: Source, row: GroupRow, directoryAt: ReadonlyMap<string, number>): number {
  const position = row.directoryId === undefined && directoryAt.size === 1 ? 0 : directoryAt.get(row.directoryId ?? "");
  if (position !== undefined) return position;
  const label = labelOf(endpoints.searchGroups, { orgId, directoryId: EVERY_DIRECTORY });
  throw notAsDocumented(
    label,
    `the group ${row.id} ${row.directoryId === undefined ? `has no "directoryId"` : `is in the directory ${row.directoryId}, which the list of directories does not show`}`,
  );
}

function positions(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, position) => [id, position]));
}
