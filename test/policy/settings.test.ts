import { describe, expect, it } from "vitest";
import type { Settings } from "../../src/policy/types.ts";
import { organization } from "../support/people.ts";
import { resolveOn, seatwrightYaml, told } from "./support.ts";

const population = organization({
  groups: { "jira-users-a": {}, "jira-users-b": {}, "okta-it": { synced: true }, "okta-old": {}, leads: {} },
  people: { ada: { email: "ada@example.com" } },
});

function settings(lines: string): Settings {
  const { set, findings } = resolveOn(population, { "seatwright.yaml": seatwrightYaml + lines });
  if (set === null) throw new Error(told(findings).join("\n"));
  return set.settings;
}

describe("settings", () => {
  it("are careful where nothing is written", () => {
    expect(settings("")).toEqual({
      organizationId: "8a130dbc-06bc-1a05-jjk7-9822046115j1",
      organizationName: "acme",
      power: "observe",
      accessGroups: [false, false, false, false, false],
      identityProviders: [],
      protect: { accountIds: new Set(), groups: [], minOrgAdmins: 2, rule: expect.any(String) as string },
      limits: {
        perRun: { percent: 5, changes: null },
        perApp: { percent: 20, changes: null },
        perGroup: { percent: 25, floor: 3 },
        perDay: { percent: null, changes: 200 },
        per30Days: { percent: 20, changes: null },
        duties: { percent: 5, changes: null },
        growth: 100,
        shrink: 10,
        reversals: 5,
      },
      planValidFor: 7 * 86_400,
      privacy: { show: "names", history: "counts" },
      irreversible: [],
      freeze: [],
    });
  });

  it("take a limit as it is written, without mixing in its default", () => {
    const { limits } = settings(
      "limits: {perRun: {changes: 10}, perDay: {percent: 1}, perApp: {percent: 3, changes: 4}}\n",
    );
    expect(limits.perRun).toEqual({ percent: null, changes: 10 });
    expect(limits.perDay).toEqual({ percent: 1, changes: null });
    expect(limits.perApp).toEqual({ percent: 3, changes: 4 });
  });

  it("take 0 for zero, also where a floor stands beside it", () => {
    expect(settings("limits: {perRun: {percent: 0}, duties: {changes: 0}}\n").limits).toMatchObject({
      perRun: { percent: 0, changes: null },
      duties: { percent: null, changes: 0 },
    });
    expect(settings("limits: {perGroup: {percent: 0}}\n").limits.perGroup).toEqual({ percent: 0, floor: 0 });
    expect(settings("limits: {perGroup: {percent: 0, floor: 2}}\n").limits.perGroup).toEqual({ percent: 0, floor: 2 });
    expect(settings("limits: {perGroup: {percent: 10}}\n").limits.perGroup).toEqual({ percent: 10, floor: 3 });
    expect(settings("limits: {perGroup: {floor: 0}}\n").limits.perGroup).toEqual({ percent: 25, floor: 0 });
  });

  it("know access groups by name and pattern, protected people and groups", () => {
    const found = settings(
      'accessGroups: ["jira-users-*"]\nprotect: {people: [ADA@example.com], groups: [lead*], minOrgAdmins: 3}\n',
    );
    expect(found.accessGroups).toEqual([true, true, false, false, false]);
    expect(found.protect).toMatchObject({ accountIds: new Set(["ada"]), groups: [4], minOrgAdmins: 3 });
  });

  it("count as a provider's groups only those that are synced", () => {
    const [okta] = settings(
      'identityProviders: [{name: Okta, owner: "@acme/iam", groups: ["okta-*"], emailDomains: [Example.com]}]\n',
    ).identityProviders;
    expect(okta).toEqual({ name: "Okta", owner: "@acme/iam", groups: new Set([2]), emailDomains: ["example.com"] });
  });

  it("count a plan's life by the calendar from the moment of the snapshot", () => {
    expect(settings("plan: {validFor: P1M}\n").planValidFor).toBe(30 * 86_400);
  });
});
