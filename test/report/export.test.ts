import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RowCell, RowTable } from "../../src/people/rows.ts";
import { rowSource } from "../../src/people/rows.ts";
import { snapshotTables } from "../../src/people/rows-tables.ts";
import { seatsOf } from "../../src/people/seats.ts";
import type { AuditRecord } from "../../src/report/audit-records.ts";
import { auditRows, auditTable } from "../../src/report/export-audit.ts";
import { exportParquet } from "../../src/report/export-parquet.ts";
import { exportCsv, exportJsonLines } from "../../src/report/export-text.ts";
import { duckdb, exported, type Format, formats, readingOf } from "../support/exports.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { now } from "../support/people.ts";

const source = rowSource(exported, seatsOf(exported));

const records: readonly AuditRecord[] = [
  { kind: "plan", at: "2026-11-20T06:00:00Z", planDigest: "sha256:1", counts: { changes: 1 }, appliedBy: null },
  { kind: "run", at: "2026-11-20T07:00:00Z", run: "r-1", chain: "verified", approvals: [], breakGlass: true, exit: 0 },
  {
    kind: "operation",
    at: "2026-11-20T07:00:01Z",
    run: "r-1",
    accountId: "557058:ada",
    operation: { kind: "leaveGroup", directory: "d", group: "g", groupName: "x" },
    result: "done",
    http: 204,
  },
];

interface Filled {
  readonly table: RowTable;
  readonly rows: readonly (readonly RowCell[])[];
}

const filled: readonly Filled[] = [
  ...snapshotTables.map((table) => ({ table, rows: [...table.rows(source)] })),
  { table: auditTable, rows: [...auditRows(records)] },
];

function rowsOf(name: string): readonly Readonly<Record<string, RowCell>>[] {
  const found = filled.find(({ table }) => table.name === name);
  if (found === undefined) throw new Error(`there is no table ${name}`);
  return found.rows.map((row) =>
    Object.fromEntries(found.table.columns.map((column, at) => [column.name, row[at] ?? null])),
  );
}

function write(folder: string, format: Format, { table, rows }: Filled): void {
  const pieces = {
    csv: () => exportCsv(table, rows),
    jsonl: () => exportJsonLines(table, rows),
    parquet: () => exportParquet(table, rows, "seatwright test"),
  }[format]();
  const bytes = [...pieces].map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
  writeFileSync(join(folder, `${table.name}.${format}`), Buffer.concat(bytes));
}

describe("the rows of an export", () => {
  it.each(filled.map((each) => [each.table.name, each] as const))(
    "of %s have a cell of the promised kind in each column, and a key that tells them apart",
    (_, { table, rows }) => {
      expect(rows.length).toBeGreaterThan(0);
      const kinds = { text: "string", integer: "number", boolean: "boolean", moment: "number" };
      for (const row of rows) {
        expect(row).toHaveLength(table.columns.length);
        for (const [at, { name, kind, empty }] of table.columns.entries()) {
          const cell = row[at] ?? null;
          if (cell === null) expect(empty, name).toBe("maybe");
          else expect(typeof cell, name).toBe(kinds[kind]);
        }
      }
      const places = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
      expect(places).not.toContain(-1);
      const keys = new Set(rows.map((row) => places.map((at) => row[at]).join("\n")));
      if (places.length > 0) expect(keys.size).toBe(rows.length);
    },
  );

  it("of all tables together leave no column without an example of a value", () => {
    const never = filled.flatMap(({ table, rows }) =>
      table.columns.flatMap(({ name }, at) => (rows.some((row) => row[at] !== null) ? [] : [`${table.name}.${name}`])),
    );
    // Nothing of the audit's other kinds, and of what the test organisation leaves out.
    expect(never.filter((name) => !name.startsWith("audit."))).toEqual([
      "people.nickname",
      "people.source",
      "people.job_title",
      "people.location",
      "people.organization",
      "instances.plan",
      "instances.capacity",
    ]);
  });

  it("say of grants which group new people land in, and leave empty what was not read", () => {
    const grants = rowsOf("grants");
    expect(grants.map((row) => [row["group_id"], row["role"], row["default"]])).toEqual([
      ["g-jira-users", "atlassian/user", null],
      ["g-jira-admins", "atlassian/admin", null],
      ["g-wiki", "atlassian/user", true],
      ["g-wiki", "atlassian/guest", false],
    ]);
  });

  it("say of seats who holds them, by which groups, and where that is unknown", () => {
    const seats = rowsOf("seats");
    expect(seats.find((row) => row["account_id"] === "557058:ada" && row["app"] === "jira-software")).toMatchObject({
      held: "yes",
      roles: "atlassian/admin atlassian/user",
      group_ids: "g-jira-users g-jira-admins",
      direct: false,
      paths_known: true,
      last_active_at: now - 200 * 86_400,
      activity: "active",
    });
    expect(seats.filter((row) => row["account_id"] === "712020:cem")).toMatchObject([
      { app: "jira-software", held: "yes", activity: "never" },
      { app: "confluence", site: "labs", direct: true, group_ids: null },
    ]);
    expect(seats.filter((row) => row["account_id"] === "712020:dia").map((row) => row["held"])).toEqual([
      "unknown",
      "unknown",
      "unknown",
    ]);
    expect(seats.some((row) => row["account_id"] === "712020:eve")).toBe(false);
  });

  it("tell never apart from unknown", () => {
    const activity = Object.fromEntries(rowsOf("people").map((row) => [row["account_id"], row["activity"]]));
    expect(activity).toEqual({
      "557058:ada": "active",
      "712020:ben": "active",
      "712020:cem": "never",
      "712020:dia": "unknown",
      "712020:eve": "unknown",
    });
    expect(rowsOf("activity").map((row) => row["account_id"])).not.toContain("712020:cem");
    expect(rowsOf("activity").filter((row) => row["account_id"] === "712020:dia")).toMatchObject([
      { last_active_at: null },
      { last_active_at: null },
      { last_active_at: null },
    ]);
    expect(rowsOf("people").find((row) => row["account_id"] === "712020:dia")).toMatchObject({
      memberships_known: false,
      seats: 0,
    });
  });

  it("treat an empty text as an empty cell", () => {
    expect(rowsOf("people").find((row) => row["account_id"] === "712020:cem")?.["name"]).toBeNull();
  });
});

