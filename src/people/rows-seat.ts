import { isBillable } from "../model/apps.ts";
import { truthAt } from "../model/verdict.ts";
import { entries } from "./population.ts";
import { type CellOf, lastActiveAt, type RowSource, type SnapshotTable, tableOf } from "./rows.ts";
import { type SeatPaths, seatPaths } from "./seats.ts";

interface PersonAt {
  readonly person: number;
  /** Position of an instance or a group. */
  readonly at: number;
}

const accountAt: CellOf<PersonAt> = {
  name: "account_id",
  kind: "text",
  empty: "never",
  about: "refers to `people`",
  of: ({ person }, { population }) => population.text("id", person),
};

const instanceAt: CellOf<PersonAt> = {
  name: "instance_id",
  kind: "text",
  empty: "never",
  about: "refers to `instances`",
  of: ({ at }, { population }) => population.header.instances[at]?.id ?? null,
};

/** One row for each group of each person. */
export const membershipsTable: SnapshotTable = tableOf(
  { name: "memberships", about: "a person in a group", key: ["account_id", "group_id"] },
  function* ({ population }: RowSource): Generator<PersonAt> {
    for (let person = 0; person < population.size; person++) {
      for (const at of entries(population.groups, person)) yield { person, at };
    }
  },
  [
    accountAt,
    {
      name: "group_id",
      kind: "text",
      empty: "never",
      about: "refers to `groups`",
      of: ({ at }, { population }) => population.header.groups[at]?.id ?? null,
    },
  ],
);

interface SeatAt extends PersonAt {
  readonly held: "yes" | "unknown";
  readonly how: SeatPaths;
}

/** One row for each paid seat, and for each that somebody may hold. */
export const seatsTable: SnapshotTable = tableOf(
  { name: "seats", about: "a paid seat of a person on an app instance", key: ["account_id", "instance_id"] },
  function* ({ population, seats }: RowSource): Generator<SeatAt> {
    for (let person = 0; person < population.size; person++) {
      for (let at = 0; at < seats.holders.length; at++) {
        const verdict = seats.holders[at];
        const held = verdict === undefined ? "false" : truthAt(verdict, person);
        if (held === "false") continue;
        yield { person, at, held: held === "true" ? "yes" : "unknown", how: seatPaths(population, person, at) };
      }
    }
  },
  [
    accountAt,
    instanceAt,
    {
      name: "app",
      kind: "text",
      empty: "never",
      about: "the app's name in policies",
      of: ({ at }, { population }) => population.header.instances[at]?.app ?? null,
    },
    {
      name: "site",
      kind: "text",
      empty: "never",
      about: "the site's name",
      of: ({ at }, { population }) => population.header.instances[at]?.site ?? null,
    },
    {
      name: "held",
      kind: "text",
      empty: "never",
      about: "`yes`, or `unknown`: it is not known whether the person holds it",
      of: ({ held }) => held,
    },
    {
      name: "roles",
      kind: "text",
      empty: "maybe",
      about: "the roles that cost the seat, with blanks between; empty: none is seen",
      of: ({ how }) => [...new Set(how.paths.map(({ role }) => role).filter(isBillable))].sort().join(" "),
    },
    {
      name: "group_ids",
      kind: "text",
      empty: "maybe",
      about: "the groups that give it, with blanks between; empty: none is seen",
      of: ({ how }, { population }) =>
        [...new Set(how.paths.flatMap((path) => (path.via === "group" ? [path.group] : [])))]
          .map((group) => population.header.groups[group]?.id ?? "")
          .join(" "),
    },
    {
      name: "direct",
      kind: "boolean",
      empty: "never",
      about: "whether a role is seen that was given without a group",
      of: ({ how }) => how.paths.some(({ via }) => via === "direct"),
    },
    {
      name: "paths_known",
      kind: "boolean",
      empty: "never",
      about: "false: there may be groups or roles that cannot be seen",
      of: ({ how }) => how.certain,
    },
    {
      name: "last_active_at",
      kind: "moment",
      empty: "maybe",
      about: "the latest activity on this app instance; empty: see `activity`",
      of: ({ person, at }, { population }) => lastActiveAt(population.lastActive[at]?.[person]).at,
    },
    {
      name: "activity",
      kind: "text",
      empty: "never",
      about: "`active`: there is a date; `never`: Atlassian shows none; `unknown`: it could not be read",
      of: ({ person, at }, { population }) => lastActiveAt(population.lastActive[at]?.[person]).state,
    },
  ],
);

/** One row for each date of activity, also without a seat. */
export const activityTable: SnapshotTable = tableOf(
  {
    name: "activity",
    about: "when a person was last active on an app instance; no row: never",
    key: ["account_id", "instance_id"],
  },
  function* ({ population }: RowSource): Generator<PersonAt> {
    for (let person = 0; person < population.size; person++) {
      for (let at = 0; at < population.lastActive.length; at++) {
        if (lastActiveAt(population.lastActive[at]?.[person]).state !== "never") yield { person, at };
      }
    }
  },
  [
    accountAt,
    instanceAt,
    {
      name: "last_active_at",
      kind: "moment",
      empty: "maybe",
      about: "the latest activity; empty: it could not be read",
      of: ({ person, at }, { population }) => lastActiveAt(population.lastActive[at]?.[person]).at,
    },
  ],
);
