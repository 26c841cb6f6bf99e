import { describe, expect, it } from "vitest";
import type { Population } from "../../src/people/population.ts";
import { entries, platformRoleBits, sharedText, statuses, NEVER, UNKNOWN_TIME } from "../../src/people/population.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { eachBit } from "../../src/model/bits.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { takeRole, visit } from "../../src/simulator/edit.ts";
import { faultAt, type FaultPlan } from "../../src/simulator/faults.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { accountIdOf, directoryIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import type { World } from "../../src/simulator/world.ts";
import { checkOf, connect, doubts, now, operatorError } from "./support.ts";

const acme = (): World =>
  buildWorld({
    directories: ["main", "labs"],
    instances: [
      "jira@acme",
      { name: "confluence@acme", capacity: 20 },
      { name: "jira@acme-sandbox", sandbox: true },
      "canvas@acme",
      { name: "jira@labs", directory: "labs" },
    ],
    groups: [
      {
        name: "jira-users",
        grants: [
          ["jira@acme", "user"],
          ["confluence@acme", "user"],
        ],
      },
      { name: "jira-admins", grants: [["jira@acme", "admin"]] },
      { name: "guests", grants: [["confluence@acme", "guest"]] },
      { name: "canvas-users", grants: [["canvas@acme", "user"]] },
      { name: "okta-everyone", synced: true },
      { name: "sandbox", grants: [["jira@acme-sandbox", "user"]] },
      { name: "labs-users", directory: "labs", grants: [["jira@labs", "user"]] },
    ],
    people: [
      {
        email: "ada@example.com",
        name: "Ada Lovelace",
        directories: ["main", "labs"],
        groups: ["jira-users", "labs-users", "okta-everyone"],
        active: { "jira@acme": "2026-11-01T10:00:00Z", "jira@labs": "2026-10-01T10:00:00Z" },
        department: "Engines",
        mfa: true,
        source: "synced",
      },
      { email: "bob@example.com", direct: [["jira@acme", "user"]], added: "2026-11-10" },
      { email: "cai@partner.example", managed: false, groups: ["guests", "canvas-users"], emailHidden: true },
      { email: "dot@example.com", status: "suspended", groups: ["jira-users", "jira-admins"] },
      { email: "eve@example.com", status: "not_invited" },
      { email: "fay@example.com", status: "deactivated", groups: ["jira-users"] },
      { email: "gus@example.com", groups: ["jira-users"], direct: [["jira@acme", "user"]] },
    ],
  });

function person(population: Population, email: string): number {
  const position = population.find(accountIdOf(email));
  expect(position).toBeGreaterThanOrEqual(0);
  return position;
}

function holders(population: Population, instance: string): readonly string[] {
  const at = population.header.instances.findIndex(({ id }) => id === instanceIdOf(instance));
  const found: string[] = [];
  eachBit(seatsOf(population).holders[at]?.yes ?? new Uint32Array(), (who) => {
    found.push(population.text("id", who) ?? "");
  });
  return found.sort();
}

