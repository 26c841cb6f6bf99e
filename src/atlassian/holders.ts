import { billableRoles, productAdminRole } from "../model/apps.ts";
import { hasBit } from "../model/bits.ts";
import type { Grant, HolderCount, SnapshotHeader } from "../model/documents.generated.ts";
import { entries, type Population, statuses } from "../people/population.ts";
import { countUsers } from "./counts.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import type { Frame } from "./frame.ts";
import type { Source } from "./source.ts";
import { type ChainRead, readPages } from "./pages.ts";
import { decodeUser } from "./rows.ts";

/** Who holds one billable role on one instance, counted in two ways. */
export interface HolderReading extends HolderCount {
  /** Active people in a group that grants the role. */
  readonly explained: number;
  /** People found to hold it without a group. */
  readonly direct: number;
  /** People counted as users whom only a group of admins explains: admins may count as users too. */
  readonly asAdmins: number;
  /** People who hold it for a reason that could not be told: a group that grants it was not seen whole. */
  readonly unclear: number;
  /** Listed people who are not active, and people in a group that grants it who are not listed. */
  readonly misfits: number;
}

const ACTIVE = statuses.indexOf("active");

function isStatus(status: string): boolean {
  return (statuses as readonly string[]).includes(status);
}

type DirectRoles = Map<number, (readonly [number, string])[]>;

/** How many active people hold each billable role, as Atlassian counts, by instance and role. */
export async function countHolders(source: Source, frame: Frame): Promise<readonly HolderCount[]> {
  const pairs = frame.instances.flatMap(({ known, sandbox, id }, instance) =>
    known && !sandbox && !frame.nameless.includes(instance)
      ? billableRoles.map((role) => ({ instance, role, id }))
      : [],
  );
  const counted = await Promise.all(
    pairs.map(async ({ instance, role, id }) => ({
      instance,
      role,
      count: await countUsers(source, { resourceIds: [id], roleIds: [role], status: ["active"] }),
    })),
  );
  return counted.sort((a, b) => a.instance - b.instance || (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
}

/**
 * Compares the counts with what groups explain. Where Atlassian counts more, the holders are listed once and whoever no
 * group explains holds the role directly; where a group that grants the role was not seen whole, nobody is said to.
 */
export async function findDirect(
  source: Source,
  population: Population,
  counts: readonly HolderCount[],
): Promise<{
  readonly readings: readonly HolderReading[];
  readonly direct: ReadonlyMap<number, readonly (readonly [number, string])[]>;
  readonly chains: readonly ChainRead[];
}> {
  const explained = explainedHolders(population, counts);
  const direct: DirectRoles = new Map();
  const chains: ChainRead[] = [];
  const readings = await Promise.all(
    counts.map(async (pair, at): Promise<HolderReading> => {
      const seen = explained[at] ?? 0;
      const reading = { ...pair, explained: seen, direct: 0, asAdmins: 0, unclear: 0, misfits: 0 };
      if (pair.count <= seen) return reading;
      const { listed, misfits, chain } = await listHolders(source, population, pair);
      chains.push(chain);
      const surplus = listed.filter((person) => !isExplained(population, person, pair));
      const active = listed.filter((person) => population.status[person] === ACTIVE).length;
      const activeSurplus = surplus.filter((person) => population.status[person] === ACTIVE).length;
      const admin = { instance: pair.instance, role: productAdminRole };
      const asAdmins = surplus.filter((person) => isExplained(population, person, admin));
      const others = surplus.filter((person) => !asAdmins.includes(person));
      const isClear = population.header.groups.every(
        ({ grants }, group) => population.groupProved[group] === true || !grants.some((grant) => isPair(grant, pair)),
      );
      const clear = isClear ? others.filter((person) => !hasBit(population.groupsUnknown, person)) : [];
      for (const person of clear) {
        direct.set(person, [...(direct.get(person) ?? []), [pair.instance, pair.role] as const]);
      }
      const unclear = others.length - clear.length;
      return {
        ...reading,
        explained: listed.length - surplus.length,
        direct: clear.length,
        asAdmins: asAdmins.length,
        unclear,
        misfits: misfits + Math.max(0, seen - (active - activeSurplus)),
      };
    }),
  );
  const ordered = [...direct]
    .sort((a, b) => a[0] - b[0])
    .map(([person, roles]) => [person, roles.sort(byInstance)] as const);
  return { readings, direct: new Map(ordered), chains };
}

async function listHolders(
  { transport, orgId }: Source,
  population: Population,
  pair: HolderCount,
): Promise<{ readonly listed: readonly number[]; readonly misfits: number; readonly chain: ChainRead }> {
  const resourceIds = [population.header.instances[pair.instance]?.id ?? ""];
  const listed = new Set<number>();
  let misfits = 0;
  const chain = await readPages(
    transport,
    {
      endpoint: endpoints.searchUsers,
      parameters: { orgId, directoryId: EVERY_DIRECTORY },
      body: { limit: 100, resourceIds, roleIds: [pair.role], status: ["active"], expand: ["platformRoles"] },
      cursor: "body",
      limit: 100,
    },
    (value, where) => {
      const row = decodeUser(value, where);
      const person = population.find(row.accountId);
      // A status that nobody has heard of makes the person unknown, not the filter doubtful.
      if (row.status !== "active" && isStatus(row.status)) misfits++;
      else if (person >= 0) listed.add(person);
    },
  );
  return { listed: [...listed], misfits, chain };
}

/** For each pair of instance and role: how many active people are in a group that grants it. */
function explainedHolders(population: Population, pairs: readonly HolderCount[]): readonly number[] {
  const pairsOf = pairsByGroup(population.header, pairs);
  const counts = new Uint32Array(pairs.length);
  const lastCounted = new Int32Array(pairs.length).fill(-1);
  for (let person = 0; person < population.size; person++) {
    if (population.status[person] !== ACTIVE) continue;
    for (const group of entries(population.groups, person)) {
      for (const pair of pairsOf[group] ?? []) {
        if (lastCounted[pair] === person) continue;
        lastCounted[pair] = person;
        counts[pair] = (counts[pair] ?? 0) + 1;
      }
    }
  }
  return [...counts];
}

function pairsByGroup(header: SnapshotHeader, pairs: readonly HolderCount[]): readonly (readonly number[])[] {
  return header.groups.map(({ grants }) =>
    pairs.flatMap((pair, at) => (grants.some((grant) => isPair(grant, pair)) ? [at] : [])),
  );
}

function isExplained(population: Population, person: number, pair: Grant): boolean {
  for (const group of entries(population.groups, person)) {
    if (population.header.groups[group]?.grants.some((grant) => isPair(grant, pair)) === true) return true;
  }
  return false;
}

function isPair(a: Grant, b: Grant): boolean {
  return a.instance === b.instance && a.role === b.role;
}

function byInstance(a: readonly [number, string], b: readonly [number, string]): number {
  return a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
}
