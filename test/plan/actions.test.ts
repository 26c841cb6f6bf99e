import { describe, expect, it } from "vitest";
import type { Compiled } from "../../src/plan/draft.ts";
import { compileAddToGroup, compileGrant, compileRemoveFromGroup } from "../../src/plan/group-actions.ts";
import {
  compileActivate,
  compileDeactivate,
  compileRemoveFromOrg,
  compileRestore,
  compileSuspend,
} from "../../src/plan/person-actions.ts";
import type { CompileContext } from "../../src/plan/draft.ts";
import { at, guest, idOf, organization, type GroupParts, type PersonParts, user } from "../support/people.ts";
import { compileContext, deactivate, personPolicy, planFor, revokeOn, suspend } from "../support/policies.ts";

const groups: Readonly<Record<string, GroupParts>> = {
  "jira-users": { grants: ["jira"] },
  readers: {},
  okta: { synced: true },
  locked: { modifiable: false },
  elsewhere: { directory: "old" },
};

const okta = { name: "Okta", owner: "@acme/iam", groups: new Set([2]), emailDomains: ["example.com"] };

/** An organisation of Ada alone, ready to compile for. */
function contextOf(ada: PersonParts, given: Readonly<Record<string, GroupParts>> = groups): CompileContext {
  const population = organization({ directories: ["main", "old"], groups: given, people: { ada } });
  return compileContext(population, { identityProviders: [okta] });
}

type Draft = Extract<Compiled, { kind: "change" }>["draft"];

function draft(compiled: Compiled): Draft {
  if (compiled.kind === "change") return compiled.draft;
  throw new Error(compiled.kind === "refused" ? compiled.refusal.reason : compiled.kind);
}

function refusal(compiled: Compiled): unknown {
  return compiled.kind === "refused" ? compiled.refusal : compiled.kind;
}

const group = (context: CompileContext, name: string): number => at.group(context.population, name);
const main = idOf.directory("main");
const old = idOf.directory("old");

describe("adding to a group", () => {
  const add = (ada: PersonParts, name: string, given = groups): Compiled => {
    const context = contextOf(ada, given);
    return compileAddToGroup(context, 0, group(context, name));
  };

  it("joins it, and shows the seats that come with it", () => {
    const found = draft(add({}, "jira-users"));
    expect(found.operations).toEqual([
      { kind: "joinGroup", directory: main, group: idOf.group("jira-users"), groupName: "jira-users" },
    ]);
    expect(found).toMatchObject({
      action: "addToGroup",
      direction: "give",
      target: idOf.group("jira-users"),
      seat: null,
      before: { seats: [] },
      after: { seats: [idOf.instance("jira")] },
    });
  });

  it("comes to nothing for a member", () => {
    expect(add({ groups: ["readers"] }, "readers").kind).toBe("nothing");
    expect(add({ groups: ["okta"] }, "okta").kind).toBe("nothing");
  });

  it("is blocked where the group is filled from outside, with its owner, or cannot be changed", () => {
    expect(refusal(add({}, "okta"))).toMatchObject({
      kind: "blocked",
      code: "synced-group",
      owner: "@acme/iam",
      target: idOf.group("okta"),
    });
    expect(refusal(add({}, "locked"))).toMatchObject({ kind: "blocked", code: "synced-group", owner: null });
  });

  it("is blocked where the group is in a directory the person is not in", () => {
    expect(refusal(add({}, "elsewhere"))).toMatchObject({ kind: "blocked", code: "other-directory" });
    expect(draft(add({ in: ["main", "old"] }, "elsewhere")).operations[0]).toMatchObject({ directory: old });
  });

  it("is unknown where membership or status is", () => {
    expect(refusal(add({ groups: null }, "readers"))).toMatchObject({ kind: "unknown", code: "membership-unknown" });
    const unproved = { ...groups, readers: { members: 3 } };
    expect(refusal(add({}, "readers", unproved))).toMatchObject({ kind: "unknown", code: "membership-unknown" });
    expect(refusal(add({ status: "odd" }, "readers"))).toMatchObject({ kind: "unknown", code: "status-unknown" });
  });
});

