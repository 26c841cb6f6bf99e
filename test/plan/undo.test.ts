import { describe, expect, it } from "vitest";
import type { Change, Operation, Plan } from "../../src/model/documents.generated.ts";
import { type Deed, emptyLedgerView, type LedgerView } from "../../src/model/ledger-view.ts";
import { DAY } from "../../src/model/time.ts";
import { observe } from "../../src/plan/observe.ts";
import { planDigest } from "../../src/plan/digest.ts";
import { peopleToUndo, planUndo, reproposeUndo, stillOurs } from "../../src/plan/undo.ts";
import type { ProvedOperation, UndoSelection } from "../../src/plan/undo-selection.ts";
import { assign, changeFor, confluenceChange, join, leave, planTime, suspendIn, unassign } from "../support/apply.ts";
import { confluence, jira, jiraUser, nobodySpecial, type People, populationOf } from "../support/organization.ts";
import { countsWith, policySet, type SettingsParts } from "../support/policies.ts";

const runA = "r-20261101T060000Z-0000000a";
const runB = "r-20261105T060000Z-0000000b";
const runC = "r-20261110T060000Z-0000000c";
const everything: UndoSelection = { run: null, accountId: null, policy: null, since: null };

/** What a run did of a change: all of it, unless it is said otherwise. */
function did(
  run: string,
  change: Change,
  operations: readonly Operation[] = change.operations,
  proof: ProvedOperation["proof"] = "done",
): readonly ProvedOperation[] {
  const day = { [runA]: 19, [runB]: 15, [runC]: 10 }[run] ?? 0;
  return operations.map((operation, at) => ({ run, at: planTime - day * DAY + at, change, operation, proof }));
}

interface Given {
  readonly people: People;
  readonly selection?: Partial<UndoSelection>;
  readonly settings?: SettingsParts;
  readonly ledger?: Partial<LedgerView>;
}

function undo(proved: readonly ProvedOperation[], { people, selection, settings = {}, ledger }: Given): Plan {
  const population = populationOf(people, planTime);
  return planUndo({
    population,
    snapshotDigest: `sha256:${"a".repeat(64)}`,
    policies: policySet(population, { policies: [], settings }),
    ledger: { ...emptyLedgerView, lastGood: countsWith({ asOf: planTime - DAY }), ...ledger },
    tool: { name: "seatwright", version: "0.1.0" },
    selection: { ...everything, ...selection },
    proved,
    summaries: [],
  });
}

const told = ({ changes }: Plan): readonly string[] =>
  changes.map(
    ({ action, direction, accountId, operations }) =>
      `${accountId} ${action} ${direction}: ${operations.map(({ kind, group, role, directory }) => `${kind} ${group ?? role ?? directory ?? ""}`.trim()).join(", ")}`,
  );
const held = ({ heldBack }: Plan): readonly string[] => heldBack.map(({ accountId, code }) => `${accountId} ${code}`);

const nobody = { ...nobodySpecial };

