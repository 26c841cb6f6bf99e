import { describe, expect, it } from "vitest";
import type { Deed, Reversal } from "../../src/model/ledger-view.ts";
import { emptyLedgerView } from "../../src/model/ledger-view.ts";
import { DAY } from "../../src/model/time.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { pausingThemselves, reversalsIn, withReversals } from "../../src/plan/reversals.ts";
import { propose } from "../../src/plan/propose.ts";
import { assign, changeFor, join, planTime, suspendIn } from "../support/apply.ts";
import { jira, jiraUser, nobodySpecial, type Person, populationOf } from "../support/organization.ts";
import { policy, requestOf, where } from "../support/policies.ts";

const runA = "r-20261101T060000Z-0000000a";

/** Ada's Jira seat, taken ten days ago, unless it is said otherwise. */
function deed(parts: Partial<Deed> = {}): Deed {
  const { id, accountId, action, direction, operations } = changeFor("ada");
  return {
    run: runA,
    change: id,
    at: planTime - 10 * DAY,
    accountId,
    action,
    direction,
    instance: jira,
    policies: ["unused-seats"],
    operations,
    moved: [jira],
    proof: "seen",
    origin: "policies",
    ...parts,
  };
}

const back: Partial<Deed> = {
  run: "r-20261105T060000Z-0000000b",
  change: "c-00000000000000bb",
  action: "grant",
  direction: "give",
  operations: [join("g-jira")],
  at: planTime - 5 * DAY,
};

function seen(deeds: readonly Deed[], ada: Person | null, known: readonly Reversal[] = []): readonly Reversal[] {
  const population = populationOf(ada === null ? {} : { ada }, planTime, "everybody");
  return reversalsIn(population, seatsOf(population), { deeds, reversals: known }, planTime);
}

describe("a reversal", () => {
  const suspended = deed({ action: "suspend", instance: null, operations: [suspendIn("d-main")], moved: [] });
  const role = assign(jira, "atlassian/user");
  const granted = deed({ action: "grant", direction: "give", operations: [role] });

  it.each<[string, boolean, readonly Deed[], Person | null]>([
    ["the seat we took is held again", true, [deed()], jiraUser()],
    ["it is held by another group", true, [deed()], jiraUser({ groups: ["g-jira-2"] })],
    ["it is held directly", true, [deed()], { ...nobodySpecial, direct: [`${jira} atlassian/user`] }],
    ["the seat is still free", false, [deed()], nobodySpecial],
    ["the person is gone", false, [deed()], null],
    ["access that we suspended is open", true, [suspended], jiraUser()],
    ["access that we suspended is closed", false, [suspended], jiraUser({ access: { "d-main": "suspended" } })],
    ["what we gave is gone", true, [granted], nobodySpecial],
    ["what we gave is there", false, [granted], { ...nobodySpecial, direct: [`${jira} atlassian/user`] }],
    ["an undo of ours gave it back", false, [deed(), deed({ ...back, origin: "undo" })], jiraUser()],
    ["another policy of ours gave it back", false, [deed(), deed(back)], jiraUser()],
    ["reads may lag behind what we just did", false, [deed({ at: planTime - 600 })], jiraUser()],
    ["our change was never read back", false, [deed({ proof: "accepted" })], jiraUser()],
    ["it was done more than 90 days ago", false, [deed({ at: planTime - 90 * DAY })], jiraUser()],
  ])("where %s: %s", (_, isReversal, deeds, ada) => {
    expect(seen(deeds, ada).length > 0).toBe(isReversal);
  });

  it("is noticed once", () => {
    const [found, ...more] = seen([deed()], jiraUser());
    if (found === undefined) throw new Error("no reversal");
    expect(more).toEqual([]);
    expect(found).toMatchObject({ accountId: "ada", doneAt: planTime - 10 * DAY, seenAt: planTime });
    expect(seen([deed()], jiraUser(), [found])).toEqual([]);
  });
});

