import { billableRoles, freeRoles } from "../model/apps.ts";
import type { Grant, Instance } from "../model/documents.generated.ts";
import { countGroups } from "./counts.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import { ReadFailure } from "./failures.ts";
import type { Source } from "./source.ts";
import { type ChainRead, readPages } from "./pages.ts";
import { decodeGroup, type GroupRow } from "./rows.ts";

export interface GrantsRead {
  /** Grants by group id, by instance and role. */
  readonly byGroup: ReadonlyMap<string, readonly Grant[]>;
  /** Every group that grants something. */
  readonly groups: readonly GroupRow[];
  readonly chains: readonly ChainRead[];
  /** Free roles that Atlassian did not accept in a search. */
  readonly refusedRoles: readonly string[];
  /** Groups that grant a billable role, summed over instances and roles: as listed, and as Atlassian counts. */
  readonly listed: number;
  readonly counted: number;
}

/** Role of a grant on an app that is not known, or on a sandbox: it is kept because leaving the group takes it away. */
const UNKNOWN_ROLE = "unknown";

/** The most resource ids in one search. Source: organisations REST API, groups/search. */
const RESOURCES_AT_ONCE = 20;

/**
 * Which groups grant which role on which instance, never asked group by group. Billable roles are asked for one instance
 * and one role at a time, as seats rest on them. Free roles are asked for by role and by instance, and one by one only
 * where the two answers leave open which belongs to which. Of apps that are not known and of sandboxes, which hold
 * no seats, only that a group grants something is kept.
 */
export async function readGrants(
  source: Source,
  instances: readonly Instance[],
  nameless: readonly number[],
  report: (done: number) => void,
): Promise<GrantsRead> {
  const groups = new Map<string, GroupRow>();
  const grants = new Map<string, Grant[]>();
  const chains: ChainRead[] = [];
  const idsOf = (positions: readonly number[]): readonly string[] =>
    positions.flatMap((position) => instances[position]?.id ?? []);

  async function search(positions: readonly number[], roleIds: readonly string[]): Promise<readonly string[]> {
    if (positions.length === 0) return [];
    const { chain, rows } = await searchGroups(source, idsOf(positions), roleIds);
    chains.push(chain);
    for (const row of rows) groups.set(row.id, row);
    report(chains.length);
    return rows.map(({ id }) => id);
  }

  function keep(groupIds: readonly string[], instance: number, role: string): void {
    for (const id of groupIds) {
      const held = grants.get(id) ?? [];
      if (!held.some((grant) => grant.instance === instance && grant.role === role)) held.push({ instance, role });
      grants.set(id, held);
    }
  }

  const asked = [...instances.keys()].filter((at) => !nameless.includes(at));
  const isPaid = (at: number): boolean => instances[at]?.known === true && !instances[at].sandbox;
  const paid = asked.filter(isPaid);
  const other = asked.filter((at) => !isPaid(at));
  const pairs = paid.flatMap((at) => billableRoles.map((role) => ({ at, role })));
  const tallies = await Promise.all(
    pairs.map(async ({ at, role }) => {
      const filter = { resourceIds: idsOf([at]), roleIds: [role] };
      const [ids, counted] = await Promise.all([search([at], [role]), countGroups(source, filter)]);
      keep(ids, at, role);
      return { listed: new Set(ids).size, counted };
    }),
  );

  /** Groups by free role, over all instances; null where the role is not accepted. */
  const byRole = await Promise.all(
    freeRoles.map(async (role) => {
      const found = await Promise.all(
        chunked(paid, RESOURCES_AT_ONCE).map((chunk) => ifAccepted(search(chunk, [role]))),
      );
      return { role, found: found.includes(null) ? null : new Set(found.flatMap((ids) => ids ?? [])) };
    }),
  );
  const granted = byRole.flatMap(({ role, found }) => (found === null || found.size === 0 ? [] : [{ role, found }]));
  const roleIds = granted.map(({ role }) => role);
  const byInstance = await Promise.all(
    (roleIds.length === 0 ? [] : paid).map(async (at) => ({ at, found: new Set(await search([at], roleIds)) })),
  );
  const open = new Map<string, { readonly at: number; readonly role: string }>();
  for (const id of new Set(byInstance.flatMap(({ found }) => [...found]))) {
    const places = byInstance.flatMap(({ at, found }) => (found.has(id) ? [at] : []));
    const roles = granted.flatMap(({ role, found }) => (found.has(id) ? [role] : []));
    for (const at of places) {
      for (const role of roles) {
        if (places.length === 1 || roles.length === 1) keep([id], at, role);
        else open.set(`${at} ${role}`, { at, role });
      }
    }
  }
  await Promise.all([...open.values()].map(async ({ at, role }) => keep(await search([at], [role]), at, role)));
  await Promise.all(other.map(async (at) => keep(await search([at], []), at, UNKNOWN_ROLE)));

  return {
    byGroup: new Map([...grants].map(([id, held]) => [id, held.sort(byInstanceAndRole)])),
    groups: [...groups.values()],
    chains,
    listed: tallies.reduce((sum, { listed }) => sum + listed, 0),
    counted: tallies.reduce((sum, { counted }) => sum + counted, 0),
    refusedRoles: byRole.flatMap(({ role, found }) => (found === null ? [role] : [])),
  };
}

async function searchGroups(
  { transport, orgId }: Source,
  resourceIds: readonly string[],
  roleIds: readonly string[],
): Promise<{ readonly chain: ChainRead; readonly rows: readonly GroupRow[] }> {
  const rows: GroupRow[] = [];
  const roles = roleIds.length === 0 ? {} : { roleIds };
  const chain = await readPages(
    transport,
    {
      endpoint: endpoints.searchGroups,
      parameters: { orgId, directoryId: EVERY_DIRECTORY },
      body: { limit: 100, expand: ["counts.users"], resourceIds, ...roles },
      cursor: "body",
      limit: 100,
    },
    (value, where) => rows.push(decodeGroup(value, where)),
  );
  return { chain, rows };
}

/** What was read, or null where Atlassian does not accept the question: not every document lists every free role. */
async function ifAccepted<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ReadFailure && error.status === 400) return null;
    throw error;
  }
}

function byInstanceAndRole(a: Grant, b: Grant): number {
  if (a.instance !== b.instance) return a.instance - b.instance;
  return a.role < b.role ? -1 : a.role > b.role ? 1 : 0;
}

function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
