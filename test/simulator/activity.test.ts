import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { visit } from "../../src/simulator/edit.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { documentedLimits } from "../../src/simulator/limits.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import type { Client, Json } from "./client.ts";
import { listOf, movingClock, now, start, textOf } from "./client.ts";

const world = () =>
  buildWorld({
    directories: ["main", "legacy"],
    instances: ["jsm@acme", { name: "jira@old", directory: "legacy" }],
    groups: [{ name: "crew" }],
    people: [
      {
        email: "ada@example.com",
        directories: ["main", "legacy"],
        added: "2025-02-03T04:05:06Z",
        active: { "jsm@acme": "2026-11-01T10:00:00Z", "jira@old": "2025-05-05T05:05:05Z" },
      },
      { email: "never@example.com" },
      { email: "ext@partner.example", managed: false },
    ],
  });

const dates = async (api: Client, email: string) =>
  (await api.get(`${api.v1}/directory/users/${accountIdOf(email)}/last-active-dates`)).body;

describe("last activity", () => {
  it("comes in snake case, by instance, with v1's own names and no decimals", async () => {
    const api = await start(world());
    expect(await dates(api, "ada@example.com")).toEqual({
      data: {
        added_to_org: "2025-02-03",
        added_to_org_timestamp: "2025-02-03T04:05:06Z",
        product_access: [
          {
            id: instanceIdOf("jsm@acme"),
            key: "jira-service-desk",
            last_active: "2026-11-01",
            last_active_timestamp: "2026-11-01T10:00:00Z",
          },
          {
            id: instanceIdOf("jira@old"),
            key: "jira-software",
            last_active: "2025-05-05",
            last_active_timestamp: "2025-05-05T05:05:05Z",
          },
        ],
      },
      links: {},
    });
  });

  it("is an empty list for somebody never active, and 404 for nobody", async () => {
    const api = await start(world());
    expect((await dates(api, "never@example.com"))["data"]?.["product_access"]).toEqual([]);
    expect((await dates(api, "nobody@example.com"))["errors"]?.[0]).toMatchObject({ code: "ADMIN-404-8" });
  });

  it("shows a visit, in searches too, where it belongs to the directory that was asked for", async () => {
    const api = await start(world());
    visit(api.world, "ada@example.com", "jsm@acme", new Date("2026-11-20T08:59:00Z"));
    const product = (await dates(api, "ada@example.com"))["data"]?.["product_access"]?.[0];
    expect(product).toMatchObject({ last_active_timestamp: "2026-11-20T08:59:00Z" });
    const access = async (directory: string) => {
      const [row] = await api.rows({ emails: ["ada@example.com"], expand: ["productAccess"] }, directory);
      return listOf(row?.["productAccess"]).map((entry) => entry["lastActiveTimestamp"]);
    };
    expect(await access("main")).toEqual(["2026-11-20T08:59:00.000000000Z"]);
    expect(await access("legacy")).toEqual(["2025-05-05T05:05:05.000000000Z"]);
    expect((await access("-")).length).toBe(2);
  });

  it("is limited to 200 requests a minute when limits are on, by the simulator's clock", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read, rateLimit: documentedLimits });
    const ask = () => api.get(`${api.v1}/directory/users/${accountIdOf("ada@example.com")}/last-active-dates`);
    const first = await ask();
    expect(first.headers.get("x-ratelimit-limit")).toBe("200");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("199");
    expect(first.headers.get("x-ratelimit-reset")).toBe("2026-11-20T09:01:00.000Z");
    clock.pass(30);
    for (let count = 1; count < 200; count++) await ask();
    const refused = await ask();
    expect([refused.status, refused.body["code"]]).toEqual([429, 429]);
    expect(refused.headers.get("retry-after")).toBe("30");
    expect((await api.get("/admin/v1/orgs")).status).toBe(200);
    clock.pass(31);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
  });
});

describe("managed accounts", () => {
  it("come in snake case, without those whom the organisation doesn't manage", async () => {
    const api = await start(world());
    const { body } = await api.get(`${api.v1}/users`);
    const rows = listOf(body["data"]);
    expect(rows.map((row) => row["email"])).toEqual(["admin@example.com", "ada@example.com", "never@example.com"]);
    expect(rows[1]).toMatchObject({
      account_id: accountIdOf("ada@example.com"),
      account_type: "atlassian",
      account_status: "active",
      access_billable: true,
      last_active: "2026-11-01T10:00:00Z",
      product_access: [{ key: "jira-service-desk" }, { key: "jira-software" }],
    });
    expect(body["meta"]).toEqual({ total: 3 });
  });

  it("go on at a whole URL, and hold apps' accounts, which searches never show", async () => {
    const big = generateWorld({ people: 250, seed: 2, now });
    const api = await start(big);
    const all: Json[] = [];
    let url: unknown = `${api.url}${api.v1}/users`;
    while (typeof url === "string") {
      expect(url.startsWith(api.url)).toBe(true);
      const { body } = await api.get(url.slice(api.url.length));
      all.push(...listOf(body["data"]));
      url = body["links"]?.["next"];
    }
    expect(all.length).toBe(big.listing.filter(({ managed }) => managed).length);
    const apps = all.filter((row) => textOf(row["account_type"]) === "app").map((row) => textOf(row["account_id"]));
    expect(apps.length).toBe(3);
    expect(await api.search({ accountIds: apps })).toEqual([]);
  });

  it("are an empty list with 200 when no domain is verified", async () => {
    const api = await start(world(), { quirks: { managedUsersEmpty: true } });
    const { status, body } = await api.get(`${api.v1}/users`);
    expect([status, body["data"]]).toEqual([200, []]);
  });
});

describe("events", () => {
  it("tell what was done through the API, by whose key, and can be polled from the last cursor", async () => {
    const clock = movingClock();
    const api = await start(world(), { clock: clock.read });
    const ada = accountIdOf("ada@example.com");
    const path = `${api.directory()}/groups/${groupIdOf("crew")}/memberships`;
    visit(api.world, "ada@example.com", "jsm@acme", now);
    await api.post(path, { accountId: ada });
    const first = await api.get(`${api.v1}/events-stream`);
    expect(first.body["data"]).toMatchObject([
      {
        type: "events",
        attributes: {
          action: "user_added_to_group",
          time: now.toISOString(),
          actor: { id: accountIdOf("admin@example.com"), auth: { tokenLabel: "seatwright" } },
          context: [
            { id: ada, type: "users" },
            { id: groupIdOf("crew"), type: "groups" },
          ],
        },
      },
    ]);
    clock.pass(60);
    await api.remove(`${path}/${ada}`);
    const cursor = textOf(first.body["meta"]?.["next"]);
    const later = await api.get(`${api.v1}/events-stream?cursor=${cursor}`);
    expect(listOf(later.body["data"]).map((row) => row["attributes"]?.["action"])).toEqual(["user_removed_from_group"]);
    const early = await api.get(`${api.v1}/events-stream?to=${now.getTime()}&sortOrder=desc`);
    expect(listOf(early.body["data"]).length).toBe(1);
    expect(api.world.memberships.get(ada)?.has(directoryIdOf("legacy"))).toBe(true);
  });

  it("have a limit of their own, 50 a minute", async () => {
    const api = await start(world(), { rateLimit: documentedLimits });
    const reply = await api.get(`${api.v1}/events-stream`);
    expect(reply.headers.get("x-ratelimit-limit")).toBe("50");
    expect((await api.get(`${api.v1}/domains`)).headers.get("x-ratelimit-limit")).toBeNull();
  });
});
