import { describe, expect, it } from "vitest";
import { protectionOf } from "../../src/plan/protection.ts";
import { at, organization, type GroupParts, type OrganizationParts, type PersonParts } from "../support/people.ts";
import { personPolicy, planFor, policy, settingsFor, type SettingsParts, suspend } from "../support/policies.ts";

const groups: Readonly<Record<string, GroupParts>> = {
  "jira-users": { grants: ["jira"] },
  "jira-admins": { grants: ["jira atlassian/admin"] },
  "access-admins": { grants: ["confluence atlassian/user-access-admin"] },
  "site-admins": {},
};

function protection(ada: PersonParts, more: OrganizationParts = {}, settings: SettingsParts = {}): unknown {
  const population = organization({ groups, people: { ada }, ...more });
  return protectionOf(population, settingsFor(population, settings), at.person(population, "ada"));
}

const listed: SettingsParts = { protect: { people: ["ada"] } };
const listedGroup: SettingsParts = { protect: { groups: ["site-admins"] } };
const sandbox: OrganizationParts = {
  instances: { jira: { app: "jira-software", sandbox: true }, confluence: { app: "confluence" } },
};

describe("somebody is protected", () => {
  it.each([
    ["is an organisation admin", { platformRoles: ["atlassian/org-admin"] }, "org-admin", {}, {}],
    ["is a site admin", { platformRoles: ["atlassian/site-admin"] }, "site-admin", {}, {}],
    ["is a user access admin", { platformRoles: ["atlassian/user-access-admin"] }, "user-access-admin", {}, {}],
    ["holds an admin role nobody knows", { platformRoles: ["atlassian/galaxy-admin"] }, "admin-role", {}, {}],
    ["is listed in the organisation file", {}, "listed", {}, listed],
    ["made a live API key", {}, "key-creator", { keyCreators: ["zoe", "ada"] }, {}],
    ["is in a protected group", { groups: ["site-admins"] }, "listed-group", {}, listedGroup],
    ["is an app's admin by a group", { groups: ["jira-admins"] }, "product-admin", {}, {}],
    ["is an app's admin directly", { direct: ["jira atlassian/admin"] }, "product-admin", {}, {}],
    [
      "is an app's admin, as a call for them told",
      { detail: { roles: ["jira atlassian/admin: inferred"] } },
      "product-admin",
      {},
      {},
    ],
    ["is an admin of a sandbox", { groups: ["jira-admins"] }, "product-admin", sandbox, {}],
    ["gives access to an app, by a group", { groups: ["access-admins"] }, "user-access-admin", {}, {}],
    ["gives access to an app, directly", { direct: ["jira atlassian/user-access-admin"] }, "user-access-admin", {}, {}],
    ["is a suspended admin", { status: "suspended", platformRoles: ["atlassian/org-admin"] }, "org-admin", {}, {}],
  ] as const)("who %s", (_, ada, code, more, settings) => {
    expect(protection(ada, more, settings)).toMatchObject({ kind: "protected", code });
  });

  it("although much else about them is unknown", () => {
    expect(protection({ groups: null }, {}, listed)).toMatchObject({ kind: "protected", code: "listed" });
    expect(protection({ groups: null, direct: ["jira atlassian/admin"] })).toMatchObject({ kind: "protected" });
  });
});

describe("it is unknown whether to protect somebody", () => {
  it("whose admin roles were not told", () => {
    expect(protection({ platformRoles: null })).toMatchObject({ kind: "unknown", code: "roles-unknown" });
  });

  it("whose groups are unknown", () => {
    expect(protection({ groups: null })).toMatchObject({ kind: "unknown", code: "groups-unknown" });
  });

  it("who may be an unseen member of a protected group of their directory", () => {
    const unproved = { groups: { ...groups, "site-admins": { members: 3 } } };
    expect(protection({}, unproved, listedGroup)).toMatchObject({ kind: "unknown", code: "membership-unknown" });
    expect(protection({}, unproved)).toBeNull();
    const elsewhere = { directories: ["main", "old"], ...unproved };
    expect(protection({ in: ["old"] }, elsewhere, listedGroup)).toBeNull();
  });

  it("who may be an unseen member of a group of admins, unless a call for them told every role", () => {
    const unproved = { groups: { ...groups, "jira-admins": { grants: ["jira atlassian/admin"], members: 3 } } };
    expect(protection({}, unproved)).toMatchObject({ kind: "unknown", code: "membership-unknown" });
    expect(protection({ detail: { roles: ["jira atlassian/user: direct"] } }, unproved)).toBeNull();
  });
});

describe("somebody is not protected", () => {
  it.each([
    ["with an ordinary seat", { groups: ["jira-users"], direct: ["confluence"] }],
    ["with a platform role that administers nothing", { platformRoles: ["atlassian/ai-access"] }],
    ["with a guest's role", { direct: ["jira atlassian/guest"] }],
    ["with a role named like one of JavaScript's own", { direct: ["jira constructor", "jira toString"] }],
  ] as const)("%s", (_, ada) => {
    expect(protection(ada)).toBeNull();
  });
});

describe("protection in a plan", () => {
  const people = {
    ada: { groups: ["jira-users"], platformRoles: ["atlassian/org-admin"] },
    ben: { groups: ["jira-users"] },
    cy: { groups: ["jira-users"], status: "active" },
  } as const;
  const population = organization({ groups, people });
  const taking = [policy("free"), personPolicy("leavers", { purpose: "duty", actions: [suspend] })];

  it("holds what would be taken, says why, and owes the duty", () => {
    const plan = planFor(population, { policies: taking, settings: { protect: { people: ["cy"] } } });
    expect(new Set(plan.changes.map(({ accountId }) => accountId))).toEqual(new Set(["ben"]));
    expect(
      plan.heldBack.map(({ accountId, policy: id, kind, code, owed }) => ({ accountId, id, kind, code, owed })),
    ).toEqual([
      { accountId: "ada", id: "free", kind: "protected", code: "org-admin", owed: false },
      { accountId: "ada", id: "leavers", kind: "protected", code: "org-admin", owed: true },
      { accountId: "cy", id: "free", kind: "protected", code: "listed", owed: false },
      { accountId: "cy", id: "leavers", kind: "protected", code: "listed", owed: true },
    ]);
  });

  it("does not hold what is given", () => {
    const give = personPolicy("give", { actions: [{ kind: "grant", instance: 1, role: "atlassian/user" }] });
    expect(planFor(population, { policies: [give] }).changes.map(({ accountId }) => accountId)).toContain("ada");
  });
});
