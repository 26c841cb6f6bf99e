import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyChange } from "../../src/model/plan-changes.ts";
import type { Change, Plan } from "../../src/model/documents.generated.ts";
import { causesOf, differenceOf } from "../../src/report/review-difference.ts";
import { accounts, change, groupId, planOf } from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan } from "../support/plans.ts";

const one = change({ number: 1, accountId: accounts.ada });

function plan(changes: readonly Change[], parts: Partial<Plan> = {}): Plan {
  return planOf({ changes, ...parts });
}

describe("what causes a change", () => {
  it("is the world where the base proposes the same", () => {
    const { policy, world, dropped } = causesOf(plan([one]), plan([one]));
    expect(world.changes).toEqual([one]);
    expect([policy.changes, dropped]).toEqual([[], []]);
  });

  it("is the policy where the base does not propose it", () => {
    expect(causesOf(plan([one]), plan([])).policy.changes).toEqual([one]);
  });

  it.each<readonly [string, Partial<Change>]>([
    ["other operations", { operations: [...one.operations, { kind: "revokeRole", role: "atlassian/user" }] }],
    ["another directory", { operations: one.operations.map((each) => ({ ...each, directory: "d-old" })) }],
    ["another hazard", { hazards: ["loses-other-access"] }],
    ["another purpose", { purpose: "duty" }],
  ])("is the policy where the base proposes it with %s", (_, parts) => {
    const { policy, world, dropped } = causesOf(plan([{ ...one, ...parts }]), plan([one]));
    expect(policy.changes).toHaveLength(1);
    expect(world.changes).toEqual([]);
    expect(dropped).toEqual([]);
  });

  it("is the policy where the base quarantines what this plan lets through, and the other way round", () => {
    const through = plan([one]);
    const kept = plan([], { quarantined: [one] });
    expect(causesOf(through, kept).policy.changes).toEqual([one]);
    expect(causesOf(kept, through).policy.quarantined).toEqual([one]);
    expect(causesOf(kept, through).dropped).toEqual([]);
    expect(causesOf(kept, kept).world.quarantined).toEqual([one]);
  });

  it("does not depend on the order of keys, on names of groups, or on which policy asks", () => {
    const id = groupId("jira-users-acme");
    const first: Change["operations"] = [{ kind: "leaveGroup", directory: "d", group: id, groupName: "a" }];
    const second: Change["operations"] = [{ groupName: "b", group: id, directory: "d", kind: "leaveGroup" }];
    const renamed = { ...one, operations: second, policies: [{ policy: "renamed", facts: [] }] };
    const { world } = causesOf(plan([{ ...one, operations: first }]), plan([renamed]));
    expect(world.changes).toHaveLength(1);
  });

  it("tells what only the base proposes", () => {
    const two = change({ number: 2, accountId: accounts.ben });
    expect(causesOf(plan([one]), plan([one], { quarantined: [two] })).dropped).toEqual([two]);
  });

  it("puts every change in exactly one of both, whatever the base has", () => {
    const all = bigPlan(40).changes;
    fc.assert(
      fc.property(fc.subarray([...all]), fc.subarray([...all]), (head, base) => {
        const { policy, world, dropped } = causesOf(plan(head), plan(base));
        expect([...everyChange(policy), ...everyChange(world)].map(({ id }) => id).sort()).toEqual(
          head.map(({ id }) => id).sort(),
        );
        expect(dropped.length).toBe(base.filter((each) => !head.includes(each)).length);
      }),
    );
  });

  it("cannot be told from a plan of another moment or organisation", () => {
    const other = { id: "other", name: "other" };
    expect(() => causesOf(plan([one]), plan([one], { asOf: "2026-11-19T06:00:00Z" }))).toThrow(/another moment/);
    expect(() => causesOf(plan([one]), plan([one], { organization: other }))).toThrow(/organisation/);
  });
});

describe("the difference to the plan before", () => {
  it("is what an approval carries out more, no longer, and otherwise", () => {
    const two = change({ number: 2, accountId: accounts.ben });
    const otherwise = { ...one, hazards: ["irreversible"] as const };
    const three = change({ number: 3, accountId: accounts.chidi });
    const { added, removed, different } = differenceOf(plan([otherwise, three]), plan([one, two]));
    expect([added, removed, different]).toEqual([[three], [two], [otherwise]]);
  });

  it("is empty for the same plan", () => {
    expect(differenceOf(smallPlan(), smallPlan())).toEqual({ added: [], removed: [], different: [] });
  });

  it("counts what a limit holds by now as removed", () => {
    expect(differenceOf(quarantinedPlan(), smallPlan()).removed).toHaveLength(9);
  });
});