describe("a snapshot", () => {
  it("names the organisation, the moment by the server's clock, and is complete", async () => {
    const { read } = await connect(acme(), { clock: () => new Date("2026-11-20T09:02:00Z") });
    const { header } = await read();
    expect(header).toMatchObject({
      kind: "snapshot",
      version: 1,
      tool: { name: "seatwright", version: "0.0.0" },
      organization: { id: "8a130dbc-06bc-1a05-jjk7-9822046115j1", name: "Acme" },
      asOf: "2026-11-20T09:02:00Z",
      keyCreators: [accountIdOf("admin@example.com")],
      peopleCount: 8,
    });
    expect(header.certificate.state).toBe("complete");
  });

  it("is of the moment of its first answer, however long it takes", async () => {
    let answers = 0;
    const { read } = await connect(acme(), { clock: () => new Date(now.getTime() + answers++ * 1000) });
    expect((await read()).header.asOf).toBe("2026-11-20T09:00:00Z");
  });

  it("lists directories, app instances and groups in a fixed order, whatever order they came in", async () => {
    const { header } = await (await connect(acme())).read();
    expect(header.directories.map(({ id }) => id)).toEqual([directoryIdOf("main"), directoryIdOf("labs")].sort());
    expect(header.instances.map(({ app, site, sandbox, known }) => [app, site, sandbox, known])).toEqual([
      ["canvas", "acme", false, false],
      ["confluence", "acme", false, true],
      ["jira-software", "acme", false, true],
      ["jira-software", "acme-sandbox", true, true],
      ["jira-software", "labs", false, true],
    ]);
    expect(header.instances[1]).toMatchObject({
      capacity: 20,
      url: "https://acme.atlassian.net/wiki",
      plan: "Standard",
    });
    const ids = header.groups.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });

  it.each([[["main", "labs", "north"]], [["north", "labs", "main"]]])(
    "lists directories by id, though they came as %s",
    async (names) => {
      const { header } = await (await connect(buildWorld({ directories: names, people: [] }))).read();
      const ids = header.directories.map(({ id }) => id);
      expect(ids).toEqual(names.map(directoryIdOf).toSorted());
    },
  );

  it("knows which group gives which role where, without asking group by group", async () => {
    const { read, simulator } = await connect(acme());
    const { header } = await read();
    const grantsOf = (name: string) =>
      header.groups
        .find((group) => group.name === name)
        ?.grants.map(({ instance, role }) => [header.instances[instance]?.app, header.instances[instance]?.site, role]);
    expect(grantsOf("jira-users")).toEqual([
      ["confluence", "acme", "atlassian/user"],
      ["jira-software", "acme", "atlassian/user"],
    ]);
    expect(grantsOf("jira-admins")).toEqual([["jira-software", "acme", "atlassian/admin"]]);
    expect(grantsOf("guests")).toEqual([["confluence", "acme", "atlassian/guest"]]);
    expect(grantsOf("labs-users")).toEqual([["jira-software", "labs", "atlassian/user"]]);
    expect(grantsOf("okta-everyone")).toEqual([]);
    expect(grantsOf("sandbox")).toEqual([["jira-software", "acme-sandbox", "unknown"]]);
    expect(simulator.requests.some(({ pattern }) => pattern.includes("groups/{groupId}"))).toBe(false);
  });

  it("keeps of an app it does not know that a group grants something on it", async () => {
    const { header } = await (await connect(acme())).read();
    expect(header.groups.find(({ name }) => name === "canvas-users")?.grants).toEqual([
      { instance: 0, role: "unknown" },
    ]);
  });

  it("tells free roles of one group on several instances apart", async () => {
    const world = buildWorld({
      groups: [
        {
          name: "mixed",
          grants: [
            ["jira@a", "basic"],
            ["confluence@a", "guest"],
            ["jsm@a", "customer"],
            ["jsm@a", "stakeholder"],
          ],
        },
        {
          name: "more",
          grants: [
            ["confluence@b", "guest"],
            ["confluence@b", "viewer"],
          ],
        },
      ],
      people: [],
    });
    const { header } = await (await connect(world)).read();
    for (const group of header.groups) {
      const ours = group.grants.map(({ instance, role }) => `${header.instances[instance]?.id} ${role}`).sort();
      const truth = world.groups
        .get(group.id)
        ?.grants.map(({ resourceId, role }) => `${resourceId} ${role}`)
        .sort();
      expect(ours).toEqual(truth);
    }
  });

  it("says of a group who manages it, how many members Atlassian counts, and whether it can be changed", async () => {
    const { header } = await (await connect(acme())).read();
    const byName = new Map(header.groups.map((group) => [group.name, group]));
    expect(byName.get("okta-everyone")).toMatchObject({ synced: true, modifiable: false, members: 1 });
    expect(byName.get("jira-users")).toMatchObject({ synced: false, modifiable: true, members: 4 });
    expect(byName.get("jira-users")?.directory).toBe(header.directories.findIndex(({ name }) => name === "main"));
  });

  it("unites somebody who is in two directories", async () => {
    const population = await (await connect(acme())).read();
    const ada = person(population, "ada@example.com");
    expect([...entries(population.directories, ada)]).toEqual([0, 1]);
    const names = [...entries(population.groups, ada)].map((group) => population.header.groups[group]?.name);
    expect(new Set(names)).toEqual(new Set(["jira-users", "labs-users", "okta-everyone"]));
    const active = population.header.instances.map((_, at) => population.lastActive[at]?.[ada]);
    expect(active).toEqual([
      0,
      0,
      Date.parse("2026-11-01T10:00:00Z") / 1000,
      0,
      Date.parse("2026-10-01T10:00:00Z") / 1000,
    ]);
    expect(sharedText(population, "department", ada)).toBe("Engines");
    expect(population.text("name", ada)).toBe("Ada Lovelace");
  });

  it("has everybody once, also who is in no directory, suspended, deactivated or hides their address", async () => {
    const population = await (await connect(acme())).read();
    expect(population.size).toBe(8);
    const status = (email: string) => statuses[population.status[person(population, email)] ?? 0];
    expect(status("dot@example.com")).toBe("suspended");
    expect(status("eve@example.com")).toBe("not_invited");
    expect(status("fay@example.com")).toBe("deactivated");
    expect([...entries(population.directories, person(population, "eve@example.com"))]).toEqual([]);
    expect(population.text("email", person(population, "cai@partner.example"))).toBeNull();
  });

  it("knows who administers the organisation", async () => {
    const population = await (await connect(acme())).read();
    const admins = [...population.platformRoles].filter((roles) => (roles & platformRoleBits.orgAdmin) !== 0);
    expect(admins).toHaveLength(1);
    expect(population.platformRoles[person(population, "admin@example.com")]).toBe(platformRoleBits.orgAdmin);
  });

  it("finds who holds a role directly from what counts leave over, and lists holders only then", async () => {
    const { read, simulator } = await connect(acme());
    const population = await read();
    const bob = person(population, "bob@example.com");
    const jira = population.header.instances.findIndex(({ id }) => id === instanceIdOf("jira@acme"));
    expect([...population.direct]).toEqual([[bob, [[jira, "atlassian/user"]]]]);
    const listed = simulator.requests.filter(
      ({ pattern, body }) =>
        pattern.endsWith("users/search") && (body as { resourceIds?: unknown }).resourceIds !== undefined,
    );
    expect(listed).toHaveLength(1);
  });

  it("agrees with who really holds a seat, once people in several directories were asked about", async () => {
    const world = acme();
    const { reader, read } = await connect(world);
    const population = await reader.addDetail(await read(), [accountIdOf("ada@example.com")], () => undefined);
    for (const name of ["jira@acme", "confluence@acme", "jira@labs"]) {
      expect(holders(population, name)).toEqual([...seatHolders(world, instanceIdOf(name))].sort());
    }
  });

  it("says how many hold each billable role, as Atlassian counts", async () => {
    const { header } = await (await connect(acme())).read();
    const counts = header.holders.map(({ instance, role, count }) => [header.instances[instance]?.app, role, count]);
    expect(counts).toEqual([
      ["confluence", "atlassian/admin", 0],
      ["confluence", "atlassian/user", 2],
      ["jira-software", "atlassian/admin", 0],
      ["jira-software", "atlassian/user", 3],
      ["jira-software", "atlassian/admin", 0],
      ["jira-software", "atlassian/user", 1],
    ]);
  });

  it("tells its progress, ending at as many rows as were announced", async () => {
    const steps: string[] = [];
    let people = { done: 0, of: 0 as number | null };
    const { reader } = await connect(acme());
    await reader.readOrganization(({ step, done, of }) => {
      if (steps.at(-1) !== step) steps.push(step);
      if (step === "people") people = { done, of };
    });
    expect(steps).toEqual(["organisation", "directories", "app instances", "groups", "grants", "people", "counts"]);
    expect(people).toEqual({ done: 9, of: 9 });
  });

  it("of a few hundred believable people agrees with the truth, once people in several directories were asked about", async () => {
    const world = generateWorld({ people: 400, seed: 7, now });
    const { reader, read } = await connect(world);
    const whole = await read();
    expect(whole.size).toBe(world.listing.filter(({ accountType }) => accountType === "atlassian").length);
    expect(whole.header.certificate.state).toBe("complete");
    const inSeveral = Array.from({ length: whole.size }, (_, who) => who)
      .filter((who) => entries(whole.directories, who).length > 1)
      .map((who) => whole.text("id", who) ?? "");
    expect(inSeveral.length).toBeGreaterThan(5);
    const population = await reader.addDetail(whole, inSeveral, () => undefined);
    for (const [at, { id, known, sandbox }] of population.header.instances.entries()) {
      if (!known || sandbox) continue;
      const ours: string[] = [];
      eachBit(seatsOf(population).holders[at]?.yes ?? new Uint32Array(), (who) =>
        ours.push(population.text("id", who) ?? ""),
      );
      expect(ours.sort()).toEqual([...seatHolders(world, id)].sort());
    }
  });
});

