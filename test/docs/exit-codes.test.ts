import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/model/errors.ts";
import { readPage, rowsOf } from "./pages.ts";

describe("docs/exit-codes.md", () => {
  const rows = rowsOf(readPage("docs/exit-codes.md").text);

  it("lists every exit code of the program under its name, and no other", () => {
    const listed = rows.map(([code, name]) => [name?.replaceAll("`", ""), Number(code)]);
    expect(Object.fromEntries(listed)).toEqual(exitCodes);
    expect(listed).toHaveLength(Object.keys(exitCodes).length);
  });

  it("says of each what happened and what to do", () => {
    for (const [code, , what, todo] of rows) {
      expect(what, `code ${code}`).toMatch(/\.$/);
      expect(todo, `code ${code}`).toMatch(/\.$/);
    }
  });
});
