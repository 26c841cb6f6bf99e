import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/model/documents.generated.ts";
import { seatsAfter, noDifference } from "../../src/people/counterfactual.ts";
import type { Compiled } from "../../src/plan/draft.ts";
import { compileRevoke, type RevokeRequest } from "../../src/plan/revoke.ts";
import {
  at,
  idOf,
  organization,
  type GroupParts,
  type OrganizationParts,
  type PersonParts,
} from "../support/people.ts";
import { compileContext, planFor, policy, revoke, type SettingsParts, where } from "../support/policies.ts";

const groups: Readonly<Record<string, GroupParts>> = {
  "jira-users": { grants: ["jira"] },
  "jira-more": { grants: ["jira"] },
  "jira-guests": { grants: ["jira atlassian/guest"] },
  both: { grants: ["jira", "confluence"] },
  "with-guest": { grants: ["jira", "jira atlassian/guest"] },
  okta: { grants: ["jira"], synced: true },
  locked: { grants: ["jira"], modifiable: false },
  team: { grants: ["jira"] },
  sand: { grants: ["jira", "sandbox"] },
};

const instances: NonNullable<OrganizationParts["instances"]> = {
  jira: { app: "jira-software" },
  confluence: { app: "confluence" },
  sandbox: { app: "jira-software", site: "acme-sandbox", sandbox: true },
};

const settings: SettingsParts = {
  accessGroups: Object.keys(groups).filter((name) => name !== "team"),
  identityProviders: [
    { name: "Okta", owner: "@acme/iam", groups: new Set([Object.keys(groups).indexOf("okta")]), emailDomains: [] },
  ],
};

/** What becomes of freeing Ada's Jira seat. */
function compiled(ada: PersonParts, request: Partial<RevokeRequest> = {}, more: OrganizationParts = {}): Compiled {
  const population = organization({ instances, groups, people: { ada }, ...more });
  return compileRevoke(compileContext(population, settings), {
    person: 0,
    instance: at.instance(population, "jira"),
    leave: "access",
    keepOthers: "blocked",
    freeRole: null,
    alsoTaken: new Set(),
    ...request,
  });
}

/** The draft, or an error that says what came out instead. */
function draft(...given: Parameters<typeof compiled>): Extract<Compiled, { kind: "change" }>["draft"] {
  const result = compiled(...given);
  if (result.kind === "change") return result.draft;
  throw new Error(result.kind === "refused" ? result.refusal.reason : result.kind);
}

function refusal(...given: Parameters<typeof compiled>): unknown {
  const result = compiled(...given);
  return result.kind === "refused" ? result.refusal : result.kind;
}

function inWords({ kind, groupName, instance, role }: Operation): string {
  const name = instance === undefined ? groupName : `${/ari:cloud:(.*)::/.exec(instance)?.[1]} ${role}`;
  return `${kind} ${name}`;
}

const confluence = 1;

