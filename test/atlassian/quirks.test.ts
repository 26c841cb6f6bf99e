import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/atlassian/frame.ts";
import { probeFilters } from "../../src/atlassian/probes.ts";
import { hasBit } from "../../src/model/bits.ts";
import { entries, NEVER, type Population, UNKNOWN_TIME } from "../../src/people/population.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { accountIdOf, directoryIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import type { Quirks } from "../../src/simulator/quirks.ts";
import type { World } from "../../src/simulator/world.ts";
import { checkOf, connect, doubts, now, operatorError, serve, transportTo } from "./support.ts";

const acme = (): World =>
  buildWorld({
    directories: ["main", "labs"],
    instances: [{ name: "jira@labs", directory: "labs" }],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "jsm-agents", grants: [["jsm@acme", "user"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
      { name: "everyone" },
    ],
    people: [
      {
        email: "ada@example.com",
        groups: ["jira-users", "wiki-users", "everyone"],
        active: { "jira@acme": "2026-11-01" },
      },
      { email: "bob@example.com", direct: [["jira@acme", "user"]], groups: ["everyone"] },
      { email: "cai@example.com", status: "suspended", groups: ["jira-users", "jsm-agents"], platform: ["org-admin"] },
      {
        email: "dot@example.com",
        directories: ["labs"],
        direct: [["jira@labs", "user"]],
        active: { "jira@labs": "2026-11-01" },
      },
      { email: "eve@example.com", status: "not_invited" },
    ],
  });

async function read(quirks: Partial<Quirks>, world = acme()): Promise<Population> {
  return (await connect(world, { quirks })).read();
}

function who(population: Population, email: string): number {
  return population.find(accountIdOf(email));
}

function plain(population: Population): unknown {
  const { certificate: _, ...header } = population.header;
  const people = Array.from({ length: population.size }, (_, person) => ({
    id: population.text("id", person),
    groups: [...entries(population.groups, person)],
    directories: [...entries(population.directories, person)],
    active: population.lastActive.map((column) => column[person]),
  }));
  return { header, people, direct: [...population.direct] };
}

describe("what changes nothing", () => {
  it.each<[string, Partial<Quirks>]>([
    ["the directory in the path narrowing nothing", { pathDirectoryIgnored: true }],
    ["next pages given as URLs", { nextIsUrl: true }],
    ["the last page's next being null", { lastNext: "null" }],
    ["the last page's next being empty", { lastNext: "empty" }],
    ["short product keys", { shortProductKeys: true }],
    ["role filters leaving out who is suspended", { roleFilterSkipsSuspended: true }],
    ["searches by group leaving out who is suspended", { suspendedMissingFromGroups: true }],
    ["rows of projects and goals among the roles", { projectNoise: true }],
    ["bare workspace ids", { workspaceIds: "bare" }],
    ["workspace ids with the shared owner jira", { workspaceIds: "jira" }],
  ])("is %s", async (_, quirks) => {
    const usual = await read({ projectNoise: false });
    const odd = await read(quirks);
    expect(plain(odd)).toEqual(plain(usual));
    expect(odd.header.certificate.state).toBe("complete");
  });

  it("is URLs on a chain of many pages", async () => {
    const world = generateWorld({ people: 350, seed: 5, now });
    const population = await read({ nextIsUrl: true }, world);
    expect(population.header.certificate.state).toBe("complete");
    expect(population.size).toBe(world.listing.filter(({ accountType }) => accountType === "atlassian").length);
  });
});

describe("a filter that is accepted and ignored", () => {
  it.each(["directoryIds", "membershipStatus", "resourceIds", "roleIds", "status", "*"])(
    "is noticed: %s",
    async (filter) => {
      const { reader } = await connect(acme(), {
        quirks: { filtersIgnored: [filter], pathDirectoryIgnored: filter === "*" },
      });
      const population = await reader.readOrganization(() => undefined);
      expect(population.header.certificate.state).not.toBe("complete");
      expect(doubts(population)).toContain("filters");
    },
  );

  it("of directories is noticed also where everybody is in one", async () => {
    const world = buildWorld({ directories: ["main", "labs"], people: [{ email: "ada@example.com" }] });
    const { simulator, read } = await connect(world, {
      quirks: { filtersIgnored: ["directoryIds"], pathDirectoryIgnored: true },
    });
    expect(doubts(await read())).toContain("filters");
    expect(simulator.world.accounts.size).toBe(2);
  });

  it("of groups is noticed by asking for groups that cannot be", async () => {
    const server = await serve((request, response) => {
      const rows = request.url?.endsWith("/groups/search") === true ? [{ id: "g1", name: "jira-users" }] : [];
      response.end(JSON.stringify({ count: 0, data: rows, links: {} }));
    });
    const instance = {
      id: "ari:cloud:jira-software::site/s",
      app: "jira-software",
      site: "acme",
      known: true,
      sandbox: false,
    };
    const frame = { instances: [instance], nameless: [], directories: [{ id: "d", name: "d" }] } as unknown as Frame;
    const { leaks } = await probeFilters({ transport: transportTo(server.url), orgId: "o" }, frame, 10);
    expect(leaks).toEqual([expect.stringContaining("of groups") as unknown]);
  });

  it("of roles is noticed on the people who come as organisation admins and are none", async () => {
    expect(doubts(await read({ filtersIgnored: ["roleIds"] }))).toContain("org-admins");
  });

  it("of status is noticed on the people who are listed as holders, too", async () => {
    const population = await read({ filtersIgnored: ["status"] });
    expect(doubts(population).some((check) => check.startsWith(`holders/${instanceIdOf("jira@acme")}`))).toBe(true);
  });

  it("is noticed in a look at a few people, which is given up", async () => {
    const { reader } = await connect(acme(), { quirks: { filtersIgnored: ["accountIds"] } });
    const error = await operatorError(reader.readPeople([accountIdOf("ada@example.com")]));
    expect(error.message).toContain("accountIds");
    expect(error.exitCode).toBe(7);
  });
});

describe("a row that cannot be trusted", () => {
  it("in the other API's spelling ends the read, naming the field", async () => {
    const { read } = await connect(acme(), { quirks: { wrongCase: 0.5 } });
    const error = await operatorError(read());
    expect(error.exitCode).toBe(7);
    expect(error.message).toContain(`"account_id" where "accountId" is documented`);
    expect(error.message).toContain("users/search");
  });

  it("without platform roles ends the read, because every admin would look like anybody", async () => {
    const { read } = await connect(acme(), { quirks: { platformRolesMissing: true } });
    expect((await operatorError(read())).message).toContain(`"platformRoles" is missing`);
  });

  it("that is missing from its page makes the counts disagree", async () => {
    const population = await read({ dropRows: 0.1 }, generateWorld({ people: 300, seed: 5, now }));
    expect(population.header.certificate.state).toBe("suspect");
    expect(doubts(population)).toContain("population");
  });

  it("with a status that nobody knows makes that person unknown, and the snapshot no worse", async () => {
    const population = await read(
      { unknownStatus: 1 },
      buildWorld({ administrator: "none", people: [{ email: "ada@example.com" }] }),
    );
    expect(population.status[who(population, "ada@example.com")]).toBe(0);
    expect(doubts(population)).toEqual(["org-admins"]);
  });

  it("with a status that nobody knows still counts among the holders", async () => {
    const world = generateWorld({ people: 300, seed: 5, now });
    const population = await read({ unknownStatus: 0.1 }, world);
    expect([...population.status].filter((status) => status === 0).length).toBeGreaterThan(5);
    expect(doubts(population).filter((check) => check.startsWith("holders"))).toEqual([]);
  });

  it("with a management source that nobody knows leaves the source unknown", async () => {
    const population = await read({ unknownSource: 1 });
    expect([...population.source].every((source) => source === 0)).toBe(true);
    expect(population.header.certificate.state).toBe("complete");
  });

  it("with a role that nobody knows is carried in the detail", async () => {
    const { reader } = await connect(acme(), { quirks: { unknownRole: 1 } });
    const population = await reader.readPeople([accountIdOf("ada@example.com")]);
    const roles = population.detail.get(0)?.roles.map(([, role]) => role) ?? [];
    expect(roles.length).toBeGreaterThan(2);
    expect(roles.some((role) => !["atlassian/user"].includes(role))).toBe(true);
  });
});

describe("paging that breaks its promise", () => {
  const many = () => generateWorld({ people: 350, seed: 5, now });

  it("by an empty page that leads on ends the read", async () => {
    const { read } = await connect(many(), { quirks: { emptyPageWithNext: 2 } });
    const error = await operatorError(read());
    expect(error.message).toContain("the page is empty and yet leads to another");
    expect(error.exitCode).toBe(7);
  });

  it("by leading back to itself ends the read", async () => {
    const { read } = await connect(many(), { quirks: { repeatedCursor: true } });
    expect((await operatorError(read())).message).toContain("leads back to one that was read before");
  });
});

describe("organisation admins", () => {
  it("that a search does not find make the snapshot incomplete", async () => {
    const population = await read({ orgAdminFilterEmpty: true });
    expect(checkOf(population, "org-admins")).toBe("failed");
    expect(population.header.certificate.state).toBe("incomplete");
  });
});

describe("groups", () => {
  it("of which a row shows only some leave memberships unproved, and nobody is said to hold a seat directly", async () => {
    const population = await read({ groupsPerUser: 1 });
    const groups = new Map(population.header.groups.map(({ name }, at) => [name, population.groupProved[at]]));
    expect([...groups.values()]).toContain(false);
    expect(checkOf(population, "membership")).toBe("suspect");
    const wiki = population.header.instances.findIndex(({ id }) => id === instanceIdOf("confluence@acme"));
    expect([...population.direct.values()].flat().filter(([at]) => at === wiki)).toEqual([]);
  });
});

describe("activity", () => {
  it("that is listed without a time is unknown there and only there", async () => {
    const world = acme();
    const ada = accountIdOf("ada@example.com");
    const population = await read({ noProductAccessForNeverUsed: false }, world);
    const at = (name: string) => population.header.instances.findIndex(({ id }) => id === instanceIdOf(name));
    const person = population.find(ada);
    expect(population.lastActive[at("jira@acme")]?.[person]).toBe(Date.parse("2026-11-01") / 1000);
    expect(population.lastActive[at("confluence@acme")]?.[person]).toBe(UNKNOWN_TIME);
    expect(hasBit(population.groupsUnknown, person)).toBe(false);
    const usual = await read({}, world);
    expect(usual.lastActive[at("confluence@acme")]?.[person]).toBe(NEVER);
  });
});

describe("the clock", () => {
  it.each([3600, -3600])("that is %i seconds off makes the snapshot suspect", async (clockSkewSeconds) => {
    const population = await read({ clockSkewSeconds });
    expect(doubts(population)).toEqual(["clock"]);
    expect(population.header.asOf).toBe(
      new Date(now.getTime() + clockSkewSeconds * 1000).toISOString().replace(".000", ""),
    );
  });

  it("that is a minute off does not", async () => {
    expect((await read({ clockSkewSeconds: 60 })).header.certificate.state).toBe("complete");
  });
});

describe("app instances", () => {
  it("may come without their seat limit", async () => {
    const world = buildWorld({ instances: [{ name: "jira@acme", capacity: 5 }], people: [] });
    expect((await read({}, world)).header.instances[0]?.capacity).toBe(5);
    expect((await read({ capacityAbsent: true }, world)).header.instances[0]).not.toHaveProperty("capacity");
  });

  it("whose full id cannot be found are carried, are asked about nowhere, and make the snapshot suspect", async () => {
    const world = buildWorld({
      directories: ["main", "labs"],
      instances: [{ name: "jira@labs", directory: "labs" }],
      people: [{ email: "dot@example.com", directories: ["labs"] }],
    });
    const { read, simulator } = await connect(world, { quirks: { workspaceIds: "bare" } });
    const population = await read();
    expect(population.header.instances[0]).toMatchObject({ app: "jira-software", site: "labs" });
    expect(doubts(population)).toEqual(["app-instances"]);
    expect(JSON.stringify(simulator.requests)).not.toContain("resourceIds");
    expect(population.header.directories.map(({ id }) => id)).toContain(directoryIdOf("labs"));
  });
});

describe("too many requests", () => {
  it("are waited out, with and without Retry-After, and the snapshot is whole", async () => {
    for (const quirks of [{}, { retryAfter: false }, { retryAfter: false, rateLimitHeaders: false }]) {
      let at = now.getTime();
      const clock = { now: () => Math.floor(at / 1000), sleep: async (ms: number) => void (at += ms) };
      const { read, simulator } = await connect(generateWorld({ people: 200, seed: 2, now }), {
        quirks,
        clock: () => new Date(at),
        rateLimit: { othersPerMinute: 30 },
        client: { clock },
      });
      const population = await read();
      expect(population.header.certificate.state).toBe("complete");
      expect(simulator.requests.length).toBeGreaterThan(30);
    }
  });
});
