import { describe, expect, it } from "vitest";
import { seats as isSeatReport } from "../support/written.generated.cjs";
import type { SeatReport, SnapshotHeader } from "../../src/model/documents.generated.ts";
import { emptyLedgerView } from "../../src/model/ledger-view.ts";
import { propose } from "../../src/plan/propose.ts";
import { seatReport } from "../../src/plan/seat-report.ts";
import { unusedSeatQuestions } from "../../src/policy/questions.ts";
import { repositoryOf, resolveOn, seatwrightYaml, type Texts, usualContext } from "../policy/support.ts";
import { resolve } from "../../src/policy/resolve.ts";
import { idOf, now, organization, type OrganizationParts } from "../support/people.ts";
import { countsWith } from "../support/policies.ts";

const ledger = { ...emptyLedgerView, lastGood: countsWith({}), seat: () => ({ firstSeen: null, restored: null }) };
const tool = { name: "seatwright", version: "0.1.0" } as const;

function reportOf(
  parts: OrganizationParts,
  files: Texts = {},
  thresholds: readonly string[] = ["30d", "90d"],
  holders: SnapshotHeader["holders"] = [],
): SeatReport {
  const read = organization(parts);
  const population = { ...read, header: { ...read.header, holders } };
  const repository = repositoryOf(files);
  const { set, findings } = resolve(unusedSeatQuestions(repository, thresholds), population, usualContext);
  if (set === null) throw new Error(findings.map(({ message }) => message).join("\n"));
  const report = seatReport({
    population,
    policies: set,
    policyDigest: repository.digest,
    prices: repository.organization.value.prices,
    ledger,
    thresholds,
    tool,
  });
  expect(isSeatReport(report), JSON.stringify(isSeatReport.errors)).toBe(true);
  return report;
}

const added = now - 500 * 86_400;
const person = (groups: readonly string[], days: number, where = "jira") => ({
  groups,
  added,
  active: { [where]: days },
});
const acme: OrganizationParts = {
  instances: {
    jira: { app: "jira-software" },
    labs: { app: "jira-software", site: "labs" },
    confluence: { app: "confluence" },
    box: { app: "confluence", site: "box", sandbox: true },
  },
  groups: { "jira-users": { grants: ["jira"] }, "labs-users": { grants: ["labs"] }, wiki: { grants: ["confluence"] } },
  people: {
    ada: { groups: ["jira-users", "labs-users"], added, active: { jira: 1, labs: 100 } },
    ben: person(["jira-users"], 50),
    cem: person(["jira-users", "wiki"], 200),
    dee: person(["jira-users"], 2),
    eve: person(["labs-users"], 3, "labs"),
  },
};
const settings = (lines: string): Texts => ({ "seatwright.yaml": `${seatwrightYaml}accessGroups: ["*"]\n${lines}` });

