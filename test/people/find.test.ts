import { describe, expect, it } from "vitest";
import { looseName, peopleNamed } from "../../src/people/find.ts";
import { at, organization } from "../support/people.ts";

const population = organization({
  people: {
    ada: { name: "Ada Lovelace", email: "ada@example.com" },
    "712020:zoe": { name: "Zoë Müller", email: "Zoe@example.com", nickname: "zoe" },
    sam: { name: "Sam Lee", email: "sam@example.com" },
    sam2: { name: "Sam Lee", email: "sam@labs.example" },
    hidden: { nickname: "The Hidden" },
  },
});

const named = (wanted: string): readonly string[] =>
  peopleNamed(population, wanted).map((person) => population.text("id", person) ?? "");

describe("somebody is found", () => {
  it("by account id, address, name or nickname, whatever the capitals and the spaces around it", () => {
    expect(named(" ada ")).toEqual(["ada"]);
    expect(named("ADA@example.COM")).toEqual(["ada"]);
    expect(named("ada lovelace")).toEqual(["ada"]);
    expect(named("zoe@EXAMPLE.com")).toEqual(["712020:zoe"]);
    expect(named("the hidden")).toEqual(["hidden"]);
  });

  it("by a name whose accents are put together in another way", () => {
    expect(named("Zoe\u0308 Mu\u0308ller")).toEqual(["712020:zoe"]);
  });

  it("together with everybody else of the same name", () => {
    expect(named("Sam Lee")).toEqual(["sam", "sam2"]);
    expect(named("sam@labs.example")).toEqual(["sam2"]);
  });

  it("never by nothing, by a part, or by somebody's hidden address", () => {
    expect(named("")).toEqual([]);
    expect(named("  ")).toEqual([]);
    expect(named("Lovelace")).toEqual([]);
    expect(named("hidden@example.com")).toEqual([]);
  });
});

it("the words of a name are equal in any order, with and without accents", () => {
  expect(looseName("Müller, Zoë")).toBe(looseName("zoe muller"));
  expect(looseName(population.text("name", at.person(population, "ada")) ?? "")).toBe("ada lovelace");
});
