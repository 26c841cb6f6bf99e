import { describe, expect, it } from "vitest";
import { renderCsv } from "../../src/report/csv.ts";

describe("a CSV table", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u0000=1"])(
    "holds no cell that a spreadsheet takes for a formula: %j",
    (cell) => {
      const [, row = ""] = renderCsv(["a"], [[cell]]).split("\r\n");
      expect(row.replace(/^"/, "")).toMatch(/^'/);
    },
  );

  it("keeps commas, quotes and line breaks inside their cell", () => {
    expect(renderCsv(["a", "b"], [['x,"y"', "one\ntwo"]])).toBe('\uFEFFa,b\r\n"x,""y""",one two\r\n');
  });
});
