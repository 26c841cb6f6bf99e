import { describe, expect, it } from "vitest";
import { addresses, everything, found, names, personal, secrets } from "./planted.ts";
import { everyCommand, expectAllThere, type Told } from "./secrets-story.ts";

const readBy = ({ shown, page }: Told): readonly (readonly [string, string])[] => [...shown, ["page.html", page]];

describe("what the commands print and write", { timeout: 240_000 }, () => {
  it("holds names where they are asked for, and nowhere an address, a title or a place", async () => {
    const told = await everyCommand({ show: "names", history: "counts" });
    expect(found(everything, [...told.kept, ...told.ledger])).toEqual([]);
    expect(found([...secrets, ...addresses, ...personal], readBy(told))).toEqual([]);
    for (const [file, where] of [
      ["shown.md", told.shown],
      ["shown.html", told.shown],
      ["page.html", readBy(told)],
    ] as const) {
      const own = where.filter(([name]) => name === file);
      expect(found(names, own).length, file).toBeGreaterThan(4);
    }
    expectAllThere(told);
  });

  it("holds addresses too where they are asked for, and no title or place, and nothing of it in what is kept", async () => {
    const told = await everyCommand({ show: "names-and-emails", history: "accounts" });
    expect(found(everything, [...told.kept, ...told.ledger])).toEqual([]);
    expect(found([...secrets, ...personal], readBy(told))).toEqual([]);
    expect(
      found(
        addresses,
        told.shown.filter(([name]) => name === "shown.md"),
      ).length,
    ).toBeGreaterThan(4);
    expectAllThere(told);
  });
});
