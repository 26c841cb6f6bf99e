import { describe, expect, it } from "vitest";
import type { PastRemoval } from "../../src/model/ledger-view.ts";
import type { HeldBack, Plan } from "../../src/model/documents.generated.ts";
import { plan as isPlan } from "../../src/documents/validators.generated.cjs";
import { deliberate } from "../../src/plan/deliberate.ts";
import { planDigest } from "../../src/plan/digest.ts";
import { reproposed } from "../../src/plan/propose.ts";
import type { Policy } from "../../src/policy/types.ts";
import { at, DAYS, idOf, now, organization, type PersonParts } from "../support/people.ts";
import {
  deactivate,
  exemption,
  leaf,
  personPolicy,
  planFor,
  policy,
  requestOf,
  revokeOn,
  type Rules,
  suspend,
  where,
} from "../support/policies.ts";

const groups = { "jira-users": { grants: ["jira"] }, "on-call": {}, everybody: { grants: ["confluence"] } };

function people(
  count: number,
  parts: PersonParts = { groups: ["jira-users"], active: {} },
): Record<string, PersonParts> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, number) => [`p${String(number).padStart(3, "0")}`, parts]),
  );
}

const ten = organization({ groups, people: people(10) });

function held(plan: Plan): readonly Pick<HeldBack, "accountId" | "kind" | "code">[] {
  return plan.heldBack.map(({ accountId, kind, code }) => ({ accountId, kind, code }));
}

function summary(plan: Plan): unknown {
  return {
    changes: plan.changes.length,
    quarantined: plan.quarantined.length,
    held: plan.heldBack.map(({ code }) => code).sort(),
  };
}

