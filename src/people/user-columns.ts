import { hasBit } from "../model/bits.ts";
import { momentOf } from "../model/time.ts";
import { truthAt } from "../model/verdict.ts";
import { platformRolesOf } from "./codes.ts";
import {
  claims,
  entries,
  managementSources,
  mfaStates,
  NEVER,
  type Population,
  type SharedField,
  sharedText,
  statuses,
  type TextField,
  UNKNOWN_TIME,
} from "./population.ts";
import { rolePaths, seatPaths, type Seats } from "./seats.ts";

/** One person, or one seat of a person, of whom a list tells something. */
export interface UserRow {
  readonly person: number;
  /** The seat's instance; null where the row is about the person. */
  readonly instance: number | null;
}

/** What a row says in one column. Null: it is not known. */
export type Cell = string | readonly string[] | null;

export interface UserColumn {
  readonly name: string;
  /** For the head of a table. */
  readonly title: string;
  /** `moment`: a moment, or `never`. */
  readonly kind: "text" | "moment" | "list";
  /** What it says, for whoever chooses columns. */
  readonly about: string;
  readonly of: (row: UserRow) => Cell;
}

/** The columns that lists of people can have, by what a snapshot alone tells. Those about a seat are null for a person. */
export function userColumns(population: Population, seats: Seats): readonly UserColumn[] {
  const { header } = population;
  const nameOf = (instance: number): string => {
    const { app = "", site = "" } = header.instances[instance] ?? {};
    return `${app} on ${site}`;
  };
  const text = (name: TextField, title: string, about: string): UserColumn => ({
    name: name === "id" ? "accountId" : name,
    title,
    kind: "text",
    about,
    of: ({ person }) => population.text(name, person),
  });
  const shared = (name: SharedField, title: string, about: string): UserColumn => ({
    name,
    title,
    kind: "text",
    about,
    of: ({ person }) => sharedText(population, name, person),
  });
  const coded = (
    name: string,
    title: string,
    about: string,
    codes: Uint8Array,
    values: readonly string[],
  ): UserColumn => ({
    name,
    title,
    kind: "text",
    about,
    of: ({ person }) => (codes[person] === 0 ? null : (values[codes[person] ?? 0] ?? null)),
  });
  const ofSeat = (
    name: string,
    title: string,
    about: string,
    kind: UserColumn["kind"],
    of: (person: number, instance: number) => Cell,
  ): UserColumn => ({
    name,
    title,
    kind,
    about,
    of: ({ person, instance }) => (instance === null ? null : of(person, instance)),
  });
  const names = (instances: Iterable<number>): readonly string[] => [...instances].map(nameOf).sort();
  return [
    text("id", "Account", "the account id"),
    text("name", "Name", "the full name"),
    text("nickname", "Nickname", "the public name"),
    text("email", "Address", "the e-mail address, where it is not hidden"),
    shared("emailDomain", "Domain", "the part of the address behind the @"),
    coded("status", "Status", "the account's status", population.status, statuses),
    coded("account", "Account is", "managed or unmanaged", population.claim, claims),
    coded("source", "Came by", "invited, or synced from an identity provider", population.source, managementSources),
    coded("mfa", "Two-step", "whether two-step verification is on", population.mfa, mfaStates),
    {
      name: "added",
      title: "Added",
      kind: "moment",
      about: "when the person came to the organisation",
      of: ({ person }) => momentCell(population.added[person] ?? UNKNOWN_TIME),
    },
    {
      name: "directories",
      title: "Directories",
      kind: "list",
      about: "the directories the person is in",
      of: ({ person }) =>
        [...entries(population.directories, person)].map((at) => header.directories[at]?.name ?? "").sort(),
    },
    {
      name: "groups",
      title: "Groups",
      kind: "list",
      about: "the groups the person is in",
      of: ({ person }) =>
        hasBit(population.groupsUnknown, person)
          ? null
          : [...entries(population.groups, person)].map((at) => header.groups[at]?.name ?? "").sort(),
    },
    shared("department", "Department", "from the profile"),
    shared("jobTitle", "Job title", "from the profile"),
    shared("location", "Location", "from the profile"),
    shared("organization", "Organisation", "from the profile"),
    {
      name: "adminRoles",
      title: "Admin roles",
      kind: "list",
      about: "roles that administer the organisation",
      of: ({ person }) =>
        platformRolesOf(population.platformRoles[person] ?? 0)
          ?.map(shortRole)
          .sort() ?? null,
    },
    {
      name: "seats",
      title: "Seats",
      kind: "list",
      about: "where the person holds a paid seat",
      of: ({ person }) => names(instancesWith(seats, person, "true")),
    },
    {
      name: "perhapsSeats",
      title: "Seats not known",
      kind: "list",
      about: "where it is not known whether the person holds a seat",
      of: ({ person }) => names(instancesWith(seats, person, "unknown")),
    },
    {
      name: "lastActive",
      title: "Last active",
      kind: "moment",
      about: "when the person was last active: of a seat, on its app; else on any",
      of: ({ person, instance }) =>
        instance === null
          ? momentCell(latest(population, person).at)
          : momentCell(population.lastActive[instance]?.[person]),
    },
    {
      name: "lastActiveOn",
      title: "Last active on",
      kind: "text",
      about: "the app of the latest activity",
      of: ({ person }) => {
        const { instance } = latest(population, person);
        return instance === -1 ? null : nameOf(instance);
      },
    },
    ofSeat("app", "App", "the seat's app", "text", (_, instance) => header.instances[instance]?.app ?? null),
    ofSeat("site", "Site", "the seat's site", "text", (_, instance) => header.instances[instance]?.site ?? null),
    ofSeat("roles", "Roles", "roles on the seat's app", "list", (person, instance) => {
      const { paths, certain } = rolePaths(population, person, instance);
      return paths.length === 0 && !certain ? null : [...new Set(paths.map(({ role }) => shortRole(role)))].sort();
    }),
    ofSeat("via", "Held by", "groups that give the seat, or `direct`", "list", (person, instance) => {
      const { paths, certain } = seatPaths(population, person, instance);
      if (paths.length === 0 && !certain) return null;
      return [
        ...new Set(paths.map((path) => (path.via === "direct" ? "direct" : (header.groups[path.group]?.name ?? "")))),
      ].sort();
    }),
  ];
}

function shortRole(role: string): string {
  return role.replace("atlassian/", "");
}

function instancesWith({ holders }: Seats, person: number, truth: "true" | "unknown"): readonly number[] {
  return holders.flatMap((verdict, instance) => (truthAt(verdict, person) === truth ? [instance] : []));
}

function momentCell(at: number | undefined): Cell {
  if (at === undefined || at === UNKNOWN_TIME) return null;
  return at === NEVER ? "never" : momentOf(at);
}

/** The latest activity on any instance. Not known where it is not known of one of them. */
function latest({ lastActive }: Population, person: number): { readonly at: number; readonly instance: number } {
  let at = NEVER;
  let instance = -1;
  for (const [position, column] of lastActive.entries()) {
    const found = column[person] ?? UNKNOWN_TIME;
    if (found === UNKNOWN_TIME) return { at: UNKNOWN_TIME, instance: -1 };
    if (found <= at) continue;
    at = found;
    instance = position;
  }
  return { at, instance };
}

/** A cell for ordering rows: what is not known comes last, never before every date. */
export function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const [left, right] = [sortText(a), sortText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortText(cell: string | readonly string[]): string {
  if (cell === "never") return "";
  return (typeof cell === "string" ? cell : cell.join("; ")).toLowerCase();
}