describe("freeing a seat", () => {
  it("leaves every access group that grants it and takes every direct role", () => {
    const found = draft({ groups: ["jira-more", "jira-users", "jira-guests"], direct: ["jira"] });
    expect(found.operations.map(inWords)).toEqual([
      "leaveGroup jira-users",
      "leaveGroup jira-more",
      "revokeRole jira atlassian/user",
    ]);
    expect(found.hazards).toEqual([]);
    expect(found).toMatchObject({
      action: "revoke",
      direction: "take",
      target: null,
      alongWith: [],
      undo: { possible: "exact" },
    });
  });

  it("names the group's directory, group and name in each operation", () => {
    expect(draft({ groups: ["jira-users"] }).operations).toEqual([
      {
        kind: "leaveGroup",
        directory: idOf.directory("main"),
        group: idOf.group("jira-users"),
        groupName: "jira-users",
      },
    ]);
  });

  it("says what is held before, by which paths, and what is left after", () => {
    const found = draft({ groups: ["with-guest", "jira-guests"], direct: ["confluence", "jira"] });
    expect(found.before).toEqual({
      status: "active",
      seats: [idOf.instance("confluence"), idOf.instance("jira")],
      paths: [
        "direct (atlassian/user)",
        "jira-guests (atlassian/guest)",
        "with-guest (atlassian/guest)",
        "with-guest (atlassian/user)",
      ],
    });
    expect(found.after).toEqual({
      status: "active",
      seats: [idOf.instance("confluence")],
      paths: ["jira-guests (atlassian/guest)"],
    });
  });

  it.each([
    [{ jira: 12, confluence: 3 }, "2026-11-08T06:00:00Z"],
    [{ confluence: 3 }, "never"],
    [{ jira: null }, "unknown"],
    [null, "unknown"],
  ])("tells when somebody active %j was last active on it: %s", (active, expected) => {
    expect(draft({ groups: ["jira-users"], active }).lastActive).toBe(expected);
  });

  it("comes to nothing where there is no seat", () => {
    expect(compiled({}).kind).toBe("nothing");
    expect(compiled({ groups: ["jira-guests"] }).kind).toBe("nothing");
    expect(compiled({ groups: ["jira-users"], status: "suspended" }).kind).toBe("nothing");
    expect(compiled({ groups: ["jira-users"], status: "deactivated" }).kind).toBe("nothing");
    expect(compiled({ groups: ["sand"] }, { instance: 2 }).kind).toBe("nothing");
  });

  it("is unknown where the status is, or where a path may be unseen", () => {
    expect(refusal({ status: "odd", groups: ["jira-users"] })).toMatchObject({
      kind: "unknown",
      code: "status-unknown",
    });
    expect(refusal({ groups: null, direct: ["jira"] })).toMatchObject({ kind: "unknown", code: "paths-unknown" });
    const unproved = { groups: { ...groups, "jira-more": { grants: ["jira"], members: 4 } } };
    expect(refusal({ groups: ["jira-users"] }, {}, unproved)).toMatchObject({ kind: "unknown", code: "paths-unknown" });
  });

  it("is unknown of somebody in two directories until it is known which are open", () => {
    const two = { directories: ["main", "old"] };
    const ada = { in: ["main", "old"], groups: ["jira-users"] };
    expect(refusal(ada, {}, two)).toMatchObject({ kind: "unknown", code: "paths-unknown" });
    const detail = { membership: { main: "active", old: "active" }, roles: ["jira atlassian/user: group_direct"] };
    expect(draft({ ...ada, detail }, {}, two).operations.map(inWords)).toEqual(["leaveGroup jira-users"]);
  });
});

describe("freeing a seat is refused", () => {
  it("where it comes from a synced group, with the owner who alone can change it", () => {
    expect(refusal({ groups: ["jira-users", "okta"] })).toMatchObject({
      kind: "blocked",
      code: "synced-group",
      owner: "@acme/iam",
      seat: { app: "jira-software", site: "acme" },
      reason: "the seat comes from okta, which Okta fills; only there can it be left",
    });
  });

  it("where it comes from a group that this key cannot change", () => {
    expect(refusal({ groups: ["locked"] }, { leave: "any" })).toMatchObject({
      kind: "blocked",
      code: "synced-group",
      owner: null,
    });
  });

  it("where it also comes from a group that is not listed, unless any may be left", () => {
    expect(refusal({ groups: ["jira-users", "team"] })).toMatchObject({ kind: "blocked", code: "other-group" });
    const found = draft({ groups: ["jira-users", "team"] }, { leave: "any" });
    expect(found.hazards).toEqual(["leaves-other-group"]);
    expect(found.after.seats).toEqual([]);
  });

  it("where leaving a group would also take another seat", () => {
    expect(refusal({ groups: ["both"] })).toMatchObject({
      kind: "blocked",
      code: "other-seat",
      reason: "leaving both would also take Confluence on acme",
    });
  });

  it("is not refused where the other seat is held otherwise too", () => {
    expect(draft({ groups: ["both"], direct: ["confluence"] }).hazards).toEqual([]);
  });
});

