import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { anyFault, faultAt, faultCatalogue } from "../../src/simulator/faults.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { accountIdOf, groupIdOf } from "../../src/simulator/names.ts";
import { routes } from "../../src/simulator/router.ts";
import type { Client } from "./client.ts";
import { listOf, now, start, textOf } from "./client.ts";

const search = "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/search";
const membership = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}";
const ada = accountIdOf("ada@example.com");

const world = () =>
  buildWorld({ groups: [{ name: "crew", members: ["ada@example.com"] }], people: [{ email: "ada@example.com" }] });

const path = (api: Client) => `${api.directory("-")}/users/search`;
const leave = (api: Client) => api.remove(`${api.directory()}/groups/${groupIdOf("crew")}/memberships/${ada}`);
const isMember = (api: Client) => api.world.groups.get(groupIdOf("crew"))?.members.has(ada) === true;

function named(name: string): Fault {
  const fault = faultCatalogue[name];
  if (fault === undefined) throw new Error(`the catalogue has no fault ${name}`);
  return fault;
}

describe("a fault plan", () => {
  it("hits the nth request to a pattern, or each one, and no other", async () => {
    const faults = anyFault(
      faultAt({ pattern: search, nth: 2 }, named("500")),
      faultAt({ method: "GET", pattern: "/admin/v1/orgs" }, named("503")),
    );
    const api = await start(world(), { faults });
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await api.post(path(api), {})).status);
    expect(statuses).toEqual([200, 500, 200]);
    for (const _ of [1, 2]) expect((await api.get("/admin/v1/orgs")).status).toBe(503);
    expect(api.requests.map(({ status }) => status)).toEqual([200, 500, 200, 503, 503]);
  });

  it("can name every endpoint, by the patterns of the routes", () => {
    const patterns = routes.map(({ method, pattern }) => `${method} ${pattern}`);
    expect(new Set(patterns).size).toBe(patterns.length);
    expect(patterns).toContain(`POST ${search}`);
    expect(patterns.length).toBeGreaterThanOrEqual(40);
  });
});

describe("status faults", () => {
  it("answer in each of the envelopes, and do no work", async () => {
    const expected: Readonly<Record<string, readonly [number, unknown]>> = {
      "401": [401, { code: 401, message: "Gateway error 401" }],
      "403 JSON": [403, { errors: [expect.objectContaining({ status: "403", code: "ADMIN-UAM-403-1" })] }],
      "404": [404, { errors: [expect.objectContaining({ code: "ADMIN-UAM-404-1" })] }],
      "404 routing": [404, expect.objectContaining({ message: "TCS validation failed", status: 404 })],
      "409 already so": [409, { errors: [expect.objectContaining({ code: "ADMIN-UAM-409-2" })] }],
      "409 licence limit": [409, { errors: [expect.objectContaining({ code: "ADMIN-UAM-409-3" })] }],
      "409 lifecycle": [409, expect.objectContaining({ key: "conflict.lifecycleErrors" })],
      "415": [415, { errors: [expect.objectContaining({ code: "ADMIN-UAM-415-1" })] }],
      "429 without Retry-After": [429, { code: 429, message: "Rate limit exceeded" }],
      "500": [500, { errors: [expect.objectContaining({ code: "ADMIN-500-1" })] }],
      "503": [503, { code: 503, message: "Gateway error 503" }],
    };
    for (const [name, [status, body]] of Object.entries(expected)) {
      const api = await start(world(), { faults: faultAt({ pattern: membership }, named(name)) });
      const reply = await leave(api);
      expect([reply.status, reply.body]).toEqual([status, body]);
      expect(reply.headers.get("retry-after")).toBeNull();
      expect(isMember(api)).toBe(true);
    }
  });

  it("answer with an HTML page, with Retry-After, and in the user management API's own envelope", async () => {
    const html = await start(world(), { faults: faultAt({ pattern: search }, named("403 HTML")) });
    const page = await html.post(path(html), {});
    expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html;charset=UTF-8"]);
    expect(page.text).toContain("<html>");
    const slow = await start(world(), { faults: faultAt({ pattern: search }, named("429 with Retry-After")) });
    expect((await slow.post(path(slow), {})).headers.get("retry-after")).toBe("1");
    const manage = "/users/{accountId}/manage";
    const own = await start(world(), { faults: faultAt({ pattern: manage }, named("404")) });
    expect((await own.get(`/users/${ada}/manage`)).body).toEqual({ key: "accountNotFound" });
  });

  it("can come after the work is done", async () => {
    const api = await start(world(), { faults: faultAt({ pattern: membership }, named("500 after the work")) });
    expect((await leave(api)).status).toBe(500);
    expect(isMember(api)).toBe(false);
  });
});

describe("connections that break off", () => {
  it("lose the request before the work, or the answer after it", async () => {
    for (const [name, remains] of [
      ["reset before the work", true],
      ["reset after the work", false],
    ] as const) {
      const api = await start(world(), { faults: faultAt({ pattern: membership, nth: 1 }, named(name)) });
      await expect(leave(api)).rejects.toThrow("fetch failed");
      expect(isMember(api)).toBe(remains);
      expect(api.requests[0]).toMatchObject({ method: "DELETE", status: 0 });
      expect((await leave(api)).status).toBe(remains ? 204 : 404);
    }
  });

  it("cut JSON short, with a clean end or without", async () => {
    const short = await start(world(), { faults: faultAt({ pattern: search }, named("truncated JSON")) });
    const reply = await short.post(path(short), {});
    expect(reply.status).toBe(200);
    expect(() => JSON.parse(reply.text)).toThrow("JSON");
    const broken = await start(world(), { faults: faultAt({ pattern: search }, named("truncated connection")) });
    await expect(broken.post(path(broken), {})).rejects.toThrow("terminated");
  });

  it("send a body in two parts, or none with 200 after the work is done", async () => {
    const slow = await start(world(), { faults: faultAt({ pattern: search }, named("slow body")) });
    expect((await slow.post(path(slow), {})).body["data"]).toHaveLength(2);
    const empty = await start(world(), { faults: faultAt({ pattern: membership }, named("empty 200")) });
    const reply = await leave(empty);
    expect([reply.status, reply.text, isMember(empty)]).toEqual([200, "", false]);
  });
});