describe("an export as text", () => {
  const table: RowTable = {
    name: "t",
    about: "",
    key: [],
    columns: [
      { name: "text", kind: "text", empty: "maybe", about: "" },
      { name: "at", kind: "moment", empty: "maybe", about: "" },
      { name: "yes", kind: "boolean", empty: "maybe", about: "" },
    ],
  };

  it("is CSV that no spreadsheet takes for a formula", () => {
    const text = [
      ...exportCsv(table, [
        ["=1+1", now, true],
        [null, null, false],
      ]),
    ].join("");
    expect(text).toBe("\uFEFFtext,at,yes\r\n'=1+1,2026-11-20T06:00:00Z,true\r\n,,false\r\n");
  });

  it("is one JSON object on a line, with null where a cell is empty", () => {
    const text = [...exportJsonLines(table, [["a\nb", now, null]])].join("");
    expect(text).toBe('{"text":"a\\nb","at":"2026-11-20T06:00:00Z","yes":null}\n');
  });

  it("comes in pieces, and takes the next rows only when it needs them", () => {
    let taken = 0;
    function* endless(): Generator<readonly RowCell[]> {
      for (;;) {
        taken++;
        yield ["x", now, true];
      }
    }
    for (const pieces of [exportCsv(table, endless()), exportJsonLines(table, endless())]) {
      taken = 0;
      pieces.next();
      expect(taken).toBeLessThan(5_000);
    }
    taken = 0;
    exportParquet(table, endless(), "x").next();
    expect(taken).toBeLessThan(50_000);
  });
});

needs("duckdb").describe("DuckDB", () => {
  it("reads the same rows, with the promised types, from all three formats", async () => {
    const folder = temporaryDirectory();
    for (const format of formats) for (const each of filled) write(folder, format, each);
    for (const { table, rows } of filled) {
      const wanted = rows.map((row) =>
        row.map((cell, at) =>
          table.columns[at]?.kind === "moment" && typeof cell === "number" ? new Date(cell * 1000) : cell,
        ),
      );
      const read = await duckdb(...formats.map((format) => `SELECT * FROM ${readingOf(table, format, folder)}`));
      for (const [at, format] of formats.entries()) expect(read[at], `${table.name}.${format}`).toEqual(wanted);
    }
  });

  it("reads Parquet of many row groups, of one, and of no rows at all", async () => {
    const folder = temporaryDirectory();
    const [table] = snapshotTables;
    if (table === undefined) throw new Error("there is no table");
    const [row = []] = table.rows(source);
    for (const count of [0, 1, 20_000, 45_001]) {
      write(folder, "parquet", { table, rows: Array.from({ length: count }, (_, at) => [`a:${at}`, ...row.slice(1)]) });
      const [found] = await duckdb(
        `SELECT count(*), count(DISTINCT account_id) FROM ${readingOf(table, "parquet", folder)}`,
      );
      expect(found).toEqual([[BigInt(count), BigInt(count)]]);
    }
  });
});
