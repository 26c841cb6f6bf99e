import { describe, expect, it } from "vitest";
import { proseOf, readPages } from "./pages.ts";

const cellsOf = (line: string): number => line.slice(1, -1).split(/(?<!\\)\|/).length;

/** Rows that have more or fewer cells than the head of their table. */
function unevenRows(markdown: string): readonly string[] {
  let width = 0;
  return markdown.split("\n").flatMap((line, at) => {
    if (!line.startsWith("|")) {
      width = 0;
      return [];
    }
    if (width === 0) width = cellsOf(line);
    return line.endsWith("|") && cellsOf(line) === width ? [] : [`line ${at + 1}: ${line}`];
  });
}

describe("the tables of the docs", () => {
  it.each(readPages().map((page): [string, string] => [page.path, proseOf(page)]))("are even in %s", (_, prose) => {
    expect(unevenRows(prose)).toEqual([]);
  });

  it("would be found out if one were not", () => {
    expect(unevenRows("| a | b |\n| --- | --- |\n| `x|y` | z |")).toHaveLength(1);
    expect(unevenRows("| a | b |\n| --- | --- |\n| `x\\|y` | z |")).toEqual([]);
  });
});
