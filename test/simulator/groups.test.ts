import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import type { Client } from "./client.ts";
import { listOf, start, textOf } from "./client.ts";

const jira = instanceIdOf("jira@acme");
const ada = accountIdOf("ada@example.com");

const world = () =>
  buildWorld({
    directories: ["main", "legacy"],
    instances: [{ name: "jira@acme", capacity: 2 }],
    groups: [
      {
        name: "jira-users",
        grants: [
          ["jira@acme", "user", "default"],
          ["jira@acme", "basic"],
        ],
        members: ["ada@example.com"],
      },
      { name: "Crew", members: ["bob@example.com"], description: "The crew" },
      { name: "okta-crew", synced: true, members: ["ada@example.com"] },
      { name: "team-red", team: true },
      { name: "jira-admins", grants: [["jira@acme", "admin"]] },
      { name: "old-users", directory: "legacy", grants: [["confluence@old", "user"]] },
    ],
    people: [
      { email: "ada@example.com" },
      { email: "bob@example.com" },
      { email: "cy@example.com" },
      { email: "old@example.com", directories: ["legacy"] },
    ],
  });

async function names(api: Client, body: object, directory = "-"): Promise<readonly string[]> {
  const reply = await api.post(`${api.directory(directory)}/groups/search`, body);
  expect(reply.status).toBe(200);
  return listOf(reply.body["data"]).map((row) => textOf(row["name"]));
}

const group = (api: Client, name: string, directory = "main") =>
  `${api.directory(directory)}/groups/${groupIdOf(name, directory)}`;

describe("searching groups", () => {
  it("narrows by each filter", async () => {
    const api = await start(world());
    expect((await names(api, {})).length).toBe(6);
    expect(await names(api, {}, "legacy")).toEqual(["old-users"]);
    expect(await names(api, { directoryIds: [directoryIdOf("legacy")] })).toEqual(["old-users"]);
    expect(await names(api, { groupIds: [groupIdOf("Crew")] })).toEqual(["Crew"]);
    expect(await names(api, { groupNames: ["CREW", "jira"] })).toEqual(["Crew"]);
    expect(await names(api, { searchTerm: "crew" })).toEqual(["Crew", "okta-crew"]);
    expect(await names(api, { accountIds: [ada] })).toEqual(["jira-users", "okta-crew"]);
    expect(await names(api, { resourceIds: [jira], roleIds: ["atlassian/user"] })).toEqual(["jira-users"]);
    expect(await names(api, { resourceIds: [jira] })).toEqual(["jira-users", "jira-admins"]);
    expect(await names(api, { resourceOwners: ["confluence"] })).toEqual(["old-users"]);
  });

  it("refuses groupNames together with searchTerm or groupIds, and lists that are too long", async () => {
    const api = await start(world());
    for (const body of [
      { groupNames: ["a"], searchTerm: "a" },
      { groupNames: ["a"], groupIds: ["a"] },
      { groupIds: Array.from({ length: 11 }, (_, at) => `${at}`) },
      { expand: ["users"] },
    ]) {
      expect((await api.post(`${api.directory()}/groups/search`, body)).status).toBe(400);
    }
  });

  it("shows counts only when asked, and who manages the group", async () => {
    const api = await start(world());
    const search = async (body: object) => (await api.post(`${api.directory()}/groups/search`, body)).body["data"];
    expect((await search({}))?.[0]).not.toHaveProperty("counts");
    expect(await search({ expand: ["counts.users", "counts.resources"] })).toMatchObject([
      { name: "jira-users", counts: { users: 1, resources: 1 }, externalSynced: false, managedBy: "admins" },
      { name: "Crew", description: "The crew", directoryId: directoryIdOf("main") },
      {
        name: "okta-crew",
        externalSynced: true,
        managedBy: "external",
        managementAccess: { readable: true, modifiable: false, deletable: false },
      },
      { name: "team-red", managedBy: "team-members" },
      { name: "jira-admins" },
    ]);
  });

  it("goes on by cursor, and sorts by name", async () => {
    const api = await start(world());
    const path = `${api.directory("-")}/groups/search`;
    const first = await api.post(path, { limit: 4 });
    const second = await api.post(path, { limit: 4, cursor: first.body["links"]?.["next"] });
    expect(listOf(second.body["data"]).map((row) => row["name"])).toEqual(["jira-admins", "old-users"]);
    expect(second.body["links"]?.["next"]).toBeUndefined();
    const sorted = await names(api, { sortBy: [{ field: "name", direction: "desc" }] });
    expect(sorted).toEqual([...sorted].sort().reverse());
  });

  it("agrees with count and stats", async () => {
    const api = await start(world());
    expect((await api.get(`${api.directory("-")}/groups/count?resourceIds=${jira}`)).body).toEqual({ count: 2 });
    expect((await api.get(`${api.directory()}/groups/stats`)).body).toEqual({
      totals: { all: 5, managed: 1, synced: 1 },
      types: [
        { type: "GROUP", count: 4 },
        { type: "TEAM", count: 1 },
      ],
    });
  });
});

describe("one group", () => {
  it("is shown with its counts, and not found in another directory", async () => {
    const api = await start(world());
    expect((await api.get(group(api, "Crew"))).body["data"]).toMatchObject({ name: "Crew", counts: { users: 1 } });
    const elsewhere = `${api.directory("legacy")}/groups/${groupIdOf("Crew")}`;
    const reply = await api.get(elsewhere);
    expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([404, "ADMIN-UAM-404-3"]);
  });

  it("has its roles listed for each resource, with the default role", async () => {
    const api = await start(world());
    expect((await api.get(`${group(api, "jira-users")}/role-assignments`)).body["data"]).toEqual([
      {
        resourceId: jira,
        resourceOwner: "jira-software",
        roles: ["atlassian/user", "atlassian/basic"],
        defaultRole: "atlassian/user",
      },
    ]);
    expect((await api.get(`${group(api, "jira-users")}/role-assignments?resourceOwners=x`)).body["data"]).toEqual([]);
  });
});

