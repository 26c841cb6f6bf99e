import { describe, expect, it } from "vitest";
import { createInstanceFinder, decodeWorkspace } from "../../src/atlassian/instances.ts";
import { decodeGroup, decodeKey, decodeLastActive, decodeRole, decodeUser } from "../../src/atlassian/rows.ts";
import type { Instance } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";

const where = { label: "POST /x/users/search", row: 7 };

const user = { accountId: "557058:abc", status: "active", platformRoles: [], email: "ada@example.com", name: "Ada" };
const group = { id: "g1", name: "jira-users", counts: { users: 3 } };

function complaint(call: () => unknown): OperatorError {
  try {
    call();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a person's row", () => {
  it("is read with every field it may have, and passes over what nobody asked for", () => {
    const row = {
      ...user,
      membershipStatus: "active",
      claimStatus: "managed",
      managementSource: "synced",
      mfaEnabled: true,
      addedToOrg: "2024-01-01T00:00:00.000Z",
      department: "Law",
      groups: [{ id: "ari:cloud:identity::group/g1", name: "jira-users" }, { id: "g2" }],
      productAccess: [
        { id: "ari:cloud:jira-software::site/s1", key: "jira", lastActiveTimestamp: "2026-11-06T23:07:29.936941226Z" },
      ],
      somethingNew: { a: 1 },
    };
    expect(decodeUser(row, where)).toMatchObject({
      accountId: "557058:abc",
      managementSource: "synced",
      mfaEnabled: true,
      addedToOrg: 1_704_067_200,
      department: "Law",
      groups: ["g1", "g2"],
      activity: [
        { id: "ari:cloud:jira-software::site/s1", key: "jira", at: Date.parse("2026-11-06T23:07:29Z") / 1000 },
      ],
    });
  });

  it("tells what is absent from what is empty", () => {
    expect(decodeUser(user, where)).toMatchObject({ groups: undefined, activity: undefined, mfaEnabled: undefined });
    expect(decodeUser({ ...user, groups: [], productAccess: [] }, where)).toMatchObject({ groups: [], activity: [] });
    expect(decodeUser({ ...user, managementSource: null }, where).managementSource).toBeNull();
    expect(decodeUser(user, where).managementSource).toBeUndefined();
    const timeless = { ...user, productAccess: [{ id: "x", key: "jira" }] };
    expect(decodeUser(timeless, where).activity).toEqual([{ id: "x", key: "jira", at: null }]);
  });

  it("carries a status, a role or a source that nobody has heard of as it came", () => {
    const odd = { ...user, status: "hibernating", managementSource: "cloned", platformRoles: ["atlassian/apprentice"] };
    expect(decodeUser(odd, where)).toMatchObject({
      status: "hibernating",
      managementSource: "cloned",
      platformRoles: ["atlassian/apprentice"],
    });
  });

  it.each([
    ["accountId", undefined],
    ["accountId", 5],
    ["accountId", "has space"],
    ["accountId", ""],
    ["status", undefined],
    ["status", 1],
    ["platformRoles", undefined],
    ["platformRoles", null],
    ["platformRoles", "atlassian/org-admin"],
    ["platformRoles", [1]],
    ["groups", {}],
    ["groups", ["g1"]],
    ["groups", [{ name: "g1" }]],
    ["productAccess", "never"],
    ["productAccess", [{ key: "jira" }]],
    ["productAccess", [{ id: "x", lastActiveTimestamp: "yesterday" }]],
    ["productAccess", [{ id: "x", lastActiveTimestamp: 1_700_000_000 }]],
    ["addedToOrg", "01.02.2024"],
    ["mfaEnabled", "yes"],
    ["email", 7],
    ["membershipStatus", true],
  ])("is refused where %s is %j, naming endpoint, row and field and nothing personal", (field, value) => {
    const error = complaint(() => decodeUser({ ...user, [field]: value }, where));
    expect(error.reason).toBe("snapshotNotComplete");
    expect(error.message).toContain("POST /x/users/search");
    expect(error.message).toContain("row 7");
    expect(error.message).toMatch(new RegExp(`${field}|"id"|lastActiveTimestamp`));
    expect(error.message).not.toMatch(/ada|Ada|yesterday|01\.02/);
  });

  it("is refused in the other API's spelling, which would read as if nothing were there", () => {
    const snake = { account_id: "557058:abc", status: "active", platform_roles: [] };
    expect(complaint(() => decodeUser(snake, where)).message).toContain(`"account_id" where "accountId" is documented`);
    const half = { ...user, product_access: [] };
    expect(complaint(() => decodeUser(half, where)).message).toContain(`"product_access"`);
    const activity = { ...user, productAccess: [{ id: "x", last_active_timestamp: "2026-01-01T00:00:00Z" }] };
    expect(complaint(() => decodeUser(activity, where)).message).toContain(`"last_active_timestamp"`);
  });

  it.each([null, 5, "text", []])("is refused where it is %j", (value) => {
    expect(complaint(() => decodeUser(value, where)).reason).toBe("snapshotNotComplete");
  });
});