describe("a plan", () => {
  const plan = planFor(ten, { policies: [policy("free", { pace: { changes: 4 } })], settings: { power: "observe" } });

  it("keeps to the schema of plans and carries the digest of everything in it", () => {
    expect(isPlan(plan), JSON.stringify(isPlan.errors)).toBe(true);
    expect(plan.digest).toBe(planDigest(plan));
  });

  it("holds what many changes have in common once", () => {
    const [one, other] = plan.changes;
    expect(one?.accountId).not.toBe(other?.accountId);
    for (const field of ["seat", "before", "after", "operations", "undo"] as const) {
      expect(one?.[field], field).toBe(other?.[field]);
    }
    const facts = plan.changes.map(({ policies }) => policies[0]?.facts[0]);
    expect(new Set(facts).size).toBe(1);
  });

  it("counts whom the organisation file protects, by name or by group, each once", () => {
    const some = organization({
      groups: { guards: {}, others: {} },
      people: { a: { groups: ["guards"] }, b: { groups: ["guards"] }, c: { groups: ["others"] }, d: {} },
    });
    const protect = { people: ["a", "d", "nobody"], groups: ["guards"] };
    const { measures } = planFor(some, { policies: [policy("free")], settings: { protect } });
    expect(measures.find(({ kind }) => kind === "protect")?.selects).toBe(3);
  });

  it("names what it was made of, and until when it may be applied", () => {
    expect(plan).toMatchObject({
      organization: { id: ten.header.organization.id },
      power: "observe",
      policyDigest: `sha256:${"b".repeat(64)}`,
      snapshotDigest: `sha256:${"a".repeat(64)}`,
      asOf: "2026-11-20T06:00:00Z",
      notAfter: "2026-11-27T06:00:00Z",
      origin: { kind: "policies" },
    });
  });

  it("says of each policy how many matched and how many are changed", () => {
    expect(plan.policies).toMatchObject([{ id: "free", matched: 10, unknown: 0, changes: 4 }]);
    expect(held(plan).filter(({ kind, code }) => kind === "waiting" && code === "pace")).toHaveLength(6);
  });

  it("counts paid seats before and after, each person once, by app, site and id", () => {
    expect(plan.seats.map(({ app, before, after }) => `${app} ${before} ${after}`)).toEqual(
      ["bitbucket 0 0", "confluence 0 0", "jira-software 10 6", "jira-service-management 0 0"].sort(),
    );
    const twice = planFor(ten, {
      policies: [policy("free"), personPolicy("out", { actions: [{ kind: "removeFromGroup", group: 0 }] })],
    });
    expect(twice.seats.find(({ app }) => app === "jira-software")).toMatchObject({ before: 10, after: 0 });
  });

  it("counts a seat that somebody holds only after all that is done about them", () => {
    const asleep = organization({ groups, people: people(1, { status: "suspended" }) });
    const wake = personPolicy("wake", { actions: [{ kind: "restore", directory: null }] });
    const join = personPolicy("join", { actions: [{ kind: "addToGroup", group: 0 }] });
    const found = planFor(asleep, { policies: [wake, join] });
    expect(found.seats.find(({ app }) => app === "jira-software")).toMatchObject({ before: 0, after: 1 });
    const other = organization({ groups, people: people(1, { status: "suspended", groups: [] }) });
    expect(planFor(other, { policies: [wake, join] }).changes).toHaveLength(2);
    expect(planFor(other, { policies: [wake, join] }).seats.find(({ app }) => app === "jira-software")).toMatchObject({
      after: 1,
    });
  });

  it("counts seats that are given", () => {
    const give = personPolicy("give", { actions: [{ kind: "grant", instance: 1, role: "atlassian/user" }] });
    const found = planFor(ten, { policies: [give] });
    expect(found.seats.find(({ app }) => app === "confluence")).toMatchObject({ before: 0, after: 10 });
  });

  it("says with each change the facts that made it true", () => {
    const filter = where.all(where.unused(90), where.not(where.memberOf(ten, "on-call")));
    const old = organization({
      groups,
      people: people(1, { groups: ["jira-users"], added: now - 400 * DAYS, active: { jira: 200 } }),
    });
    const found = planFor(old, { policies: [policy("unused", { filter })] });
    expect(found.changes[0]?.policies).toMatchObject([
      {
        policy: "unused",
        facts: [
          { filter: "unused: 90d", result: "true" },
          { filter: "not memberOf: on-call", result: "true" },
        ],
      },
    ]);
  });

  it("lists removals of duties, then other removals, then additions, each by id", () => {
    const population = organization({
      groups,
      people: people(3, { groups: ["jira-users"], claim: "managed", source: "invited" }),
    });
    const found = planFor(population, {
      policies: [
        personPolicy("give", { filter: where.named("p000"), actions: [{ kind: "addToGroup", group: 1 }] }),
        policy("free", { filter: where.named("p001") }),
        personPolicy("leavers", { purpose: "duty", filter: where.named("p002"), actions: [deactivate] }),
      ],
    });
    expect(found.changes.map(({ action }) => action)).toEqual(["deactivate", "revoke", "addToGroup"]);
    const ids = plan.changes.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
  });

  it("marks what was not in the plan before, and nothing where there was none", () => {
    expect(plan.changes.some(({ fresh }) => fresh)).toBe(false);
    const known = plan.changes[0]?.id ?? "";
    const again = planFor(ten, { policies: [policy("free")], ledger: { previousChanges: new Set([known]) } });
    expect(again.changes.filter(({ fresh }) => !fresh).map(({ id }) => id)).toEqual([known]);
  });

  it("of policies that want nothing is empty", () => {
    const found = planFor(ten, { policies: [policy("free", { filter: where.named("nobody") })] });
    expect(summary(found)).toEqual({ changes: 0, quarantined: 0, held: [] });
  });
});

