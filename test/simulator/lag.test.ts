import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { addToGroup, visit } from "../../src/simulator/edit.ts";
import { accountIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { documentedLags } from "../../src/simulator/quirks.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import type { Client } from "./client.ts";
import { listOf, movingClock, now, start, textOf } from "./client.ts";

const ada = accountIdOf("ada@example.com");
const jira = instanceIdOf("jira@acme");

const world = () =>
  buildWorld({
    groups: [{ name: "crew", grants: [["jira@acme", "user"]], members: ["ada@example.com"] }],
    people: [
      { email: "ada@example.com", active: { "jira@acme": "2026-01-01" } },
      { email: "bob@example.com", direct: [["jira@acme", "user"]] },
    ],
  });

const members = (api: Client) => api.search({ groupIds: [groupIdOf("crew")] });
const leave = (api: Client, accountId = ada) =>
  api.remove(`${api.directory()}/groups/${groupIdOf("crew")}/memberships/${accountId}`);

describe("reads that lag", () => {
  it("show a membership taken away until its time has come, while the seat is really gone", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, quirks: { readLagSeconds: 60 } });
    await leave(api);
    expect(seatHolders(api.world, jira).has(ada)).toBe(false);
    expect(await members(api)).toEqual([ada]);
    clock.pass(59);
    expect(await members(api)).toEqual([ada]);
    clock.pass(1);
    expect(await members(api)).toEqual([]);
  });

  it("show a suspension late as well, and the write again answers by the truth", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, quirks: { readLagSeconds: 60 } });
    await api.post(`${api.directory()}/users/${ada}/suspend`, {});
    expect((await api.rows({ accountIds: [ada] }))[0]).toMatchObject({ status: "active" });
    await leave(api);
    expect((await leave(api)).status).toBe(404);
    clock.pass(60);
    expect((await api.rows({ accountIds: [ada] }))[0]).toMatchObject({ status: "suspended" });
  });

  it("show roles after a time of their own", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, quirks: { readLagSeconds: 600, roleLagSeconds: 30 } });
    const bob = accountIdOf("bob@example.com");
    await api.post(`${api.v1}/users/${bob}/roles/revoke`, { role: "atlassian/user", resource: jira });
    const roles = async () => {
      const { body } = await api.get(`${api.directory()}/users/${bob}/role-assignments?resourceIds=${jira}`);
      return listOf(body["data"]).length;
    };
    expect(await roles()).toBe(1);
    clock.pass(30);
    expect(await roles()).toBe(0);
  });

  it("keep one person's changes in order", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, quirks: { readLagSeconds: 60 } });
    await leave(api);
    addToGroup(api.world, "ada@example.com", "crew");
    expect(await members(api)).toEqual([ada]);
    clock.pass(60);
    expect(await members(api)).toEqual([ada]);
  });

  it("find a created group late, and count later than they list when told to", async () => {
    const clock = movingClock();
    const quirks = { groupCreateLagSeconds: 2, countsLagSeconds: 10 };
    const api = await start(world(), { clock: clock.read, quirks });
    await api.post(`${api.directory()}/groups`, { name: "new" });
    const seen = async () => {
      const { body } = await api.post(`${api.directory()}/groups/search`, { groupNames: ["new"] });
      const count = (await api.get(`${api.directory()}/groups/count`)).body["count"];
      return [listOf(body["data"]).length, count];
    };
    expect(await seen()).toEqual([0, 1]);
    clock.pass(2);
    expect(await seen()).toEqual([1, 1]);
    clock.pass(8);
    expect(await seen()).toEqual([1, 2]);
  });

  it("show activity hours later, in searches later still", async () => {
    const clock = movingClock();
    const quirks = { lastActiveLagHours: 24, searchActivityLagHours: 6 };
    const api = await start(world(), { clock: clock.read, quirks });
    visit(api.world, "ada@example.com", "jira@acme", now);
    const reported = async () => {
      const { body } = await api.get(`${api.v1}/directory/users/${ada}/last-active-dates`);
      const [row] = await api.rows({ accountIds: [ada], expand: ["productAccess"] });
      return [
        body["data"]?.["product_access"]?.[0]?.["last_active"],
        textOf(row?.["productAccess"]?.[0]?.["lastActiveTimestamp"]).slice(0, 10),
      ];
    };
    expect(await reported()).toEqual(["2026-01-01", "2026-01-01"]);
    clock.pass(24 * 3600);
    expect(await reported()).toEqual(["2026-11-20", "2026-01-01"]);
    clock.pass(6 * 3600);
    expect(await reported()).toEqual(["2026-11-20", "2026-11-20"]);
  });

  it("catch up completely under all the documented lags", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, quirks: documentedLags });
    await leave(api);
    await api.remove(`${api.directory()}/users/${ada}`);
    expect((await api.rows({ accountIds: [ada] }))[0]).toMatchObject({ status: "active" });
    clock.pass(600);
    expect((await api.get("/admin/v1/orgs")).status).toBe(200);
    clock.pass(600);
    expect((await api.rows({ accountIds: [ada] }))[0]).toMatchObject({ status: "not_invited" });
  });
});

describe("a removal that is queued", () => {
  it("answers at once and happens later, or when the simulator is told to settle", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, quirks: { removeIsQueued: 60 } });
    expect((await api.remove(`${api.directory()}/users/${ada}`)).status).toBe(204);
    expect(seatHolders(api.world, jira).has(ada)).toBe(true);
    clock.pass(60);
    await api.get("/admin/v1/orgs");
    expect(seatHolders(api.world, jira).has(ada)).toBe(false);
    const bob = accountIdOf("bob@example.com");
    await api.remove(`${api.directory()}/users/${bob}`);
    api.settle();
    expect(seatHolders(api.world, jira).size).toBe(0);
  });
});