describe("removing from a group", () => {
  const remove = (ada: PersonParts, name: string, given = groups): Compiled => {
    const context = contextOf(ada, given);
    return compileRemoveFromGroup(context, 0, group(context, name));
  };

  it("leaves it, and says where seats go with it", () => {
    const found = draft(remove({ groups: ["jira-users"] }, "jira-users"));
    expect(found.operations).toEqual([
      { kind: "leaveGroup", directory: main, group: idOf.group("jira-users"), groupName: "jira-users" },
    ]);
    expect(found).toMatchObject({ direction: "take", hazards: ["takes-more-seats"], after: { seats: [] } });
    expect(draft(remove({ groups: ["readers"] }, "readers")).hazards).toEqual([]);
    expect(draft(remove({ groups: ["jira-users"], direct: ["jira"] }, "jira-users")).hazards).toEqual([]);
  });

  it("comes to nothing for somebody who is no member", () => {
    expect(remove({}, "readers").kind).toBe("nothing");
  });

  it("is blocked where the group is filled from outside or cannot be changed", () => {
    expect(refusal(remove({ groups: ["okta"] }, "okta"))).toMatchObject({ kind: "blocked", owner: "@acme/iam" });
    expect(refusal(remove({ groups: ["locked"] }, "locked"))).toMatchObject({ kind: "blocked" });
  });

  it("is unknown where membership or status is", () => {
    expect(refusal(remove({ groups: null }, "readers"))).toMatchObject({ kind: "unknown", code: "membership-unknown" });
    expect(refusal(remove({}, "readers", { ...groups, readers: { members: 1 } }))).toMatchObject({ kind: "unknown" });
    expect(refusal(remove({ groups: ["readers"], status: "odd" }, "readers"))).toMatchObject({
      kind: "unknown",
      code: "status-unknown",
    });
  });
});

describe("granting a role", () => {
  const grant = (ada: PersonParts, role: string, given = groups): Compiled => {
    const context = contextOf(ada, given);
    return compileGrant(context, 0, at.instance(context.population, "jira"), role);
  };

  it("assigns it directly", () => {
    expect(draft(grant({}, user))).toMatchObject({
      action: "grant",
      direction: "give",
      seat: { instance: idOf.instance("jira") },
      target: user,
      operations: [{ kind: "assignRole", instance: idOf.instance("jira"), role: user }],
      after: { seats: [idOf.instance("jira")] },
    });
  });

  it("comes to nothing where it is held by any way, or more than it", () => {
    expect(grant({ direct: ["jira"] }, user).kind).toBe("nothing");
    expect(grant({ groups: ["jira-users"] }, user).kind).toBe("nothing");
    expect(grant({ direct: ["jira atlassian/admin"] }, user).kind).toBe("nothing");
    expect(grant({ direct: ["jira atlassian/guest"] }, guest).kind).toBe("nothing");
    expect(grant({ direct: ["jira atlassian/guest"] }, user).kind).toBe("change");
  });

  it("is blocked for somebody who is not active, and unknown where roles or status are", () => {
    expect(refusal(grant({ status: "suspended" }, user))).toMatchObject({ kind: "blocked", code: "not-active" });
    expect(refusal(grant({ status: "odd" }, user))).toMatchObject({ kind: "unknown", code: "paths-unknown" });
    expect(refusal(grant({ groups: null }, user))).toMatchObject({ kind: "unknown", code: "paths-unknown" });
  });
});

