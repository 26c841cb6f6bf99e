import { describe, expect, it } from "vitest";
import { createNames, profileUrl, tellApart } from "../../src/report/people.ts";
import { accounts, populationOf, smallPopulation } from "../support/plan-parts.ts";

describe("names", () => {
  it("call a person by name, or by name and address, or by account id, as privacy.show says", () => {
    const population = smallPopulation();
    expect(createNames(population, "names").label(accounts.ada)).toBe("Ada Okafor");
    expect(createNames(population, "names-and-emails").label(accounts.ada)).toBe("Ada Okafor <ada@example.com>");
    expect(createNames(population, "ids").label(accounts.ada)).toBe(accounts.ada);
  });

  it("call somebody who is not in the snapshot by account id, and everybody where there is none", () => {
    expect(createNames(smallPopulation(), "names").label("712020:gone")).toBe("712020:gone");
    expect(createNames(null, "names").label(accounts.ada)).toBe(accounts.ada);
  });

  it("fall back to the nickname, then to the account id", () => {
    const rows = [
      { id: "a", status: "active", directories: [0], nickname: "Ada" },
      { id: "b", status: "active", directories: [0], name: "  " },
    ];
    const names = createNames(populationOf(rows), "names");
    expect(names.label("a")).toBe("Ada");
    expect(names.label("b")).toBe("b");
  });

  it("cut a name that is too long to recognise anybody by", () => {
    const rows = [{ id: "a", status: "active", directories: [0], name: "x".repeat(5000) }];
    expect(createNames(populationOf(rows), "names").label("a")).toHaveLength(60);
  });

  it("tell two people of one name apart by the end of the account id, and leave others alone", () => {
    const names = tellApart(createNames(smallPopulation(), "names"), [accounts.lena, accounts.lena2, accounts.ada]);
    expect(names.label(accounts.lena)).toBe("Lena Müller (…000012)");
    expect(names.label(accounts.lena2)).toBe("Lena Müller (…000013)");
    expect(names.label(accounts.ada)).toBe("Ada Okafor");
  });

  it("tell people apart by the whole account id where its end is the same too", () => {
    const rows = ["x-000001", "y-000001"].map((id) => ({ id, status: "active", directories: [0], name: "Ada" }));
    const names = tellApart(createNames(populationOf(rows), "names"), ["x-000001", "y-000001"]);
    expect([names.label("x-000001"), names.label("y-000001")]).toEqual(["Ada (x-000001)", "Ada (y-000001)"]);
  });

  it("tell people apart whose names only look the same", () => {
    const rows = ["Ada", "A\u200bda"].map((name, at) => ({ id: `p${at}`, status: "active", directories: [0], name }));
    const names = tellApart(createNames(populationOf(rows), "names"), ["p0", "p1"]);
    expect(names.label("p0")).toBe("Ada (…p0)");
  });
});

describe("profileUrl", () => {
  it("leads to the account in the organisation's administration, with nothing in it that could leave the path", () => {
    expect(profileUrl("org/1", "712020:a|b?c")).toBe("https://admin.atlassian.com/o/org%2F1/users/712020:a%7Cb%3Fc");
  });
});
