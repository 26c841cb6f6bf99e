import { describe, expect, it } from "vitest";
import { explanation as isExplanation } from "../../src/documents/validators.generated.cjs";
import type { Explanation } from "../../src/model/documents.generated.ts";
import { explain } from "../../src/plan/explain.ts";
import { propose } from "../../src/plan/propose.ts";
import { at, DAYS, idOf, now, organization } from "../support/people.ts";
import { exemption, personPolicy, policy, requestOf, type Rules, suspend, where } from "../support/policies.ts";

const population = organization({
  directories: ["main", "old"],
  groups: {
    "jira-users": { grants: ["jira"] },
    everybody: { grants: ["confluence", "jsm"] },
    okta: { grants: ["confluence"], synced: true },
    doubtful: { grants: ["bitbucket"], members: 5 },
  },
  people: {
    ada: {
      name: "Ada",
      email: "ada@example.com",
      claim: "managed",
      source: "invited",
      added: now - 400 * DAYS,
      groups: ["jira-users", "everybody", "okta"],
      direct: ["jira"],
      active: { jira: 200 },
    },
    boss: { platformRoles: ["atlassian/org-admin"], groups: ["jira-users"], active: { jira: 1 } },
    shy: { groups: null, platformRoles: null },
  },
});

const rules: Rules = {
  policies: [
    policy("unused", { filter: where.unused(90), instances: [0, 1] }),
    personPolicy("asleep", { filter: where.mfa, actions: [suspend] }),
    policy("free", { except: where.named("ada") }),
  ],
  exemptions: [exemption("EX-7", { filter: where.named("ada"), from: ["unused"] })],
  settings: { identityProviders: [{ name: "Okta", owner: "@acme/iam", groups: new Set([2]), emailDomains: [] }] },
  ledger: {
    seat: (accountId, instance) =>
      instance === idOf.instance("jira") && accountId === "ada" ? { firstSeen: now - DAYS, restored: null } : null,
  },
};

function explained(id: string): Explanation {
  return explain(requestOf(population, rules), at.person(population, id));
}

describe("an explanation", () => {
  it("keeps to its schema", () => {
    for (const id of ["ada", "boss", "shy"]) {
      expect(isExplanation(explained(id)), JSON.stringify(isExplanation.errors)).toBe(true);
    }
  });

  it("tells what is known of the person, and what is not", () => {
    expect(explained("ada").person).toMatchObject({
      accountId: "ada",
      name: "Ada",
      status: "active",
      claim: "managed",
      source: "invited",
      directories: ["main"],
      groups: ["everybody", "jira-users", "okta"],
      adminRoles: [],
    });
    expect(explained("shy").person).toMatchObject({
      name: null,
      added: null,
      groups: null,
      adminRoles: null,
      claim: "unknown",
    });
  });

  it("tells each seat with its paths: whether one alone frees it, who owns it, and what goes with it", () => {
    const seats = explained("ada").seats;
    expect(seats.map(({ seat, held }) => `${seat.app} ${held}`)).toEqual([
      "bitbucket unknown",
      "confluence true",
      "jira-service-management true",
      "jira-software true",
    ]);
    const paths = (app: string): unknown =>
      seats
        .find(({ seat }) => seat.app === app)
        ?.paths.map(({ via, owner, frees, alsoLoses }) => ({ via, owner, frees, alsoLoses }));
    expect(paths("jira-software")).toEqual([
      { via: "jira-users", owner: null, frees: false, alsoLoses: [] },
      { via: "direct", owner: null, frees: false, alsoLoses: [] },
    ]);
    expect(paths("jira-service-management")).toEqual([{ via: "everybody", owner: null, frees: true, alsoLoses: [] }]);
    expect(paths("confluence")).toEqual([
      { via: "everybody", owner: null, frees: false, alsoLoses: ["Jira Service Management on acme"] },
      { via: "okta", owner: "Okta (@acme/iam)", frees: false, alsoLoses: [] },
    ]);
  });

  it("tells when a seat was last used, and since when it is known", () => {
    const [jira] = explained("ada").seats.filter(({ seat }) => seat.app === "jira-software");
    expect(jira).toMatchObject({ lastActive: "2026-05-04T06:00:00Z", firstSeen: "2026-11-19T06:00:00Z" });
    expect(jira?.signal).toContain("2 of 2 holders have an activity date");
  });

  it("tells what each policy says of the person, by id, then seat, and which exemption shields", () => {
    const answers = explained("ada").policies.map(({ policy: id, seat, result, exempt }) => ({
      id,
      app: seat?.app ?? null,
      result,
      exempt,
    }));
    expect(answers).toEqual([
      { id: "asleep", app: null, result: "unknown", exempt: null },
      { id: "free", app: "jira-software", result: "true", exempt: "named in the policy's own `except`" },
      { id: "unused", app: "jira-software", result: "unknown", exempt: "EX-7: on call" },
      { id: "unused", app: "confluence", result: "unknown", exempt: "EX-7: on call" },
    ]);
  });

  it("tells why nothing may be taken from somebody", () => {
    expect(explained("boss").protection).toBe("is an organisation admin");
    expect(explained("shy").protection).toContain("it is not known whether");
    expect(explained("ada").protection).toBeNull();
  });

  it("agrees with the plan about the person", () => {
    const plan = propose(requestOf(population, rules));
    for (const id of ["ada", "boss", "shy"]) {
      const found = explained(id);
      const own = <Entry extends { readonly accountId: string }>(list: readonly Entry[]): readonly Entry[] =>
        list.filter(({ accountId }) => accountId === id);
      expect(found.changes).toEqual(own([...plan.changes, ...plan.quarantined]));
      expect(found.heldBack).toEqual(own(plan.heldBack));
      expect(found.conflicts).toEqual(own(plan.conflicts));
    }
  });
});