describe("a report of seats", () => {
  it("has instances, apps, sites and the total, each in its order, with seats summed and people counted once", () => {
    const report = reportOf(acme, settings(""));
    const places = (scopes: SeatReport["instances"]): readonly string[] =>
      scopes.map(({ app, site, held, people }) => `${app ?? "*"} ${site ?? "*"} ${held} ${people}`);
    expect(places(report.instances)).toEqual([
      "confluence acme 1 1",
      "jira-software acme 4 4",
      "jira-software labs 2 2",
    ]);
    expect(places(report.apps)).toEqual(["confluence * 1 1", "jira-software * 6 5"]);
    expect(places(report.sites)).toEqual(["* acme 5 4", "* labs 2 2"]);
    expect(places([report.total])).toEqual(["* * 7 5"]);
    expect(report.unpaid).toEqual([
      { instance: "ari:cloud:box::site/1", app: "confluence", site: "box", reason: "sandbox" },
    ]);
  });

  it("counts seats as a plan of the same snapshot does", () => {
    const report = reportOf(acme, settings(""));
    const { set } = resolveOn(organization(acme), settings(""));
    if (set === null) throw new Error("the policies are not sound");
    const plan = propose({
      population: organization(acme),
      snapshotDigest: `sha256:${"a".repeat(64)}`,
      policies: set,
      ledger,
      tool,
    });
    expect(report.instances.map(({ instance, held, unknown }) => [instance, held, unknown])).toEqual(
      plan.seats.map(({ instance, before, unknown }) => [instance, before, unknown]),
    );
  });

  it("asks the planner for each length of time", () => {
    const { total } = reportOf(acme, settings(""));
    expect(
      total.unused.map(({ for: length, active, idle, neverActive, unknown }) => [
        length,
        active,
        idle,
        neverActive,
        unknown,
      ]),
    ).toEqual([
      ["30d", 3, 3, 0, 1],
      ["90d", 4, 2, 0, 1],
    ]);
    expect(total.unused.map(({ reclaim }) => [reclaim.now, reclaim.unknown])).toEqual([
      [3, 1],
      [2, 1],
    ]);
  });

  it("heeds the exemptions from savings and those whom the organisation file protects", () => {
    const report = reportOf(acme, {
      ...settings("protect: {people: [ben]}\n"),
      "exemptions.yaml": "version: 1\nexemptions:\n  - {id: E, person: cem, reason: x, owner: y, until: 2027-01-01}\n",
    });
    const [jira] = report.instances.filter(({ app, site }) => app === "jira-software" && site === "acme");
    expect(jira?.unused[0]?.reclaim).toMatchObject({ now: 0, exempt: 1, protected: 1 });
  });

  it("does not lessen what could be freed where every policy is paused, and says so", () => {
    const paused = reportOf(acme, settings("paused: true\n"));
    expect(paused.total.unused[0]?.reclaim.now).toBe(3);
    expect(paused.notes).toEqual(["A plan would hold every change: every policy is paused (seatwright.yaml:4:1)."]);
  });

  it("sets beside the seats of an instance how many holders Atlassian counts, by role", () => {
    const holders = [
      { instance: 0, role: "atlassian/user", count: 7 },
      { instance: 0, role: "atlassian/admin", count: 2 },
      { instance: 0, role: "atlassian/guest", count: 40 },
    ];
    const report = reportOf(acme, settings(""), [], holders);
    const told = report.instances.map(({ instance, counted }) => [instance, counted]);
    expect(told).toContainEqual([idOf.instance("jira"), { atLeast: 7, atMost: 9 }]);
    expect(told.filter(([, counted]) => counted !== null)).toHaveLength(1);
    expect(report.total.counted).toBeNull();
  });

  it("estimates nothing without prices", () => {
    expect(reportOf(acme, settings(""))).toMatchObject({ licences: [], estimates: [], notes: [] });
  });

  it("says of an organisation without paid seats that there is nothing", () => {
    const report = reportOf({ instances: { s: { app: "confluence", sandbox: true } }, people: {} }, settings(""), []);
    expect(report).toMatchObject({
      instances: [],
      apps: [],
      sites: [],
      obstacle: null,
      total: { held: 0, unused: [] },
    });
  });
});