describe("a date without a time", () => {
  it("is read as the end of that day, which favours the person", () => {
    const { at } = decodeLastActive({ id: "x", key: "jira", last_active: "2026-01-02" }, where);
    expect(at).toBe(Date.parse("2026-01-02T23:59:59Z") / 1000);
  });

  it("gives way to the moment beside it", () => {
    const entry = { id: "x", last_active: "2026-01-02", last_active_timestamp: "2026-01-02T08:00:00Z" };
    expect(decodeLastActive(entry, where).at).toBe(Date.parse("2026-01-02T08:00:00Z") / 1000);
  });
});

describe("a group's row", () => {
  it("is synced by any of Atlassian's signs, and modifiable where none speaks against it", () => {
    expect(decodeGroup(group, where)).toMatchObject({ synced: false, modifiable: true, members: 3 });
    expect(decodeGroup({ ...group, externalSynced: true }, where)).toMatchObject({ synced: true, modifiable: false });
    expect(decodeGroup({ ...group, managedBy: "external" }, where)).toMatchObject({ synced: true, modifiable: false });
    const locked = { ...group, managementAccess: { modifiable: false } };
    expect(decodeGroup(locked, where)).toMatchObject({ synced: false, modifiable: false });
  });

  it("without a member count is refused, because memberships could not be proved", () => {
    expect(complaint(() => decodeGroup({ id: "g", name: "n" }, where)).message).toContain(`"users" is missing`);
    expect(complaint(() => decodeGroup({ ...group, counts: { users: -1 } }, where)).message).toContain(`"users"`);
  });
});

describe("an app instance's row", () => {
  const decode = (id: string, attributes: object) => decodeWorkspace({ id, attributes }, where).instance;

  it("goes by the app of its ARI and the site of its address", () => {
    const jira = { name: "Acme", typeKey: "jira-software", hostUrl: "https://acme.atlassian.net", status: "online" };
    expect(decode("ari:cloud:jira-software::site/s1", jira)).toMatchObject({ app: "jira-software", site: "acme" });
    const wiki = { name: "Acme", hostUrl: "https://acme.atlassian.net/wiki" };
    expect(decode("ari:cloud:confluence::site/s1", wiki)).toMatchObject({
      app: "confluence",
      site: "acme",
      name: "Acme",
    });
    const own = { name: "Acme", hostUrl: "https://jira.acme.example" };
    expect(decode("ari:cloud:jira-servicedesk::site/s1", own)).toMatchObject({
      app: "jira-service-management",
      site: "jira.acme.example",
    });
    const code = { name: "acme-code", hostUrl: "https://bitbucket.org/acme-code" };
    expect(decode("ari:cloud:bitbucket::workspace/w1", code)).toMatchObject({ app: "bitbucket", site: "acme-code" });
  });

  it("goes by its type where the ARI's owner is shared or there is none", () => {
    expect(decode("ari:cloud:jira::site/s1", { typeKey: "jira-servicedesk" }).app).toBe("jira-service-management");
    expect(decode("s1", { type: "confluence" }).app).toBe("confluence");
  });

  it("of an app that nobody knows is carried under Atlassian's key and not known", () => {
    expect(decode("ari:cloud:lumen::site/s1", {})).toMatchObject({
      app: "lumen",
      known: false,
      site: "s1",
      status: "unknown",
    });
  });

  it("says whether it is a sandbox, its seat limit and its plan where Atlassian does", () => {
    const row = {
      id: "ari:cloud:confluence::site/s1",
      attributes: { capacity: 50, sandbox: { type: "CHILD" } },
      relationships: { entitlements: [{ attributes: { key: "x" } }, { attributes: { plan: "Premium" } }] },
    };
    expect(decodeWorkspace(row, where).instance).toMatchObject({ sandbox: true, capacity: 50, plan: "Premium" });
    expect(decode("ari:cloud:confluence::site/s1", { sandbox: { type: "NONE" } })).not.toHaveProperty("capacity");
    expect(decode("ari:cloud:confluence::site/s1", { capacity: -1 })).not.toHaveProperty("capacity");
    expect(complaint(() => decode("ari:cloud:confluence::site/s1", { capacity: "50" })).message).toContain("capacity");
  });
});

