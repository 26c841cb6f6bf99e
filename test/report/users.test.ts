import { describe, expect, it } from "vitest";
import type { UserColumn, UserRow } from "../../src/people/user-columns.ts";
import { csvPieces, renderCsv } from "../../src/report/csv.ts";
import { renderUsersText, usersCsv, usersJson, usersJsonLines } from "../../src/report/users-rows.ts";
import { displayWidth } from "../../src/report/width.ts";

const names = ["=cmd|' /C calc'!A0", 'Ada, the "first"', "\u001b[31mred", "\u202egnp.exe", "@everyone", "Ben\nBenson"];

const column = (parts: Partial<UserColumn> & Pick<UserColumn, "name" | "of">): UserColumn => ({
  title: parts.name,
  kind: "text",
  about: "",
  ...parts,
});
const columns: readonly UserColumn[] = [
  column({ name: "name", of: ({ person }) => names[person % names.length] ?? null }),
  column({ name: "email", of: () => null }),
  column({ name: "status", of: () => null }),
  column({ name: "groups", kind: "list", of: ({ person }) => (person === 1 ? ["a", "b; c"] : null) }),
  column({ name: "lastActive", kind: "moment", of: ({ person }) => (person === 0 ? "2026-11-02T06:00:00Z" : "never") }),
];
const rowsOf = (count: number): readonly UserRow[] =>
  Array.from({ length: count }, (_, person) => ({ person, instance: null }));
const table = (count: number, unknown = 0) =>
  ({ columns, rows: rowsOf(Math.min(count, 3)), per: "person", shown: "matched", matched: count, unknown }) as const;

describe("a list of people as CSV", () => {
  const lines = [...usersCsv(columns, rowsOf(3))].join("").split("\r\n");

  it("opens in a spreadsheet as text: a byte order mark, the names of columns, no formula", () => {
    expect(lines[0]).toBe("\uFEFFname,email,status,groups,lastActive");
    expect(lines[1]).toMatch(/^"?'=cmd/);
  });

  it("leaves empty what nobody filled in, and calls unknown what is unknown", () => {
    expect(lines[1]).toMatch(/,,unknown,unknown,2026-11-02T06:00:00Z$/);
    expect(lines[2]).toBe('"Ada, the ""first""",,unknown,a; b; c,never');
  });

  it("is the same in pieces as whole, however many rows there are", () => {
    for (const count of [0, 1, 999, 1_000, 1_001, 2_500]) {
      const cells = Array.from({ length: count }, (_, at) => [`=${at}`, "x,y"]);
      const pieces = [...csvPieces(["a", "b"], cells)];
      expect(pieces.join("")).toBe(renderCsv(["a", "b"], cells));
      expect(pieces.join("").split("\uFEFF")).toHaveLength(2);
      expect(pieces.join("").split("\r\n")).toHaveLength(count + 2);
      expect(pieces.length).toBe(Math.floor(count / 1_000) + 1);
    }
  });
});

describe("a list of people as JSON", () => {
  it("is one object on a line for each row, whatever their names hold", () => {
    const lines = [...usersJsonLines(columns, rowsOf(2_003))].join("").trimEnd().split("\n");
    expect(lines).toHaveLength(2_003);
    expect(JSON.parse(lines[5] ?? "")).toEqual({
      name: "Ben\nBenson",
      email: null,
      status: null,
      groups: null,
      lastActive: "never",
    });
    expect([...usersJsonLines(columns, [])]).toEqual([]);
  });

  it("is one document with the rows as its last key, also of none and of thousands", () => {
    for (const count of [0, 1, 1_000, 2_001]) {
      const document = JSON.parse(
        [...usersJson({ kind: "users", matched: count }, columns, rowsOf(count))].join(""),
      ) as {
        readonly rows: readonly unknown[];
      };
      expect(Object.keys(document)).toEqual(["kind", "matched", "rows"]);
      expect(document.rows).toHaveLength(count);
    }
  });
});

describe("a list of people on a terminal", () => {
  const text = (of: Parameters<typeof renderUsersText>[0], width = 100): string =>
    renderUsersText(of, { colour: "off", width });

  it("always says how many there are, how many more, and of how many it cannot be told", () => {
    expect(text(table(1_204, 3))).toContain("1,204 people. 1,201 more: add --all");
    expect(text(table(1_204, 3))).toContain("Of 3 people it cannot be told; --unknown lists them.");
    expect(text(table(0))).toBe("0 people.\n");
    expect(text({ ...table(2), per: "seat" })).toContain("2 seats.");
  });

  it("of the unknown says so, and how many others there are", () => {
    const unknown = text({ ...table(7, 3), shown: "unknown" });
    expect(unknown).toContain("3 people of whom the filter cannot be told.");
    expect(unknown).toContain("It is true of 7 people, who are not listed here.");
  });

  it("shows moments as days, and lists with semicolons", () => {
    expect(text(table(2))).toMatch(/2026-11-02$/m);
    expect(text(table(2))).toContain("a; b; c");
  });

  it("holds no character that a terminal would obey, and keeps to its width", () => {
    for (const width of [40, 80, 120]) {
      const shown = text(table(6), width);
      for (const character of ["\u001b", "\u202e"]) expect(shown).not.toContain(character);
      expect(shown.split("\n").filter((line) => displayWidth(line) > width)).toEqual([]);
    }
  });
});
