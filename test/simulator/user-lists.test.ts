import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { directoryIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import { listOf, now, start, textOf } from "./client.ts";

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

describe("paging through a user search", () => {
  const big = generateWorld({ people: 260, seed: 5, now });

  it("gives 50 rows unless asked otherwise, and everybody once", async () => {
    const api = await start(big);
    const first = await api.post(`${api.v2}/directories/-/users/search`, {});
    expect(listOf(first.body["data"]).length).toBe(50);
    for (const limit of [7, 100]) {
      const all = await api.search({ limit }, "-");
      expect([all.length, new Set(all).size]).toEqual([260, 260]);
    }
  });

  it("goes on with bare cursors, with the filters resent or without, and leads back by prev", async () => {
    const api = await start(big);
    const path = `${api.v2}/directories/-/users/search`;
    const first = await api.post(path, { status: ["active"], limit: 10 });
    const cursor = first.body["links"]?.["next"];
    const resent = await api.post(path, { status: ["active"], limit: 10, cursor });
    const alone = await api.post(path, { cursor });
    expect(alone.body["data"]).toEqual(resent.body["data"]);
    const back = await api.post(path, { cursor: resent.body["links"]?.["prev"] });
    expect(back.body["data"]).toEqual(first.body["data"]);
  });

  it("refuses a cursor that was made up or belongs to another search", async () => {
    const api = await start(big);
    const path = `${api.v2}/directories/-/users/search`;
    const cursor = (await api.post(path, { status: ["active"], limit: 10 })).body["links"]?.["next"];
    const [directory = ""] = big.directories.keys();
    for (const [to, body] of [
      [path, { cursor: "made-up" }],
      [path, { cursor: "" }],
      [path, { cursor, status: ["suspended"] }],
      [`${api.directory(directory)}/users/search`, { cursor }],
    ] as const) {
      const reply = await api.post(to, body);
      expect(reply.body["errors"]?.[0]).toMatchObject({ code: "ADMIN-400-1" });
    }
  });

  it("loses and repeats nobody when somebody leaves the organisation between two pages", async () => {
    const own = generateWorld({ people: 120, seed: 6, now });
    const api = await start(own);
    const [directory = ""] = own.directories.keys();
    const path = `${api.directory(directory)}/users/search`;
    const body = { directoryIds: [directory], limit: 50 };
    const before = await api.search(body, directory);
    const first = await api.post(path, body);
    const leaver = before[3] ?? "";
    await api.remove(`${api.directory(directory)}/users/${encodeURIComponent(leaver)}`);
    const rest = [];
    let cursor = first.body["links"]?.["next"];
    while (cursor !== undefined) {
      const page = await api.post(path, { ...body, cursor });
      rest.push(...listOf(page.body["data"]).map((row) => row["accountId"]));
      cursor = page.body["links"]?.["next"];
    }
    expect(rest).toEqual(before.slice(50));
  });

  it("sorts by nickname in both directions", async () => {
    const api = await start(world());
    const sorted = async (direction: string) =>
      (await api.rows({ sortBy: [{ field: "nick_name", direction }], limit: 3 })).map((row) => textOf(row["nickname"]));
    const up = await sorted("asc");
    expect(up.length).toBe(10);
    expect(up).toEqual([...up].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect(await sorted("desc")).toEqual([...up].reverse());
  });
});

describe("counts and stats of users", () => {
  it("count what a search with the same filters lists", async () => {
    const api = await start(world());
    const count = async (query: string, directory = "-") =>
      (await api.get(`${api.directory(directory)}/users/count?${query}`)).body["count"];
    expect(await count("")).toBe(10);
    expect(await count(`directoryIds=${main}&directoryIds=${legacy}`)).toBe(9);
    expect(await count(`resourceIds=${jira}&roleIds=atlassian/user&roleIds=atlassian/admin`)).toBe(4);
    expect(await count("claimStatus=unmanaged")).toBe(1);
    expect(await count(`directoryIds=${legacy}`, "legacy")).toBe(3);
    const joined = await api.get(`${api.directory("-")}/users/count?status=active,suspended`);
    expect(joined.status).toBe(400);
  });

  it("agree with the store on a generated organisation", async () => {
    const big = generateWorld({ people: 500, seed: 9, now });
    const api = await start(big);
    for (const { id } of big.instances.values()) {
      const query = `resourceIds=${encodeURIComponent(id)}&roleIds=atlassian/user&roleIds=atlassian/admin`;
      const { body } = await api.get(`${api.directory("-")}/users/count?${query}`);
      const listed = await api.search({
        resourceIds: [id],
        roleIds: ["atlassian/user", "atlassian/admin"],
        limit: 100,
      });
      expect(body["count"]).toBe(listed.length);
      const holders = seatHolders(big, id);
      expect([...holders].every((accountId) => listed.includes(accountId))).toBe(true);
    }
  });

  it("show how many hold which role and status", async () => {
    const api = await start(world());
    const { body } = await api.get(`${api.directory("-")}/users/stats`);
    expect(body["accountStatus"]).toEqual([
      { status: "active", count: 8 },
      { status: "inactive", count: 2 },
    ]);
    expect(body["roles"]).toEqual([
      { roleId: "atlassian/user", count: 5 },
      { roleId: "atlassian/org-admin", count: 1 },
    ]);
  });
});
