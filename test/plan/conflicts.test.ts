import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { settleConflicts } from "../../src/plan/conflicts.ts";
import type { Stance } from "../../src/plan/stance.ts";
import type { Action, Policy } from "../../src/policy/types.ts";
import { at, organization, user } from "../support/people.ts";
import { deactivate, personPolicy, planFor, policy, revokeOn, suspend, where } from "../support/policies.ts";

type Kind = Stance["action"];

interface Parts extends Partial<Omit<Stance, "instances" | "groups" | "lost">> {
  readonly instances?: readonly string[];
  readonly groups?: readonly string[];
  readonly lost?: readonly string[];
}

const gives: ReadonlySet<Kind> = new Set(["grant", "addToGroup", "restore", "activate"]);
const wholePerson: ReadonlySet<Kind> = new Set(["suspend", "restore", "deactivate", "activate", "removeFromOrg"]);

/** What a policy wants for Ada, as a proposal of the same name, unless it is said otherwise. */
function stance(name: string, action: Kind, { instances = [], groups = [], lost = [], ...parts }: Parts = {}): Stance {
  return {
    person: 0,
    accountId: "ada",
    policy: name,
    purpose: "saving",
    action,
    direction: gives.has(action) ? "give" : "take",
    wholePerson: wholePerson.has(action),
    wish: { policy: name, action, seat: null, target: null },
    proposal: name,
    ...parts,
    instances,
    groups,
    lost,
  };
}

function gaveWay(...stances: readonly Stance[]): readonly string[] {
  return [...settleConflicts(stances).gaveWay].sort();
}

/** What gives way, and why. */
function settled(...stances: readonly Stance[]): readonly string[] {
  return settleConflicts(stances).conflicts.map(
    ({ kept, gaveWay: lost, reason }) => `${kept.policy} > ${lost.policy}: ${reason}`,
  );
}

const duty = { purpose: "duty" } as const;
const done = { proposal: null } as const;
const seat = { instances: ["jira"] } as const;

const dutyFirst = "a duty goes before a saving";
const keepFirst = "what keeps access goes before what takes it";
const mildFirst = "the least drastic is done first";

describe("two policies that want different things for one person", () => {
  it.each([
    ["saving keeps, saving takes", stance("k", "grant", seat), stance("t", "revoke", seat), [`k > t: ${keepFirst}`]],
    [
      "duty keeps, saving takes",
      stance("k", "grant", { ...seat, ...duty }),
      stance("t", "revoke", seat),
      [`k > t: ${dutyFirst}`],
    ],
    [
      "saving keeps, duty takes",
      stance("k", "grant", seat),
      stance("t", "revoke", { ...seat, ...duty }),
      [`t > k: ${dutyFirst}`],
    ],
    [
      "duty keeps, duty takes",
      stance("k", "grant", { ...seat, ...duty }),
      stance("t", "revoke", { ...seat, ...duty }),
      [`k > t: ${keepFirst}`],
    ],
    [
      "saving takes much, duty takes little",
      stance("m", "suspend"),
      stance("l", "revoke", { ...seat, ...duty }),
      [`l > m: ${dutyFirst}`],
    ],
    [
      "saving takes little, duty takes much",
      stance("l", "revoke", seat),
      stance("m", "suspend", duty),
      [`m > l: ${dutyFirst}`],
    ],
    [
      "both duties take",
      stance("l", "revoke", { ...seat, ...duty }),
      stance("m", "deactivate", duty),
      [`l > m: ${mildFirst}`],
    ],
    ["both savings take", stance("l", "revoke", seat), stance("m", "deactivate"), [`l > m: ${mildFirst}`]],
    ["both give", stance("a", "grant", seat), stance("b", "addToGroup", { groups: ["g"], ...seat }), []],
  ] as const)("are settled where %s", (_, one, other, expected) => {
    expect(settled(one, other)).toEqual(expected);
    expect(settled(other, one)).toEqual(expected);
  });

  const severity: readonly Kind[] = ["setRole", "removeFromGroup", "revoke", "suspend", "deactivate", "removeFromOrg"];
  const pairs = severity.flatMap((mild, index) => severity.slice(index + 1).map((drastic) => [mild, drastic] as const));

  it.each(pairs)("do %s before %s, where both speak of the same seat or one of the whole person", (mild, drastic) => {
    expect(gaveWay(stance("z-mild", mild, seat), stance("a-drastic", drastic, seat))).toEqual(["a-drastic"]);
  });

  it("follow the first by id where both are as drastic", () => {
    expect(gaveWay(stance("b", "setRole", seat), stance("a", "setRole", seat))).toEqual(["b"]);
  });
});

