import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import { createWorld, partsOf } from "../../src/simulator/world.ts";
import type { Client } from "./client.ts";
import { movingClock, start } from "./client.ts";

const jira = instanceIdOf("jira@acme");

const world = () =>
  buildWorld({
    people: [
      { email: "ada@example.com", direct: [["jira@acme", "user"]] },
      { email: "okta@example.com", source: "synced" },
      { email: "ext@partner.example", managed: false },
    ],
  });

const manage = (email: string) => `/users/${encodeURIComponent(accountIdOf(email))}/manage`;
const act = (api: Client, email: string, verb: string, body: object = {}) =>
  api.post(`${manage(email)}/lifecycle/${verb}`, body);

describe("what may be done to an account", () => {
  it("is listed by privilege, with the reason where an identity provider owns it", async () => {
    const api = await start(world());
    expect((await api.get(manage("ada@example.com"))).body["lifecycle.enablement"]).toEqual({ allowed: true });
    const synced = (await api.get(`${manage("okta@example.com")}?privileges=lifecycle.enablement`)).body;
    const blocked = { allowed: false, reason: { key: "externalDirectory.scim" } };
    expect(synced).toEqual({ "lifecycle.enablement": blocked });
    const all = (await api.get(manage("okta@example.com"))).body;
    expect(all["profile.write"]).toMatchObject({ name: blocked });
    expect(all["apiToken.read"]).toEqual({ allowed: true });
  });

  it("is nothing where the organisation doesn't manage the account, and 404 for nobody", async () => {
    const api = await start(world());
    const reply = await api.get(manage("ext@partner.example"));
    expect(reply.status).toBe(403);
    expect(reply.body).toEqual({
      key: "forbidden",
      errorKey: "forbidden",
      errorDetail: "Error: Caller must be a verified org admin of targeted account",
    });
    expect((await api.get(manage("nobody@example.com"))).body).toEqual({ key: "accountNotFound" });
  });
});

describe("deactivating", () => {
  it("frees every seat, shows as deactivated, and is undone by activating", async () => {
    const api = await start(world());
    const ada = accountIdOf("ada@example.com");
    expect((await act(api, "ada@example.com", "disable", { message: "Left" })).status).toBe(204);
    expect(seatHolders(api.world, jira).size).toBe(0);
    expect((await api.get(`${api.directory()}/users/${ada}`)).body["data"]).toMatchObject({
      status: "deactivated",
      accountStatus: "inactive",
      membershipStatus: "active",
      deactivatedOn: "2026-11-20T09:00:00.000Z",
    });
    expect((await act(api, "ada@example.com", "enable")).status).toBe(204);
    expect(seatHolders(api.world, jira).size).toBe(1);
  });

  it("again answers 204, or 409 with the lifecycle envelope when told to", async () => {
    const api = await start(world());
    for (const _ of [1, 2]) expect((await act(api, "ada@example.com", "disable")).status).toBe(204);
    const strict = await start(world(), { quirks: { disableAgain: 409 } });
    await act(strict, "ada@example.com", "disable");
    const reply = await act(strict, "ada@example.com", "disable");
    expect([reply.status, reply.body["key"]]).toEqual([409, "conflict.lifecycleErrors"]);
    expect(reply.body["context"]?.["errorCodes"]?.[0]).toHaveProperty("code");
  });

  it("is refused for accounts that a provider owns or that aren't managed", async () => {
    const api = await start(world());
    const synced = await act(api, "okta@example.com", "disable");
    expect([synced.status, synced.body["key"]]).toEqual([403, "forbidden.action"]);
    expect(synced.body["context"]).toMatchObject({ allowed: false, reason: { key: "externalDirectory.scim" } });
    expect((await act(api, "ext@partner.example", "disable")).body["key"]).toBe("forbidden");
  });
});

describe("deleting an account", () => {
  it("answers 200 with a message, shows for deletion, and can be called off for 14 days", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read });
    const reply = await act(api, "ada@example.com", "delete");
    expect(reply.body).toEqual({ message: `AccountId ${accountIdOf("ada@example.com")} has been deleted.` });
    expect((await api.rows({ emails: ["ada@example.com"] }))[0]).toMatchObject({ status: "for_deletion" });
    expect((await act(api, "ada@example.com", "delete")).status).toBe(404);
    expect((await act(api, "ada@example.com", "enable")).status).toBe(409);
    clock.pass(13 * 86_400);
    expect((await act(api, "ada@example.com", "cancel-delete")).status).toBe(200);
    expect((await api.rows({ emails: ["ada@example.com"] }))[0]).toMatchObject({ status: "active" });
    await act(api, "ada@example.com", "delete");
    clock.pass(15 * 86_400);
    expect((await act(api, "ada@example.com", "cancel-delete")).status).toBe(404);
  });
});

describe("a person's API tokens", () => {
  it("are listed as a bare array and deleted one by one", async () => {
    const accountId = accountIdOf("ada@example.com");
    const token = { accountId, id: "t1", label: "laptop", createdAt: "2026-01-01T00:00:00.000Z" };
    const api = await start(createWorld({ ...partsOf(world()), tokens: [token] }));
    const path = `${manage("ada@example.com")}/api-tokens`;
    expect((await api.get(path)).body).toEqual([{ id: "t1", label: "laptop", createdAt: "2026-01-01T00:00:00.000Z" }]);
    expect((await api.remove(`${path}/t1`)).status).toBe(204);
    expect((await api.remove(`${path}/t1`)).status).toBe(404);
    expect((await api.get(path)).body).toEqual([]);
  });
});