describe("an exemption", () => {
  const spared = exemption("EX-1", { filter: where.named("p000") });

  function heldFor(rules: Partial<Rules> & { readonly parts?: Partial<Policy> }): readonly unknown[] {
    const { parts, ...rest } = rules;
    return held(planFor(ten, { policies: [policy("free", { filter: where.named("p000"), ...parts })], ...rest }));
  }

  it("holds its people out of every saving", () => {
    expect(heldFor({ exemptions: [spared] })).toEqual([{ accountId: "p000", kind: "exempt", code: "EX-1" }]);
  });

  it("holds people out of the policies it names, and of no other", () => {
    expect(heldFor({ exemptions: [{ ...spared, from: ["free"] }] })).toHaveLength(1);
    expect(heldFor({ exemptions: [{ ...spared, from: ["other"] }] })).toEqual([]);
  });

  it("holds out of a duty only where it names it, and then nothing is owed", () => {
    const duty = { purpose: "duty" } as const;
    expect(heldFor({ exemptions: [spared], parts: duty })).toEqual([]);
    const named = planFor(ten, {
      policies: [policy("leavers", { ...duty, filter: where.named("p000") })],
      exemptions: [{ ...spared, from: ["leavers"] }],
    });
    expect(named.heldBack).toMatchObject([{ kind: "exempt", owed: false }]);
  });

  it("past its end still holds its people, loudly, and a duty is owed", () => {
    expect(heldFor({ exemptions: [{ ...spared, lapsed: true }] })).toEqual([
      { accountId: "p000", kind: "held", code: "exemption-lapsed" },
    ]);
    const duty = planFor(ten, {
      policies: [policy("leavers", { purpose: "duty", filter: where.named("p000") })],
      exemptions: [{ ...spared, from: ["leavers"], lapsed: true }],
    });
    expect(duty.heldBack).toMatchObject([{ owed: true, owner: "@acme/it" }]);
  });

  it("that cannot be told to speak of somebody or not holds them too", () => {
    expect(heldFor({ exemptions: [{ ...spared, filter: where.mfa }] })).toEqual([
      { accountId: "p000", kind: "exempt", code: "EX-1" },
    ]);
  });

  it("of the policy itself holds in the same way", () => {
    expect(heldFor({ parts: { except: where.named("p000") } })).toEqual([
      { accountId: "p000", kind: "exempt", code: "except" },
    ]);
    expect(heldFor({ parts: { except: where.mfa } })).toHaveLength(1);
    expect(heldFor({ parts: { except: where.named("p001") } })).toEqual([]);
  });

  it("holds somebody for whom the policy itself is unknown, so that no duty is owed", () => {
    const duty = policy("leavers", { purpose: "duty", filter: where.all(where.named("p000"), where.mfa) });
    expect(planFor(ten, { policies: [duty] }).heldBack).toMatchObject([{ kind: "unknown", owed: true }]);
    const plan = planFor(ten, { policies: [duty], exemptions: [{ ...spared, from: ["leavers"] }] });
    expect(plan.heldBack).toMatchObject([{ kind: "exempt", owed: false }]);
  });
});

describe("a policy is held back", () => {
  const filter = where.named("p000");

  it("where it only reports", () => {
    const plan = planFor(ten, { policies: [policy("free", { filter, mode: "report" })] });
    expect(held(plan)).toEqual([{ accountId: "p000", kind: "held", code: "report-mode" }]);
    expect(plan.policies).toMatchObject([{ matched: 1, changes: 0 }]);
  });

  it("where it says words that are not carried out yet, in those words", () => {
    const plan = planFor(ten, { policies: [policy("free", { filter, holds: ["`schedule` is not carried out yet"] })] });
    expect(plan.heldBack).toMatchObject([
      { kind: "held", code: "policy-held", reason: "`schedule` is not carried out yet" },
    ]);
  });

  it("and owed where it is a duty that enforces, and not where it reports", () => {
    const owed = (parts: Partial<Policy>): unknown =>
      planFor(ten, { policies: [policy("leavers", { filter, purpose: "duty", ...parts })] }).heldBack.map(
        (entry) => entry.owed,
      );
    expect(owed({ holds: ["paused"] })).toEqual([true]);
    expect(owed({ mode: "report" })).toEqual([false]);
  });
});

