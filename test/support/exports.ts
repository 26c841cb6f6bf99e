import { join } from "node:path";
import type { JS as Cell } from "@duckdb/node-api";
import type { RowTable } from "../../src/people/rows.ts";
import type { Population } from "../../src/people/population.ts";
import { organization } from "./people.ts";

const known = organization({
  instances: {
    jira: { app: "jira-software" },
    confluence: { app: "confluence" },
    labs: { app: "confluence", site: "labs" },
  },
  groups: {
    "jira-users": { grants: ["jira"] },
    "jira-admins": { grants: ["jira atlassian/admin"], synced: true },
    wiki: { grants: ["confluence", "labs atlassian/guest"] },
    team: {},
  },
  people: {
    "557058:ada": {
      name: 'Ada "the, first"',
      email: "Ada@Example.com",
      mfa: true,
      department: "R&D",
      added: 1_700_000_000,
      claim: "managed",
      groups: ["jira-users", "jira-admins", "wiki"],
      active: { jira: 200, confluence: 1 },
      platformRoles: ["atlassian/org-admin"],
    },
    "712020:ben": { name: "Ben\u00e9\u{1F600}", mfa: false, groups: ["wiki", "team"], active: { confluence: 120 } },
    "712020:cem": { name: "", department: "R&D", groups: ["jira-users"], direct: ["labs"], active: {} },
    "712020:dia": { name: "Dia", groups: null, active: null },
    "712020:eve": { name: "Eve", status: "suspended", groups: ["jira-users"], active: { jira: null } },
  },
});

/** The groups of `known`, of which one was read for what it is the default of. */
const groups = known.header.groups.map((group) =>
  group.name === "wiki"
    ? { ...group, grants: group.grants.map((grant, at) => ({ ...grant, isDefault: at === 0 })) }
    : group,
);

/** An organisation in which every column of an export has something to say, and names that are awkward in files. */
export const exported: Population = { ...known, header: { ...known.header, groups } };

export type Format = "csv" | "jsonl" | "parquet";
export const formats: readonly Format[] = ["parquet", "csv", "jsonl"];

const types: Readonly<Record<RowTable["columns"][number]["kind"], string>> = {
  text: "VARCHAR",
  integer: "INTEGER",
  boolean: "BOOLEAN",
  moment: "TIMESTAMPTZ",
};

/** How DuckDB reads a table of one format, with the types that docs/export.md promises. */
export function readingOf({ name, columns }: RowTable, format: Format, folder: string): string {
  const file = `'${join(folder, `${name}.${format}`)}'`;
  const typed = columns.map((column) => `'${column.name}': '${types[column.kind]}'`).join(", ");
  if (format === "parquet") return file;
  return format === "csv" ? `read_csv(${file}, columns = {${typed}})` : `read_json(${file}, columns = {${typed}})`;
}

/** Runs statements one after the other in a DuckDB of their own, in UTC; gives the rows of each. */
export async function duckdb(...statements: readonly string[]): Promise<readonly (readonly (readonly Cell[])[])[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const results: (readonly (readonly Cell[])[])[] = [];
    for (const statement of statements) results.push((await connection.runAndReadAll(statement)).getRowsJS());
    return results;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
