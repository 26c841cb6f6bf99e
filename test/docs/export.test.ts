import { describe, expect, it } from "vitest";
import { runExport } from "../../src/commands/export.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { snapshotTables } from "../../src/people/rows-tables.ts";
import { auditTable } from "../../src/report/export-audit.ts";
import { join } from "node:path";
import { duckdb, exported, type Format, formats } from "../support/exports.ts";
import { commandKit } from "../support/commands.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { fencesOf, readPage, rowsOf } from "./pages.ts";

const page = readPage("docs/export.md");
const tables = [...snapshotTables, auditTable];
const queries = fencesOf(page)
  .filter(({ info }) => info === "sql")
  .map(({ text }) => text)
  .filter((text) => text.startsWith("SELECT"));

function sectionOf(name: string): string {
  const start = page.text.indexOf(`\n### ${name}\n`);
  expect(start, name).not.toBe(-1);
  const end = page.text.indexOf("\n### ", start + 1);
  return page.text.slice(start, end === -1 ? undefined : end);
}

describe("docs/export.md", () => {
  it("describes exactly the tables that are exported", () => {
    const described = [...page.text.matchAll(/^### (.+)$/gm)].map(([, name]) => name);
    expect(described).toEqual(tables.map(({ name }) => name));
  });

  it.each(tables.map((table) => [table.name, table] as const))(
    "describes %s as it is: columns in order, types, meanings, key",
    (name, { columns, key, about }) => {
      const section = sectionOf(name);
      expect(rowsOf(section)).toEqual(columns.map((column) => [`\`${column.name}\``, column.kind, column.about]));
      expect(section).toContain(`A row is ${about}.`);
      expect(section).toContain(
        key.length === 0 ? "It has no key" : `Key: ${key.map((each) => `\`${each}\``).join(", ")}.`,
      );
    },
  );

  it("shows three queries", () => {
    expect(queries).toHaveLength(3);
  });
});

needs("duckdb").describe("the queries of docs/export.md", () => {
  it("give the same rows for Parquet, CSV and JSON Lines, and some", async () => {
    const folder = temporaryDirectory();
    const snapshot = join(folder, "acme.json");
    await writeSnapshotFile(snapshot, exported);
    const results = new Map<Format, unknown>();
    for (const format of formats) {
      const out = join(folder, format);
      const { kit } = await commandKit({ json: true }, folder);
      expect(await runExport(kit, { out, snapshot, format })).toBe(0);
      const placed = queries.map((query) =>
        query.replaceAll(/'(\w+)\.parquet'/g, (_, name) => `'${join(out, name)}.${format}'`),
      );
      results.set(format, await duckdb(...placed));
    }
    expect(results.get("parquet")).toEqual([
      [
        ["confluence", "acme", 2n, 0n, 1n, 0n],
        ["confluence", "labs", 1n, 1n, 0n, 0n],
        ["jira-software", "acme", 2n, 1n, 1n, 0n],
      ],
      [
        ["jira-users", false, 2n],
        ["jira-admins", true, 1n],
      ],
      [
        ["R&D", 2n, 4n, 2n],
        ["(none)", 1n, 1n, 0n],
      ],
    ]);
    for (const format of formats) expect(results.get(format), format).toEqual(results.get("parquet"));
  });
});