describe("no conflict", () => {
  it("is seen between different people", () => {
    expect(gaveWay(stance("a", "grant", seat), stance("b", "suspend", { person: 1, accountId: "ben" }))).toEqual([]);
  });

  it("is seen between different seats, or different groups", () => {
    expect(gaveWay(stance("a", "grant", seat), stance("b", "revoke", { instances: ["confluence"] }))).toEqual([]);
    expect(gaveWay(stance("a", "revoke", seat), stance("b", "revoke", { instances: ["confluence"] }))).toEqual([]);
    expect(
      gaveWay(stance("a", "addToGroup", { groups: ["g"] }), stance("b", "removeFromGroup", { groups: ["h"] })),
    ).toEqual([]);
  });
});

describe("what is so already", () => {
  it("holds against what would take it", () => {
    const member = stance("k", "addToGroup", { groups: ["g"], ...done });
    expect(gaveWay(member, stance("t", "removeFromGroup", { groups: ["g"] }))).toEqual(["t"]);
    expect(gaveWay(member, stance("t", "revoke", { ...seat, groups: ["g"] }))).toEqual(["t"]);
    expect(gaveWay(member, stance("t", "suspend"))).toEqual(["t"]);
    expect(
      gaveWay(
        stance("k", "grant", { ...seat, ...done }),
        stance("t", "removeFromGroup", { groups: ["g"], lost: ["jira"] }),
      ),
    ).toEqual(["t"]);
  });

  it("and is a duty holds against what would give it back", () => {
    expect(gaveWay(stance("t", "suspend", { ...duty, ...done }), stance("k", "restore"))).toEqual(["k"]);
    expect(gaveWay(stance("t", "revoke", { ...seat, ...duty, ...done }), stance("k", "grant", seat))).toEqual(["k"]);
  });

  it("and is only a saving does not hold against what gives", () => {
    expect(gaveWay(stance("t", "suspend", done), stance("k", "restore"))).toEqual([]);
    expect(gaveWay(stance("t", "revoke", { ...seat, ...done }), stance("k", "grant", seat))).toEqual([]);
  });

  it("never gives way, and does not hold against another removal", () => {
    expect(gaveWay(stance("k", "grant", { ...seat, ...done }), stance("t", "suspend", duty))).toEqual([]);
    expect(gaveWay(stance("t", "revoke", { ...seat, ...done }), stance("u", "suspend"))).toEqual([]);
  });
});

describe("what gave way", () => {
  it("does not make others give way in turn", () => {
    const keep = stance("keep", "grant", { ...seat, ...done });
    const revoke = stance("revoke", "revoke", seat);
    const other = stance("other", "revoke", { instances: ["confluence", "jira"] });
    expect(gaveWay(keep, revoke, other)).toEqual(["other", "revoke"]);
    expect(settled(keep, revoke, other)).toEqual([`keep > other: ${keepFirst}`, `keep > revoke: ${keepFirst}`]);
  });

  it("is named once, with the strongest that stood against it", () => {
    const found = settled(
      stance("a", "grant", { ...seat, ...done }),
      stance("b", "grant", { ...seat, ...duty, ...done }),
      stance("t", "revoke", seat),
    );
    expect(found).toEqual([`b > t: ${dutyFirst}`]);
  });

  it("is the same whatever order the wishes came in", () => {
    const kinds: readonly Kind[] = [
      "grant",
      "addToGroup",
      "restore",
      "removeFromGroup",
      "revoke",
      "suspend",
      "deactivate",
    ];
    const anyStance = fc
      .record({
        action: fc.constantFrom(...kinds),
        purpose: fc.constantFrom("saving", "duty"),
        instances: fc.subarray(["jira", "confluence"]),
        groups: fc.subarray(["g", "h"]),
        isDone: fc.boolean(),
      })
      .map(({ action, isDone, ...parts }) => ({ action, parts: { ...parts, ...(isDone ? done : {}) } }));
    const some = fc
      .array(anyStance, { maxLength: 6 })
      .map((list) => list.map(({ action, parts }, index) => stance(`p${index}`, action, parts)));
    fc.assert(
      fc.property(
        some.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(settleConflicts(shuffled).conflicts).toEqual(settleConflicts(list).conflicts);
        },
      ),
    );
  });

  it("leaves nobody with a give and a take of the same thing", () => {
    const takes = stance("t", "revoke", { ...seat, groups: ["g"] });
    const list = [
      stance("a", "grant", seat),
      takes,
      stance("b", "addToGroup", { groups: ["g"] }),
      stance("c", "suspend"),
    ];
    expect(gaveWay(...list)).toEqual(["c", "t"]);
  });
});