describe("estimates", () => {
  const flat = "prices: {jira-software: {currency: USD, perSeatMonth: 9.05, renews: 28}}\n";

  it("are by instance: what it costs, what freeing would save, and from when", () => {
    const { licences, notes } = reportOf(acme, settings(flat));
    expect(licences.map(({ instances, quantity, cost }) => [instances[0]?.site, quantity, cost])).toEqual([
      ["acme", 4, 3620],
      ["labs", 2, 1810],
    ]);
    expect(licences[0]).toMatchObject({
      estimate: true,
      billing: "maximum-quantity",
      period: "month",
      decimals: 2,
      renewal: { day: "2026-11-28", assumed: false },
      savings: [
        { for: "30d", now: { fewer: 2, cost: 1810, saves: 1810 } },
        { for: "90d", now: { fewer: 1, cost: 2715, saves: 905 } },
      ],
    });
    expect(notes).toEqual(["No price is written for confluence on acme."]);
  });

  it("of one licence for several instances count each person once", () => {
    const people = "prices: {jira-software: {currency: USD, perSeatMonth: 10, counts: people, renews: 1}}\n";
    const { licences } = reportOf(acme, settings(people));
    expect(licences).toMatchObject([
      {
        counts: "people",
        quantity: 5,
        cost: 5000,
        // Ada's seat on labs can go, and she is still billed for the one on acme.
        savings: [{ now: { fewer: 2 } }, { now: { fewer: 1 } }],
      },
    ]);
    expect(licences[0]?.instances).toHaveLength(2);
  });

  it("of an annual tier save only where a lower tier is reached", () => {
    const annual = (tiers: string): string =>
      `prices: {jira-software/acme: {currency: EUR, billing: annual, tiers: [${tiers}], bought: 9, renews: "2027-02-01"}}\n`;
    const near = reportOf(acme, settings(annual("{upTo: 3, perYear: 300}, {upTo: 9, perYear: 800}"))).licences[0];
    expect(near).toMatchObject({
      period: "year",
      cost: 80000,
      bought: { quantity: 9, cost: 80000 },
      tier: { upTo: 9, room: 5, toLower: 1 },
      savings: [{ now: { saves: 50000 } }, { now: { saves: 50000 } }],
    });
    const far = reportOf(acme, settings(annual("{upTo: 1, perYear: 300}, {upTo: 9, perYear: 800}"))).licences[0];
    expect(far?.savings.map(({ now: { saves } }) => saves)).toEqual([0, 0]);
  });

  it("count what the identity provider could free apart", () => {
    const synced: OrganizationParts = {
      ...acme,
      groups: { ...acme.groups, okta: { grants: ["jira"], synced: true } },
      people: { ...acme.people, ben: person(["jira-users", "okta"], 50) },
    };
    const [licence] = reportOf(synced, settings(flat)).licences;
    expect(licence?.savings[0]).toMatchObject({ now: { saves: 905 }, withProvider: { saves: 1810 } });
  });

  it("are summed by currency and period, and never across", () => {
    const prices =
      "prices: {jira-software: {currency: USD, perSeatMonth: 1, renews: 1}, jira-software/labs: {currency: EUR, perSeatMonth: 2, renews: 1}, confluence: {currency: USD, perSeatMonth: 5, renews: 1}}\n";
    const { estimates } = reportOf(acme, settings(prices));
    expect(estimates.map(({ currency, licences, cost }) => [currency, licences, cost])).toEqual([
      ["EUR", 1, 400],
      ["USD", 2, 900],
    ]);
  });

  it("say what is not known: a renewal, a tier that is large enough, an app without a price, a price without an app", () => {
    const prices =
      "prices: {jira-software: {currency: USD, tiers: [{upTo: 3, perSeatMonth: 1}]}, loom: {currency: USD, perSeatMonth: 1}}\n";
    const { licences, notes, estimates } = reportOf(acme, settings(prices));
    expect(licences[0]).toMatchObject({ cost: null, tier: null, renewal: null });
    expect(licences[0]?.savings[0]?.now).toEqual({ fewer: 2, cost: 200, saves: null });
    expect(estimates).toMatchObject([{ licences: 1 }]);
    expect(notes.join("\n")).toContain("No price is written for confluence on acme.");
    expect(notes.join("\n")).toContain("No app with paid seats fits the price of loom.");
    expect(notes.join("\n")).toContain("no tier for 4");
    expect(notes.join("\n")).toContain("renews is not written");
  });

  it("take a renewal that lies behind us for the same day of a later year, and say so", () => {
    const prices =
      'prices: {confluence: {currency: USD, billing: annual, tiers: [{upTo: 9, perYear: 9}], bought: 9, renews: "2026-02-01"}}\n';
    const { licences, notes } = reportOf(acme, settings(prices));
    expect(licences[0]?.renewal).toEqual({ day: "2027-02-01", assumed: true });
    expect(notes.join()).toContain("2027-02-01 stands in");
  });
});
