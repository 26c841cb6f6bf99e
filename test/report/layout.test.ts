import Table from "cli-table3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPalette } from "../../src/report/palette.ts";
import { tableLines } from "../../src/report/table.ts";
import { clip, displayWidth, wrap } from "../../src/report/width.ts";

/** The width another library gives to a text. */
function widthByTable(text: string): number {
  const table = new Table({ style: { border: [], "padding-left": 0, "padding-right": 0 } });
  table.push([text]);
  return table.width - 2;
}

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a",
        "word",
        " ",
        "佐藤",
        "陽翔",
        "ｱ",
        "Ａ",
        "é",
        "e\u0301",
        "한국어",
        "…",
        "—",
        "ß",
        "👩‍🔧",
        "🇩🇪",
        "👍🏽",
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("displayWidth", () => {
  it.each([
    ["佐藤 陽翔", 9],
    ["Inês", 4],
    ["e\u0301", 1],
    ["한국어", 6],
    ["ｱｲｳ", 3],
    ["👩‍🔧", 2],
    ["🇩🇪", 2],
    ["", 0],
  ])("gives %s %i columns", (given, width) => {
    expect(displayWidth(given)).toBe(width);
  });

  it("agrees with the library that terminal tables are made with", () => {
    fc.assert(
      fc.property(
        text.filter((given) => given !== ""),
        (given) => {
          expect(displayWidth(given)).toBe(widthByTable(given));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("wrap", () => {
  it("keeps every line to the width and loses nothing but blanks", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (given, width) => {
        const lines = wrap(given, width);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(given.replaceAll(" ", ""));
      }),
    );
  });

  it("breaks between words where it can", () => {
    expect(wrap("leaves the group jira-users", 12)).toEqual(["leaves the", "group", "jira-users"]);
  });
});

describe("clip", () => {
  it("marks that something is missing, and stays within the width", () => {
    expect(clip("佐藤 陽翔", 6)).toBe("佐藤 …");
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 20 }), (given, width) => displayWidth(clip(given, width)) <= width),
    );
  });
});

describe("tableLines", () => {
  const palette = createPalette("off");
  const columns = [{ title: "Who" }, { title: "Seats", align: "right" as const }];

  it("aligns wide characters", () => {
    const rows = [{ cells: ["佐藤", "7"] }, { cells: ["Ada Okafor", "12"] }];
    expect(tableLines(columns, rows, { width: 40, indent: 2, palette })).toEqual([
      "  Who         Seats",
      "  佐藤            7",
      "  Ada Okafor     12",
    ]);
  });

  it("wraps the widest column first and puts remarks under their row", () => {
    const rows = [
      { cells: ["Ada Okafor of the licence team", "7"], remarks: [{ text: "a remark", tone: "plain" as const }] },
    ];
    expect(tableLines(columns, rows, { width: 24, indent: 0, palette })).toEqual([
      "Who                Seats",
      "Ada Okafor of the      7",
      "licence team",
      "    a remark",
    ]);
  });

  it("keeps an account id whole where other columns can give way", () => {
    const id = "712020:5f0c2a34-8d6d-4a55-9d0a-2f7b1b0c9c11";
    const rows = [{ cells: [id, "a reason of quite some length that can be broken"] }];
    const lines = tableLines([{ title: "Who" }, { title: "Why" }], rows, { width: 70, indent: 0, palette });
    expect(lines?.[1]).toContain(id);
  });

  it("gives up where the columns cannot fit, so that the caller chooses another shape", () => {
    expect(tableLines(columns, [{ cells: ["Ada Okafor", "7"] }], { width: 12, indent: 0, palette })).toBeNull();
  });
});