describe("membership of a group", () => {
  const add = (api: Client, name: string, email: string) =>
    api.post(`${group(api, name)}/memberships`, { accountId: accountIdOf(email) });
  const leave = (api: Client, name: string, email: string) =>
    api.remove(`${group(api, name)}/memberships/${accountIdOf(email)}`);

  it("gives and takes the seats that the group grants", async () => {
    const api = await start(world());
    expect((await add(api, "jira-users", "bob@example.com")).status).toBe(204);
    expect(seatHolders(api.world, jira).size).toBe(2);
    expect((await leave(api, "jira-users", "bob@example.com")).status).toBe(204);
    expect(seatHolders(api.world, jira).size).toBe(1);
  });

  it("answers 204 to adding a member again, or 409 with the code for that when told to", async () => {
    const api = await start(world());
    expect((await add(api, "Crew", "bob@example.com")).status).toBe(204);
    const strict = await start(world(), { quirks: { addMemberAgain: 409 } });
    const reply = await add(strict, "Crew", "bob@example.com");
    expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([409, "ADMIN-UAM-409-2"]);
  });

  it("answers 409 with another code when no seat is left", async () => {
    const api = await start(world());
    await add(api, "jira-users", "bob@example.com");
    const reply = await add(api, "jira-users", "cy@example.com");
    expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([409, "ADMIN-UAM-409-3"]);
    expect((await add(api, "jira-admins", "bob@example.com")).status).toBe(204);
  });

  it("answers 403 for a group that an identity provider owns", async () => {
    const api = await start(world());
    expect((await add(api, "okta-crew", "bob@example.com")).status).toBe(403);
    expect((await leave(api, "okta-crew", "ada@example.com")).status).toBe(403);
  });

  it("answers 404 for somebody who isn't in the directory, and for leaving a group one isn't in", async () => {
    const api = await start(world());
    for (const reply of [
      await add(api, "Crew", "old@example.com"),
      await leave(api, "Crew", "ada@example.com"),
      await api.post(`${api.v2}/directories/-/groups/${groupIdOf("Crew")}/memberships`, { accountId: ada }),
    ]) {
      expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([404, "ADMIN-UAM-404-1"]);
    }
    expect((await api.post(`${group(api, "Crew")}/memberships`, { account_id: ada })).status).toBe(400);
  });
});

describe("creating and deleting groups", () => {
  it("answers 201 without a body, and 409 for a name that is taken", async () => {
    const api = await start(world());
    const path = `${api.directory()}/groups`;
    const reply = await api.post(path, { name: "new", description: "New people" });
    expect([reply.status, reply.text]).toEqual([201, ""]);
    expect(await names(api, { groupNames: ["new"] })).toEqual(["new"]);
    expect((await api.post(path, { name: "NEW" })).status).toBe(409);
    expect((await api.post(`${api.directory("legacy")}/groups`, { name: "new" })).status).toBe(201);
    expect((await api.post(path, {})).status).toBe(400);
  });

  it("protects default groups, admin groups and synced groups", async () => {
    const api = await start(world());
    const code = async (name: string) => (await api.remove(group(api, name))).body["errors"]?.[0]?.["code"];
    expect(await code("jira-users")).toBe("ADMIN-403-6");
    expect(await code("jira-admins")).toBe("ADMIN-403-7");
    expect(await code("okta-crew")).toBe("ADMIN-UAM-403-1");
    expect((await api.remove(group(api, "Crew"))).status).toBe(204);
    expect((await api.get(group(api, "Crew"))).status).toBe(404);
  });
});

describe("roles of a group", () => {
  const set = (api: Client, verb: "assign" | "revoke", name: string, roleId: string, resourceId = jira) =>
    api.post(`${group(api, name)}/role-assignments/${verb}`, { resourceId, roleId });

  it("give the role to every member, again without complaint, and take it back", async () => {
    const api = await start(world());
    const bob = accountIdOf("bob@example.com");
    for (const _ of [1, 2]) expect((await set(api, "assign", "Crew", "atlassian/user")).status).toBe(200);
    expect(seatHolders(api.world, jira).has(bob)).toBe(true);
    expect((await set(api, "revoke", "Crew", "atlassian/user")).status).toBe(204);
    expect(seatHolders(api.world, jira).has(bob)).toBe(false);
  });

  it("keep a group the default group when its role is assigned again", async () => {
    const api = await start(world());
    await set(api, "assign", "jira-users", "atlassian/user");
    const { body } = await api.get(`${group(api, "jira-users")}/role-assignments`);
    expect(body["data"]?.[0]).toMatchObject({ defaultRole: "atlassian/user" });
  });

  it("answer 400 for a role that the app doesn't have, 404 for an unknown resource, 409 when seats run out", async () => {
    const api = await start(world());
    expect((await set(api, "assign", "Crew", "atlassian/guest")).status).toBe(400);
    expect((await set(api, "assign", "Crew", "atlassian/user", "ari:cloud:x::site/1")).status).toBe(404);
    for (const email of ["bob@example.com", "cy@example.com"]) {
      await api.post(`${group(api, "team-red")}/memberships`, { accountId: accountIdOf(email) });
    }
    const reply = await set(api, "assign", "team-red", "atlassian/user");
    expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([409, "ADMIN-UAM-409-3"]);
  });
});