describe("the inverse of a run", () => {
  const guest = assign(jira, "atlassian/guest");
  const paid = unassign(jira, "atlassian/user");
  const setRole = changeFor("ada", {
    action: "setRole",
    target: "atlassian/guest",
    operations: [guest, leave("g-jira"), paid],
  });

  it.each<[string, Change, People, readonly string[]]>([
    ["a revoke", changeFor("ada"), { ada: nobody }, ["ada grant give: joinGroup g-jira"]],
    [
      "a setRole, in reverse: what is paid for comes back first",
      setRole,
      { ada: { ...nobody, direct: [`${jira} atlassian/guest`] } },
      ["ada grant give: assignRole atlassian/user, joinGroup g-jira, revokeRole atlassian/guest"],
    ],
    [
      "a suspension",
      changeFor("ada", { action: "suspend", seat: null, operations: [suspendIn("d-main")] }),
      { ada: jiraUser({ access: { "d-main": "suspended" } }) },
      ["ada restore give: restore d-main"],
    ],
    [
      "a group that was left",
      changeFor("ada", { action: "removeFromGroup", seat: null, target: "g-team", operations: [leave("g-team")] }),
      { ada: nobody },
      ["ada addToGroup give: joinGroup g-team"],
    ],
    [
      "a group that was joined",
      changeFor("ada", {
        action: "addToGroup",
        direction: "give",
        seat: null,
        target: "g-team",
        operations: [join("g-team")],
      }),
      { ada: { ...nobody, groups: ["g-team"] } },
      ["ada removeFromGroup take: leaveGroup g-team"],
    ],
    [
      "a grant",
      changeFor("ada", { action: "grant", direction: "give", operations: [assign(jira, "atlassian/user")] }),
      { ada: { ...nobody, direct: [`${jira} atlassian/user`] } },
      ["ada revoke take: revokeRole atlassian/user"],
    ],
  ])("takes back %s", (_, change, people, expected) => {
    const plan = undo(did(runA, change), { people, selection: { run: runA } });
    expect(told(plan)).toEqual(expected);
    expect(plan.origin).toEqual({ kind: "undo", run: runA });
    expect(planDigest(plan)).toBe(plan.digest);
  });

  it("takes back only the operations that the journal proves, and only where they still are as we left them", () => {
    const change = changeFor("ada", { operations: [leave("g-jira"), leave("g-jira-2")] });
    const people = { ada: nobody };
    expect(told(undo(did(runA, change, [leave("g-jira")]), { people }))).toEqual(["ada grant give: joinGroup g-jira"]);
    const some = undo(did(runA, change), { people: { ada: jiraUser({ groups: ["g-jira-2"] }) } });
    expect(told(some)).toEqual(["ada grant give: joinGroup g-jira"]);
    expect(held(some)).toEqual(["ada changed-since"]);
    const unclear = undo(did(runA, change, [leave("g-jira")], "unclear"), { people });
    expect([told(unclear), held(unclear)]).toEqual([[], ["ada not-proved"]]);
    const gone = undo(did(runA, change), { people: {} });
    expect([told(gone), held(gone)]).toEqual([[], ["ada not-in-organization"]]);
  });

  it("says what cannot be undone, and what was lost", () => {
    const removal = changeFor("ada", {
      action: "removeFromOrg",
      seat: null,
      operations: [{ kind: "removeFromDirectory", directory: "d-main" }],
      before: { status: "active", seats: [jira, confluence], paths: [] },
    });
    const plan = undo(did(runA, removal), { people: { ada: nobody } });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack).toMatchObject(
      [{ kind: "blocked", code: "cannot-be-undone", reason: /2 seats/ }].map((entry) => ({
        ...entry,
        reason: expect.stringMatching(entry.reason) as string,
      })),
    );
  });

  it("gives nothing that was not there before", () => {
    const change = changeFor("ada", { operations: [leave("g-both")] });
    const plan = undo(did(runA, change), { people: { ada: nobody } });
    expect([told(plan), held(plan)]).toEqual([[], ["ada gives-more"]]);
    const both = changeFor("ada", {
      operations: [leave("g-both")],
      before: { status: "active", seats: [confluence, jira], paths: [] },
    });
    expect(told(undo(did(runA, both), { people: { ada: nobody } }))).toEqual(["ada grant give: joinGroup g-both"]);
  });

  it("takes what stood in for something only where that something comes back", () => {
    const stood = `${jira} atlassian/guest`;
    const gone = { ...leave("g-jira"), group: "g-gone", groupName: "a group that is gone" };
    const blocked = undo(did(runA, { ...setRole, operations: [guest, gone] }), {
      people: { ada: { ...nobody, direct: [stood] } },
    });
    expect([told(blocked), held(blocked)]).toEqual([[], ["ada group-gone"]]);
    const kept = changeFor("ada", { operations: [assign(confluence, "atlassian/user"), leave("g-both")] });
    const only = did(runA, kept, [assign(confluence, "atlassian/user")]);
    const people = { ada: { ...nobody, direct: [`${confluence} atlassian/user`] } };
    expect([told(undo(only, { people })), held(undo(only, { people }))]).toEqual([[], ["ada takes-seat"]]);
  });

  it("counts what several runs did to one thing once, and leaves to a later run what that has changed again", () => {
    const take = changeFor("ada");
    const give = changeFor("ada", { action: "grant", direction: "give", operations: [join("g-jira")] });
    const people = { ada: nobody };
    const twice = [...did(runA, take), ...did(runB, give), ...did(runC, take)];
    expect(told(undo(twice, { people }))).toEqual(["ada grant give: joinGroup g-jira"]);
    expect(undo(twice, { people, selection: { run: runC } }).origin).toEqual({ kind: "undo", run: runC });
    const old = undo(twice, { people, selection: { run: runA } });
    expect([told(old), held(old)]).toEqual([[], ["ada changed-by-later-run"]]);
    const backAlready = undo(twice.slice(0, 2), { people: { ada: jiraUser() } });
    expect([told(backAlready), held(backAlready)]).toEqual([[], []]);
  });

  it("selects by run, person, policy and day, all of which must fit", () => {
    const other = { policies: [{ policy: "other", facts: [] }] };
    const proved = [
      ...did(runA, changeFor("ada")),
      ...did(runB, changeFor("bob", other)),
      ...did(runC, confluenceChange("ada", other)),
    ];
    const whom = (selection: Partial<UndoSelection>): readonly string[] =>
      peopleToUndo(proved, { ...everything, ...selection });
    expect(whom({})).toEqual(["ada", "bob"]);
    expect(whom({ run: runB })).toEqual(["bob"]);
    expect(whom({ policy: "other", accountId: "ada" })).toEqual(["ada"]);
    expect(whom({ run: runA, policy: "other" })).toEqual([]);
    expect(whom({ since: planTime - 12 * DAY })).toEqual(["ada"]);
    const people = { ada: nobody, bob: nobody };
    const plan = undo(proved, { people, selection: { policy: "other" } });
    expect(plan.origin).toEqual({ kind: "undo", runs: [runB, runC] });
    expect(plan.changes.flatMap(({ policies }) => policies.map(({ policy }) => policy))).toEqual(["other", "other"]);
  });
});