describe("a recent reversal", () => {
  const hold = { accountId: "p000", policy: "free", until: now + DAYS, reason: "undone by ada" };
  const codes = (
    ...holds: readonly (typeof hold | (Omit<typeof hold, "policy"> & { policy: null }))[]
  ): readonly string[] =>
    planFor(ten, { policies: [policy("free", { filter: where.named("p000") })], ledger: { holds } }).heldBack.map(
      ({ code }) => code,
    );

  it("holds the person out of that policy until its day", () => {
    expect(codes(hold)).toEqual(["recent-reversal"]);
    expect(codes({ ...hold, until: now + 1 })).toEqual(["recent-reversal"]);
    expect(codes({ ...hold, until: now })).toEqual([]);
  });

  it("holds nobody else, and out of no other policy", () => {
    expect(codes({ ...hold, accountId: "p001" })).toEqual([]);
    expect(codes({ ...hold, policy: "other" })).toEqual([]);
    expect(codes({ ...hold, policy: null })).toEqual(["recent-reversal"]);
  });
});

describe("what is unknown", () => {
  const some = organization({
    groups: { ...groups, "on-call": { members: 4 } },
    people: {
      ...people(2, { groups: ["jira-users"], added: now - 400 * DAYS, active: { jira: 200 } }),
      odd: { status: "odd", groups: ["jira-users"] },
      dateless: { groups: ["jira-users"], added: now - 400 * DAYS, active: null },
    },
  });

  it("is left alone and listed with what cannot be told", () => {
    const plan = planFor(some, { policies: [policy("unused", { filter: where.unused(90) })] });
    expect(plan.changes.map(({ accountId }) => accountId)).toHaveLength(2);
    expect(plan.heldBack.map(({ accountId, kind, reason }) => ({ accountId, kind, reason }))).toEqual([
      { accountId: "dateless", kind: "unknown", reason: "cannot tell: unused: 90d" },
      { accountId: "odd", kind: "unknown", reason: "cannot tell: unused: 90d" },
    ]);
    expect(plan.notes).toContain("1 person has a status Seatwright does not know and is left alone.");
  });

  it("stays unknown under `not`", () => {
    const filter = where.all(where.named("p000"), where.not(where.memberOf(some, "on-call")));
    const plan = planFor(some, { policies: [policy("unused", { filter })] });
    expect(plan.changes).toEqual([]);
    expect(held(plan)).toMatchObject([{ accountId: "p000", kind: "unknown" }]);
  });

  it("of a whole instance whose dates cannot be believed is one note, not a row for each", () => {
    const silent = organization({
      groups,
      people: people(10, { groups: ["jira-users"], added: now - 400 * DAYS, active: {} }),
    });
    const plan = planFor(silent, { policies: [policy("unused", { filter: where.unused(90) })] });
    expect(plan.heldBack).toEqual([]);
    expect(plan.policies).toMatchObject([{ matched: 0, unknown: 10 }]);
    expect(plan.notes).toEqual([
      "unused: 10 seats of Jira on acme are unknown: only 0 of 10 holders have an activity date, fewer than 30%.",
    ]);
  });

  it("for another reason is listed by person, also on such an instance", () => {
    const silent = organization({ groups, people: people(2, { groups: ["jira-users"], active: {} }) });
    const plan = planFor(silent, { policies: [policy("two-step", { filter: where.mfa })] });
    expect(plan.heldBack.map(({ accountId, reason }) => `${accountId} ${reason}`)).toEqual([
      "p000 cannot tell: mfa: true",
      "p001 cannot tell: mfa: true",
    ]);
    expect(plan.notes).toEqual([]);
  });

  it("and a duty is listed by person and owed, whatever the reason", () => {
    const silent = organization({ groups, people: people(2, { groups: ["jira-users"], active: {} }) });
    const plan = planFor(silent, { policies: [policy("unused", { purpose: "duty", filter: where.unused(90) })] });
    expect(plan.heldBack.map(({ owed }) => owed)).toEqual([true, true]);
  });
});

