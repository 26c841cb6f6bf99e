import { expect, it } from "vitest";
import { accountIdOf } from "../../src/simulator/names.ts";
import { needs } from "../support/needs.ts";
import { addresses, everything, found, names, personal, plantedAddress, secrets } from "./planted.ts";
import { onGithub } from "./secrets-github.ts";

needs("git").describe("what the action posts, prints and pushes", () => {
  it("in a public repository holds account ids and nothing else of anybody, whatever privacy.show says, and no key and no token", async () => {
    const { posted, told, pushed, tokens } = await onGithub("public", {
      show: "names-and-emails",
      history: "accounts",
    });
    expect(found([...everything, ...tokens], [...posted, ...told, ...pushed])).toEqual([]);
    const account = accountIdOf(plantedAddress(1));
    const holding = [...posted, ...told, ...pushed].filter(([, text]) => text.includes(account)).map(([name]) => name);
    for (const part of [/comments/, /summary of plan/, /summary of apply/, /branches/, /versions of the ledger/])
      expect(holding.filter((name) => part.test(name)).length, `${part}`).toBeGreaterThan(0);
  }, 240_000);

  it("in a private repository holds names where they are asked for, and no address, title, place, key or token", async () => {
    const { posted, told, pushed, tokens } = await onGithub("private", { show: "names", history: "counts" });
    expect(found([...secrets, ...addresses, ...personal, ...tokens], [...posted, ...told])).toEqual([]);
    expect(
      found(
        names,
        posted.filter(([name]) => name.includes("comments")),
      ).length,
    ).toBeGreaterThan(4);
    expect(found([...everything, ...tokens], pushed)).toEqual([]);
  }, 240_000);
});