describe("a group that grants two seats", () => {
  it("may be left where the other seat is given directly first, which is a hazard", () => {
    const found = draft({ groups: ["both"] }, { keepOthers: "direct" });
    expect(found.operations.map(inWords)).toEqual(["assignRole confluence atlassian/user", "leaveGroup both"]);
    expect(found.hazards).toEqual(["gives-direct-seat"]);
    expect(found.after.seats).toEqual([idOf.instance("confluence")]);
    expect(found.alongWith).toEqual([]);
  });

  it("may be left where the same plan takes both seats, and says that it takes more", () => {
    const found = draft({ groups: ["both"] }, { alsoTaken: new Set([0, confluence]) });
    expect(found.operations.map(inWords)).toEqual(["leaveGroup both"]);
    expect(found.hazards).toEqual(["takes-more-seats"]);
    expect(found.alongWith).toEqual([confluence]);
    expect(found.after.seats).toEqual([]);
  });

  const population = organization({
    instances,
    groups,
    people: { ada: { groups: ["both"] }, ben: { groups: ["both"] } },
  });
  const onBoth = (id: string, instance: number): ReturnType<typeof policy> =>
    policy(id, { instances: [instance], filter: where.active });

  it("is left by two changes that each name it, once both policies want both seats", () => {
    const plan = planFor(population, { settings, policies: [onBoth("jira", 0), onBoth("confluence", confluence)] });
    expect(plan.changes.map(({ accountId, seat }) => `${accountId} ${seat?.app}`).sort()).toEqual([
      "ada confluence",
      "ada jira-software",
      "ben confluence",
      "ben jira-software",
    ]);
    for (const change of plan.changes) {
      expect(change.hazards).toEqual(["takes-more-seats"]);
      expect(change.operations.map(inWords)).toEqual(["leaveGroup both"]);
    }
    expect(plan.seats.map(({ app, before, after }) => `${app} ${before} ${after}`)).toEqual([
      "confluence 2 0",
      "jira-software 2 0",
    ]);
  });

  it("is left for neither where one of the two seats cannot be freed", () => {
    const doubtful = organization({
      instances,
      groups: { ...groups, "jira-more": { grants: ["jira"], members: 3 } },
      people: { ada: { groups: ["both"] } },
    });
    const plan = planFor(doubtful, { settings, policies: [onBoth("jira", 0), onBoth("confluence", confluence)] });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack.map(({ policy: id, code }) => `${id} ${code}`)).toEqual([
      "confluence other-seat",
      "jira paths-unknown",
    ]);
  });

  it("is left with the other seat given directly, where that one cannot be freed and the policy keeps others so", () => {
    const doubtful = organization({
      instances,
      groups: { ...groups, "jira-more": { grants: ["jira"], members: 3 } },
      people: { ada: { groups: ["both"] } },
    });
    const keeping = onBoth("confluence", confluence);
    const plan = planFor(doubtful, {
      settings,
      policies: [onBoth("jira", 0), { ...keeping, actions: [{ ...revoke, keepOthers: "direct" }] }],
    });
    expect(plan.changes.map(({ operations }) => operations.map(inWords))).toEqual([
      ["assignRole jira atlassian/user", "leaveGroup both"],
    ]);
  });

  it("is left for the one seat where the other is kept by a group that stays", () => {
    const cy = organization({ instances, groups, people: { cy: { groups: ["both", "okta"] } } });
    const plan = planFor(cy, { settings, policies: [onBoth("jira", 0), onBoth("confluence", confluence)] });
    expect(plan.changes.map(({ seat, hazards }) => [seat?.app, hazards])).toEqual([["confluence", []]]);
    expect(plan.heldBack.map(({ policy: id, code }) => `${id} ${code}`)).toEqual(["jira synced-group"]);
  });

  it("is left for neither where somebody is exempt from one of the two policies", () => {
    const plan = planFor(population, {
      settings,
      policies: [onBoth("jira", 0), { ...onBoth("confluence", confluence), except: where.named("ada") }],
    });
    expect(plan.changes.map(({ accountId }) => accountId)).not.toContain("ada");
    expect(plan.heldBack.filter(({ accountId }) => accountId === "ada").map(({ code }) => code)).toEqual([
      "except",
      "other-seat",
    ]);
  });

  it("is left for neither where another policy keeps one of the two seats", () => {
    const keep = policy("keep", {
      for: "person",
      filter: where.named("ada"),
      actions: [{ kind: "grant", instance: confluence, role: "atlassian/user" }],
    });
    const plan = planFor(population, {
      settings,
      policies: [onBoth("jira", 0), onBoth("confluence", confluence), keep],
    });
    expect(plan.changes.map(({ accountId }) => accountId)).not.toContain("ada");
    expect(plan.seats.map(({ app, after }) => `${app} ${after}`)).toEqual(["confluence 1", "jira-software 1"]);
  });
});

describe("leaving a group", () => {
  it("that also gives a free role says that other access is lost", () => {
    expect(draft({ groups: ["with-guest"] }).hazards).toEqual(["loses-other-access"]);
    expect(draft({ groups: ["with-guest", "jira-guests"] }).hazards).toEqual([]);
  });

  it("that also gives access to a sandbox says so", () => {
    expect(draft({ groups: ["sand"] }).hazards).toEqual(["loses-other-access"]);
  });
});

