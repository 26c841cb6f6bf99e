import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import type { Client } from "./client.ts";
import { listOf, start } from "./client.ts";

const [main, legacy] = [directoryIdOf("main"), directoryIdOf("legacy")];
const jira = instanceIdOf("jira@acme");

const world = () =>
  buildWorld({
    directories: ["main", "legacy"],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "legacy-users", directory: "legacy", grants: [["jira@old", "user"]] },
    ],
    people: [
      {
        email: "ada@example.com",
        name: "Ada Lovelace",
        groups: ["jira-users"],
        active: { "jira@acme": "2026-11-01T10:00:00Z" },
        department: "Engineering",
        mfa: true,
      },
      { email: "both@example.com", directories: ["main", "legacy"], groups: ["jira-users", "legacy-users"] },
      { email: "half@example.com", directories: { main: "suspended", legacy: "active" }, groups: ["jira-users"] },
      { email: "old@example.com", directories: ["legacy"], direct: [["jira@old", "user"]] },
      { email: "out@example.com", status: "suspended", groups: ["jira-users"] },
      { email: "ext@partner.example", managed: false },
      { email: "gone@example.com", status: "deactivated" },
      { email: "dying@example.com", status: "for_deletion" },
      { email: "nowhere@example.com", status: "not_invited" },
    ],
  });

function ids(...emails: readonly string[]): ReadonlySet<string> {
  return new Set(emails.map((name) => accountIdOf(name.includes("@") ? name : `${name}@example.com`)));
}

async function found(api: Client, filters: object, directory = "-"): Promise<ReadonlySet<string>> {
  return new Set(await api.search({ ...filters }, directory));
}

describe("the scope of a user search", () => {
  it("of all directories is their members and the managed accounts in none", async () => {
    const api = await start(world());
    expect((await found(api, {})).size).toBe(10);
    expect(await found(api, {})).toContain(accountIdOf("nowhere@example.com"));
  });

  it("of a directory in the path still holds managed accounts in no directory", async () => {
    const api = await start(world());
    expect(await found(api, {}, "legacy")).toEqual(ids("both", "half", "old", "nowhere"));
  });

  it("leaves them out with directoryIds or a membership status", async () => {
    const api = await start(world());
    expect(await found(api, { directoryIds: [legacy] }, "legacy")).toEqual(ids("both", "half", "old"));
    expect(await found(api, { directoryIds: [legacy] })).toEqual(ids("both", "half", "old"));
    expect(await found(api, { directoryIds: [legacy] }, "main")).toEqual(ids());
    expect(await found(api, { membershipStatus: ["active", "suspended"] }, "legacy")).toEqual(
      ids("both", "half", "old"),
    );
    expect(await found(api, { membershipStatus: ["no_membership"] })).toEqual(ids("nowhere"));
  });

  it("answers 404 for a directory that isn't there", async () => {
    const api = await start(world());
    expect((await api.post(`${api.v2}/directories/nope/users/search`, {})).status).toBe(404);
  });
});

describe("each filter of a user search", () => {
  it("accountIds, emails and emailDomains", async () => {
    const api = await start(world());
    expect(await found(api, { accountIds: [...ids("ada", "old")] })).toEqual(ids("ada", "old"));
    expect(await found(api, { accountIds: [...ids("ada", "old")] }, "main")).toEqual(ids("ada"));
    expect(await found(api, { emails: ["ADA@example.com", "nobody@example.com"] })).toEqual(ids("ada"));
    expect(await found(api, { emailDomains: ["partner.example"] })).toEqual(ids("ext@partner.example"));
    expect(await found(api, { emailDomains: ["@partner.example"] })).toEqual(ids("ext@partner.example"));
  });

  it("groupIds, by the bare id only", async () => {
    const api = await start(world());
    const groupId = groupIdOf("jira-users");
    expect(await found(api, { groupIds: [groupId] })).toEqual(ids("ada", "both", "half", "out"));
    expect(await found(api, { groupIds: [`ari:cloud:identity::group/${groupId}`] })).toEqual(ids());
  });

  it("resourceIds and roleIds, by any way a role was assigned, suspended or not", async () => {
    const api = await start(world());
    const seat = { resourceIds: [jira], roleIds: ["atlassian/user"] };
    expect(await found(api, seat)).toEqual(ids("ada", "both", "half", "out"));
    expect(await found(api, { ...seat, accountIds: [...ids("ada", "old")] })).toEqual(ids("ada"));
    expect(await found(api, { ...seat, roleIds: ["atlassian/admin"] })).toEqual(ids());
    expect(await found(api, { resourceIds: [instanceIdOf("jira@old")] })).toEqual(ids("both", "old"));
    expect(await found(api, { roleIds: ["atlassian/org-admin"] })).toEqual(ids("admin"));
  });

  it("status, accountStatus, claimStatus and mfaEnabled", async () => {
    const api = await start(world());
    expect(await found(api, { status: ["suspended"] })).toEqual(ids("out"));
    expect(await found(api, { status: ["deactivated", "for_deletion"] })).toEqual(ids("gone", "dying"));
    expect(await found(api, { status: ["not_invited"] })).toEqual(ids("nowhere"));
    expect(await found(api, { accountStatus: ["inactive"] })).toEqual(ids("gone", "dying"));
    expect(await found(api, { claimStatus: "unmanaged" })).toEqual(ids("ext@partner.example"));
    expect(await found(api, { mfaEnabled: true })).toEqual(ids("ada"));
    expect((await found(api, { mfaEnabled: false })).size).toBe(8);
  });

  it("searchTerm, over names and addresses", async () => {
    const api = await start(world());
    expect(await found(api, { searchTerm: "lovelace" })).toEqual(ids("ada"));
    expect(await found(api, { searchTerm: "PARTNER" })).toEqual(ids("ext@partner.example"));
  });

  it("reads active for somebody suspended in one of two directories", async () => {
    const api = await start(world());
    const [row] = await api.rows({ emails: ["half@example.com"] });
    expect(row).toMatchObject({ status: "active", membershipStatus: "active" });
  });
});

