import { isBillable } from "../model/apps.ts";
import type { PersonDetail } from "../model/documents.generated.ts";
import { entries, type Population, statuses } from "../people/population.ts";
import { endpoints, EVERY_DIRECTORY, labelOf } from "./endpoints.ts";
import { notAsDocumented, ReadFailure } from "./failures.ts";
import type { Source } from "./source.ts";
import { createInstanceFinder } from "./instances.ts";
import { readPages } from "./pages.ts";
import { findAccounts } from "./people.ts";
import { decodeRole, type RoleRow } from "./rows.ts";

/**
 * What only a call for one person tells, by position in the population: membership by directory, and effective roles
 * with the ways they were given. Who is not in the population, or is gone by now, is left out. Throws
 * OperatorError("snapshotNotComplete") where the answer cannot be: it does not know somebody whom a search shows, or
 * shows no seat where a group of the person gives one.
 * Source: organisations REST API, users/{accountId}/role-assignments.
 */
export async function readDetail(
  source: Source,
  population: Population,
  accountIds: readonly string[],
  report: (done: number) => void,
): Promise<ReadonlyMap<number, PersonDetail>> {
  const detail = new Map<number, PersonDetail>();
  const decode = detailDecoder(population);
  const gone: string[] = [];
  let done = 0;
  await Promise.all(
    [...new Set(accountIds)].map(async (accountId) => {
      const person = population.find(accountId);
      const rows = person < 0 ? null : await readRoles(source, accountId);
      if (rows !== null) {
        requireSeatsOfGroups(source, population, person, rows);
        detail.set(person, decode(person, rows));
      } else if (person >= 0 && entries(population.directories, person).length > 0) gone.push(accountId);
      report(++done);
    }),
  );
  const [still] = await findAccounts(source, gone);
  if (still !== undefined)
    throw notAsDocumented(rolesLabel(source, still), "a person is not found whom a search shows");
  return new Map([...detail].sort((a, b) => a[0] - b[0]));
}

function rolesLabel({ orgId }: Source, accountId: string): string {
  return labelOf(endpoints.userRoles, { orgId, directoryId: EVERY_DIRECTORY, accountId });
}

/**
 * Where a group gives an active person a seat, their role assignments show one there. Without this an answer that lost
 * its rows would look like somebody who holds nothing. Somebody in several directories may be suspended in the group's.
 */
function requireSeatsOfGroups(source: Source, population: Population, person: number, rows: readonly RoleRow[]): void {
  const { header, groups } = population;
  const isActive = statuses[population.status[person] ?? 0] === "active";
  if (!isActive || entries(population.directories, person).length !== 1) return;
  const finder = createInstanceFinder(header.instances);
  const shown = new Set(
    rows
      .filter(({ roles }) => roles.some(({ role }) => isBillable(role)))
      .map(({ resourceId, resourceOwner }) => finder.find(resourceId, resourceOwner)),
  );
  for (const group of entries(groups, person)) {
    for (const { instance, role } of header.groups[group]?.grants ?? []) {
      const where = header.instances[instance];
      if (!isBillable(role) || where?.known !== true || where.sandbox || shown.has(instance)) continue;
      throw notAsDocumented(
        rolesLabel(source, population.text("id", person) ?? ""),
        `no seat is shown on ${where.app} of ${where.site}, although a group of the person gives one`,
      );
    }
  }
}

/** Somebody's role assignments, or null where Atlassian does not know the person any more. */
async function readRoles({ transport, orgId }: Source, accountId: string): Promise<readonly RoleRow[] | null> {
  const rows: RoleRow[] = [];
  try {
    await readPages(
      transport,
      {
        endpoint: endpoints.userRoles,
        parameters: { orgId, directoryId: EVERY_DIRECTORY, accountId },
        query: { limit: 100 },
        cursor: "query",
        limit: 100,
      },
      (value, where) => rows.push(decodeRole(value, where)),
    );
  } catch (error) {
    const isGone = error instanceof ReadFailure && error.status === 404 && error.reason !== "credentials";
    if (isGone) return null;
    throw error;
  }
  return rows;
}

function detailDecoder(population: Population): (person: number, rows: readonly RoleRow[]) => PersonDetail {
  const { directories, instances } = population.header;
  const finder = createInstanceFinder(instances);
  const directoryAt = new Map(directories.map(({ id }, position) => [id, position]));
  return (person, rows) => {
    const membership = new Map<number, string>();
    for (const { directoryId, directoryStatus } of rows) {
      const directory = directoryId === null ? undefined : directoryAt.get(directoryId);
      if (directory !== undefined && directoryStatus !== null) membership.set(directory, directoryStatus);
    }
    concludeMembership(population, person, membership);
    const isActive = statuses[population.status[person] ?? 0] === "active";
    const roles = new Map<string, { instance: number; role: string; methods: Set<string> }>();
    for (const row of rows) {
      const instance = finder.find(row.resourceId, row.resourceOwner);
      // Somebody suspended everywhere keeps the roles for the day access is restored.
      const counts = row.directoryStatus !== "suspended" || !isActive;
      if (instance < 0 || !counts) continue;
      for (const { role, methods } of row.roles) {
        const key = `${instance} ${role}`;
        const held = roles.get(key) ?? { instance, role, methods: new Set<string>() };
        for (const method of methods) held.methods.add(method);
        roles.set(key, held);
      }
    }
    const sorted = [...roles.values()].sort(
      (a, b) => a.instance - b.instance || (a.role < b.role ? -1 : a.role > b.role ? 1 : 0),
    );
    return {
      membership: [...membership].sort((a, b) => a[0] - b[0]),
      roles: sorted.map(({ instance, role, methods }) => [instance, role, [...methods].sort().join(" ")] as const),
    };
  };
}

/**
 * Role assignments name only directories in which the person holds a role. The status over all directories tells the
 * others where it leaves no choice: suspended is suspended in each, and active is active in at least one.
 * Source: organisations REST API, membershipStatus.
 */
function concludeMembership(population: Population, person: number, membership: Map<number, string>): void {
  const status = statuses[population.status[person] ?? 0];
  const untold = [...entries(population.directories, person)].filter((directory) => !membership.has(directory));
  if (status === "suspended") for (const directory of untold) membership.set(directory, "suspended");
  const [only, ...others] = untold;
  const noneIsActive = ![...membership.values()].includes("active");
  if (status === "active" && only !== undefined && others.length === 0 && noneIsActive) membership.set(only, "active");
}