describe("suspending", () => {
  const run = (ada: PersonParts, directory: number | null = null): Compiled =>
    compileSuspend(contextOf(ada), 0, directory);

  it("is one change with one operation for each open directory", () => {
    expect(draft(run({ in: ["old", "main"], groups: ["jira-users"] }))).toMatchObject({
      action: "suspend",
      direction: "take",
      target: null,
      operations: [
        { kind: "suspend", directory: main },
        { kind: "suspend", directory: old },
      ],
      hazards: [],
      before: { status: "active", seats: [idOf.instance("jira")] },
      after: { status: "suspended", seats: [] },
    });
  });

  it("in one named directory leaves the others open", () => {
    expect(draft(run({ in: ["main", "old"] }, 1))).toMatchObject({
      target: old,
      operations: [{ kind: "suspend", directory: old }],
      after: { status: "active" },
    });
    expect(run({ in: ["main"] }, 1).kind).toBe("nothing");
  });

  it("leaves out directories in which the person is suspended already", () => {
    const detail = { membership: { main: "active", old: "suspended" } };
    expect(draft(run({ in: ["main", "old"], detail })).operations).toEqual([{ kind: "suspend", directory: main }]);
  });

  it("says that an identity provider may reverse it, of a synced account", () => {
    expect(draft(run({ source: "synced" })).hazards).toEqual(["idp-may-reverse"]);
  });

  it.each(["suspended", "deactivated", "not_invited", "for_deletion"])(
    "comes to nothing for a %s account",
    (status) => {
      expect(run({ status }).kind).toBe("nothing");
    },
  );

  it("is unknown where the status is", () => {
    expect(refusal(run({ status: "odd" }))).toMatchObject({ kind: "unknown", code: "status-unknown" });
  });
});

describe("restoring", () => {
  const run = (ada: PersonParts, directory: number | null = null): Compiled =>
    compileRestore(contextOf(ada), 0, directory);

  it("opens every directory of somebody suspended, and gives the seats back", () => {
    expect(draft(run({ status: "suspended", in: ["main", "old"], groups: ["jira-users"] }))).toMatchObject({
      direction: "give",
      operations: [
        { kind: "restore", directory: main },
        { kind: "restore", directory: old },
      ],
      before: { status: "suspended", seats: [] },
      after: { status: "active", seats: [idOf.instance("jira")] },
    });
  });

  it("opens only the named directory, with only its seats", () => {
    const found = draft(run({ status: "suspended", in: ["main", "old"], groups: ["jira-users"] }, 1));
    expect(found.operations).toEqual([{ kind: "restore", directory: old }]);
    expect(found.after).toMatchObject({ status: "active", seats: [] });
  });

  it("opens the one directory in which an active person is suspended", () => {
    const detail = { membership: { main: "active", old: "suspended" } };
    expect(draft(run({ in: ["main", "old"], detail })).operations).toEqual([{ kind: "restore", directory: old }]);
  });

  it.each(["active", "deactivated", "not_invited", "for_deletion"])("comes to nothing for a %s account", (status) => {
    expect(run({ status }).kind).toBe("nothing");
  });

  it("does not call somebody who was active last month never active", () => {
    expect(draft(run({ status: "suspended", active: { confluence: 30 } })).lastActive).toBe("2026-10-21T06:00:00Z");
    expect(draft(run({ status: "suspended" })).lastActive).toBe("never");
    expect(draft(run({ status: "suspended", active: { jira: null } })).lastActive).toBe("unknown");
  });
});

describe("removing from the organisation", () => {
  const run = (ada: PersonParts, directory: number | null = null): Compiled =>
    compileRemoveFromOrg(contextOf(ada), 0, directory);

  it("takes the person out of every directory, and cannot be undone exactly", () => {
    expect(draft(run({ in: ["main", "old"], groups: ["jira-users"] }))).toMatchObject({
      operations: [
        { kind: "removeFromDirectory", directory: main },
        { kind: "removeFromDirectory", directory: old },
      ],
      hazards: ["irreversible"],
      undo: { possible: "partial" },
      after: { status: "not_invited", seats: [] },
    });
  });

  it("from one of two directories leaves the person in the other", () => {
    expect(draft(run({ in: ["main", "old"] }, 0)).after.status).toBe("active");
  });

  it("comes to nothing for somebody in no directory, and is unknown where the status is", () => {
    expect(run({ in: [], status: "not_invited" }).kind).toBe("nothing");
    expect(refusal(run({ status: "odd" }))).toMatchObject({ kind: "unknown" });
  });
});

