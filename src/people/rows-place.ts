import { isBillable } from "../model/apps.ts";
import type { Grant, Group, Instance } from "../model/documents.generated.ts";
import { type CellOf, type RowColumn, type SnapshotTable, tableOf } from "./rows.ts";

interface GroupAt {
  readonly group: Group;
  readonly at: number;
}

interface GrantOf {
  readonly group: Group;
  readonly grant: Grant;
}

function cell<Item>(
  name: string,
  kind: RowColumn["kind"],
  about: string,
  of: CellOf<Item>["of"],
  empty: RowColumn["empty"] = "never",
): CellOf<Item> {
  return { name, kind, empty, about, of };
}

/** One row for each group of the organisation. */
export const groupsTable: SnapshotTable = tableOf<GroupAt>(
  { name: "groups", about: "a group", key: ["group_id"] },
  ({ population }) => population.header.groups.map((group, at) => ({ group, at })),
  [
    cell("group_id", "text", "the group's id", ({ group }) => group.id),
    cell("name", "text", "the group's name; empty: it has none", ({ group }) => group.name, "maybe"),
    cell(
      "directory_id",
      "text",
      "the directory it belongs to; empty: unknown",
      ({ group }, { population }) => population.header.directories[group.directory]?.id ?? null,
      "maybe",
    ),
    cell("synced", "boolean", "whether an identity provider fills it", ({ group }) => group.synced),
    cell(
      "modifiable",
      "boolean",
      "false: Atlassian says that the API key cannot change it",
      ({ group }) => group.modifiable,
    ),
    cell(
      "managed_by",
      "text",
      "who manages it, as Atlassian says; empty: it does not say",
      ({ group }) => group.managedBy,
      "maybe",
    ),
    cell("members", "integer", "members as Atlassian counts them", ({ group }) => group.members),
    cell(
      "members_known",
      "boolean",
      "whether all of them were seen; if false, `memberships` may lack some",
      ({ at }, { population }) => population.groupProved[at] === true,
    ),
  ],
);

/** One row for each app instance. */
export const instancesTable: SnapshotTable = tableOf<Instance>(
  { name: "instances", about: "an app on a site, or a Bitbucket workspace", key: ["instance_id"] },
  ({ population }) => population.header.instances,
  [
    cell("instance_id", "text", "the instance's ARI", ({ id }) => id),
    cell("app", "text", "the app's name in policies, or Atlassian's where it is not known", ({ app }) => app),
    cell("site", "text", "the site's name", ({ site }) => site),
    cell("name", "text", "what Atlassian calls it; empty: it does not say", ({ name }) => name, "maybe"),
    cell("known", "boolean", "false: an app that Seatwright does not know, without seats here", ({ known }) => known),
    cell("sandbox", "boolean", "whether it is a sandbox, which has no paid seats", ({ sandbox }) => sandbox),
    cell("status", "text", "as Atlassian says; empty: it does not say", ({ status }) => status, "maybe"),
    cell("plan", "text", "as Atlassian says; empty: it does not say", ({ plan }) => plan ?? null, "maybe"),
    cell(
      "capacity",
      "integer",
      "the seat limit; empty: Atlassian tells none",
      ({ capacity }) => capacity ?? null,
      "maybe",
    ),
  ],
);

/** One row for each role that a group gives. */
export const grantsTable: SnapshotTable = tableOf<GrantOf>(
  {
    name: "grants",
    about: "a role on an app instance that a group gives its members",
    key: ["group_id", "instance_id", "role"],
  },
  ({ population }) => population.header.groups.flatMap((group) => group.grants.map((grant) => ({ group, grant }))),
  [
    cell("group_id", "text", "refers to `groups`", ({ group }) => group.id),
    cell(
      "instance_id",
      "text",
      "refers to `instances`",
      ({ grant }, { population }) => population.header.instances[grant.instance]?.id ?? null,
    ),
    cell("role", "text", "as Atlassian calls it", ({ grant }) => grant.role),
    cell("billable", "boolean", "whether the role costs a seat", ({ grant }) => isBillable(grant.role)),
    cell(
      "default",
      "boolean",
      "whether new people of the app land in the group with this role; empty: not read",
      ({ grant }) => grant.isDefault ?? null,
      "maybe",
    ),
  ],
);
