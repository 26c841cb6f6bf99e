import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import * as edit from "../../src/simulator/edit.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { personStatusOf, platformRolesOf, rolesOf, seatHolders, seatsOf } from "../../src/simulator/roles.ts";
import { createWorld, partsOf } from "../../src/simulator/world.ts";

const jira = instanceIdOf("jira@acme");
const ada = accountIdOf("ada@example.com");

function acme(person: object = {}, group: object = {}) {
  return buildWorld({
    directories: ["main", "legacy"],
    groups: [{ name: "jira-users", grants: [["jira@acme", "user"]], ...group }],
    people: [{ email: "ada@example.com", groups: ["jira-users"], ...person }],
  });
}

describe("who really holds a seat", () => {
  it("counts an active member of a group that grants user or admin", () => {
    expect([...seatHolders(acme(), jira)]).toEqual([ada]);
    expect(seatHolders(acme({}, { grants: [["jira@acme", "admin"]] }), jira).size).toBe(1);
  });

  it("counts a direct role", () => {
    expect(seatHolders(acme({ groups: [], direct: [["jira@acme", "user"]] }), jira).size).toBe(1);
  });

  it("leaves out roles that cost nothing", () => {
    expect(seatHolders(acme({}, { grants: [["jira@acme", "basic"]] }), jira).size).toBe(0);
  });

  it("leaves out somebody suspended in the directory that grants the role, though active in another", () => {
    expect(seatHolders(acme({ directories: { main: "suspended", legacy: "active" } }), jira).size).toBe(0);
    expect(seatHolders(acme({ directories: { main: "active", legacy: "suspended" } }), jira).size).toBe(1);
  });

  it("leaves out accounts that are deactivated or about to be deleted", () => {
    expect(seatHolders(acme({ status: "deactivated" }), jira).size).toBe(0);
    expect(seatHolders(acme({ status: "for_deletion" }), jira).size).toBe(0);
  });

  it("follows every kind of change at once", () => {
    const world = acme();
    const holds = () => seatHolders(world, jira).has(ada);
    edit.removeFromGroup(world, "ada@example.com", "jira-users");
    expect(holds()).toBe(false);
    edit.giveRole(world, "ada@example.com", "jira@acme", "user");
    expect(holds()).toBe(true);
    edit.setMembership(world, "ada@example.com", "suspended");
    expect(holds()).toBe(false);
    edit.setMembership(world, "ada@example.com", "active");
    expect(holds()).toBe(true);
    edit.takeRole(world, "ada@example.com", "jira@acme", "user");
    expect(holds()).toBe(false);
    edit.addToGroup(world, "ada@example.com", "jira-users");
    expect(holds()).toBe(true);
    edit.takeFromGroup(world, "jira-users", "jira@acme", "user");
    expect(holds()).toBe(false);
    edit.grantToGroup(world, "jira-users", "jira@acme", "user");
    edit.updatePerson(world, "ada@example.com", { accountStatus: "inactive" });
    expect(holds()).toBe(false);
  });

  it("lists a person's seats over all instances", () => {
    const world = acme({ direct: [["confluence@acme", "user"]] });
    expect(new Set(seatsOf(world, ada))).toEqual(new Set([jira, instanceIdOf("confluence@acme")]));
  });
});

describe("effective roles", () => {
  it("say by which methods a role is held, for each resource and directory", () => {
    const world = acme({ direct: [["jira@acme", "user"]] });
    expect(rolesOf(world, ada)).toEqual([
      {
        resourceId: jira,
        resourceOwner: "jira-software",
        directoryId: directoryIdOf("main"),
        directoryStatus: "active",
        roles: [{ role: "atlassian/user", methods: ["direct", "group_direct"] }],
      },
    ]);
  });

  it("give organisation admins the administration of each app's users by inference, which is no seat", () => {
    const world = buildWorld({
      directories: ["main", "legacy"],
      instances: ["jira@acme", { name: "jira@old", directory: "legacy" }],
    });
    const admin = accountIdOf("admin@example.com");
    const row = rolesOf(world, admin).find(({ resourceId }) => resourceId === jira);
    expect(row?.roles).toEqual([{ role: "atlassian/user-access-admin", methods: ["inferred"] }]);
    expect(rolesOf(world, admin).map(({ resourceId }) => resourceId)).not.toContain(instanceIdOf("jira@old"));
    expect(platformRolesOf(world, admin)).toEqual(["atlassian/org-admin"]);
    expect(seatHolders(world, jira).size).toBe(0);
  });
});

