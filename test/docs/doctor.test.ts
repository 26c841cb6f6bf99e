import { describe, expect, it } from "vitest";
import { checkIds } from "../../src/model/check-up.ts";
import { readPage, rowsOf } from "./pages.ts";

describe("docs/doctor.md", () => {
  const { text } = readPage("docs/doctor.md");
  const rows = rowsOf(text.slice(text.indexOf("\n## What it looks at\n")));

  it("lists every check in the order of the output, and no other", () => {
    expect(rows.map(([id]) => id?.replaceAll("`", ""))).toEqual(checkIds);
  });

  it("says of each where it passes", () => {
    for (const [id, passes] of rows) expect(passes, id).not.toBe("");
  });

  it("names the states that a check can have", () => {
    expect(rowsOf(text).map(([state]) => state)).toEqual(["`passed`", "`warning`", "`failed`", "`not known`"]);
  });
});