describe("a look at a few people", () => {
  it("has these people only, with what a call for each tells", async () => {
    const { reader } = await connect(acme());
    const population = await reader.readPeople([accountIdOf("ada@example.com"), accountIdOf("gus@example.com")]);
    expect(population.size).toBe(2);
    const gus = person(population, "gus@example.com");
    const jira = population.header.instances.findIndex(({ id }) => id === instanceIdOf("jira@acme"));
    const main = population.header.directories.findIndex(({ name }) => name === "main");
    expect(population.detail.get(gus)).toEqual({
      membership: [[main, "active"]],
      roles: [
        [1, "atlassian/user", "group_direct"],
        [jira, "atlassian/user", "direct group_direct"],
      ],
    });
    expect(population.direct.get(gus)).toEqual([[jira, "atlassian/user"]]);
    expect(population.groupProved.every((proved) => proved)).toBe(true);
    expect(checkOf(population, "org-admins")).toBe("passed");
  });

  it("leaves out who is gone", async () => {
    const { reader } = await connect(acme());
    const population = await reader.readPeople(["712020:gone", accountIdOf("ada@example.com")]);
    expect(population.size).toBe(1);
  });

  it("reads the frame once for all looks, and each person anew", async () => {
    const { reader, simulator } = await connect(acme());
    const asked = (suffix: string) => simulator.requests.filter(({ pattern }) => pattern.endsWith(suffix)).length;
    await reader.readPeople([accountIdOf("ada@example.com")]);
    const before = { workspaces: asked("/workspaces"), people: asked("/users/search") };
    await reader.readPeople([accountIdOf("ada@example.com")]);
    expect(asked("/workspaces")).toBe(before.workspaces);
    expect(asked("/users/search")).toBeGreaterThan(before.people);
  });

  it("reads the frame again where the first try failed", async () => {
    const fault = { kind: "status", status: 403, envelope: "html" } as const;
    const { reader } = await connect(acme(), {
      faults: faultAt({ pattern: "/admin/v2/orgs/{orgId}/workspaces", nth: 1 }, fault),
    });
    expect((await operatorError(reader.readPeople([accountIdOf("ada@example.com")]))).exitCode).toBe(8);
    expect((await reader.readPeople([accountIdOf("ada@example.com")])).size).toBe(1);
  });

  it("asks for ten people at a time", async () => {
    const { reader, simulator } = await connect(generateWorld({ people: 60, seed: 3, now }));
    const ids = [...simulator.world.accounts.keys()].slice(0, 25);
    await reader.readPeople(ids);
    const sizes = simulator.requests.flatMap(({ pattern, body }) => {
      const asked = (body as { accountIds?: readonly string[] } | undefined)?.accountIds;
      return pattern.endsWith("users/search") && asked !== undefined ? [asked.length] : [];
    });
    expect(Math.max(...sizes)).toBe(10);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(25 * 3);
  });
});

