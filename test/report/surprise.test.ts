import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bySurprise } from "../../src/report/surprise.ts";
import {
  accounts,
  change,
  daysAgo,
  fact,
  groupId,
  populationOf,
  seats,
  smallPopulation,
} from "../support/plan-parts.ts";

function order(changes: readonly ReturnType<typeof change>[], population = smallPopulation()): readonly string[] {
  return bySurprise({ changes }, population).map(({ id }) => id.slice(-1));
}

describe("bySurprise", () => {
  it("puts the least idle first, unknown activity before all and never active last", () => {
    expect(
      order([
        change({ number: 1, accountId: accounts.ada, lastActive: "never" }),
        change({ number: 2, accountId: accounts.ben, lastActive: daysAgo(400) }),
        change({ number: 3, accountId: accounts.ines, lastActive: daysAgo(91) }),
        change({ number: 4, accountId: accounts.oskar, lastActive: "unknown" }),
      ]),
    ).toEqual(["4", "3", "2", "1"]);
  });

  it("puts the latest seats first among the never active", () => {
    const counted = (number: number, accountId: string, day: string) =>
      change({
        number,
        accountId,
        lastActive: "never",
        policies: [{ policy: "unused-seats", facts: [fact("unused: 90d", `never active, counted from ${day}`)] }],
      });
    expect(order([counted(1, accounts.ada, "2020-10-22"), counted(2, accounts.ben, "2026-07-03")])).toEqual(["2", "1"]);
  });

  it("puts those who lose more seats first among the equally idle", () => {
    const two = { status: "suspended", seats: [], paths: [] };
    const one = { status: "active", seats: [seats.confluence.instance], paths: [] };
    expect(
      order([
        change({ number: 1, accountId: accounts.ada, lastActive: daysAgo(91), after: one }),
        change({ number: 2, accountId: accounts.ben, lastActive: daysAgo(91), after: two }),
      ]),
    ).toEqual(["2", "1"]);
  });

  it.each([
    ["a platform role", { platformRoles: ["atlassian/site-admin"] }],
    ["an admin role held directly", { direct: [[0, "atlassian/admin"]] as [number, string][] }],
    ["a group that grants an admin role", { groups: [3] }],
  ])("puts people with %s first, however idle", (_, row) => {
    const population = populationOf([
      { id: "a", status: "active", directories: [0], groups: [0], platformRoles: [] },
      { id: "b", status: "active", directories: [0], groups: [0], platformRoles: [], ...row },
    ]);
    const changes = [
      change({ number: 1, accountId: "a", lastActive: daysAgo(1) }),
      change({ number: 2, accountId: "b", lastActive: "never" }),
    ];
    expect(order(changes, population)).toEqual(["2", "1"]);
  });

  it("without a snapshot still sees an admin role among the paths", () => {
    const before = { status: "active", seats: [], paths: ["jira-admins (atlassian/admin)"] };
    const changes = [
      change({ number: 1, accountId: accounts.ada, lastActive: daysAgo(1) }),
      change({ number: 2, accountId: accounts.ben, lastActive: "never", before }),
    ];
    expect(bySurprise({ changes }, null).map(({ id }) => id.slice(-1))).toEqual(["2", "1"]);
  });

  it("gives the same order whatever the order it is given, and loses nobody", () => {
    const changes = Object.values(accounts).map((accountId, at) =>
      change({
        number: at,
        accountId,
        lastActive: at % 3 === 0 ? "never" : daysAgo(90 + (at % 4)),
        target: at % 2 === 0 ? null : groupId("on-call"),
      }),
    );
    const expected = bySurprise({ changes }, smallPopulation());
    expect(expected).toHaveLength(changes.length);
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), (shuffled) => {
        expect(bySurprise({ changes: shuffled }, smallPopulation())).toEqual(expected);
      }),
    );
  });
});
