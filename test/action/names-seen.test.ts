import { describe, expect, it } from "vitest";
import { rememberNames } from "../../src/action/names-seen.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { Population } from "../../src/people/population.ts";
import type { OrgReader } from "../../src/ports.ts";
import { accounts, populationOf, smallPopulation } from "../support/plan-parts.ts";

/** A reader of the small organisation that says whom it was asked about. */
function readerOf(answer: (accountIds: readonly string[]) => Population): {
  readonly reader: OrgReader;
  readonly asked: string[][];
} {
  const asked: string[][] = [];
  const never = (): never => {
    throw new Error("nothing else is read");
  };
  return {
    asked,
    reader: {
      readOrganization: never,
      confirmActivity: never,
      findAddresses: never,
      addDetail: never,
      async readPeople(accountIds) {
        asked.push([...accountIds]);
        return answer(accountIds);
      },
    },
  };
}

describe("what people are called after an apply", () => {
  it("is what the run read of them, also of those who are gone by its end", async () => {
    let population = smallPopulation();
    const { reader, asked } = readerOf(() => population);
    const seen = rememberNames(reader, "names");
    await seen.reader.readPeople([accounts.ada]);
    population = populationOf([]);
    await seen.reader.readPeople([accounts.ada]);
    expect(seen.names().label(accounts.ada)).toBe(smallPopulation().text("name", smallPopulation().find(accounts.ada)));
    expect(seen.names().label(accounts.ben), "nobody asked").toBe(accounts.ben);
    expect(asked).toHaveLength(2);
  });

  it("is asked of the others, of each once and of a hundred at most, and is an id where the answer fails", async () => {
    const { reader, asked } = readerOf(() => smallPopulation());
    const seen = rememberNames(reader, "names-and-emails");
    await seen.reader.readPeople([accounts.ada]);
    await seen.lookUp([accounts.ada, accounts.ben, accounts.ben]);
    expect(asked[1]).toEqual([accounts.ben]);
    expect(seen.names().label(accounts.ben)).toContain("<ben@example.com>");
    await seen.lookUp(Array.from({ length: 300 }, (_, at) => `id-${at}`));
    expect(asked[2]).toHaveLength(100);

    const { reader: broken } = readerOf(() => {
      throw new OperatorError("credentials", "The key ended.", "Make another.");
    });
    const blind = rememberNames(broken, "names");
    await blind.lookUp([accounts.ada]);
    expect(blind.names().label(accounts.ada)).toBe(accounts.ada);
  });

  it("is nobody's name where ids are shown, and nothing is asked for it", async () => {
    const { reader, asked } = readerOf(() => smallPopulation());
    const seen = rememberNames(reader, "ids");
    await seen.reader.readPeople([accounts.ada]);
    await seen.lookUp([accounts.ben]);
    expect(asked).toHaveLength(1);
    expect(seen.names().label(accounts.ada)).toBe(accounts.ada);
    expect(seen.names().population).toBeNull();
  });
});