describe("detail", () => {
  it("is added to the people it is asked for, and settles who holds a role directly", async () => {
    const { reader, read } = await connect(acme());
    const population = await read();
    const gus = person(population, "gus@example.com");
    expect(population.direct.has(gus)).toBe(false);
    const more = await reader.addDetail(population, [accountIdOf("gus@example.com"), "712020:gone"], () => undefined);
    expect([...more.detail.keys()]).toEqual([gus]);
    expect(more.direct.has(gus)).toBe(true);
  });

  it("takes back what counts concluded where the call for the person says otherwise", async () => {
    const { reader, read, simulator } = await connect(acme());
    const population = await read();
    const bob = person(population, "bob@example.com");
    expect(population.direct.has(bob)).toBe(true);
    takeRole(simulator.world, "bob@example.com", "jira@acme", "user");
    const more = await reader.addDetail(population, [accountIdOf("bob@example.com")], () => undefined);
    expect(more.direct.has(bob)).toBe(false);
  });

  it("tells membership by directory, and only the roles that are in force", async () => {
    const world = buildWorld({
      directories: ["main", "labs"],
      instances: [{ name: "jira@labs", directory: "labs" }],
      groups: [
        { name: "jira-users", grants: [["jira@acme", "user"]] },
        { name: "labs-users", directory: "labs", grants: [["jira@labs", "user"]] },
      ],
      people: [
        {
          email: "half@example.com",
          directories: { main: "suspended", labs: "active" },
          groups: ["jira-users", "labs-users"],
        },
        { email: "whole@example.com", status: "suspended", groups: ["jira-users"] },
        { email: "bare@example.com" },
        { email: "resting@example.com", status: "suspended", directories: ["main", "labs"] },
      ],
    });
    const { reader } = await connect(world);
    const population = await reader.readPeople(
      ["half", "whole", "bare", "resting"].map((name) => accountIdOf(`${name}@example.com`)),
    );
    const at = (name: string) => population.header.instances.findIndex(({ id }) => id === instanceIdOf(name));
    const directory = (name: string) => population.header.directories.findIndex(({ id }) => id === directoryIdOf(name));
    const detail = (email: string) => population.detail.get(person(population, email));
    const half = detail("half@example.com");
    expect(new Map(half?.membership)).toEqual(
      new Map([
        [directory("main"), "suspended"],
        [directory("labs"), "active"],
      ]),
    );
    expect(half?.roles).toEqual([[at("jira@labs"), "atlassian/user", "group_direct"]]);
    expect(detail("whole@example.com")).toEqual({
      membership: [[directory("main"), "suspended"]],
      roles: [[at("jira@acme"), "atlassian/user", "group_direct"]],
    });
    expect(detail("resting@example.com")?.membership).toEqual([
      [0, "suspended"],
      [1, "suspended"],
    ]);
    expect(detail("bare@example.com")).toEqual({ membership: [[directory("main"), "active"]], roles: [] });
  });
});