describe("a user search that can't be answered", () => {
  it("is refused with 400 when a list is too long, empty or of unknown values", async () => {
    const api = await start(world());
    const eleven = Array.from({ length: 11 }, (_, at) => `id-${at}`);
    const bodies = [
      { accountIds: eleven },
      { directoryIds: eleven },
      { groupIds: eleven },
      { emailDomains: eleven },
      { resourceIds: [...eleven, ...eleven] },
      { emails: Array.from({ length: 101 }, (_, at) => `a${at}@b.example`) },
      { status: ["active", "suspended", "not_invited", "deactivated", "for_deletion"] },
      { status: ["Active"] },
      { roleIds: ["jira-admin"] },
      { accountIds: [] },
      { expand: ["GROUPS"] },
      { limit: 101 },
      { limit: 0 },
      { searchTerm: "a", emails: ["a@b.example"] },
      { sortBy: [{ field: "name", direction: "asc" }] },
      { claimStatus: "all" },
      [],
    ];
    for (const body of bodies) {
      const reply = await api.post(`${api.directory()}/users/search`, body);
      expect(reply.status).toBe(400);
      expect(reply.body["errors"]?.[0]).toMatchObject({ status: "400", code: "ADMIN-400-24" });
    }
  });
});

describe("a row", () => {
  it("holds only what was asked for beyond the usual fields", async () => {
    const api = await start(world());
    const [plain] = await api.rows({ emails: ["ada@example.com"] });
    expect(plain).toMatchObject({
      accountId: accountIdOf("ada@example.com"),
      accountType: "atlassian",
      accountStatus: "active",
      claimStatus: "managed",
      name: "Ada Lovelace",
      managementSource: "invited",
      department: "Engineering",
      mfaEnabled: true,
      addedToOrg: "2024-01-01T00:00:00.000Z",
    });
    for (const name of ["platformRoles", "counts", "productAccess", "groups"]) expect(plain).not.toHaveProperty(name);
    const expand = ["platformRoles", "counts.resources", "productAccess", "groups"];
    const [full] = await api.rows({ emails: ["ada@example.com"], expand });
    expect(full).toMatchObject({
      platformRoles: [],
      counts: { resources: 1 },
      productAccess: [{ id: jira, key: "jira-software", lastActiveTimestamp: "2026-11-01T10:00:00.000000000Z" }],
      groups: [{ id: `ari:cloud:identity::group/${groupIdOf("jira-users")}`, name: "jira-users" }],
    });
  });

  it("shows the groups of the directories that were asked for", async () => {
    const api = await start(world());
    const groupsIn = async (directory: string, more: object = {}) => {
      const [row] = await api.rows({ emails: ["both@example.com"], expand: ["groups"], ...more }, directory);
      return listOf(row?.["groups"]).map(({ name }) => name);
    };
    expect(await groupsIn("-")).toEqual(["jira-users", "legacy-users"]);
    expect(await groupsIn("main")).toEqual(["jira-users"]);
    expect(await groupsIn("-", { directoryIds: [legacy] })).toEqual(["legacy-users"]);
  });
});

describe("one user", () => {
  it("is shown in detail, without groups and activity", async () => {
    const api = await start(world());
    const { body } = await api.get(`${api.directory()}/users/${accountIdOf("gone@example.com")}`);
    expect(body["data"]).toMatchObject({ status: "deactivated", platformRoles: [], counts: { resources: 0 } });
    expect(body["data"]).toHaveProperty("deactivatedOn");
    expect(body["data"]).not.toHaveProperty("groups");
    expect((await api.get(`${api.directory()}/users/${accountIdOf("old@example.com")}`)).status).toBe(404);
  });

  it("has roles listed for each resource and directory, with methods and the status there", async () => {
    const api = await start(world(), { quirks: { projectNoise: false } });
    const path = `${api.directory("-")}/users/${accountIdOf("half@example.com")}/role-assignments`;
    expect((await api.get(path)).body["data"]).toEqual([
      {
        resourceId: jira,
        resourceOwner: "jira-software",
        directoryId: main,
        userDirectoryStatus: "suspended",
        roleAssignments: [{ role: "atlassian/user", roleAssignmentMethods: ["group_direct"] }],
        roles: ["atlassian/user"],
      },
    ]);
    expect((await api.get(`${path}?directoryIds=${legacy}`)).body["data"]).toEqual([]);
    expect((await api.get(`${path}?resourceOwners=confluence`)).body["data"]).toEqual([]);
    expect((await api.get(`${path}?roleIds=atlassian/admin`)).body["data"]).toEqual([]);
    expect((await api.get(`${path}?roleIds=nonsense`)).status).toBe(400);
  });

  it("has platform roles without a directory", async () => {
    const api = await start(world(), { quirks: { projectNoise: false } });
    const path = `${api.directory("-")}/users/${accountIdOf("admin@example.com")}/role-assignments?resourceOwners=platform`;
    expect((await api.get(path)).body["data"]).toMatchObject([
      { resourceOwner: "platform", directoryId: null, userDirectoryStatus: null, roles: ["atlassian/org-admin"] },
    ]);
  });
});