describe("setting a free role", () => {
  it("gives the free role first, then takes the paid one", () => {
    const found = draft({ groups: ["jira-users"], direct: ["jira"] }, { freeRole: "atlassian/guest" });
    expect(found.operations.map(inWords)).toEqual([
      "assignRole jira atlassian/guest",
      "leaveGroup jira-users",
      "revokeRole jira atlassian/user",
    ]);
    expect(found).toMatchObject({ action: "setRole", direction: "take", target: "atlassian/guest" });
    expect(found.after).toMatchObject({ seats: [], paths: ["direct (atlassian/guest)"] });
  });

  it("gives nothing that is held already by a way that stays", () => {
    const found = draft({ groups: ["jira-users", "jira-guests"] }, { freeRole: "atlassian/guest" });
    expect(found.operations.map(inWords)).toEqual(["leaveGroup jira-users"]);
    expect(found.after.paths).toEqual(["jira-guests (atlassian/guest)"]);
  });

  it("gives it where the group that is left was what gave it", () => {
    const found = draft({ groups: ["with-guest"] }, { freeRole: "atlassian/guest" });
    expect(found.operations.map(inWords)).toEqual(["assignRole jira atlassian/guest", "leaveGroup with-guest"]);
    expect(found.hazards).toEqual([]);
    expect(found.after.paths).toEqual(["direct (atlassian/guest)"]);
  });

  it("comes to nothing where there is no paid seat", () => {
    expect(compiled({ groups: ["jira-guests"] }, { freeRole: "atlassian/guest" }).kind).toBe("nothing");
  });

  it("says the role in a refusal", () => {
    expect(refusal({ groups: ["okta"] }, { freeRole: "atlassian/guest" })).toMatchObject({ target: "atlassian/guest" });
  });
});

describe("a seat that cannot be freed here", () => {
  const people = { ada: { groups: ["okta"] }, ben: { groups: ["jira-users"] } };
  const population = organization({ instances, groups, people });
  const ifBlocked = (then: "report" | "handoff" | "suspend"): ReturnType<typeof planFor> =>
    planFor(population, { settings, policies: [policy("free", { actions: [{ ...revoke, ifBlocked: then }] })] });

  it("is reported with its owner", () => {
    expect(ifBlocked("report").heldBack).toMatchObject([
      { accountId: "ada", kind: "blocked", owner: "@acme/iam", handoff: false },
    ]);
  });

  it("is handed off where the policy says so", () => {
    expect(ifBlocked("handoff").heldBack).toMatchObject([
      { accountId: "ada", kind: "blocked", owner: "@acme/iam", handoff: true },
    ]);
  });

  it("is no reason to suspend or hand off where it is only unknown whether it can be freed", () => {
    const unsure = organization({
      instances,
      groups: { ...groups, "jira-more": { grants: ["jira"], members: 4 } },
      people: { ada: { groups: ["jira-users"] } },
    });
    for (const ifBlocked of ["suspend", "handoff"] as const) {
      const plan = planFor(unsure, { settings, policies: [policy("free", { actions: [{ ...revoke, ifBlocked }] })] });
      expect(plan.changes).toEqual([]);
      expect(plan.heldBack).toMatchObject([{ kind: "unknown", code: "paths-unknown", handoff: false }]);
    }
  });

  it("leads to a suspension where the policy says so, and only then", () => {
    expect(
      ifBlocked("suspend")
        .changes.map(({ accountId, action }) => `${accountId} ${action}`)
        .sort(),
    ).toEqual(["ada suspend", "ben revoke"]);
    expect(ifBlocked("handoff").changes.map(({ accountId }) => accountId)).toEqual(["ben"]);
  });
});

describe("every seat that a change frees", () => {
  it("is free in the organisation as it would be, and no other", () => {
    const all = Object.keys(groups).filter((name) => !["okta", "locked", "team"].includes(name));
    for (let mask = 0; mask < 1 << all.length; mask++) {
      const member = all.filter((_, index) => (mask & (1 << index)) !== 0);
      const result = compiled({ groups: member, direct: ["confluence"] });
      if (result.kind !== "change") continue;
      const left = new Set(result.draft.operations.map(({ groupName }) => groupName));
      const after = organization({
        instances,
        groups,
        people: { ada: { groups: member.filter((name) => !left.has(name)), direct: ["confluence"] } },
      });
      const seats = seatsAfter(after, 0, noDifference).map((instance) => after.header.instances[instance]?.id);
      expect(seats, member.join(", ")).toEqual([idOf.instance("confluence")]);
      expect(result.draft.after.seats).toEqual(seats);
    }
  });
});
