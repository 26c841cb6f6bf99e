import { assert, array, asyncProperty, boolean, constantFrom, record, subarray } from "fast-check";
import { describe, expect, it } from "vitest";
import { inverseOf } from "../../src/plan/inverse.ts";
import { narrow } from "../../src/apply/narrow.ts";
import { operationKey } from "../../src/plan/operations.ts";
import type { Change, HeldBack, Operation } from "../../src/model/documents.generated.ts";
import { DAY } from "../../src/model/time.ts";
import { assign, changeFor, join, leave, planTime, suspendIn, unassign } from "../support/apply.ts";
import { confluence, jira, jiraUser, type Person, populationOf } from "../support/organization.ts";
import { settingOf } from "./setting.ts";

const approved = changeFor("ada", {
  operations: [leave("g-jira"), leave("g-jira-2")],
  lastActive: "2026-06-01T00:00:00Z",
});
const nothing = { changes: [], heldBack: [] };

function see(person: Partial<Person> | null = {}): ReturnType<typeof populationOf> {
  const people = person === null ? {} : { ada: jiraUser({ groups: ["g-jira", "g-jira-2"], ...person }) };
  return populationOf(people, planTime + 3600);
}

function held(kind: HeldBack["kind"], reason: string, more: Partial<HeldBack> = {}): HeldBack {
  const { accountId, action, seat, target } = approved;
  return {
    accountId,
    policy: "unused-seats",
    action,
    seat,
    target,
    kind,
    code: "",
    reason,
    owner: null,
    owed: false,
    handoff: false,
    ...more,
  };
}

describe("narrowing an approved change", () => {
  it("carries the operations that are proposed again, in the approved order", () => {
    const fresh = { ...approved, operations: [...approved.operations].reverse() };
    expect(narrow(approved, { changes: [fresh], heldBack: [] }, see())).toEqual({
      kind: "carry",
      operations: approved.operations,
      without: [],
    });
    const fewer = { ...approved, operations: [leave("g-jira-2")] };
    expect(narrow(approved, { changes: [fewer], heldBack: [] }, see())).toEqual({
      kind: "carry",
      operations: fewer.operations,
      without: [],
    });
  });

  it("leaves somebody alone of whom it cannot be told whether the rest is so already", () => {
    const both = changeFor("ada", { action: "suspend", operations: [suspendIn("d-main"), suspendIn("d-labs")] });
    const fewer = { ...both, operations: [suspendIn("d-main")] };
    expect(narrow(both, { changes: [fewer], heldBack: [] }, see())).toMatchObject({
      kind: "unconfirmed",
      reason: /cannot be told whether it is so already/,
    });
  });

  it("goes by a group's id, whatever it is called by now", () => {
    const renamed = { ...approved, operations: [{ ...leave("g-jira"), groupName: "another name" }] };
    expect(narrow(approved, { changes: [renamed], heldBack: [] }, see())).toEqual({
      kind: "carry",
      operations: [leave("g-jira")],
      without: [],
    });
  });

  it("names what would have been given and is not proposed any more", () => {
    const back = changeFor("ada", { direction: "give", operations: [join("g-team"), join("g-jira")] });
    const fewer = { ...back, operations: [join("g-team")] };
    expect(narrow(back, { changes: [fewer], heldBack: [] }, see({ groups: [] }))).toEqual({
      kind: "carry",
      operations: [join("g-team")],
      without: [join("g-jira")],
    });
  });

  it.each<[string, Partial<Change>, string]>([
    ["an operation", { operations: [leave("g-jira"), leave("g-both")] }, "it would need leaving name of g-both"],
    ["a hazard", { hazards: ["takes-more-seats"] }, "a hazard that was not approved (takes-more-seats)"],
    ["a message", { operations: [{ ...leave("g-jira"), message: "hello" }] }, "it would need leaving"],
  ])("withdraws a change that has come to need %s more", (_, wider, what) => {
    const narrowed = narrow(approved, { changes: [{ ...approved, ...wider }], heldBack: [] }, see());
    expect(narrowed).toMatchObject({ kind: "withdrawn", owed: false });
    expect("reason" in narrowed ? narrowed.reason : "").toContain(what);
  });

  it("owes a duty that has become wider", () => {
    const duty = { ...approved, purpose: "duty" as const };
    expect(narrow(duty, { changes: [{ ...duty, hazards: ["irreversible"] }], heldBack: [] }, see())).toMatchObject({
      owed: true,
    });
  });

  it("calls it done already where nothing of it is left, or nobody", () => {
    expect(narrow(approved, nothing, see({ groups: [] }))).toMatchObject({ kind: "already-so" });
    expect(narrow(approved, nothing, see(null))).toMatchObject({ kind: "already-so" });
  });

  it("withdraws what was to be given to somebody who is gone", () => {
    const give = changeFor("ada", { direction: "give", operations: [join("g-team")] });
    expect(narrow(give, nothing, see(null))).toMatchObject({ kind: "withdrawn" });
  });

  it("leaves somebody alone who was active since on what would be lost", () => {
    expect(narrow(approved, nothing, see({ active: { [jira]: planTime - DAY } }))).toEqual({
      kind: "left-alone",
      reason: "came back: active on 2026-11-19 on what would be lost",
      owed: false,
    });
    expect(narrow(approved, nothing, see({ active: { [confluence]: planTime - DAY } }))).toMatchObject({
      kind: "withdrawn",
    });
  });

  it.each<[HeldBack["kind"], string, string]>([
    ["exempt", "withdrawn", "exempt by now: on call"],
    ["protected", "withdrawn", "protected by now: on call"],
    ["blocked", "withdrawn", "blocked by now: on call"],
    ["held", "withdrawn", "held by now: on call"],
    ["unknown", "unconfirmed", "could not be looked at again: on call"],
  ])("says so where somebody is %s by now", (kind, outcome, reason) => {
    expect(narrow(approved, { changes: [], heldBack: [held(kind, "on call")] }, see())).toEqual({
      kind: outcome,
      reason,
      owed: false,
    });
  });

  it("owes a duty that is blocked by now, and not one that is exempt", () => {
    const duty = { ...approved, purpose: "duty" as const };
    const of = (kind: HeldBack["kind"], owed: boolean): unknown =>
      narrow(duty, { changes: [], heldBack: [held(kind, "", { owed })] }, see());
    expect(of("blocked", true)).toMatchObject({ owed: true });
    expect(of("exempt", false)).toMatchObject({ owed: false });
  });

  it("withdraws what is simply not proposed any more", () => {
    expect(narrow(approved, nothing, see())).toEqual({
      kind: "withdrawn",
      reason: "no longer proposed: the policy does not ask for it any more",
      owed: false,
    });
  });
});