describe("the authoritative activity of one person", () => {
  it("is read by instance, and is null for somebody who is gone", async () => {
    const { reader } = await connect(acme());
    const found = await reader.readLastActive(accountIdOf("ada@example.com"));
    expect([...(found?.byInstance ?? [])]).toEqual(
      expect.arrayContaining([[2, Date.parse("2026-11-01T10:00:00Z") / 1000]]),
    );
    expect(found?.unmatched).toBe(0);
    expect(found?.addedToOrg).toBe(Date.parse("2024-01-01T00:00:00Z") / 1000);
    expect(await reader.readLastActive("712020:gone")).toBeNull();
  });

  it("is asked for within 200 a minute", async () => {
    const { reader, clock, simulator } = await connect(acme(), { rateLimit: { lastActivePerMinute: 200 } });
    await Promise.all(Array.from({ length: 5 }, () => reader.readLastActive(accountIdOf("ada@example.com"))));
    // How far apart they start in all is in gate.test.ts, where time is the test's own.
    expect(clock.slept.length).toBeGreaterThan(0);
    expect(simulator.requests.filter(({ status }) => status === 429)).toHaveLength(0);
  });
});

describe("activity that is confirmed", () => {
  const lastActivePattern = "/admin/v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates";
  const who = ["ada@example.com", "bob@example.com"].map(accountIdOf);
  const jiraOf = (population: Population, email: string) => {
    const at = population.header.instances.findIndex(({ id }) => id === instanceIdOf("jira@acme"));
    return population.lastActive[at]?.[person(population, email)];
  };

  it("is the later of what a search and the authority tell, and touches nobody else", async () => {
    const world = acme();
    const { reader, read } = await connect(world, { quirks: { searchActivityLagHours: 48 } });
    visit(world, "bob@example.com", "jira@acme", new Date("2026-11-19T10:00:00Z"));
    const before = await read();
    expect(jiraOf(before, "bob@example.com")).toBe(NEVER);
    const after = await reader.confirmActivity(before, who);
    expect(jiraOf(after, "bob@example.com")).toBe(Date.parse("2026-11-19T10:00:00Z") / 1000);
    expect(jiraOf(after, "ada@example.com")).toBe(Date.parse("2026-11-01T10:00:00Z") / 1000);
    expect(jiraOf(after, "gus@example.com")).toBe(NEVER);
    expect(jiraOf(before, "bob@example.com")).toBe(NEVER);
  });

  it("is unknown for the one whose answer failed, and known for the others", async () => {
    const failing: FaultPlan = ({ pattern, path }) =>
      pattern === lastActivePattern && path.includes(accountIdOf("ada@example.com"))
        ? { kind: "status", status: 500, envelope: "gateway" }
        : undefined;
    const { reader, read } = await connect(acme(), { faults: failing });
    const after = await reader.confirmActivity(await read(), who);
    expect(jiraOf(after, "ada@example.com")).toBe(UNKNOWN_TIME);
    expect(jiraOf(after, "bob@example.com")).toBe(NEVER);
  });

  it("ends the run where the key is the matter", async () => {
    const { reader, read } = await connect(acme(), {
      faults: faultAt({ pattern: lastActivePattern }, { kind: "status", status: 401, envelope: "gateway" }),
    });
    const population = await read();
    expect((await operatorError(reader.confirmActivity(population, who))).exitCode).toBe(8);
  });
});