describe("a snapshot that is not complete", () => {
  it.each(["suspect", "incomplete"] as const)("and %s takes nothing from anybody, and still gives", (certificate) => {
    const population = organization({ groups, people: people(2), certificate });
    const plan = planFor(population, {
      policies: [policy("free"), personPolicy("give", { actions: [{ kind: "addToGroup", group: 1 }] })],
    });
    expect(plan.changes.map(({ action }) => action)).toEqual(["addToGroup", "addToGroup"]);
    expect(held(plan)).toEqual([
      { accountId: "p000", kind: "held", code: "snapshot-not-complete" },
      { accountId: "p001", kind: "held", code: "snapshot-not-complete" },
    ]);
  });
});

describe("a limit that trips", () => {
  const limits = { perRun: { percent: null, changes: 2 } };
  const policies = [
    policy("free", { filter: where.named("p000", "p001", "p002") }),
    personPolicy("leavers", { purpose: "duty", filter: where.named("p003"), actions: [suspend] }),
    personPolicy("give", { filter: where.named("p004"), actions: [{ kind: "addToGroup", group: 1 }] }),
  ];
  const plan = planFor(ten, { policies, settings: { limits } });

  it("quarantines every removal of the plan, never a slice, and lets additions go on", () => {
    expect(plan.changes.map(({ action }) => action)).toEqual(["addToGroup"]);
    expect(plan.quarantined.map(({ action }) => action)).toEqual(["suspend", "revoke", "revoke", "revoke"]);
  });

  it("is read in the plan, and said in its notes and of each person", () => {
    expect(plan.limits.filter(({ tripped }) => tripped)).toEqual([
      { limit: "perRun.changes", scope: "", allowed: 2, unit: "changes", observed: 3, of: 0, tripped: true },
    ]);
    expect(plan.notes).toEqual(["The limit perRun.changes tripped: 3 removals, allowed 2."]);
    expect(plan.heldBack.map(({ kind, code, owed }) => `${kind} ${code} ${owed}`).sort()).toEqual([
      "quarantined limit false",
      "quarantined limit false",
      "quarantined limit false",
      "quarantined limit true",
    ]);
  });

  it("counts what pace lets through, not what waits", () => {
    const paced = planFor(ten, { policies: [policy("free", { pace: { changes: 2 } })], settings: { limits } });
    expect(summary(paced)).toMatchObject({ changes: 2, quarantined: 0 });
  });

  it("by day and by 30 days counts earlier removals of that time", () => {
    const removed = (age: number): PastRemoval => ({
      at: now - age,
      accountId: "x",
      purpose: "saving",
      policies: [],
    });
    const tripped = (ages: readonly number[]): readonly string[] =>
      planFor(ten, {
        policies: [policy("free", { filter: where.named("p000") })],
        settings: { limits: { perDay: { percent: null, changes: 2 }, per30Days: { percent: null, changes: 3 } } },
        ledger: { removals: ages.map(removed) },
      })
        .limits.filter((reading) => reading.tripped)
        .map(({ limit }) => limit);
    expect(tripped([DAYS - 1])).toEqual([]);
    expect(tripped([DAYS - 1, 5])).toEqual(["perDay.changes"]);
    expect(tripped([DAYS, DAYS])).toEqual([]);
    expect(tripped([DAYS, 29 * DAYS, 30 * DAYS - 1])).toEqual(["per30Days.changes"]);
    expect(tripped([DAYS, 29 * DAYS, 30 * DAYS])).toEqual([]);
  });

  it("of a policy is a share of the holders of what it takes", () => {
    const readings = (of: Policy): readonly unknown[] =>
      planFor(wide, { policies: [{ ...of, limits: { percent: 50, changes: null, growth: null } }] })
        .limits.filter(({ limit }) => limit === "policy.percent")
        .map((reading) => reading.of);
    const wide = organization({
      groups,
      people: {
        ...people(4),
        ...Object.fromEntries([1, 2, 3].map((n) => [`q${n}`, { groups: ["on-call"], direct: ["confluence"] }])),
      },
    });
    const filter = where.named("p000");
    expect(readings(policy("seats", { filter }))).toEqual([4]);
    expect(readings(policy("seats", { filter, instances: [0, 1] }))).toEqual([7]);
    expect(readings(personPolicy("people", { filter, actions: [revokeOn(1)] }))).toEqual([3]);
    const out = { kind: "removeFromGroup", group: at.group(wide, "on-call") } as const;
    expect(readings(personPolicy("people", { filter, actions: [out] }))).toEqual([3]);
    expect(readings(personPolicy("people", { filter, actions: [revokeOn(1), suspend] }))).toEqual([7]);
  });

  it("per app and per group counts each person once", () => {
    const found = planFor(ten, {
      policies: [policy("free"), personPolicy("out", { actions: [{ kind: "removeFromGroup", group: 0 }] })],
      settings: { limits: { perApp: { percent: null, changes: 100 }, perGroup: { percent: 50, floor: 3 } } },
    });
    const read = (name: string): unknown => found.limits.find(({ limit }) => limit === name);
    expect(read("perApp.changes")).toMatchObject({ scope: idOf.instance("jira"), observed: 10, tripped: false });
    expect(read("perGroup.percent")).toMatchObject({
      scope: idOf.group("jira-users"),
      observed: 10,
      of: 10,
      tripped: true,
    });
  });
});

