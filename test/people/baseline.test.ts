import { describe, expect, it } from "vitest";
import type { Counts } from "../../src/model/ledger-view.ts";
import { acceptableIn, acceptedBy, besideLastGood, type OurDeed } from "../../src/people/baseline.ts";
import type { Population } from "../../src/people/population.ts";
import { idOf, now, organization } from "../support/people.ts";
import { countsWith } from "../support/policies.ts";

const jira = `${idOf.instance("jira")} atlassian/user`;

/** An organisation of so many holders of Jira, ten groups and one admin, who made the API key. */
function snapshot(holders: number, keyCreators: readonly string[] | null = ["p0"]): Population {
  const groups = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [`g${at}`, at === 0 ? { grants: ["jira"] } : {}]),
  );
  const people = Object.fromEntries(
    Array.from({ length: holders }, (_, at) => [
      `p${at}`,
      { groups: ["g0"], ...(at === 0 ? { platformRoles: ["atlassian/org-admin"] } : {}) },
    ]),
  );
  const found = organization({ instances: { jira: { app: "jira-software" } }, groups, people, keyCreators });
  const header = { ...found.header, holders: [{ instance: 0, role: "atlassian/user", count: holders }] };
  return { ...found, header };
}

function state(
  population: Population,
  lastGood: Partial<Counts>,
  { percent = 10, deeds = [] }: { readonly percent?: number; readonly deeds?: readonly OurDeed[] } = {},
): string {
  const beside = besideLastGood(population, { lastGood: countsWith(lastGood), deeds }, percent);
  const check = beside.header.certificate.checks.find(({ check: name }) => name === "last-good");
  return `${beside.header.certificate.state}: ${check?.message ?? "not compared"}`;
}

function taken(more: Partial<OurDeed> = {}): OurDeed {
  return { at: now - 3600, direction: "take", action: "revoke", moved: [idOf.instance("jira")], ...more };
}

describe("a snapshot beside the last good counts", () => {
  it.each([
    [100, 90, 10, true],
    [100, 89, 10, false],
    [100, 80, 20, true],
    [20, 17, 10, true],
    [20, 16, 10, false],
    [100, 100, 0, true],
    [100, 99, 0, false],
    [50, 90, 10, true],
  ])("of %i holders, %i are left, with %i%% allowed: it stays complete: %s", (before, left, percent, complete) => {
    const found = state(snapshot(left), { holders: { [jira]: before } }, { percent });
    expect(found.startsWith("complete")).toBe(complete);
  });

  it("says what fell, from what to what, and how to go on", () => {
    expect(state(snapshot(50), { holders: { [jira]: 100 }, people: 120 })).toMatch(
      /^suspect: Against the last good counts, of \S+: people fell from 120 to 50; holders of atlassian\/user for Jira on acme fell from 100 to 50\. If that is right, `seatwright sync --accept-counts "why"`/,
    );
  });

  it("counts people, groups, admins, and an app instance that is no longer listed", () => {
    expect(state(snapshot(5), { people: 9 })).toContain("people fell from 9 to 5");
    expect(
      state(snapshot(5), { members: Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`g${at}`, 1])) }),
    ).toContain("groups fell from 14 to 10");
    expect(state(snapshot(5), { orgAdmins: 3 })).toContain("organisation admins fell from 3 to 1");
    expect(state(snapshot(5), { orgAdmins: 2 })).toMatch(/^complete/);
    expect(state(snapshot(5), { holders: { "ari:gone atlassian/user": 4 } })).toContain(
      "ari:gone, which is no longer listed fell from 4 to 0",
    );
  });

  it("does not miss what our own runs have taken since, and nothing else", () => {
    const deeds = (count: number, more: Partial<OurDeed> = {}): readonly OurDeed[] =>
      Array.from({ length: count }, () => taken(more));
    const fell = { holders: { [jira]: 100 } };
    expect(state(snapshot(50), fell, { deeds: deeds(40) })).toMatch(/^complete/);
    expect(state(snapshot(50), fell, { deeds: deeds(39) })).toContain(
      "fell from 100 to 50, 39 of them taken by our own runs",
    );
    expect(state(snapshot(50), fell, { deeds: deeds(50, { moved: ["ari:other"] }) })).toMatch(/^suspect/);
    expect(state(snapshot(50), fell, { deeds: deeds(50, { direction: "give" }) })).toMatch(/^suspect/);
    expect(state(snapshot(50), fell, { deeds: deeds(50, { at: now - 10 * 86_400 }) }), "before those counts").toMatch(
      /^suspect/,
    );
    expect(state(snapshot(50), { people: 100 }, { deeds: deeds(50) }), "a revoke removes nobody").toMatch(/^suspect/);
    expect(state(snapshot(50), { people: 100 }, { deeds: deeds(50, { action: "removeFromOrg" }) })).toMatch(
      /^complete/,
    );
  });

  it("is suspect where the makers of API keys could be read before and cannot now", () => {
    expect(state(snapshot(5, null), { keyCreators: 1 })).toMatch(
      /^suspect: .*API keys could be read from .*api-keys on/,
    );
    expect(state(snapshot(5, null), { keyCreators: null })).toMatch(/^complete/);
  });

  it("is as it was where there are none, and where somebody accepted its own", () => {
    const population = snapshot(5);
    expect(besideLastGood(population, { lastGood: null, deeds: [] }, 10)).toBe(population);
    const fell = ["people fell from 100 to 5"];
    const accepted = acceptedBy(population, { by: "ada", reason: "Lyon was sold" }, fell);
    const beside = besideLastGood(accepted, { lastGood: countsWith({ people: 100 }), deeds: [] }, 10);
    expect(beside).toBe(accepted);
    expect(beside.header.certificate.state).toBe("complete");
    expect(beside.header.certificate.checks.at(-1)?.message).toBe(
      "ada accepted these counts as the measure of later ones: Lyon was sold. What they accepted: people fell from 100 to 5.",
    );
  });

  it("can be accepted where something fell, by what fell, and otherwise not", () => {
    const beside = (lastGood: Counts | null): readonly string[] =>
      acceptableIn(snapshot(50), { lastGood, deeds: [] }, 10);
    expect(beside(countsWith({ people: 120, holders: { [jira]: 100 } }))).toEqual([
      "people fell from 120 to 50",
      "holders of atlassian/user for Jira on acme fell from 100 to 50",
    ]);
    expect(beside(countsWith({ people: 52 }))).toEqual([]);
    expect(beside(null)).toEqual([]);
    const isQuiet = organization({
      instances: { jira: { app: "jira-software" } },
      groups: { g0: { grants: ["jira"] } },
      people: Object.fromEntries(
        Array.from({ length: 10 }, (_, at) => [`p${at}`, { groups: ["g0"], active: at < 5 ? { jira: 3 } : {} }]),
      ),
    });
    const believed = { [idOf.instance("jira")]: { at: now - 86_400, seats: 10, withActivity: 10 } };
    const [activity, ...more] = acceptableIn(isQuiet, { lastGood: countsWith({ believed }), deeds: [] }, 10);
    expect([activity, more]).toEqual([expect.stringMatching(/^activity in Jira on acme: 5 of 10 holders/), []]);
  });

  it("keeps every other doubt, whoever accepts the counts", () => {
    const population = snapshot(5);
    const doubt = { check: "population", state: "suspect", message: "One is missing." } as const;
    const header = { ...population.header, certificate: { state: "suspect", checks: [doubt] } as const };
    expect(acceptedBy({ ...population, header }, { by: "ada", reason: "x" }, []).header.certificate.state).toBe(
      "suspect",
    );
  });
});