describe("leaving a directory", () => {
  it("takes the groups and direct roles of that directory along, and no others", () => {
    const world = buildWorld({
      directories: ["main", "legacy"],
      groups: [
        { name: "main-users", grants: [["jira@acme", "user"]] },
        { name: "legacy-users", directory: "legacy", grants: [["jira@old", "user"]] },
      ],
      people: [
        {
          email: "ada@example.com",
          directories: ["main", "legacy"],
          groups: ["main-users", "legacy-users"],
          direct: [["jira@acme", "admin"]],
        },
      ],
    });
    edit.removePerson(world, "ada@example.com", "main");
    expect(rolesOf(world, ada).map(({ resourceId }) => resourceId)).toEqual([instanceIdOf("jira@old")]);
    expect(world.groups.get(groupIdOf("main-users"))?.members.size).toBe(0);
  });

  it("ends the roles over the organisation when it was the last directory", () => {
    const world = buildWorld({});
    edit.removePerson(world, "admin@example.com");
    expect(platformRolesOf(world, accountIdOf("admin@example.com"))).toEqual([]);
  });
});

describe("a world", () => {
  it("is the same again when created from its own parts", () => {
    const world = acme({ active: { "jira@acme": "2026-01-01" }, direct: [["jira@acme", "user"]] });
    const parts = JSON.parse(JSON.stringify(partsOf(world)));
    expect(partsOf(createWorld(parts))).toEqual(partsOf(world));
  });

  it("refuses parts that speak of what isn't there", () => {
    const organization = { id: "o", name: "O" };
    const stray = { organization, memberships: [{ accountId: "nobody", directoryId: "d" }] };
    expect(() => createWorld(stray)).toThrow("no account nobody");
    expect(() => edit.addToGroup(acme(), "ada@example.com", "no-such-group")).toThrow("no group no-such-group");
  });

  it("refuses to put somebody into a group of a directory they aren't in", () => {
    const world = acme({ directories: ["legacy"], groups: [] });
    expect(() => edit.addToGroup(world, "ada@example.com", "jira-users")).toThrow("not a member of its directory");
  });

  it("notes each change that changed anything, and no other", () => {
    const world = acme();
    edit.addToGroup(world, "ada@example.com", "jira-users");
    expect(world.changes).toEqual([]);
    edit.removeFromGroup(world, "ada@example.com", "jira-users");
    expect(world.changes.map(({ change }) => change.kind)).toEqual(["member.remove"]);
  });
});

describe("a built world", () => {
  it("has ids that depend on names only", () => {
    expect(acme().accounts.has(ada)).toBe(true);
    expect(accountIdOf("Ada@Example.com")).toBe(ada);
    expect(ada).toMatch(/^712020:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("has an organisation admin with a key unless declined", () => {
    expect(buildWorld({}).keys.map(({ createdBy }) => createdBy)).toEqual([accountIdOf("admin@example.com")]);
    expect(buildWorld({ administrator: "none" }).accounts.size).toBe(0);
  });

  it("shows each status as described", () => {
    const statuses = ["active", "suspended", "not_invited", "deactivated", "for_deletion"] as const;
    for (const status of statuses) {
      const world = acme({ status, groups: [] });
      expect(personStatusOf(world, edit.findAccount(world, "ada@example.com"))).toBe(status);
    }
  });

  it("refuses members and groups that nobody described", () => {
    expect(() => acme({ groups: ["jira-user"] })).toThrow("jira-user, which isn't described");
    expect(() => acme({}, { members: ["bob@example.com"] })).toThrow("bob@example.com is in group jira-users");
  });
});