describe("whatever the second look says", () => {
  const all: readonly Operation[] = [
    leave("g-jira"),
    leave("g-jira-2"),
    leave("g-both"),
    leave("g-confluence"),
    join("g-team"),
    assign(jira, "atlassian/guest"),
    unassign(jira, "atlassian/user"),
    suspendIn("d-main"),
  ];
  const hazards = ["takes-more-seats", "gives-direct-seat", "irreversible"] as const;
  const someOperations = subarray([...all], { minLength: 1 });
  const faults = constantFrom("answer-lost" as const, "request-lost" as const, { http: 400 }, { http: 500 }, undefined);

  it("nothing is written that was not approved, but what puts back what we did", async () => {
    await assert(
      asyncProperty(
        array(
          record({ approved: someOperations, fresh: someOperations, risk: subarray([...hazards]), gone: boolean() }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        array(faults, { maxLength: 12 }),
        async (cases, answers) => {
          const people = Object.fromEntries(
            cases.map((_, at) => [
              `p${at}`,
              jiraUser({ groups: ["g-jira", "g-jira-2", "g-both"], direct: [`${jira} atlassian/user`] }),
            ]),
          );
          const changes = cases.map(({ approved: operations }, at) =>
            changeFor(`p${at}`, { operations, hazards: ["irreversible"] }),
          );
          const setting = settingOf(changes, people, {
            writeFault: ({ nth }) => answers[nth - 1],
            repropose: () => ({
              changes: cases.flatMap(({ fresh, risk, gone }, at) => {
                const change = changes[at];
                return gone || change === undefined ? [] : [{ ...change, operations: fresh, hazards: risk }];
              }),
              heldBack: [],
            }),
          });
          await setting.apply();
          const mayDo = new Set(
            changes.flatMap((change) => change.operations.map((operation) => keyOf(change.accountId, operation))),
          );
          const mayPutBack = new Set<string>();
          for (const { accountId, operation } of setting.organization.calls) {
            const key = keyOf(accountId, operation);
            expect(mayDo.has(key) || mayPutBack.has(key)).toBe(true);
            const inverse = inverseOf(operation);
            if (inverse !== null) mayPutBack.add(keyOf(accountId, inverse));
          }
          for (const [at, { approved: operations, fresh, risk, gone }] of cases.entries()) {
            const allowed = new Set(operations.map(operationKey));
            const isWider =
              risk.some((hazard) => hazard !== "irreversible") ||
              fresh.some((operation) => !allowed.has(operationKey(operation)));
            if (!gone && !isWider) continue;
            expect(setting.organization.calls.filter(({ accountId }) => accountId === `p${at}`)).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function keyOf(accountId: string, operation: Operation): string {
  return `${accountId} ${operationKey(operation)}`;
}