describe("the rights over one account", () => {
  it("are those of a managed account, and none over somebody else's", async () => {
    const { reader } = await connect(acme());
    expect(await reader.readAccountRights(accountIdOf("gus@example.com"))).toEqual({ mayChange: true, reason: null });
    expect(await reader.readAccountRights(accountIdOf("ada@example.com"))).toMatchObject({ mayChange: false });
    expect(await reader.readAccountRights(accountIdOf("cai@partner.example"))).toMatchObject({ mayChange: false });
  });
});

describe("addresses", () => {
  it("are found whatever their case, and left out where nobody has them", async () => {
    const { reader } = await connect(acme());
    expect(await reader.findAddresses(["ADA@example.com", "nobody@example.com"])).toEqual([
      { kind: "person", name: "ada@example.com", id: accountIdOf("ada@example.com") },
    ]);
  });

  it("that somebody hides lead to nobody", async () => {
    const { reader } = await connect(acme());
    expect(await reader.findAddresses(["cai@partner.example"])).toEqual([]);
  });

  it("are not taken from an answer that ignored the question", async () => {
    const { reader } = await connect(acme(), { quirks: { filtersIgnored: ["emails"] } });
    await expect(reader.findAddresses(["ada@example.com"])).rejects.toThrow("the filter emails has no effect");
  });
});

it("gives the same snapshot whatever order the pages came in", async () => {
  const first = await (await connect(acme())).read();
  const second = await (await connect(acme(), { client: { random: () => 0.9 }, latencyMs: 1 })).read();
  expect(second.header).toEqual(first.header);
  expect(Array.from({ length: second.size }, (_, at) => second.text("id", at))).toEqual(
    Array.from({ length: first.size }, (_, at) => first.text("id", at)),
  );
  expect(doubts(second)).toEqual([]);
});
