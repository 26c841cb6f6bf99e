import { describe, expect, it } from "vitest";
import { inverseOf } from "../../src/plan/inverse.ts";
import { effectOf, observe, type Sight } from "../../src/plan/observe.ts";
import type { Operation } from "../../src/model/documents.generated.ts";
import { allBits } from "../../src/model/bits.ts";
import { assign, changeFor, join, leave, planTime, suspendIn, unassign } from "../support/apply.ts";
import { jira, jiraUser, type Person, populationOf } from "../support/organization.ts";

const see = (more: Partial<Person>): ReturnType<typeof populationOf> => populationOf({ ada: jiraUser(more) }, planTime);
const restoreIn = (directory: string): Operation => ({ kind: "restore", directory });
const removeFrom = (directory: string): Operation => ({ kind: "removeFromDirectory", directory });

describe("reading an operation back", () => {
  it.each<[string, Operation, Partial<Person>, Sight]>([
    ["a group that was left", leave("g-jira"), { groups: [] }, "so"],
    ["a group that is still there", leave("g-jira"), {}, "not-so"],
    ["a group that was joined", join("g-team"), { groups: ["g-team"] }, "so"],
    ["a group that is not joined", join("g-team"), {}, "not-so"],
    ["a direct role that was given", assign(jira, "atlassian/guest"), { direct: [`${jira} atlassian/guest`] }, "so"],
    ["a direct role that was not given", assign(jira, "atlassian/user"), {}, "not-so"],
    ["a direct role that was taken", unassign(jira, "atlassian/user"), {}, "so"],
    [
      "a direct role that is still there",
      unassign(jira, "atlassian/user"),
      { direct: [`${jira} atlassian/user`] },
      "not-so",
    ],
    ["access that was suspended", suspendIn("d-main"), { access: { "d-main": "suspended" } }, "so"],
    [
      "access suspended in one directory of two",
      suspendIn("d-old"),
      { access: { "d-main": "active", "d-old": "suspended" } },
      "so",
    ],
    [
      "access still open in one of two",
      suspendIn("d-old"),
      { access: { "d-main": "suspended", "d-old": "active" } },
      "not-so",
    ],
    ["access that was restored", restoreIn("d-main"), {}, "so"],
    ["access that is not restored", restoreIn("d-main"), { access: { "d-main": "suspended" } }, "not-so"],
    ["a directory that was left", removeFrom("d-main"), { access: { "d-old": "active" } }, "so"],
    ["a directory that is not left", removeFrom("d-main"), {}, "not-so"],
    ["an account that was closed", { kind: "deactivate" }, { account: "deactivated" }, "so"],
    ["an account that is open", { kind: "deactivate" }, {}, "not-so"],
    ["an account that was opened", { kind: "activate" }, {}, "so"],
    ["a directory nobody knows", suspendIn("d-unknown"), {}, "unknown"],
  ])("tells %s", (_, operation, person, sight) => {
    expect(observe(operation, "ada", see(person))).toBe(sight);
  });

  it("does not take what it cannot see for gone", () => {
    const blurred = { ...see({ groups: [] }), groupsUnknown: allBits(1) };
    expect(observe(leave("g-jira"), "ada", blurred)).toBe("unknown");
    const unproved = { ...see({ groups: [] }), groupProved: see({}).groupProved.map(() => false) };
    expect(observe(leave("g-jira"), "ada", unproved)).toBe("unknown");
    expect(observe(unassign(jira, "atlassian/user"), "ada", { ...see({}), detail: new Map() })).toBe("unknown");
    const twoPlaces = see({ access: { "d-main": "active", "d-old": "active" } });
    expect(observe(suspendIn("d-old"), "ada", { ...twoPlaces, detail: new Map() })).toBe("unknown");
  });

  it("goes by the status where nothing more is told", () => {
    const told = (person: Partial<Person>): Sight =>
      observe(suspendIn("d-main"), "ada", { ...see(person), detail: new Map() });
    expect(told({ access: { "d-main": "suspended" } })).toBe("so");
    expect(told({})).toBe("not-so");
  });

  it("finds somebody who is gone in no group and no directory, and knows nothing of their account", () => {
    const empty = populationOf({}, planTime);
    expect(observe(leave("g-jira"), "ada", empty)).toBe("so");
    expect(observe(removeFrom("d-main"), "ada", empty)).toBe("so");
    expect(observe({ kind: "deactivate" }, "ada", empty)).toBe("unknown");
  });

  it("sees a seat as free only when no path to it is left", () => {
    const change = changeFor("ada");
    expect(effectOf(change, change.operations, see({ groups: [] }))).toEqual({ kind: "visible" });
    expect(effectOf(change, change.operations, see({}))).toEqual({ kind: "not-yet" });
    expect(effectOf(change, change.operations, see({ groups: ["g-both"] }))).toEqual({
      kind: "held-otherwise",
      by: ["name of g-both"],
    });
    expect(effectOf(change, change.operations, see({ groups: [], direct: [`${jira} atlassian/user`] }))).toEqual({
      kind: "held-otherwise",
      by: ["atlassian/user, given directly"],
    });
  });

  it("sees the seat of somebody who is suspended as free, whatever their groups", () => {
    const change = changeFor("ada");
    const person = { groups: ["g-both"], access: { "d-main": "suspended" } } as const;
    expect(effectOf(change, change.operations, see(person))).toEqual({ kind: "visible" });
  });

  it("waits while a role is still told that no known group grants", () => {
    const change = changeFor("ada");
    const person = see({ groups: [] });
    const lagging = { membership: [[0, "active"]], roles: [[0, "atlassian/user", "group_direct"]] } as const;
    expect(effectOf(change, change.operations, { ...person, detail: new Map([[0, lagging]]) })).toEqual({
      kind: "not-yet",
    });
  });
});

describe("the inverse of an operation", () => {
  it.each<[Operation, Operation | null]>([
    [leave("g-jira"), join("g-jira")],
    [assign(jira, "atlassian/user"), unassign(jira, "atlassian/user")],
    [suspendIn("d-main"), restoreIn("d-main")],
    [{ kind: "deactivate", message: "Account closed" }, { kind: "activate" }],
    [removeFrom("d-main"), null],
  ])("of %o is %o", (operation, inverse) => {
    expect(inverseOf(operation)).toEqual(inverse);
    if (inverse !== null && operation.message === undefined) expect(inverseOf(inverse)).toEqual(operation);
  });
});