describe("a plan", () => {
  const population = populationOf({ ada: jiraUser(), bob: jiraUser() }, planTime, "everybody");
  const rules = { policies: [policy("unused-seats", { filter: where.everybody, instances: [0] })] };
  const planWithDeeds = (parts: Partial<typeof emptyLedgerView>) =>
    propose(requestOf(population, { ...rules, ledger: parts }));

  it("does not propose again what somebody took back, and says so; everybody else goes on", () => {
    const plan = planWithDeeds({ deeds: [deed()] });
    expect(plan.changes.map(({ accountId }) => accountId)).toEqual(["bob"]);
    expect(plan.heldBack).toMatchObject([{ accountId: "ada", kind: "held", code: "recent-reversal" }]);
    expect(plan.heldBack[0]?.reason).toContain("left alone until 2027-02-18");
  });

  it("counts the 90 days from when the reversal was first seen", () => {
    const { change, run, accountId, policies } = deed();
    const reversal = (seenAt: number): Reversal => ({ change, run, accountId, policies, doneAt: seenAt - DAY, seenAt });
    const ids = (seenAt: number) =>
      planWithDeeds({ reversals: [reversal(seenAt)] }).changes.map(({ accountId: who }) => who);
    expect(ids(planTime - 89 * DAY)).toEqual(["bob"]);
    expect([...ids(planTime - 90 * DAY)].sort()).toEqual(["ada", "bob"]);
  });
});

describe("a policy of which too much is taken back", () => {
  const deeds = (count: number): readonly Deed[] =>
    Array.from({ length: count }, (_, at) =>
      deed({ accountId: `p-${at}`, change: `c-${at.toString(16).padStart(16, "0")}` }),
    );
  const reversed = (count: number, doneAt = planTime - 10 * DAY): readonly Reversal[] =>
    deeds(count).map(({ run, change, accountId, policies }) => ({
      run,
      change,
      accountId,
      policies,
      doneAt,
      seenAt: planTime - DAY,
    }));
  const holds = (done: number, back_: readonly Reversal[], percent: number, id = "unused-seats") =>
    pausingThemselves([policy(id)], { deeds: deeds(done), reversals: back_ }, percent, planTime)[0]?.holds.length ?? 0;

  it.each([
    [40, 2, 5, 0],
    [40, 3, 5, 1],
    [60, 3, 5, 0],
    [61, 3, 5, 0],
    [59, 3, 5, 1],
    [3, 3, 100, 0],
    [100, 3, 0, 1],
    [100, 2, 0, 0],
  ])("%i changes, %i reversed, %i%% allowed: %i", (done, back_, percent, expected) => {
    expect(holds(done, reversed(back_), percent)).toBe(expected);
  });

  it("is judged by its own changes of the last 30 days", () => {
    expect(holds(40, reversed(10, planTime - 31 * DAY), 5)).toBe(0);
    expect(holds(40, reversed(10), 5, "another")).toBe(0);
  });

  it("holds all its changes, with the reason and how to go on", () => {
    const population = populationOf({ ada: jiraUser(), bob: jiraUser() }, planTime, "everybody");
    const rules = { policies: [policy("unused-seats", { filter: where.everybody, instances: [0] })] };
    const ledger = { deeds: deeds(10), reversals: reversed(3) };
    const plan = propose(requestOf(population, { ...rules, ledger }));
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack.map(({ code }) => code)).toEqual(["policy-held", "policy-held"]);
    expect(plan.policies[0]?.holds[0]).toMatch(
      /paused itself: of its 10 changes .* 3 were taken back .* limits\.reversals is raised/,
    );
  });

  it("is left out of the view of a ledger that knows no deeds", () => {
    const population = populationOf({ ada: jiraUser() }, planTime, "everybody");
    expect(withReversals(emptyLedgerView, population, seatsOf(population), planTime)).toBe(emptyLedgerView);
  });
});