describe("changes that each leave a seat in place", () => {
  const twoWays = organization({
    groups: { one: { grants: ["jira"] }, two: { grants: ["jira"] }, both: { grants: ["jira", "confluence"] } },
    people: { ada: { groups: ["one", "two"] }, ben: { groups: ["one", "both"] } },
  });
  const out = (id: string, who: string, group: string, parts: Partial<Policy> = {}): Policy =>
    personPolicy(id, {
      filter: where.named(who),
      actions: [{ kind: "removeFromGroup", group: at.group(twoWays, group) }],
      ...parts,
    });

  it("never take it together: one is made, and the other is blocked", () => {
    const plan = planFor(twoWays, { policies: [out("a", "ada", "one"), out("b", "ada", "two")] });
    expect(plan.changes).toHaveLength(1);
    expect(plan.heldBack).toMatchObject([{ accountId: "ada", kind: "blocked", code: "other-seat" }]);
    expect(plan.seats.find(({ app }) => app === "jira-software")).toMatchObject({ before: 2, after: 2 });
  });

  it("let the duty go first, or the least drastic", () => {
    const made = (...policies: readonly Policy[]): readonly unknown[] =>
      planFor(twoWays, { policies }).changes.map(({ policies: [reason] }) => reason?.policy);
    expect(made(out("a", "ada", "one"), out("b", "ada", "two", { purpose: "duty" }))).toEqual(["b"]);
    expect(made(out("a", "ada", "two"), out("b", "ada", "one", { purpose: "duty" }))).toEqual(["b"]);
    const free = policy("free", { instances: [1], filter: where.named("ben") });
    expect(made(free, out("z", "ben", "one"))).toEqual(["z"]);
  });

  it("may take it together with a change that says it takes it", () => {
    const free = policy("free", { filter: where.named("ada") });
    const plan = planFor(twoWays, { policies: [free, out("b", "ada", "two", { purpose: "duty" })] });
    expect(plan.changes.map(({ action }) => action).sort()).toEqual(["removeFromGroup", "revoke"]);
    const turned = planFor(twoWays, { policies: [{ ...free, purpose: "duty" }, out("b", "ada", "two")] });
    expect(turned.changes.map(({ action }) => action).sort()).toEqual(["removeFromGroup", "revoke"]);
    expect(plan.seats.find(({ app }) => app === "jira-software")).toMatchObject({ before: 2, after: 1 });
  });
});