describe("lists that go wrong", () => {
  const big = () => generateWorld({ people: 50, seed: 3, now });
  const pages = async (fault: Fault, nth: number, most = 8) => {
    const api = await start(big(), { faults: faultAt({ pattern: search, nth }, fault) });
    const seen: (readonly string[])[] = [];
    const cursors: unknown[] = [];
    let cursor: unknown;
    do {
      const { body } = await api.post(path(api), { limit: 20, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(listOf(body["data"]).map((row) => textOf(row["accountId"])));
      cursor = body["links"]?.["next"];
      cursors.push(cursor);
    } while (cursor !== undefined && seen.length < most);
    return { seen, cursors };
  };

  it("lead to the same page by the same cursor", async () => {
    const { seen, cursors } = await pages({ kind: "repeatedCursor" }, 2);
    expect(cursors[1]).toBe(cursors[0]);
    expect(seen[2]).toEqual(seen[1]);
    const first = await pages({ kind: "repeatedCursor" }, 1);
    expect(first.seen[1]).toEqual(first.seen[0]);
  });

  it("give a page twice under another cursor, and then go on", async () => {
    const { seen, cursors } = await pages(named("page repeated"), 2);
    expect(seen.map(({ length }) => length)).toEqual([20, 20, 20, 10]);
    expect(seen[2]).toEqual(seen[1]);
    expect(new Set(cursors).size).toBe(cursors.length);
  });

  it("leave a page out", async () => {
    const { seen } = await pages(named("page dropped"), 2);
    expect(seen.map(({ length }) => length)).toEqual([20, 10]);
    const last = await pages(named("page dropped"), 3);
    expect(last.seen.map(({ length }) => length)).toEqual([20, 20, 0]);
  });

  it("do so where the next link is a whole URL", async () => {
    const users = "/admin/v1/orgs/{orgId}/users";
    const many = generateWorld({ people: 330, seed: 3, now });
    const fault = { kind: "repeatedPage" } as const;
    const api = await start(many, { faults: faultAt({ pattern: users, nth: 1 }, fault) });
    const first = await api.get(`${api.v1}/users`);
    const again = await api.get(textOf(first.body["links"]?.["next"]).slice(api.url.length));
    expect(again.body["data"]).toEqual(first.body["data"]);
  });

  it("have values that no document mentions in their first row, or names in the other style", async () => {
    const odd = await start(world(), { faults: faultAt({ pattern: search }, named("unknown value")) });
    const { body } = await odd.post(path(odd), { expand: ["platformRoles"] });
    expect(body["data"]?.[0]).toMatchObject({
      status: "hibernating",
      platformRoles: ["atlassian/org-admin", "atlassian/apprentice"],
    });
    expect(body["data"]?.[1]).toMatchObject({ status: "active" });
    const snake = await start(world(), { faults: faultAt({ pattern: search }, named("wrong case")) });
    expect((await snake.post(path(snake), {})).body["data"]?.[0]).toHaveProperty("account_id");
    const camel = await start(world(), {
      faults: faultAt({ pattern: "/admin/v1/orgs/{orgId}/users" }, named("wrong case")),
    });
    expect((await camel.get(`${camel.v1}/users`)).body["data"]?.[0]).toHaveProperty("accountId");
  });
});

describe("faults of time", () => {
  it("put the Date header off", async () => {
    const faults = faultAt({ pattern: "/admin/v1/orgs" }, named("clock an hour behind"));
    const api = await start(world(), { faults });
    expect((await api.get("/admin/v1/orgs")).headers.get("date")).toBe("Fri, 20 Nov 2026 08:00:00 GMT");
  });

  it("show groups as they were before the first write", async () => {
    const api = await start(world(), { faults: faultAt({ pattern: search, nth: 2 }, named("group read lag")) });
    await leave(api);
    await api.post(`${api.directory()}/groups`, { name: "another" });
    const members = () => api.search({ groupIds: [groupIdOf("crew")] });
    expect([await members(), await members(), await members()]).toEqual([[], [ada], []]);
  });
});

describe("closing", () => {
  it("breaks off an answer that is on its way", async () => {
    const faults = faultAt({ pattern: search }, { kind: "slow", milliseconds: 600_000 });
    const api = await start(world(), { faults });
    const reply = api.post(path(api), {}).then(
      () => "answered",
      () => "broken off",
    );
    while (api.requests[0]?.status !== 200) await new Promise((resolve) => setImmediate(resolve));
    await api.close();
    expect(await reply).toBe("broken off");
  });

  it("ends idle connections and lets go of the port, and again does nothing", async () => {
    const api = await start(world());
    await api.get("/admin/v1/orgs");
    await api.close();
    await api.close();
    await expect(api.get("/admin/v1/orgs")).rejects.toThrow("fetch failed");
    const next = await start(world(), { port: Number(new URL(api.url).port) });
    expect(next.url).toBe(api.url);
  });
});
