import { describe, expect, it } from "vitest";
import { idleBuckets } from "../../src/people/idle-buckets.ts";
import { createSeatFigures } from "../../src/people/seat-figures.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { trustedSignals } from "../../src/people/signals.ts";
import { DAYS, now, organization, type OrganizationParts } from "../support/people.ts";

function figuresIn(parts: OrganizationParts, instances?: readonly number[]) {
  const population = organization(parts);
  const seats = seatsOf(population);
  // As if every date were believed, except where an app is known to have none to go by.
  const source = createSeatFigures(population, seats, trustedSignals(population), now);
  return { paid: source.paid, figures: source.figures(instances ?? source.paid) };
}

const twoSites: OrganizationParts = {
  instances: {
    jira: { app: "jira-software" },
    labs: { app: "jira-software", site: "labs" },
    sandbox: { app: "jira-software", site: "sandbox", sandbox: true },
    odd: { app: "lumen", known: false },
  },
  groups: {
    "jira-users": { grants: ["jira"] },
    "labs-users": { grants: ["labs"] },
    guests: { grants: ["jira atlassian/guest", "labs atlassian/guest"] },
    sand: { grants: ["sandbox", "odd"] },
  },
  people: {
    ada: { groups: ["jira-users", "labs-users"], claim: "managed", source: "synced", active: { jira: 1, labs: 40 } },
    ben: { groups: ["jira-users", "guests"], claim: "unmanaged", source: "invited", active: {} },
    cem: { groups: ["guests"], active: { jira: 5 } },
    dee: { groups: ["guests"], direct: ["jira atlassian/customer"] },
    eve: { groups: ["labs-users"], status: "suspended" },
    fay: { groups: ["sand"] },
    gil: { status: "suspended", direct: ["jira"] },
    hal: { status: "deactivated", groups: ["jira-users", "guests"] },
    ida: { groups: ["labs-users"], claim: "managed", active: null },
  },
};

describe("the figures of seats", () => {
  it("are of instances with paid seats only", () => {
    expect(figuresIn(twoSites).paid).toEqual([0, 1]);
  });

  it("sum seats, and count people once", () => {
    const { figures } = figuresIn(twoSites);
    expect(figures).toMatchObject({ held: 4, unknown: 0, people: 3 });
    expect(figuresIn(twoSites, [0]).figures).toMatchObject({ held: 2, people: 2 });
    expect(figuresIn(twoSites, [1]).figures).toMatchObject({ held: 2, people: 2 });
  });

  it("tell whose accounts they are, how they came, and who never came", () => {
    const { figures } = figuresIn(twoSites);
    expect(figures.accounts).toEqual({ managed: 2, unmanaged: 1, unknown: 0 });
    expect(figures.origins).toEqual({ synced: 1, invited: 1, unknown: 1 });
    // Of Ida nothing is known: she is not among those who never came.
    expect(figures.neverAnywhere).toBe(1);
  });

  it("count seats that come back with suspended people, by group and directly", () => {
    expect(figuresIn(twoSites, [0]).figures.suspended).toBe(1);
    expect(figuresIn(twoSites, [1]).figures.suspended).toBe(1);
  });

  it("count free roles of active people who hold no paid seat there", () => {
    expect(figuresIn(twoSites, [0]).figures.freeRoles).toEqual([
      { role: "atlassian/customer", people: 1 },
      { role: "atlassian/guest", people: 2 },
    ]);
    // Ben pays on acme and is a guest on labs.
    expect(figuresIn(twoSites, [1]).figures.freeRoles).toEqual([{ role: "atlassian/guest", people: 3 }]);
    expect(figuresIn(twoSites).figures.freeRoles).toContainEqual({ role: "atlassian/guest", people: 5 });
  });

  it("put each seat into one bucket by its last activity on its own instance", () => {
    const { figures } = figuresIn(twoSites);
    expect(figures.lastActive).toMatchObject({ "3d": 1, "60d": 1, never: 1, unknown: 1 });
    expect(idleBuckets.reduce((sum, bucket) => sum + figures.lastActive[bucket], 0)).toBe(figures.held);
  });

  it.each([
    [0, "3d"],
    [3, "3d"],
    [4, "7d"],
    [14, "14d"],
    [30, "30d"],
    [31, "60d"],
    [90, "90d"],
    [120, "120d"],
    [180, "180d"],
    [365, "365d"],
    [366, "longer"],
    [-1, "3d"],
  ] as const)("put somebody active %i days ago into the bucket %s", (days, bucket) => {
    const parts = {
      groups: { users: { grants: ["jira"] } },
      people: { ada: { groups: ["users"], active: { jira: days } } },
    };
    expect(figuresIn(parts).figures.lastActive[bucket]).toBe(1);
  });

  const withCode: OrganizationParts = {
    instances: { jira: { app: "jira-software" }, code: { app: "bitbucket", site: "code" } },
    groups: { "jira-users": { grants: ["jira"] }, coders: { grants: ["code"] } },
    people: {
      ada: { groups: ["jira-users", "coders"], source: "invited", active: { code: 2 } },
      ben: { groups: ["jira-users"], source: "invited", active: {} },
      cem: { groups: ["coders"], source: "invited", active: {} },
      dee: { groups: ["jira-users"], source: "synced", active: {} },
    },
  };

  it("do not know when holders were active where activity is not believed, whatever date there is", () => {
    const { figures } = figuresIn(withCode, [1]);
    expect(figures.lastActive).toMatchObject({ "3d": 0, never: 0, unknown: 2 });
    const all = figuresIn(withCode).figures;
    expect(all.lastActive).toMatchObject({ never: 3, unknown: 2 });
  });

  it("say how many of several instances' seats lie where activity is not believed, and where that is", () => {
    expect(figuresIn(withCode, [0]).figures.withoutSignal).toEqual({ seats: 0, apps: [], instances: [] });
    expect(figuresIn(withCode).figures.withoutSignal).toEqual({
      seats: 2,
      apps: ["bitbucket"],
      instances: [{ instance: "ari:cloud:code::site/1", app: "bitbucket", site: "code" }],
    });
  });

  it("count as never active, and as invited and never active, nobody of whom that is not known", () => {
    expect(figuresIn(withCode).figures).toMatchObject({ neverAnywhere: 2, invitedNever: 1 });
    expect(figuresIn(withCode, [1]).figures).toMatchObject({ neverAnywhere: 0, invitedNever: 0 });
  });

  it("do not count among the seats one of somebody in two directories, which is not known", () => {
    const { figures } = figuresIn({
      directories: ["main", "labs"],
      groups: { users: { grants: ["jira"] } },
      people: { ada: { groups: ["users"], in: ["main", "labs"], added: now - 100 * DAYS } },
    });
    expect(figures).toMatchObject({ held: 0, unknown: 1, people: 0 });
  });

  it("of an organisation without paid seats are nothing", () => {
    const { paid, figures } = figuresIn({
      instances: { s: { app: "confluence", sandbox: true } },
      people: { ada: {} },
    });
    expect(paid).toEqual([]);
    expect(figures).toMatchObject({ held: 0, people: 0, freeRoles: [] });
  });
});