describe("in a plan", () => {
  const population = organization({
    groups: { "jira-users": { grants: ["jira"] }, staff: { grants: ["jira"] }, readers: {} },
    people: { ada: { groups: ["jira-users"], claim: "managed", source: "invited", direct: ["confluence"] } },
  });
  const person = (id: string, action: Action, parts: Partial<Policy> = {}): Policy =>
    personPolicy(id, { actions: [action], ...parts });
  const addTo = (group: string): Action => ({ kind: "addToGroup", group: at.group(population, group) });
  const removeFrom = (group: string): Action => ({ kind: "removeFromGroup", group: at.group(population, group) });

  function outcome(...policies: readonly Policy[]): unknown {
    const plan = planFor(population, { policies });
    return {
      changes: plan.changes.map(({ action }) => action).sort(),
      conflicts: plan.conflicts.map(({ kept, gaveWay: lost }) => `${kept.policy} > ${lost.policy}`),
    };
  }

  it("a policy that keeps somebody in a group stops another from freeing the seat it grants", () => {
    expect(outcome(policy("free"), person("keep", addTo("jira-users")))).toEqual({
      changes: [],
      conflicts: ["keep > free"],
    });
  });

  it("a policy that keeps a seat stops another from taking the person out of the group that grants it", () => {
    const keep = person("keep", { kind: "grant", instance: 0, role: user });
    expect(outcome(person("out", removeFrom("jira-users")), keep)).toEqual({ changes: [], conflicts: ["keep > out"] });
    expect(outcome(person("out", removeFrom("readers")), keep)).toEqual({ changes: [], conflicts: [] });
  });

  it("a policy that gives a seat by a group stops another from taking that seat", () => {
    expect(outcome(policy("free"), person("give", addTo("staff")))).toEqual({
      changes: ["addToGroup"],
      conflicts: ["give > free"],
    });
  });

  it("a duty to close an account goes before a saving that keeps somebody in a group", () => {
    const leaver = person("leavers", deactivate, { purpose: "duty" });
    expect(outcome(leaver, person("keep", addTo("staff")))).toEqual({
      changes: ["deactivate"],
      conflicts: ["leavers > keep"],
    });
    expect(outcome(leaver, person("keep", addTo("jira-users")))).toEqual({ changes: ["deactivate"], conflicts: [] });
  });

  it("the least drastic of several savings is done, and the others are shown", () => {
    expect(outcome(person("a", suspend), policy("b"), person("c", deactivate))).toEqual({
      changes: ["revoke"],
      conflicts: ["b > a", "b > c"],
    });
  });

  it("a policy that keeps somebody in a group holds also where it is not known whether they are in it", () => {
    const unsure = organization({ groups: { rota: { members: 3 } }, people: { ada: {} } });
    const keep = personPolicy("keep", { actions: [{ kind: "addToGroup", group: 0 }] });
    const plan = planFor(unsure, { policies: [keep, personPolicy("out", { actions: [suspend] })] });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack).toMatchObject([{ policy: "keep", kind: "unknown", code: "membership-unknown" }]);
    expect(plan.conflicts).toMatchObject([{ kept: { policy: "keep" }, gaveWay: { policy: "out" } }]);
  });

  it("policies that want the same are one change that names them all", () => {
    const plan = planFor(population, {
      policies: [policy("b"), person("c", revokeOn(0)), policy("a", { purpose: "duty" })],
    });
    expect(plan.changes).toHaveLength(1);
    expect(plan.changes[0]?.policies.map((reason) => reason.policy)).toEqual(["a", "b", "c"]);
    expect(plan.changes[0]?.purpose).toBe("duty");
    expect(plan.conflicts).toEqual([]);
  });

  it("what was done is not undone by the next plan", () => {
    const policies = [policy("free", { filter: where.named("ada") }), person("give", addTo("staff"))];
    const first: Plan = planFor(population, { policies });
    const after = organization({
      groups: { "jira-users": { grants: ["jira"] }, staff: { grants: ["jira"] }, readers: {} },
      people: { ada: { groups: ["jira-users", "staff"], direct: ["confluence"] } },
    });
    expect(first.changes.map(({ action }) => action)).toEqual(["addToGroup"]);
    expect(planFor(after, { policies }).changes).toEqual([]);
  });
});
