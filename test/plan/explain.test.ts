import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explanation as isExplanation } from "../support/written.generated.cjs";
import type { Change, Explanation, Operation } from "../../src/model/documents.generated.ts";
import { explain } from "../../src/plan/explain.ts";
import { propose } from "../../src/plan/propose.ts";
import type { Filter } from "../../src/policy/types.ts";
import { at, DAYS, idOf, now, organization } from "../support/people.ts";
import { exemption, personPolicy, policy, requestOf, type Rules, suspend, where } from "../support/policies.ts";
import { afterwards, anyWorld } from "./worlds.ts";

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
    expect(seats.map(({ seat, held, certain }) => `${seat.app} ${held} ${certain}`)).toEqual([
      "bitbucket unknown false",
      "confluence true true",
      "jira-service-management true true",
      "jira-software true true",
    ]);
    const paths = (app: string): unknown =>
      seats
        .find(({ seat }) => seat.app === app)
        ?.paths.map(({ kind, group, owner, frees, alsoLoses }) => ({ kind, group, owner, frees, alsoLoses }));
    expect(paths("jira-software")).toEqual([
      { kind: "group", group: "jira-users", owner: null, frees: "false", alsoLoses: [] },
      { kind: "direct", group: null, owner: null, frees: "false", alsoLoses: [] },
    ]);
    expect(paths("jira-service-management")).toEqual([
      { kind: "group", group: "everybody", owner: null, frees: "true", alsoLoses: [] },
    ]);
    expect(paths("confluence")).toEqual([
      {
        kind: "group",
        group: "everybody",
        owner: null,
        frees: "false",
        alsoLoses: ["Jira Service Management on acme"],
      },
      { kind: "group", group: "okta", owner: "Okta (@acme/iam)", frees: "false", alsoLoses: [] },
    ]);
  });

  it("tells what a revoke of all paths would come to, and who alone can do what it cannot", () => {
    const freeing = (id: string, app: string) => explained(id).seats.find(({ seat }) => seat.app === app)?.freeing;
    expect(freeing("ada", "jira-software")).toEqual({ possible: "yes", code: null, reason: null, owner: null });
    expect(freeing("ada", "confluence")).toMatchObject({ possible: "no", code: "synced-group", owner: "@acme/iam" });
    // Leaving `everybody` takes nothing else along: Confluence stays by the synced group.
    expect(freeing("ada", "jira-service-management")).toMatchObject({ possible: "yes" });
    expect(freeing("ada", "bitbucket")).toMatchObject({ possible: "unknown", code: "paths-unknown" });
    expect(freeing("boss", "jira-software")).toMatchObject({
      possible: "no",
      code: "org-admin",
      reason: "nothing is taken: the person is an organisation admin",
    });
  });

  it("does not say that a path frees the seat where there may be others that cannot be seen", () => {
    const parts = organization({
      groups: { "jira-users": { grants: ["jira"] }, more: { grants: ["jira"], members: 7 } },
      people: { ada: { groups: ["jira-users"] } },
    });
    const [seat] = explain(requestOf(parts, { policies: [] }), 0).seats;
    expect(seat).toMatchObject({ held: "true", certain: false, freeing: { possible: "unknown" } });
    expect(seat?.paths.map(({ frees }) => frees)).toEqual(["unknown"]);
  });

  it("tells roles that Atlassian infers from others, which nobody can take by themselves", () => {
    const parts = organization({
      groups: { "jira-users": { grants: ["jira"] } },
      people: {
        ada: {
          groups: ["jira-users"],
          detail: {
            membership: { main: "active" },
            roles: [
              "jira atlassian/user: group_direct",
              "jira atlassian/admin: inferred",
              "confluence atlassian/user: inferred",
            ],
          },
        },
      },
    });
    const { seats, otherAccess } = explain(requestOf(parts, { policies: [] }), 0);
    expect(seats.map(({ paths }) => paths.map(({ kind, role, frees }) => [kind, role, frees]))).toEqual([
      [
        ["group", "atlassian/user", "true"],
        ["inferred", "atlassian/admin", "false"],
      ],
    ]);
    expect(otherAccess.map(({ seat, roles, via, why }) => [seat.app, roles, via, why])).toEqual([
      ["confluence", ["atlassian/user"], ["inferred"], "inferred"],
    ]);
  });

  it("tells access that costs no seat, and why", () => {
    const parts = organization({
      instances: {
        jira: { app: "jira-software" },
        test: { app: "jira-software", site: "test", sandbox: true },
        odd: { app: "newest", known: false },
        confluence: { app: "confluence" },
      },
      groups: { all: { grants: ["jira", "test", "odd"] }, guests: { grants: ["confluence atlassian/guest"] } },
      people: {
        ada: { status: "suspended", groups: ["all"] },
        ben: { groups: ["guests", "all"] },
      },
    });
    const why = (id: string): unknown =>
      explain(requestOf(parts, { policies: [] }), at.person(parts, id)).otherAccess.map((access) => [
        access.seat.app,
        access.seat.site,
        access.via,
        access.why,
      ]);
    expect(why("ada")).toEqual([
      ["jira-software", "acme", ["all"], "not-active"],
      ["jira-software", "test", ["all"], "sandbox"],
      ["newest", "acme", ["all"], "unknown-app"],
    ]);
    expect(why("ben")).toEqual([
      ["confluence", "acme", ["guests"], "free-role"],
      ["jira-software", "test", ["all"], "sandbox"],
      ["newest", "acme", ["all"], "unknown-app"],
    ]);
  });

  it("tells when a seat was last used, since when it counts, and how far the dates can be believed", () => {
    const [jira] = explained("ada").seats.filter(({ seat }) => seat.app === "jira-software");
    expect(jira?.activity).toEqual({
      lastActive: "2026-05-04T06:00:00Z",
      days: 200,
      trusted: true,
      signal: "2 of 2 holders have an activity date",
      lagHours: 24,
      countedFrom: "2026-11-19T06:00:00Z",
      firstSeen: "2026-11-19T06:00:00Z",
      givenBack: null,
    });
    const [code] = explained("ada").seats.filter(({ seat }) => seat.app === "bitbucket");
    expect(code?.activity).toMatchObject({ lastActive: "never", days: null, trusted: false });
  });

  it("tells what each policy says of the person, by id, then seat, and every shield", () => {
    const answers = explained("ada").policies.map(({ policy: id, seat, result, shields, wants }) => ({
      id,
      app: seat?.app ?? null,
      result,
      wants,
      shields: shields.map((shield) => [shield.kind, shield.id, shield.until, shield.owner]),
    }));
    const except = ["except", null, null, "@acme/it"];
    const exempt = ["exemption", "EX-7", "2027-03-31", "@acme/it"];
    expect(answers).toEqual([
      { id: "asleep", app: null, result: "unknown", wants: ["suspend"], shields: [] },
      { id: "free", app: "jira-software", result: "true", wants: ["revoke"], shields: [except] },
      { id: "unused", app: "jira-software", result: "unknown", wants: ["revoke"], shields: [exempt] },
      { id: "unused", app: "confluence", result: "unknown", wants: ["revoke"], shields: [exempt] },
    ]);
  });

  it("tells which part of a filter decided: of parts that must hold, the first that is false", () => {
    const decided = (filter: Filter): unknown => {
      const request = requestOf(population, { policies: [personPolicy("p", { filter, actions: [suspend] })] });
      const [answer] = explain(request, at.person(population, "ada")).policies;
      return [answer?.result, answer?.decidedBy.map((fact) => `${fact.filter} ${fact.result}`)];
    };
    const inJira = where.memberOf(population, "jira-users");
    const inDoubt = where.memberOf(population, "doubtful");
    const any = (...of: readonly Filter[]): Filter => ({ kind: "any", of });
    expect(decided(where.all(where.active, where.not(inJira), where.named("ben")))).toEqual([
      "false",
      ["not memberOf: jira-users false"],
    ]);
    expect(decided(where.all(where.active, inJira))).toEqual([
      "true",
      ["status: active true", "memberOf: jira-users true"],
    ]);
    expect(decided(any(where.named("ben"), inJira, where.active))).toEqual(["true", ["memberOf: jira-users true"]]);
    expect(decided(any(where.named("ben"), where.not(inJira)))).toEqual([
      "false",
      ["people false", "not memberOf: jira-users false"],
    ]);
    expect(decided(where.not(any(where.named("ben"), inJira)))).toEqual(["false", ["not memberOf: jira-users false"]]);
    expect(decided(where.all(where.active, inDoubt, where.mfa))).toEqual([
      "unknown",
      ["memberOf: doubtful unknown", "mfa: true unknown"],
    ]);
  });

  it("tells what comes of each policy: done, held back, given way, or nothing left to do", () => {
    const parts = organization({
      groups: { "jira-users": { grants: ["jira"] }, other: {} },
      people: { ada: { groups: ["jira-users"], added: now - 400 * DAYS } },
    });
    const all: Rules = {
      policies: [
        policy("a-takes"),
        policy("b-takes-too"),
        policy("c-reports", { mode: "report" }),
        personPolicy("d-joined", { actions: [{ kind: "addToGroup", group: at.group(parts, "jira-users") }] }),
        personPolicy("e-left", { actions: [{ kind: "removeFromGroup", group: at.group(parts, "other") }] }),
        personPolicy("f-paused", { actions: [suspend], holds: ["a pause"] }),
      ],
      ledger: { holds: [{ accountId: "ada", policy: "e-left", until: now + DAYS, reason: "given back by r-1" }] },
    };
    const comes = (rules: Rules): unknown =>
      explain(requestOf(parts, rules), 0).policies.map(({ policy: id, outcomes, holds }) => [
        id,
        outcomes.map(({ action, comes: how }) => `${action} ${how}`),
        holds.map(({ code }) => code),
      ]);
    expect(comes(all)).toEqual([
      ["a-takes", ["revoke gave-way"], []],
      ["b-takes-too", ["revoke gave-way"], []],
      ["c-reports", ["revoke held-back"], ["report-mode"]],
      ["d-joined", ["addToGroup already-so"], []],
      ["e-left", ["removeFromGroup held-back"], ["recent-reversal"]],
      ["f-paused", ["suspend held-back"], ["policy-held"]],
    ]);
    const alone = explain(requestOf(parts, { policies: [policy("a-takes")] }), 0);
    expect(alone.policies[0]?.outcomes).toMatchObject([{ comes: "change", change: alone.changes[0]?.id }]);
    const limited: Rules = {
      policies: [policy("a-takes")],
      settings: { limits: { perRun: { percent: null, changes: 0 } } },
    };
    const stopped = explain(requestOf(parts, limited), 0);
    expect([stopped.changes.length, stopped.quarantined.length]).toEqual([0, 1]);
    expect(stopped.policies[0]?.outcomes.map(({ comes: how }) => how)).toEqual(["quarantined"]);
  });

  it("tells a doubt that the plan tells once for everybody", () => {
    const parts = organization({
      groups: { "code-users": { grants: ["bitbucket"] } },
      people: { ada: { groups: ["code-users"], added: now - 400 * DAYS } },
    });
    const at3 = policy("unused-code", { filter: where.unused(90), instances: [3] });
    const { heldBack, policies } = explain(requestOf(parts, { policies: [at3] }), 0);
    expect(heldBack).toEqual([]);
    expect(policies[0]?.outcomes).toMatchObject([
      { comes: "cannot-tell", reason: "Atlassian's activity dates do not cover how Bitbucket is used" },
    ]);
  });

  it("tells why nothing may be taken from somebody", () => {
    expect(explained("boss").protection).toBe("is an organisation admin");
    expect(explained("shy").protection).toContain("it is not known whether");
    expect(explained("ada").protection).toBeNull();
  });
});

