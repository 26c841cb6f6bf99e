import type { Instance } from "../model/documents.generated.ts";
import { appNamed } from "../model/apps.ts";
import { ORG_ADMIN } from "./admins.ts";
import { requiredList } from "./decode.ts";
import { endpoints, EVERY_DIRECTORY, labelOf } from "./endpoints.ts";
import { notAsDocumented } from "./failures.ts";
import type { Source } from "./source.ts";
import { bareIdOf, decodeWorkspace, inOrder, resourceOwnerOf, type WorkspaceRow } from "./instances.ts";
import { type ChainRead, readObject, readPages } from "./pages.ts";
import { decodeRole, decodeUser, type RoleRow, type UserRow } from "./rows.ts";

/** The most of a page that Atlassian gives for this endpoint. */
const WORKSPACES_AT_ONCE = 1000;
/** How many people of each kind are asked for their roles before an id is given up. */
const PEOPLE_ASKED = 3;

export interface InstancesRead {
  readonly instances: readonly Instance[];
  /** Positions of instances whose full id could not be found. */
  readonly nameless: readonly number[];
}

/**
 * The organisation's app instances, by app, site and id. Other endpoints know an instance by its ARI; some organisations
 * list a bare id or the shared owner `jira` instead. The ARI is never made up: it is taken from roles that people hold.
 */
export async function readInstances(source: Source, chains: ChainRead[]): Promise<InstancesRead> {
  const rows: WorkspaceRow[] = [];
  const { transport, orgId } = source;
  const chain = await readPages(
    transport,
    {
      endpoint: endpoints.workspaces,
      parameters: { orgId },
      body: { limit: WORKSPACES_AT_ONCE },
      cursor: "body-alone",
      limit: WORKSPACES_AT_ONCE,
    },
    (value, where) => rows.push(decodeWorkspace(value, where)),
  );
  chains.push(chain);
  // No other endpoint counts app instances, so the list's own total is the second way to know.
  if (chain.total !== null && chain.total !== chain.rows) {
    throw notAsDocumented(
      chain.label,
      `the list ended after ${chain.rows} of the ${chain.total} app instances it announced`,
    );
  }
  const unnamed = rows.filter(({ isNamed }) => !isNamed);
  const found = unnamed.length === 0 ? new Map<string, string>() : await resourceIds(source, unnamed, chains);
  const lost = new Set<Instance>();
  const named = new Map<string, Instance>();
  for (const row of rows) {
    const id = row.isNamed ? row.instance.id : found.get(spelling(row.instance.app, row.bareId));
    const instance = { ...row.instance, id: id ?? `${row.instance.id}#${row.instance.app}` };
    if (id === undefined) lost.add(instance);
    named.set(instance.id, instance);
  }
  const instances = inOrder([...named.values()]);
  return { instances, nameless: instances.flatMap((instance, position) => (lost.has(instance) ? [position] : [])) };
}

/**
 * ARIs by app and bare id: from the roles of organisation admins, who hold one wherever they belong; for what they do
 * not hold, from the activity and the roles of people who use it.
 */
async function resourceIds(
  source: Source,
  wanted: readonly WorkspaceRow[],
  chains: ChainRead[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const keep = (id: string, key: string): void => {
    const owner = resourceOwnerOf(id);
    if (owner !== null && owner !== "jira") found.set(spelling(appNamed(key) ?? key, bareIdOf(id)), id);
  };
  const open = (): readonly WorkspaceRow[] =>
    wanted.filter(({ instance, bareId }) => !found.has(spelling(instance.app, bareId)));
  const askAbout = async (accountIds: readonly string[]): Promise<void> => {
    for (const accountId of accountIds) {
      if (open().length === 0) return;
      chains.push(
        await readRoles(source, accountId, ({ resourceId, resourceOwner }) => keep(resourceId, resourceOwner)),
      );
    }
  };

  const admins = await searchPeople(source, { roleIds: [ORG_ADMIN] });
  const ids = admins.flatMap(({ accountId, platformRoles }) => (platformRoles.includes(ORG_ADMIN) ? [accountId] : []));
  await askAbout(ids.sort().slice(0, PEOPLE_ASKED));
  if (open().length === 0) return found;

  const users = await searchPeople(source, { status: ["active"] });
  for (const { activity } of users) for (const { id } of activity ?? []) keep(id, resourceOwnerOf(id) ?? "");
  const bareIds = new Set(open().map(({ bareId }) => bareId));
  const active = users.filter(({ activity = [] }) => activity.some(({ id }) => bareIds.has(bareIdOf(id))));
  await askAbout(
    active
      .map(({ accountId }) => accountId)
      .sort()
      .slice(0, PEOPLE_ASKED),
  );
  return found;
}

/** The first page of a search: a sample, not a list. */
async function searchPeople(
  { transport, orgId }: Source,
  filter: Readonly<Record<string, unknown>>,
): Promise<readonly UserRow[]> {
  const parameters = { orgId, directoryId: EVERY_DIRECTORY };
  const body = { limit: 100, ...filter, expand: ["platformRoles", "productAccess"] };
  const page = await readObject(transport, { endpoint: endpoints.searchUsers, parameters, body });
  const where = { label: labelOf(endpoints.searchUsers, parameters), row: null };
  return requiredList(page, "data", where).map((value, at) => decodeUser(value, { ...where, row: at + 1 }));
}

async function readRoles(
  { transport, orgId }: Source,
  accountId: string,
  onRow: (row: RoleRow) => void,
): Promise<ChainRead> {
  return readPages(
    transport,
    {
      endpoint: endpoints.userRoles,
      parameters: { orgId, directoryId: EVERY_DIRECTORY, accountId },
      query: { limit: 100 },
      cursor: "query",
      limit: 100,
    },
    (value, where) => onRow(decodeRole(value, where)),
  );
}

function spelling(app: string, bareId: string): string {
  return `${app} ${bareId}`;
}
