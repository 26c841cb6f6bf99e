import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import * as edit from "../../src/simulator/edit.ts";
import { accountIdOf, cloudIdOf, directoryIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import type { Client } from "./client.ts";
import { listOf, start, textOf } from "./client.ts";

describe("organisations and domains", () => {
  it("are listed with names and states", async () => {
    const api = await start(buildWorld({ organization: { name: "Acme" } }));
    const { body } = await api.get("/admin/v1/orgs");
    expect(body["data"]).toMatchObject([{ id: api.orgId, type: "orgs", attributes: { name: "Acme" } }]);
    const domains = await api.get(`${api.v1}/domains`);
    expect(domains.body["data"]?.[0]?.["attributes"]).toEqual({
      name: "example.com",
      claim: { type: "dns", status: "verified" },
    });
  });
});

describe("directories", () => {
  const world = () =>
    buildWorld({
      directories: ["main", "legacy"],
      people: [{ email: "ada@example.com", directories: ["legacy"] }],
    });
  const ids = async (api: Client, query: string) => {
    const { body } = await api.get(`${api.v2}/directories${query}`);
    return listOf(body["data"]).map((row) => row["directoryId"]);
  };

  it("are narrowed to those of one person, to ids and to a term", async () => {
    const api = await start(world());
    const [main, legacy] = [directoryIdOf("main"), directoryIdOf("legacy")];
    expect(await ids(api, "")).toEqual([main, legacy]);
    expect(await ids(api, `?accountId=${accountIdOf("ada@example.com")}`)).toEqual([legacy]);
    expect(await ids(api, "?accountId=nobody")).toEqual([]);
    expect(await ids(api, `?directoryIds=${main}`)).toEqual([main]);
    expect(await ids(api, "?searchTerm=LEG")).toEqual([legacy]);
  });

  it("go on at a bare cursor, with which all else is discarded", async () => {
    const api = await start(world());
    const first = await api.get(`${api.v2}/directories?limit=1`);
    const cursor = textOf(first.body["links"]?.["next"]);
    expect(cursor).not.toContain("/");
    expect(await ids(api, `?cursor=${cursor}&limit=99&searchTerm=nothing`)).toEqual([directoryIdOf("legacy")]);
  });
});

describe("workspaces", () => {
  const world = () =>
    buildWorld({
      instances: [
        { name: "jira@acme", capacity: 20, plan: "Premium" },
        "confluence@acme",
        { name: "jira@play", sandbox: true },
        { name: "bitbucket@code", capacity: 5 },
      ],
      people: [{ email: "ada@example.com", direct: [["bitbucket@code", "user"]] }],
    });
  const names = async (api: Client, body: object) => {
    const reply = await api.post(`${api.v2}/workspaces`, body);
    expect(reply.status).toBe(200);
    return listOf(reply.body["data"]).map(
      ({ attributes }) => `${textOf(attributes?.["type"])}@${textOf(attributes?.["name"])}`,
    );
  };

  it("describe each app instance: ARI, app, plan, seats, sandbox", async () => {
    const api = await start(world());
    const { body } = await api.post(`${api.v2}/workspaces`, {});
    const rows = listOf(body["data"]);
    expect(rows[0]).toMatchObject({
      id: instanceIdOf("jira@acme"),
      attributes: {
        typeKey: "jira-software",
        capacity: 20,
        hostUrl: "https://acme.atlassian.net",
        sandbox: { type: "NONE" },
      },
      relationships: { entitlements: [{ attributes: { plan: "Premium" } }] },
    });
    expect(rows[1]).toMatchObject({ attributes: { hostUrl: "https://acme.atlassian.net/wiki" } });
    expect(rows[2]).toMatchObject({ attributes: { sandbox: { type: "CHILD" } } });
    expect(rows[3]).toMatchObject({ attributes: { typeKey: "bitbucket", capacity: 5, usage: 1 } });
    expect(body["meta"]).toEqual({ total: 4, pageSize: 20, startIndex: 0, endIndex: 4 });
  });

  it("are filtered by field, and, nor and text", async () => {
    const api = await start(world());
    const field = (name: string, ...values: string[]) => ({ field: { name: `attributes.${name}`, values } });
    expect(await names(api, { query: field("type", "confluence") })).toEqual(["confluence@acme"]);
    const both = { and: [field("typeKey", "jira-software"), { searchWorkspaces: "play" }] };
    expect(await names(api, { query: both })).toEqual(["jira-software@play"]);
    expect(await names(api, { query: { nor: [field("name", "acme", "code")] } })).toEqual(["jira-software@play"]);
    const sort = [{ field: "attributes.type", order: "desc" }];
    expect((await names(api, { sort }))[0]).toBe("jira-software@acme");
  });

  it("go on at a cursor that must stand alone in the body", async () => {
    const api = await start(world());
    const first = await api.post(`${api.v2}/workspaces`, { limit: 3 });
    const cursor = first.body["links"]?.["next"];
    expect(await names(api, { cursor })).toEqual(["bitbucket@code"]);
    expect((await api.post(`${api.v2}/workspaces`, { cursor, limit: 3 })).status).toBe(400);
    expect((await api.post(`${api.v2}/workspaces`, { limit: 1001 })).status).toBe(400);
  });

  it("of version 3 are an empty list", async () => {
    const api = await start(world());
    const { status, body } = await api.post(`/admin/v3/orgs/${api.orgId}/workspaces`, {});
    expect([status, body["data"]]).toEqual([200, []]);
  });

  it("show ids bare, or as jira's, when told to", async () => {
    const idsWith = async (workspaceIds: "bare" | "jira") => {
      const api = await start(world(), { quirks: { workspaceIds, capacityAbsent: true } });
      const { body } = await api.post(`${api.v2}/workspaces`, {});
      expect(body["data"]?.[0]?.["attributes"]?.["capacity"]).toBeUndefined();
      return listOf(body["data"]).map((row) => row["id"]);
    };
    expect((await idsWith("bare"))[0]).toBe(cloudIdOf("acme"));
    expect((await idsWith("jira")).slice(0, 2)).toEqual([
      `ari:cloud:jira::site/${cloudIdOf("acme")}`,
      instanceIdOf("confluence@acme"),
    ]);
  });
});

describe("API keys", () => {
  const world = () =>
    buildWorld({
      people: [{ email: "ada@example.com" }],
      keys: [
        { createdBy: "admin@example.com", label: "seatwright" },
        { createdBy: "ada@example.com", label: "old", revokedBy: "x", revocationDate: "2026-02-01T00:00:00.000Z" },
      ],
    });
  const path = (api: Client, query = "") => `/admin/api-access/v1/orgs/${api.orgId}/api-keys${query}`;

  it("are listed with creator and expiry, page by page", async () => {
    const api = await start(world());
    const first = await api.get(path(api, "?pageSize=1"));
    expect(first.body["data"]).toMatchObject([
      {
        label: "seatwright",
        createdBy: { id: accountIdOf("admin@example.com"), email: "admin@example.com" },
        expiresAt: "2027-01-01T00:00:00.000Z",
      },
    ]);
    const second = await api.get(path(api, `?pageSize=1&cursor=${textOf(first.body["links"]?.["next"])}`));
    expect(second.body["data"]).toMatchObject([{ label: "old", revocationDate: "2026-02-01T00:00:00.000Z" }]);
    expect(second.body["links"]?.["next"]).toBeUndefined();
  });

  it("answer 500 to a parameter that the endpoint doesn't know", async () => {
    const api = await start(world());
    expect((await api.get(path(api, "?limit=10"))).status).toBe(500);
  });
});

describe("what somebody else does", () => {
  it("shows in the next answer", async () => {
    const world = buildWorld({ groups: [{ name: "team" }], people: [{ email: "ada@example.com" }] });
    const api = await start(world);
    edit.addToGroup(world, "ada@example.com", "team");
    edit.renameGroup(world, "team", "crew");
    edit.setSynced(world, "crew", "identity provider");
    const { body } = await api.post(`${api.directory()}/groups/search`, { expand: ["counts.users"] });
    expect(body["data"]).toMatchObject([{ name: "crew", externalSynced: true, counts: { users: 1 } }]);
    edit.deleteGroup(world, "crew");
    expect((await api.get(`${api.directory()}/groups/count`)).body).toEqual({ count: 0 });
  });

  it("adds people, makes admins and moves the limits of a licence", async () => {
    const api = await start(buildWorld({ instances: ["jira@acme"] }));
    const added = { accountId: "712020:new", name: "New", email: "new@example.com", managed: true };
    edit.addPerson(api.world, added, ["main"]);
    edit.makeOrganizationAdmin(api.world, "new@example.com");
    expect(await api.search({ roleIds: ["atlassian/org-admin"] })).toEqual([
      accountIdOf("admin@example.com"),
      "712020:new",
    ]);
    edit.updateInstance(api.world, "jira@acme", { capacity: 0 });
    const seat = { role: "atlassian/user", resource: instanceIdOf("jira@acme") };
    expect((await api.post(`${api.v1}/users/712020:new/roles/assign`, seat)).status).toBe(409);
  });
});