describe("deactivating", () => {
  const run = (ada: PersonParts, message: string | null = null): Compiled =>
    compileDeactivate(contextOf(ada), 0, message);
  const managed = { claim: "managed", source: "invited" } as const;

  it("closes a managed account, with a message where there is one", () => {
    expect(draft(run({ ...managed, groups: ["jira-users"] }))).toMatchObject({
      operations: [{ kind: "deactivate" }],
      after: { status: "deactivated", seats: [] },
    });
    expect(draft(run(managed, "ask IT")).operations).toEqual([{ kind: "deactivate", message: "ask IT" }]);
    expect(draft(run({ ...managed, status: "suspended" })).after.status).toBe("deactivated");
  });

  it("is blocked for an account of somebody else's, and for a synced one, with its owner", () => {
    expect(refusal(run({ claim: "unmanaged" }))).toMatchObject({ kind: "blocked", code: "unmanaged" });
    expect(refusal(run({ ...managed, source: "synced" }))).toMatchObject({
      kind: "blocked",
      code: "synced-account",
      owner: "@acme/iam",
    });
  });

  it("is unknown where status or claim is", () => {
    expect(refusal(run({ ...managed, status: "odd" }))).toMatchObject({ kind: "unknown", code: "status-unknown" });
    expect(refusal(run({}))).toMatchObject({ kind: "unknown", code: "claim-unknown" });
  });

  it.each(["deactivated", "for_deletion"])("comes to nothing for a %s account", (status) => {
    expect(run({ ...managed, status }).kind).toBe("nothing");
  });
});

describe("activating", () => {
  const run = (ada: PersonParts): Compiled => compileActivate(contextOf(ada), 0);

  it("opens a deactivated managed account", () => {
    expect(draft(run({ claim: "managed", status: "deactivated", groups: ["jira-users"] }))).toMatchObject({
      direction: "give",
      operations: [{ kind: "activate" }],
      after: { status: "active", seats: [idOf.instance("jira")] },
    });
  });

  it("is blocked for an account that waits for deletion, for somebody else's, and for a synced one", () => {
    expect(refusal(run({ claim: "managed", status: "for_deletion" }))).toMatchObject({
      kind: "blocked",
      code: "for-deletion",
    });
    expect(refusal(run({ claim: "unmanaged", status: "deactivated" }))).toMatchObject({
      kind: "blocked",
      code: "unmanaged",
    });
    expect(refusal(run({ claim: "managed", source: "synced", status: "deactivated" }))).toMatchObject({
      code: "synced-account",
    });
  });

  it("comes to nothing for an account that is open", () => {
    expect(run({ claim: "managed" }).kind).toBe("nothing");
  });
});

describe("the first of several actions", () => {
  const people = {
    managed: { claim: "managed", source: "invited" },
    unmanaged: { claim: "unmanaged" },
    unclaimed: {},
    asleep: { claim: "unmanaged", status: "suspended" },
    gone: { claim: "managed", status: "deactivated" },
  } as const;
  const population = organization({ people });
  const plan = planFor(population, {
    policies: [personPolicy("leavers", { purpose: "duty", actions: [{ kind: "firstOf", of: [deactivate, suspend] }] })],
  });

  it("is the first that is not blocked", () => {
    expect(plan.changes.map(({ accountId, action }) => `${accountId} ${action}`).sort()).toEqual([
      "managed deactivate",
      "unmanaged suspend",
    ]);
  });

  it("is none at all where the first is doubtful: more is no answer to a doubt", () => {
    expect(plan.heldBack).toMatchObject([
      { accountId: "unclaimed", kind: "unknown", code: "claim-unknown", owed: true },
    ]);
  });

  it("is blocked where all are, for the reason of the last", () => {
    const blocked = organization({
      groups: { okta: { synced: true, grants: ["jira"] } },
      people: { ada: { claim: "unmanaged", groups: ["okta"] } },
    });
    const found = planFor(blocked, {
      policies: [personPolicy("leavers", { actions: [{ kind: "firstOf", of: [deactivate, revokeOn(0)] }] })],
    });
    expect(found.heldBack).toMatchObject([{ kind: "blocked", code: "synced-group", action: "firstOf" }]);
  });
});