describe("an undo that takes something away", () => {
  const granted = (who: string): Change =>
    changeFor(who, {
      action: "grant",
      direction: "give",
      operations: [join("g-jira")],
      before: { status: "active", seats: [], paths: [] },
      after: { status: "active", seats: [jira], paths: [] },
    });
  const names = ["ada", "bob", "cyd"];
  const proved = names.flatMap((who) => did(runA, granted(who)));
  const people = Object.fromEntries(names.map((who) => [who, jiraUser()]));

  it("leaves the protected alone", () => {
    const plan = undo(proved, { people, settings: { protect: { people: ["bob"] } } });
    expect(plan.changes.map(({ accountId }) => accountId).sort()).toEqual(["ada", "cyd"]);
    expect(held(plan)).toEqual(["bob listed"]);
  });

  it("is held by limits, of everybody whom the last snapshot counted", () => {
    const lastGood = countsWith({ asOf: planTime - DAY, people: 100, seats: { [jira]: 50 }, orgAdmins: 2 });
    const limits = (percent: number) => ({ limits: { perRun: { percent, changes: null } } });
    const trips = undo(proved, { people, settings: limits(2), ledger: { lastGood } });
    expect([
      trips.changes.length,
      trips.quarantined.length,
      trips.limits.find(({ limit }) => limit === "perRun.percent")?.of,
    ]).toEqual([0, 3, 100]);
    const passes = undo(proved, { people, settings: limits(3), ledger: { lastGood } });
    expect([passes.changes.length, passes.quarantined.length]).toEqual([3, 0]);
    expect(passes.seats).toMatchObject([{ instance: jira, before: 50, after: 47 }]);
    const { id: change, action, direction, operations } = granted("ada");
    const since: Deed = {
      run: runA,
      change,
      at: planTime - 60,
      accountId: "ada",
      action,
      direction,
      instance: jira,
      policies: [],
      operations,
      moved: [jira],
      proof: "seen",
      origin: "policies",
    };
    const counted = undo(proved, { people, settings: limits(3), ledger: { lastGood, deeds: [since] } });
    expect(counted.seats).toMatchObject([{ instance: jira, before: 51, after: 48 }]);
  });

  it("is free of limits where it only gives back", () => {
    const taken = names.flatMap((who) => did(runA, changeFor(who)));
    const plan = undo(taken, {
      people: Object.fromEntries(names.map((who) => [who, nobody])),
      settings: { limits: { perRun: { percent: 0, changes: 0 } } },
    });
    expect([plan.changes.length, plan.limits]).toEqual([3, []]);
  });
});

