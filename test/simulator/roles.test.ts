import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, cloudIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { platformRolesOf, seatHolders } from "../../src/simulator/roles.ts";
import type { Client } from "./client.ts";
import { start } from "./client.ts";

const jira = instanceIdOf("jira@acme");
const ada = accountIdOf("ada@example.com");

const world = () =>
  buildWorld({
    instances: [{ name: "jira@acme", capacity: 2 }, "confluence@acme"],
    groups: [{ name: "jira-users", grants: [["jira@acme", "user"]], members: ["ada@example.com"] }],
    people: [
      { email: "ada@example.com" },
      { email: "bob@example.com", direct: [["jira@acme", "user"]] },
      { email: "cy@example.com" },
      { email: "nowhere@example.com", status: "not_invited" },
    ],
  });

const set = (api: Client, verb: "assign" | "revoke", email: string, body: object) =>
  api.post(`${api.v1}/users/${accountIdOf(email)}/roles/${verb}`, body);
const seat = { role: "atlassian/user", resource: jira };

describe("direct roles", () => {
  it("are taken away, and given back", async () => {
    const api = await start(world());
    const bob = accountIdOf("bob@example.com");
    expect((await set(api, "revoke", "bob@example.com", seat)).status).toBe(204);
    expect(seatHolders(api.world, jira).has(bob)).toBe(false);
    expect((await set(api, "assign", "bob@example.com", seat)).status).toBe(204);
    expect(seatHolders(api.world, jira).has(bob)).toBe(true);
  });

  it("are all that a revoke takes: the seat that a group grants stays, and the answer is 204 all the same", async () => {
    const api = await start(world());
    expect((await set(api, "revoke", "ada@example.com", seat)).status).toBe(204);
    expect(seatHolders(api.world, jira).has(ada)).toBe(true);
    const strict = await start(world(), { quirks: { revokeAbsent: 404 } });
    expect((await set(strict, "revoke", "ada@example.com", seat)).status).toBe(404);
  });

  it("answer 400 with a code of its own for a role that the app doesn't have", async () => {
    const api = await start(world());
    for (const verb of ["assign", "revoke"] as const) {
      const reply = await set(api, verb, "ada@example.com", { role: "atlassian/guest", resource: jira });
      expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([400, "ADMIN-UAM-400-3"]);
    }
  });

  it("answer 400 for a role that there is not, and without a resource", async () => {
    const api = await start(world());
    for (const body of [{ role: "user", resource: jira }, { role: "atlassian/user" }, {}]) {
      const reply = await set(api, "assign", "ada@example.com", body);
      expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([400, "ADMIN-UAM-400-1"]);
    }
  });

  it("answer 404 for somebody in no directory, and for an unknown resource", async () => {
    const api = await start(world());
    expect((await set(api, "assign", "nowhere@example.com", seat)).status).toBe(404);
    const stray = { role: "atlassian/user", resource: "ari:cloud:confluence::site/none" };
    expect((await set(api, "assign", "ada@example.com", stray)).status).toBe(404);
  });

  it("answer 409 when the licence is full", async () => {
    const api = await start(world());
    const reply = await set(api, "assign", "cy@example.com", seat);
    expect([reply.status, reply.body["errors"]?.[0]?.["code"]]).toEqual([409, "ADMIN-UAM-409-3"]);
    expect((await set(api, "assign", "ada@example.com", { ...seat, role: "atlassian/admin" })).status).toBe(204);
  });

  it("on a plain jira ARI are accepted and grant nothing", async () => {
    const api = await start(world());
    const plain = { role: "atlassian/user", resource: `ari:cloud:jira::site/${cloudIdOf("acme")}` };
    expect((await set(api, "assign", "cy@example.com", plain)).status).toBe(204);
    expect(api.world.changes).toEqual([]);
  });

  it("answer 403 in an organisation where they are switched off", async () => {
    const api = await start(world(), { quirks: { rolesEndpointDisabled403: true } });
    expect((await set(api, "revoke", "bob@example.com", seat)).status).toBe(403);
  });
});

describe("roles over the organisation", () => {
  it("are given and taken by either endpoint", async () => {
    const api = await start(world());
    const admin = { role: "atlassian/org-admin" };
    expect((await set(api, "assign", "ada@example.com", admin)).status).toBe(204);
    expect(platformRolesOf(api.world, ada)).toEqual(["atlassian/org-admin"]);
    expect((await api.post(`${api.v1}/users/${ada}/role-assignments/revoke`, admin)).status).toBe(204);
    expect(platformRolesOf(api.world, ada)).toEqual([]);
    expect((await api.post(`${api.v1}/users/${ada}/role-assignments/assign`, { role: "atlassian/user" })).status).toBe(
      400,
    );
  });

  it("of a site need the platform's resource", async () => {
    const api = await start(world());
    const resource = `ari:cloud:platform::site/${cloudIdOf("acme")}`;
    expect((await set(api, "assign", "ada@example.com", { role: "atlassian/site-admin", resource })).status).toBe(204);
    expect(platformRolesOf(api.world, ada)).toEqual(["atlassian/site-admin"]);
    expect((await set(api, "assign", "ada@example.com", { role: "atlassian/user", resource })).status).toBe(400);
  });
});
