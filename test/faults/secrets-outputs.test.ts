import { describe, expect, it } from "vitest";
import { everything, found } from "./planted.ts";
import { everyCommand, expectAllThere } from "./secrets-story.ts";

describe("what the commands print and write where ids are asked for", { timeout: 240_000 }, () => {
  it("holds account ids and nothing else of anybody, but in files that say they hold more", async () => {
    const told = await everyCommand({ show: "ids", history: "accounts" });
    const all = [...told.shown, ...told.kept, ...told.ledger, ["page.html", told.page] as const];
    expect(found(everything, all)).toEqual([]);
    expectAllThere(told);
  });
});
