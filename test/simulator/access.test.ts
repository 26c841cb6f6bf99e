import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { now, start } from "./client.ts";

const unscoped = "/groups/search";

describe("the API key", () => {
  it("answers 401 in the gateway's envelope to a wrong key, one of the other kind and none at all", async () => {
    const api = await start(buildWorld({}));
    for (const Authorization of ["Bearer ATCTT-wrong", "Bearer ATATT3xFfGF0", "Basic YTpi", ""]) {
      const reply = await api.get("/admin/v1/orgs", { Authorization });
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({ code: 401, message: "Unauthorized" });
    }
  });

  it("answers 401 with a key in the user management API's own envelope", async () => {
    const api = await start(buildWorld({}));
    const reply = await api.get("/users/somebody/manage", { Authorization: "Bearer wrong" });
    expect([reply.status, reply.body]).toEqual([401, { key: "unauthorized" }]);
  });

  it("is refused from the moment it expires", async () => {
    const keyExpiresAt = new Date(now.getTime() + 1000);
    let at = now;
    const api = await start(buildWorld({}), { keyExpiresAt, clock: () => at });
    expect((await api.get("/admin/v1/orgs")).status).toBe(200);
    at = keyExpiresAt;
    expect((await api.get("/admin/v1/orgs")).status).toBe(401);
  });

  it("with scopes reaches the endpoints that document one of them, and no other", async () => {
    const api = await start(buildWorld({}), { keyScopes: ["read:directories:admin"] });
    expect((await api.get(`${api.v2}/directories`)).status).toBe(200);
    const other = await api.get("/admin/v1/orgs");
    const search = await api.post(`${api.directory()}${unscoped}`, {});
    for (const reply of [other, search]) {
      expect(reply.status).toBe(401);
      expect(reply.body["errors"]?.[0]).toMatchObject({ code: "ADMIN-401-2", detail: "INSUFFICIENT_SCOPE" });
    }
    const account = await api.get("/users/somebody/manage");
    expect([account.status, account.headers.get("content-type")]).toEqual([403, "text/html;charset=UTF-8"]);
  });
});

describe("the organisation in the path", () => {
  it("answers 404 in the routing layer's envelope when it is another one", async () => {
    const api = await start(buildWorld({}));
    const reply = await api.get("/admin/v1/orgs/another-organisation");
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ status: 404, error: "Not Found", message: "TCS validation failed" });
  });

  it("answers 404 on v1 endpoints that Atlassian has switched off", async () => {
    const api = await start(buildWorld({}));
    expect((await api.post(`${api.v1}/directory/users/somebody/suspend-access`, {})).status).toBe(404);
    expect((await api.post(`${api.v1}/users/search`, {})).status).toBe(404);
  });
});

describe("every answer", () => {
  it("carries the simulator's own time", async () => {
    const api = await start(buildWorld({}));
    expect((await api.get("/admin/v1/orgs")).headers.get("date")).toBe("Fri, 20 Nov 2026 09:00:00 GMT");
  });

  it("is remembered with its pattern, path, body and status, the oldest forgotten first", async () => {
    const api = await start(buildWorld({}), { rememberRequests: 10 });
    for (let at = 0; at < 12; at++) await api.get("/admin/v1/orgs");
    await api.post(`${api.directory()}${unscoped}`, { limit: 1 });
    expect(api.requests.length).toBeLessThanOrEqual(11);
    expect(api.requests.at(-1)).toEqual({
      method: "POST",
      pattern: "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/search",
      path: `${api.directory()}${unscoped}`,
      query: "",
      body: { limit: 1 },
      status: 200,
    });
  });

  it("to a body that is no JSON is 400", async () => {
    const api = await start(buildWorld({}));
    expect((await api.post(`${api.directory()}${unscoped}`, "{")).status).toBe(400);
  });
});