describe("a duty that nobody should hold a seat", () => {
  const rota = organization({ groups, people: { ada: { groups: ["on-call"] }, ben: {} } });
  const contractors = policy("contractors", { purpose: "duty", filter: where.memberOf(rota, "on-call") });
  const give = personPolicy("give", { actions: [{ kind: "grant", instance: 0, role: "atlassian/user" }] });

  it("also stands against giving the seat to somebody it speaks of, so that no plan gives what the next one takes", () => {
    const plan = planFor(rota, { policies: [contractors, give] });
    expect(plan.changes.map(({ accountId }) => accountId)).toEqual(["ben"]);
    expect(plan.conflicts).toMatchObject([
      { accountId: "ada", kept: { policy: "contractors" }, gaveWay: { policy: "give" } },
    ]);
  });

  it("does not stand where it is exempt from, only reports, or is a saving", () => {
    const given = (rules: Partial<Rules>, parts: Partial<Policy> = {}): number =>
      planFor(rota, { policies: [{ ...contractors, ...parts }, give], ...rules }).changes.length;
    expect(given({})).toBe(1);
    expect(given({ exemptions: [exemption("EX-1", { filter: where.named("ada"), from: ["contractors"] })] })).toBe(2);
    expect(given({}, { mode: "report" })).toBe(2);
    expect(given({}, { purpose: "saving" })).toBe(2);
  });
});

describe("the notes of a plan", () => {
  it("say that nobody's key creators could be read", () => {
    const population = organization({ groups, people: people(1), keyCreators: null });
    expect(planFor(population, { policies: [] }).notes.join()).toContain(
      "Who made the organisation's API keys could not be read",
    );
  });

  it("say that the organisation file only observes", () => {
    expect(planFor(ten, { policies: [], settings: { power: "observe" } }).notes.join()).toContain(
      "can be read but not applied",
    );
  });

  it("count rows of sources that name nobody", () => {
    const source = {
      name: "hr",
      key: "email",
      digest: `sha256:${"d".repeat(64)}`,
      rows: 9,
      unmatched: 2,
      byPerson: new Map(),
    } as const;
    const plan = planFor(ten, { policies: [], sources: [source] });
    expect(plan.notes).toEqual(["2 rows of the sources name nobody in the organisation."]);
    expect(plan.sources).toEqual([{ name: "hr", rows: 9, digest: source.digest, unmatched: 2 }]);
  });
});

describe("the look again", () => {
  it("proposes the same changes as the plan, without pace and limits", () => {
    const request = requestOf(ten, {
      policies: [policy("free", { pace: { changes: 1 }, limits: { percent: null, changes: 0, growth: null } })],
    });
    const again = reproposed(deliberate(request), request.ledger);
    expect(again).toHaveLength(10);
    expect(again.every(({ action }) => action === "revoke")).toBe(true);
  });

  it("leaves out a change whose other seat is kept", () => {
    const shared = organization({
      groups: { both: { grants: ["jira", "confluence"] } },
      people: { ada: { groups: ["both"] } },
    });
    const keep = personPolicy("keep", { actions: [{ kind: "grant", instance: 1, role: "atlassian/user" }] });
    const request = requestOf(shared, { policies: [policy("free", { instances: [0, 1] }), keep] });
    expect(reproposed(deliberate(request), request.ledger)).toEqual([]);
    expect(planFor(shared, { policies: request.policies.policies }).changes).toEqual([]);
  });
});

describe("a filter about nothing in particular", () => {
  it("matches only holders in a policy on seats, and everybody in one on people", () => {
    const filter = leaf({ key: "status", statuses: ["active"] }, "status: active");
    const mixed = organization({ groups, people: { holder: { groups: ["jira-users"] }, other: {} } });
    expect(planFor(mixed, { policies: [policy("seats", { filter })] }).policies[0]?.matched).toBe(1);
    expect(
      planFor(mixed, { policies: [personPolicy("people", { filter, actions: [suspend] })] }).policies[0]?.matched,
    ).toBe(2);
  });
});