describe("an explanation never disagrees with the plan of the same snapshot:", () => {
  const runs = { numRuns: 150 };

  it("has the plan's entries about the person, all of them and no others", () => {
    fc.assert(
      fc.property(anyWorld({ paced: true, limited: true }), (world) => {
        const parts = organization(world.parts);
        const request = requestOf(parts, world.rules);
        const plan = propose(request);
        for (let person = 0; person < parts.size; person++) {
          const found = explain(request, person);
          const own = <Entry extends { readonly accountId: string }>(list: readonly Entry[]): readonly Entry[] =>
            list.filter(({ accountId }) => accountId === found.person.accountId);
          const { changes, quarantined, protectedDuties, heldBack, conflicts } = found;
          expect({ changes, quarantined, protectedDuties, heldBack, conflicts }).toEqual({
            changes: own(plan.changes),
            quarantined: own(plan.quarantined),
            protectedDuties: own(plan.protectedDuties),
            heldBack: own(plan.heldBack),
            conflicts: own(plan.conflicts),
          });
          expect(isExplanation(found), JSON.stringify(isExplanation.errors)).toBe(true);
        }
      }),
      runs,
    );
  });

  it("what it says comes of a policy is what the plan says, and of a match something always comes", () => {
    fc.assert(
      fc.property(anyWorld({ paced: true, limited: true }), (world) => {
        const parts = organization(world.parts);
        const request = requestOf(parts, world.rules);
        for (let person = 0; person < parts.size; person++) {
          const { policies, changes, quarantined, protectedDuties, heldBack } = explain(request, person);
          for (const { policy: id, result, outcomes, decidedBy, seat } of policies) {
            expect(outcomes.length > 0).toBe(result !== "false");
            for (const fact of decidedBy) expect(fact.result).toBe(result);
            if (decidedBy.length === 0) expect([result, seat === null]).toEqual(["unknown", false]);
            for (const { comes, change } of outcomes) {
              const list = { change: changes, quarantined, "protected-duty": protectedDuties }[comes as "change"];
              if (list === undefined) continue;
              const named = list.find((each) => each.id === change);
              expect(named?.policies.map((reason) => reason.policy)).toContain(id);
            }
          }
          const told = (id: string, comes: string): readonly unknown[] =>
            policies.flatMap((each) =>
              each.policy === id ? each.outcomes.filter((outcome) => outcome.comes === comes) : [],
            );
          for (const { policies: reasons } of changes) {
            for (const reason of reasons) expect(told(reason.policy, "change")).not.toEqual([]);
          }
          for (const { policy: id, kind } of heldBack) {
            // These stand among the changes, where they are one.
            if (kind === "quarantined") expect(told(id, "quarantined")).not.toEqual([]);
            else if (kind !== "protected") expect(told(id, "held-back")).not.toEqual([]);
          }
        }
      }),
      runs,
    );
  });

  it("a path that frees a seat does so when it is taken, and one that frees nothing leaves it held", () => {
    fc.assert(
      fc.property(anyWorld({ paced: false, limited: false }), (world) => {
        const parts = organization(world.parts);
        for (let person = 0; person < parts.size; person++) {
          const { seats, person: who } = explain(requestOf(parts, { policies: [] }), person);
          for (const { seat, held, paths } of seats) {
            for (const { kind, group, groupId, role, frees } of paths) {
              if (held !== "true" || frees === "unknown") continue;
              const operation: Operation =
                kind === "direct"
                  ? { kind: "revokeRole", instance: seat.instance, role }
                  : { kind: "leaveGroup", group: groupId ?? "", groupName: group ?? "" };
              const change = { accountId: who.accountId, operations: [operation] } as unknown as Change;
              const after = organization(afterwards(world.parts, [change]));
              const still = explain(requestOf(after, { policies: [] }), at.person(after, who.accountId)).seats;
              const isHeld = still.some((each) => each.seat.instance === seat.instance && each.held === "true");
              expect(isHeld).toBe(frees === "false");
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
