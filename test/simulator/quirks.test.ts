import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { accountIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import type { Quirks } from "../../src/simulator/quirks.ts";
import { isInShare, quirkDefaults } from "../../src/simulator/quirks.ts";
import type { Json } from "./client.ts";
import { listOf, now, start, textOf } from "./client.ts";

const jira = instanceIdOf("jira@acme");

const world = () =>
  buildWorld({
    directories: ["main", "legacy"],
    groups: [
      {
        name: "jira-users",
        grants: [["jira@acme", "user"]],
        members: ["ada@example.com", "out@example.com", "both@example.com"],
      },
      { name: "crew", members: ["ada@example.com"] },
    ],
    people: [
      { email: "ada@example.com", active: { "jira@acme": "2026-11-01" }, direct: [["confluence@acme", "user"]] },
      { email: "out@example.com", status: "suspended" },
      { email: "both@example.com", directories: ["main", "legacy"] },
      { email: "ext@partner.example", managed: false },
      { email: "old@example.com", directories: ["legacy"] },
    ],
  });

const withQuirks = (quirks: Partial<Quirks>) => start(world(), { quirks });
const names = (rows: readonly Json[]) => rows.map((row) => textOf(row["email"]).split("@")[0]);

describe("filters that don't filter", () => {
  it("are accepted and have no effect, one by one or all of them", async () => {
    const some = await withQuirks({ filtersIgnored: ["groupIds"] });
    expect((await some.search({ groupIds: [groupIdOf("crew")] })).length).toBe(6);
    expect((await some.search({ emails: ["ada@example.com"] })).length).toBe(1);
    const all = await withQuirks({ filtersIgnored: ["*"] });
    expect((await all.search({ emails: ["ada@example.com"], status: ["suspended"] })).length).toBe(6);
    const groups = await all.post(`${all.directory()}/groups/search`, { groupIds: [groupIdOf("crew")] });
    expect(listOf(groups.body["data"]).length).toBe(2);
    const counted = await some.get(`${some.directory("-")}/users/count?groupIds=${groupIdOf("crew")}`);
    expect(counted.body["count"]).toBe(6);
  });

  it("include the directory in the path when told to", async () => {
    const api = await withQuirks({ pathDirectoryIgnored: true });
    expect((await api.search({}, "legacy")).length).toBe(6);
  });

  it("find no organisation admin when told to", async () => {
    const api = await withQuirks({ orgAdminFilterEmpty: true });
    expect(await api.search({ roleIds: ["atlassian/org-admin"] })).toEqual([]);
  });
});

describe("suspended people", () => {
  it("are left out of role searches when told to", async () => {
    const api = await withQuirks({ roleFilterSkipsSuspended: true });
    expect(names(await api.rows({ resourceIds: [jira], roleIds: ["atlassian/user"] }))).toEqual(["ada", "both"]);
  });

  it("are missing from a group's members while its own count includes them, when told to", async () => {
    const api = await withQuirks({ suspendedMissingFromGroups: true });
    expect(names(await api.rows({ groupIds: [groupIdOf("jira-users")] }))).toEqual(["ada", "both"]);
    const { body } = await api.get(`${api.directory()}/groups/${groupIdOf("jira-users")}`);
    expect(body["data"]?.["counts"]?.["users"]).toBe(3);
  });
});

describe("rows", () => {
  it("come in snake case, with unknown statuses, unknown sources or without addresses for a share of people", async () => {
    const rowOf = async (quirks: Partial<Quirks>) =>
      (await (await withQuirks(quirks)).rows({ emails: ["ada@example.com"] }))[0];
    expect(await rowOf({ wrongCase: 1 })).toHaveProperty("account_status", "active");
    expect(await rowOf({ unknownStatus: 1 })).toMatchObject({ status: "hibernating", accountStatus: "hibernating" });
    expect(await rowOf({ unknownSource: 1 })).toMatchObject({ managementSource: "federated" });
    expect(await rowOf({ emailHidden: 1 })).not.toHaveProperty("email");
  });

  it("are lost from their page for a share of people, always the same ones", async () => {
    const api = await start(generateWorld({ people: 200, seed: 1, now }), { quirks: { dropRows: 0.1 } });
    const [first, second] = [await api.search({ limit: 50 }, "-"), await api.search({ limit: 50 }, "-")];
    expect(first).toEqual(second);
    expect(first.length).toBeGreaterThan(160);
    expect(first.length).toBeLessThan(200);
    expect((await api.get(`${api.directory("-")}/users/count`)).body["count"]).toBe(200);
  });

  it("have no platform roles although asked for, when told to", async () => {
    const api = await withQuirks({ platformRolesMissing: true });
    const [row] = await api.rows({ emails: ["admin@example.com"], expand: ["platformRoles"] });
    expect(row).not.toHaveProperty("platformRoles");
  });

  it("leave out apps that were never used, or list them without a time", async () => {
    const access = async (quirks: Partial<Quirks>) => {
      const api = await withQuirks(quirks);
      return (await api.rows({ emails: ["ada@example.com"], expand: ["productAccess"] }))[0]?.["productAccess"];
    };
    const used = { id: jira, key: "jira-software", lastActiveTimestamp: "2026-11-01T00:00:00.000000000Z" };
    expect(await access({})).toEqual([used]);
    const never = { id: instanceIdOf("confluence@acme"), key: "confluence" };
    expect(await access({ noProductAccessForNeverUsed: false })).toEqual([used, never]);
    expect(await access({ shortProductKeys: true })).toMatchObject([{ key: "jira" }]);
  });

  it("say nothing of two-step verification for accounts that aren't managed, unless told to", async () => {
    const mfa = async (quirks: Partial<Quirks>) =>
      (await (await withQuirks(quirks)).rows({ emails: ["ext@partner.example"] }))[0]?.["mfaEnabled"];
    expect(await mfa({})).toBeUndefined();
    expect(await mfa({ mfaAbsentForUnmanaged: false })).toBe(false);
  });

  it("list no more groups than the most that is set", async () => {
    const api = await withQuirks({ groupsPerUser: 1 });
    const [row] = await api.rows({ emails: ["ada@example.com"], expand: ["groups"] });
    expect(listOf(row?.["groups"]).length).toBe(1);
  });
});

describe("role lists", () => {
  it("hold rows of projects and goals for some people, unless told otherwise", async () => {
    const big = generateWorld({ people: 100, seed: 4, now });
    const owners = async (quirks: Partial<Quirks>) => {
      const api = await start(big, { quirks });
      const seen = new Set<unknown>();
      for (const { accountId } of big.listing.slice(0, 60)) {
        const path = `${api.directory("-")}/users/${encodeURIComponent(accountId)}/role-assignments`;
        const { body } = await api.get(path);
        for (const row of listOf(body["data"] ?? [])) seen.add(row["resourceOwner"]);
      }
      return seen;
    };
    expect(await owners({})).toContain("project");
    expect(await owners({})).toContain("goal");
    expect(await owners({ projectNoise: false })).not.toContain("project");
  });

  it("hold a role that no document mentions, when told to", async () => {
    const api = await withQuirks({ unknownRole: 1, projectNoise: false });
    const user = await api.get(`${api.directory()}/users/${accountIdOf("both@example.com")}/role-assignments`);
    expect(user.body["data"]?.[0]?.["roles"]).toEqual(["atlassian/user", "atlassian/apprentice"]);
    const group = await api.get(`${api.directory()}/groups/${groupIdOf("jira-users")}/role-assignments`);
    expect(group.body["data"]?.[0]?.["roles"]).toEqual(["atlassian/user", "atlassian/apprentice"]);
  });
});

describe("paging", () => {
  it("gives whole URLs as next links when told to", async () => {
    const api = await withQuirks({ nextIsUrl: true });
    const path = `${api.directory("-")}/users/search`;
    const first = await api.post(path, { limit: 4 });
    const next = textOf(first.body["links"]?.["next"]);
    expect(next.startsWith(`${api.url}${path}?cursor=`)).toBe(true);
    const second = await api.post(path, { limit: 4, cursor: next.split("cursor=")[1] });
    expect(listOf(second.body["data"]).length).toBe(2);
  });

  it("ends with an absent, null or empty next link", async () => {
    const next = async (lastNext: Quirks["lastNext"]) => {
      const api = await withQuirks({ lastNext });
      return (await api.post(`${api.directory()}/users/search`, {})).body["links"]?.["next"];
    };
    expect(await next("absent")).toBeUndefined();
    expect(await next("null")).toBeNull();
    expect(await next("empty")).toBe("");
  });

  it("has an empty page with more to follow, and nobody lost, when told to", async () => {
    const api = await start(generateWorld({ people: 100, seed: 1, now }), { quirks: { emptyPageWithNext: 2 } });
    const path = `${api.directory("-")}/users/search`;
    const sizes = [];
    let cursor: unknown;
    do {
      const { body } = await api.post(path, { limit: 30, ...(cursor === undefined ? {} : { cursor }) });
      sizes.push(listOf(body["data"]).length);
      cursor = body["links"]?.["next"];
    } while (cursor !== undefined);
    expect(sizes).toEqual([30, 0, 30, 30, 0, 10]);
  });

  it("leads from the second page to itself, when told to", async () => {
    const api = await withQuirks({ repeatedCursor: true });
    const path = `${api.directory("-")}/users/search`;
    const cursor = (await api.post(path, { limit: 2 })).body["links"]?.["next"];
    expect((await api.post(path, { limit: 2, cursor })).body["links"]?.["next"]).toBe(cursor);
  });
});

describe("writes", () => {
  it("answer 403 to suspending somebody who is in another directory too, when told to", async () => {
    const api = await withQuirks({ secondSite403: true });
    const suspend = (email: string) =>
      api.post(`${api.directory()}/users/${accountIdOf(email)}/suspend`, {}).then(({ status }) => status);
    expect([await suspend("both@example.com"), await suspend("ada@example.com")]).toEqual([403, 204]);
  });

  it("suspend an organisation admin, and answer 400 for the directory `-`, when told to", async () => {
    const api = await withQuirks({ orgAdminSuspend400: false, wildcardWrite: 400 });
    const admin = accountIdOf("admin@example.com");
    expect((await api.post(`${api.directory()}/users/${admin}/suspend`, {})).status).toBe(204);
    expect((await api.post(`${api.directory("-")}/users/${admin}/suspend`, {})).status).toBe(400);
  });
});

describe("headers", () => {
  it("leave out limits and Retry-After, and tell the wrong time, when told to", async () => {
    const api = await start(world(), {
      rateLimit: { othersPerMinute: 1 },
      quirks: { rateLimitHeaders: false, retryAfter: false, clockSkewSeconds: 3600 },
    });
    expect((await api.get("/admin/v1/orgs")).headers.get("date")).toBe("Fri, 20 Nov 2026 10:00:00 GMT");
    const refused = await api.get("/admin/v1/orgs");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBeNull();
    expect(refused.headers.get("x-ratelimit-limit")).toBeNull();
  });
});

describe("a share", () => {
  it("takes about that part, always the same ones, and none or all at the ends", () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `712020:${at}`);
    const taken = ids.filter((id) => isInShare(0.1, "status", id));
    expect(Math.abs(taken.length - 1000)).toBeLessThan(150);
    expect(ids.filter((id) => isInShare(0.1, "status", id))).toEqual(taken);
    expect(ids.some((id) => isInShare(0, "status", id))).toBe(false);
    expect(ids.every((id) => isInShare(1, "status", id))).toBe(true);
    expect(isInShare(quirkDefaults.dropRows, "drop", "anybody")).toBe(false);
  });
});
