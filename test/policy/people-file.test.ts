import { describe, expect, it } from "vitest";
import { type PeopleFileReading, readPeopleFile } from "../../src/policy/people-file.ts";
import { organization } from "../support/people.ts";

const population = organization({
  people: {
    ada: { email: "Ada@example.com" },
    ben: { email: "ben@example.com" },
    cem: { email: "twin@example.com" },
    dee: { email: "twin@example.com" },
    eve: {},
  },
});

function read(text: string, column: string | null = "who"): PeopleFileReading {
  return readPeopleFile({ path: "l.csv", bytes: new TextEncoder().encode(text) }, column, population, "list");
}

function refused(text: string, column: string | null = "who"): string {
  const { file, findings } = read(text, column);
  expect(file).toBeNull();
  return findings.map(({ message, remedy }) => `${message} ${remedy}`).join("\n");
}

describe("a file of people", () => {
  it("names them by address, where capitals do not count, or by account id", () => {
    const { file } = read("x,who\n1,ada@EXAMPLE.com\n2,eve\n3,ada\n");
    expect(file?.accountIds).toEqual(["ada", "eve"]);
    expect(file).toMatchObject({ unmatched: [], ambiguous: [], table: { rows: 3, unmatched: 0 } });
  });

  it("tells the lines that name nobody, and those of an address that several accounts have", () => {
    const { file } = read("who\nnobody@example.com\ntwin@example.com\nghost\nben@example.com\n");
    expect(file).toMatchObject({ accountIds: ["ben"], unmatched: [2, 4], ambiguous: [3] });
    expect([...(file?.table.byPerson ?? [])].filter(([, row]) => row === "ambiguous")).toHaveLength(2);
    // Only an address can be that of somebody whose address is hidden.
    expect(file?.table.unmatched).toBe(1);
  });

  it("takes somebody for listed who has a row of an address with others and one by account id", () => {
    for (const rows of ["twin@example.com\ncem", "cem\ntwin@example.com"]) {
      expect(read(`who\n${rows}\n`).file?.accountIds).toEqual(["cem"]);
    }
  });

  it("needs no column named where it has one", () => {
    expect(read("mail\nben@example.com\n", null).file?.accountIds).toEqual(["ben"]);
    expect(refused("a,b\n1,2\n", null)).toContain("Name one with --column: `a` and `b`.");
  });

  it("is refused with a remedy where it cannot be read as promised", () => {
    expect(refused("whom,b\n1,2\n")).toContain("Did you mean `whom`?");
    expect(refused("a,b\n1,2\n")).toContain("Its columns are `a` and `b`.");
    expect(refused("")).toContain("empty");
    expect(refused('who,b\n"1,2\n')).toContain("not valid CSV");
    expect(refused("who,who\n1,2\n")).toContain("Two columns");
    expect(refused("who,b\n1\n")).toContain("more or fewer cells");
    expect(refused("who;b\n1;2\n")).toMatch(/no column|commas/);
  });
});