describe("an undo of which a part was done before", () => {
  const setRole = changeFor("ada", {
    action: "setRole",
    target: "atlassian/guest",
    operations: [assign(jira, "atlassian/guest"), leave("g-jira")],
  });
  const free = { ...jiraUser(), direct: [`${jira} atlassian/guest`] };

  it("still takes back what stood in for something that is back already", () => {
    const back = changeFor("ada", { action: "grant", direction: "give", operations: [join("g-jira")] });
    const plan = undo([...did(runA, setRole), ...did(runC, back)], { people: { ada: free }, selection: { run: runA } });
    expect(told(plan)).toEqual(["ada grant give: revokeRole atlassian/guest"]);
    expect(plan.heldBack).toMatchObject([
      { code: "changed-by-later-run", reason: `${runC} has taken it back already` },
    ]);
  });

  it("takes back nothing that stood in for what a later run has taken again", () => {
    const again = changeFor("ada", { operations: [leave("g-jira")] });
    const plan = undo([...did(runA, setRole), ...did(runC, again)], {
      people: { ada: { ...nobody, direct: [`${jira} atlassian/guest`] } },
      selection: { run: runA },
    });
    expect(told(plan)).toEqual([]);
    expect(held(plan)).toEqual(["ada changed-by-later-run"]);
  });
});

describe("the second look at an undo", () => {
  const proved = [...did(runA, changeFor("ada")), ...did(runA, changeFor("bob"))];
  const selection = { run: runA };
  const plan = undo(proved, { people: { ada: nobody, bob: nobody }, selection });
  const look = (people: People, now: readonly ProvedOperation[] = proved, before = plan) => {
    const population = populationOf(people, planTime + 600);
    const ledger = { ...emptyLedgerView, lastGood: countsWith({ asOf: planTime - DAY }) };
    const policies = policySet(population, { policies: [] });
    return reproposeUndo(before, { population, policies, ledger, ours: stillOurs(before, now) });
  };

  it("proposes the same changes while nothing has changed", () => {
    expect(look({ ada: nobody, bob: nobody }).changes).toEqual(plan.changes);
  });

  it("no longer proposes what somebody has given back meanwhile", () => {
    const people = { ada: jiraUser(), bob: nobody };
    expect(look(people).changes.map(({ accountId }) => accountId)).toEqual(["bob"]);
    const [change] = plan.changes.filter(({ accountId }) => accountId === "ada");
    const operation = change?.operations[0];
    if (operation === undefined) throw new Error("no operation");
    expect(observe(operation, "ada", populationOf(people, planTime))).toBe("so");
  });

  it("leaves to a later run what that has changed after the undo was planned", () => {
    const again = [...proved, ...did(runC, changeFor("ada"))];
    const { changes, heldBack } = look({ ada: nobody, bob: nobody }, again);
    expect(changes.map(({ accountId }) => accountId)).toEqual(["bob"]);
    expect(heldBack).toMatchObject([{ accountId: "ada", code: "changed-by-later-run" }]);
  });

  it("touches nothing that no run of ours did, whatever the plan says", () => {
    const forged = undo(did(runA, changeFor("eve")), { people: { eve: nobody }, selection });
    const { changes, heldBack } = look({ eve: nobody }, proved, forged);
    expect([changes, heldBack.map(({ accountId }) => accountId)]).toEqual([[], ["eve"]]);
  });

  it("takes nothing while there is no sync to compare with", () => {
    const granted = did(runA, changeFor("ada", { action: "grant", direction: "give", operations: [join("g-jira")] }));
    const people = { ada: jiraUser() };
    const held = undo(granted, { people, selection, ledger: { lastGood: null } });
    expect([held.changes, held.heldBack.map(({ code }) => code)]).toEqual([[], ["no-baseline"]]);
  });
});
