import type { Certificate, PersonDetail, PersonRow, SnapshotHeader } from "../../src/model/documents.generated.ts";
import { secondsOf, type Seconds } from "../../src/model/time.ts";
import { createPopulationBuilder } from "../../src/people/builder.ts";
import type { Population } from "../../src/people/population.ts";

/**
 * Organisations for tests, by short names: `jira` is an instance, `jira-users` a group, `main` a directory, `ada` a
 * person, and their ids are made of them. Whatever is not said is ordinary: active, one directory, no admin.
 */

/** The moment of every organisation here. */
export const asOf = "2026-11-20T06:00:00Z";
export const now: Seconds = secondsOf(asOf) ?? 0;
export const DAYS: Seconds = 86_400;

export const user = "atlassian/user";
export const admin = "atlassian/admin";
export const guest = "atlassian/guest";

/** An instance: by default a known app, no sandbox, on the site acme. */
export interface InstanceParts {
  readonly app: string;
  readonly site?: string;
  readonly known?: boolean;
  readonly sandbox?: boolean;
}

export interface GroupParts {
  readonly directory?: string;
  /** `jira`, or `jira atlassian/admin`; without a role, atlassian/user. */
  readonly grants?: readonly string[];
  readonly synced?: boolean;
  readonly modifiable?: boolean;
  /** What Atlassian counts; by default as many as are seen. */
  readonly members?: number;
}

export interface PersonParts
  extends Partial<Omit<PersonRow, "id" | "directories" | "platformRoles" | "groups" | "active" | "direct" | "detail">> {
  /** Directories by name; by default `main`. */
  readonly in?: readonly string[];
  /** By default none. Null: not known. */
  readonly platformRoles?: readonly string[] | null;
  /** Null: not known. */
  readonly groups?: readonly string[] | null;
  /** By instance: days ago, or null for an entry without a time. Null: not known. */
  readonly active?: Readonly<Record<string, number | null>> | null;
  /** As in `GroupParts.grants`. */
  readonly direct?: readonly string[];
  readonly detail?: {
    /** By directory. */
    readonly membership?: Readonly<Record<string, string>>;
    /** `jira atlassian/user: direct group_direct`. */
    readonly roles?: readonly string[];
  };
}

export interface OrganizationParts {
  readonly directories?: readonly string[];
  readonly instances?: Readonly<Record<string, InstanceParts>>;
  readonly groups?: Readonly<Record<string, GroupParts>>;
  readonly people?: Readonly<Record<string, PersonParts>>;
  readonly certificate?: Certificate["state"];
  readonly keyCreators?: readonly string[] | null;
}

const usualInstances: Readonly<Record<string, InstanceParts>> = {
  jira: { app: "jira-software" },
  confluence: { app: "confluence" },
  jsm: { app: "jira-service-management" },
  bitbucket: { app: "bitbucket" },
};

export const idOf = {
  directory: (name: string): string => `d-${name}`,
  instance: (name: string): string => `ari:cloud:${name}::site/1`,
  group: (name: string): string => `g-${name}`,
};

/** Header and rows of an organisation, for tests that say themselves how they are read. */
export function snapshotOf(parts: OrganizationParts): {
  readonly header: SnapshotHeader;
  readonly rows: readonly PersonRow[];
} {
  const directories = parts.directories ?? ["main"];
  const instances = Object.entries(parts.instances ?? usualInstances);
  const groups = Object.entries(parts.groups ?? {});
  const people = Object.entries(parts.people ?? {});
  const directoryAt = positionIn(directories, "directory");
  const instanceAt = positionIn(
    instances.map(([name]) => name),
    "instance",
  );
  const groupAt = positionIn(
    groups.map(([name]) => name),
    "group",
  );
  const roleAt = (text: string): readonly [number, string] => {
    const [instance = "", role = user] = text.split(" ");
    return [instanceAt(instance), role];
  };
  const rows = people.map(
    ([
      id,
      { in: places = ["main"], platformRoles = [], groups: member = [], active = {}, direct, detail, ...row },
    ]): PersonRow => ({
      id,
      status: "active",
      ...row,
      ...(platformRoles === null ? {} : { platformRoles }),
      directories: places.map(directoryAt),
      ...(member === null ? {} : { groups: member.map(groupAt) }),
      ...(active === null
        ? {}
        : {
            active: Object.entries(active).map(
              ([name, days]) => [instanceAt(name), days === null ? 0xffffffff : now - days * DAYS] as const,
            ),
          }),
      ...(direct === undefined ? {} : { direct: direct.map(roleAt) }),
      ...(detail === undefined
        ? {}
        : {
            detail: {
              membership: Object.entries(detail.membership ?? {}).map(
                ([name, state]) => [directoryAt(name), state] as const,
              ),
              roles: (detail.roles ?? []).map((text) => {
                const [role = "", methods = ""] = text.split(": ");
                return [...roleAt(role), methods] as const;
              }),
            } satisfies PersonDetail,
          }),
    }),
  );
  const header: SnapshotHeader = {
    kind: "snapshot",
    version: 1,
    tool: { name: "seatwright", version: "0.1.0" },
    organization: { id: "8a130dbc-06bc-1a05-jjk7-9822046115j1", name: "acme" },
    asOf,
    certificate: { state: parts.certificate ?? "complete", checks: [] },
    directories: directories.map((name) => ({ id: idOf.directory(name), name })),
    instances: instances.map(([name, { app, site = "acme", known = true, sandbox = false }]) => ({
      id: idOf.instance(name),
      app,
      site,
      name: `${app} of ${site}`,
      known,
      sandbox,
      status: "online",
    })),
    groups: groups.map(([name, group], position) => ({
      id: idOf.group(name),
      name,
      directory: directoryAt(group.directory ?? "main"),
      synced: group.synced ?? false,
      modifiable: group.modifiable ?? group.synced !== true,
      managedBy: group.synced === true ? "external" : "admins",
      members: group.members ?? rows.filter((row) => row.groups?.includes(position) === true).length,
      grants: (group.grants ?? []).map((text) => {
        const [instance, role] = roleAt(text);
        return { instance, role };
      }),
    })),
    holders: [],
    keyCreators: parts.keyCreators === undefined ? [] : parts.keyCreators,
    peopleCount: people.length,
  };
  return { header, rows };
}

/** An organisation as a population, as if everybody had been read. */
export function organization(parts: OrganizationParts): Population {
  const { header, rows } = snapshotOf(parts);
  return populationFrom(header, rows);
}

export function populationFrom(header: SnapshotHeader, rows: readonly PersonRow[]): Population {
  const builder = createPopulationBuilder();
  for (const row of rows) builder.add(row);
  return builder.finish(header, "everybody");
}

/** Positions by the names that `snapshotOf` was given. */
export const at = {
  person(population: Population, id: string): number {
    const found = population.find(id);
    if (found === -1) throw new Error(`there is nobody called ${id} in this test`);
    return found;
  },
  instance(population: Population, name: string): number {
    return positionIn(
      population.header.instances.map(({ id }) => id),
      "instance",
    )(idOf.instance(name));
  },
  group(population: Population, name: string): number {
    return positionIn(
      population.header.groups.map((group) => group.name),
      "group",
    )(name);
  },
  directory(population: Population, name: string): number {
    return positionIn(
      population.header.directories.map((directory) => directory.name),
      "directory",
    )(name);
  },
};

function positionIn(names: readonly string[], what: string): (name: string) => number {
  return (name) => {
    const found = names.indexOf(name);
    if (found === -1) throw new Error(`there is no ${what} called ${name} in this test`);
    return found;
  };
}
