import type { PersonRow } from "../src/model/documents.generated.ts";
import { apps, type GroupName, namedGroups } from "./frame.ts";
import type { Organisation } from "./organisation.ts";

/**
 * A person as the peers are handed them: a plain object in which everything that can be worked out ahead of a filter is
 * there already. `null` is not known. Worked out from the rows by code of its own, so that a slip of ours shows.
 */
export interface Person {
  readonly id: string;
  readonly status: string | null;
  readonly managed: boolean | null;
  readonly source: string | null;
  readonly mfa: boolean | null;
  /** Seconds. */
  readonly added: number | null;
  /** In lower case, for globs. */
  readonly email: string | null;
  readonly domain: string | null;
  readonly name: string | null;
  readonly jobTitle: string | null;
  readonly department: string | null;
  readonly location: string | null;
  readonly directories: readonly number[];
  readonly groups: readonly number[] | null;
  readonly orgRoles: readonly string[] | null;
  /** By app: whether a paid seat is held there. */
  readonly seats: readonly (boolean | null)[];
  /** By app: seconds, 0 for never, null for not known. */
  readonly active: readonly (number | null)[];
  readonly isJiraAdmin: boolean | null;
  readonly isAgent: boolean | null;
  readonly isAgentOrAdmin: boolean | null;
}

const UNKNOWN_TIME = 0xffffffff;
const knownStatuses: ReadonlySet<string> = new Set(["active", "suspended", "deactivated"]);
const user = "atlassian/user";
const admin = "atlassian/admin";

/** The people of an organisation as plain objects, in order. */
export function* peopleOf(organisation: Organisation): Generator<Person> {
  const { at } = organisation.frame;
  const granting = (app: number, roles: readonly string[]): ReadonlySet<number> => {
    const names = Object.keys(namedGroups) as readonly GroupName[];
    return new Set(
      names
        .filter((name) => grantsOf(name).some(([on, role]) => on === app && roles.includes(role)))
        .map((name) => at[name]),
    );
  };
  const paid = apps.map((_, app) => granting(app, [user, admin]));
  const jiraAdmins = granting(0, [admin]);
  const agents = granting(2, [user]);
  const agentsOrAdmins = granting(2, [user, admin]);
  for (const row of organisation.rows()) {
    const { email = null, groups = null, active } = row;
    const times = new Map(active ?? []);
    yield {
      id: row.id,
      status: knownStatuses.has(row.status) ? row.status : null,
      managed: row.claim === undefined ? null : row.claim === "managed",
      source: row.source ?? null,
      mfa: row.mfa ?? null,
      added: row.added ?? null,
      email: email?.toLowerCase() ?? null,
      domain: email === null ? null : (email.split("@").at(-1)?.toLowerCase() ?? null),
      name: row.name?.toLowerCase() ?? null,
      jobTitle: row.jobTitle?.toLowerCase() ?? null,
      department: row.department?.toLowerCase() ?? null,
      location: row.location?.toLowerCase() ?? null,
      directories: row.directories,
      groups,
      orgRoles: row.platformRoles ?? null,
      seats: apps.map((_, app) => seatOf(row, app, paid[app] ?? new Set())),
      active: apps.map((_, app) => (active === undefined ? null : timeOf(times.get(app)))),
      isJiraAdmin: roleOf(row, 0, [admin], jiraAdmins),
      isAgent: roleOf(row, 2, [user], agents),
      isAgentOrAdmin: roleOf(row, 2, [user, admin], agentsOrAdmins),
    };
  }
}

function grantsOf(name: GroupName): readonly (readonly [number, string])[] {
  const group: object = namedGroups[name];
  return "grants" in group ? (group.grants as readonly (readonly [number, string])[]) : [];
}

function timeOf(at: number | undefined): number | null {
  return at === UNKNOWN_TIME ? null : (at ?? 0);
}

function seatOf({ status, groups, direct, directories }: PersonRow, app: number, granting: ReadonlySet<number>) {
  const holds =
    groups?.some((group) => granting.has(group)) === true ||
    direct?.some(([on, role]) => on === app && (role === user || role === admin)) === true;
  if (holds && status === "active" && directories.length < 2) return true;
  const mayBeActive = status === "active" || !knownStatuses.has(status);
  return mayBeActive && (holds || groups === undefined) ? null : false;
}

function roleOf(
  { status, groups, direct, directories }: PersonRow,
  app: number,
  roles: readonly string[],
  granting: ReadonlySet<number>,
): boolean | null {
  const isSeen =
    groups?.some((group) => granting.has(group)) === true ||
    direct?.some(([on, role]) => on === app && roles.includes(role)) === true;
  const isActive = status === "active";
  if (isSeen) return isActive && directories.length > 1 ? null : true;
  return groups === undefined || !isActive ? null : false;
}