describe("the instance that another endpoint speaks of", () => {
  const instance = (id: string, app: string): Instance => ({
    id,
    app,
    site: "acme",
    name: "acme",
    known: true,
    sandbox: false,
    status: "online",
  });
  const jira = instance("ari:cloud:jira-software::site/s1", "jira-software");
  const desk = instance("ari:cloud:jira-servicedesk::site/s1", "jira-service-management");
  const labs = instance("ari:cloud:jira-software::site/s2", "jira-software");

  it("is found by its id, and by app and site in any spelling", () => {
    const finder = createInstanceFinder([jira, desk, labs]);
    expect(finder.find("ari:cloud:jira-software::site/s2", "jira-software")).toBe(2);
    expect(finder.find("ari:cloud:jira::site/s1", "jira-service-desk")).toBe(1);
    expect(finder.find("ari:cloud:jira::site/s1", "jira-software")).toBe(0);
    expect(finder.find("s2", "jira")).toBe(2);
  });

  it("is never that of another site or app, and none where two would fit", () => {
    const finder = createInstanceFinder([jira, desk, { ...jira, id: "ari:cloud:jira-software::workspace/s1" }]);
    expect(finder.find("ari:cloud:jira-software::site/s9", "jira-software")).toBe(-1);
    expect(finder.find("ari:cloud:confluence::site/s1", "confluence")).toBe(-1);
    expect(finder.find("ari:cloud:jira::site/s1", "jira-software")).toBe(-1);
    expect(finder.find(jira.id, "jira-software")).toBe(0);
  });
});

describe("a role assignment's row", () => {
  it("is read with the ways the role was given, and without a directory for platform roles", () => {
    const row = {
      resourceId: "ari:cloud:platform::org/o",
      resourceOwner: "platform",
      directoryId: null,
      userDirectoryStatus: null,
      roleAssignments: [{ role: "atlassian/org-admin", roleAssignmentMethods: ["direct"] }],
    };
    expect(decodeRole(row, where)).toEqual({
      resourceId: "ari:cloud:platform::org/o",
      resourceOwner: "platform",
      directoryId: null,
      directoryStatus: null,
      roles: [{ role: "atlassian/org-admin", methods: ["direct"] }],
    });
  });

  it("that tells roles without how they were given is refused", () => {
    const row = { resourceId: "x", roles: ["atlassian/user"] };
    expect(complaint(() => decodeRole(row, where)).message).toContain("roleAssignments");
  });
});

describe("an API key's row", () => {
  it("is live unless it was revoked", () => {
    expect(decodeKey({ createdBy: { id: "a" }, revokedBy: null, revocationDate: null }, where).revoked).toBe(false);
    expect(decodeKey({ createdBy: { id: "a" }, revokedBy: { id: "b" } }, where).revoked).toBe(true);
    expect(decodeKey({ revocationDate: "2026-01-01T00:00:00Z" }, where)).toMatchObject({
      revoked: true,
      createdBy: undefined,
    });
  });
});
