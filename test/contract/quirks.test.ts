import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import type { Operation, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { momentOf } from "../../src/model/time.ts";
import { mfaStates } from "../../src/people/population.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { visit } from "../../src/simulator/edit.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { documentedLags, type Quirks, quirkDefaults } from "../../src/simulator/quirks.ts";
import { membershipStatusOf, seatHolders } from "../../src/simulator/roles.ts";
import type { World } from "../../src/simulator/world.ts";
import { type Connected, connect, doubts, now, quickClock } from "../atlassian/support.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { planAndApply, policiesOf, policy } from "./story.ts";

const ada = accountIdOf("ada@example.com");
const jira = instanceIdOf("jira@acme");

const unused = policy({
  id: "unused",
  for: "seat",
  where: "{app: jira-software, unused: 90d}",
  then: "[{revoke: {}}]",
});
const gone = policy({ id: "gone", for: "person", where: "{email: ada@example.com}", then: "[{removeFromOrg: {}}]" });

/** Ada has not used Jira for most of a year; others have. */
function acme(way: "by group" | "directly" = "by group"): World {
  const active = Array.from({ length: 5 }, (_, at) => ({
    email: `person-${at}@example.com`,
    groups: ["jira-users"],
    active: { "jira@acme": "2026-11-12" },
  }));
  return buildWorld({
    groups: [{ name: "jira-users", grants: [["jira@acme", "user"]] }],
    people: [
      {
        email: "ada@example.com",
        active: { "jira@acme": "2026-01-01" },
        ...(way === "directly" ? { direct: [["jira@acme", "user"]] } : { groups: ["jira-users"] }),
      },
      ...active,
    ],
  });
}

/** Our client and the simulator on one clock, which moves when our client sleeps. */
async function onOneClock(world: World, quirks: Partial<Quirks>): Promise<Connected> {
  const clock = quickClock(now);
  const connected = await connect(world, { quirks, clock: () => new Date(clock.now() * 1000), client: { clock } });
  return { ...connected, clock };
}

async function applied(
  { reader, writer, clock, simulator }: Connected,
  policies: string,
): Promise<{ readonly plan: Plan; readonly run: RunResult }> {
  const ends = { reader, writer, clock, organizationId: simulator.orgId, folder: temporaryDirectory() };
  return planAndApply(ends, policiesOf(simulator.orgId, policies));
}

/** Requests that write, as method and the end of their path. */
function writesOf({ simulator }: Connected): readonly string[] {
  return simulator.requests
    .filter(({ method, pattern }) => method === "DELETE" || /assign|revoke|memberships|suspend|restore/.test(pattern))
    .filter(({ method }) => method !== "GET")
    .map(({ method, pattern }) => `${method} ${pattern.slice(pattern.lastIndexOf("/", pattern.length - 15))}`);
}

describe("reads that lag behind a write", () => {
  it.each<[string, Partial<Quirks>, World, string]>([
    ["group memberships", { readLagSeconds: 20 }, acme(), unused],
    ["roles", { roleLagSeconds: documentedLags.roleLagSeconds ?? 0 }, acme("directly"), unused],
    ["removals", { removeIsQueued: 20 }, acme(), gone],
  ])("are waited for: %s", async (_, quirks, world, policies) => {
    const connected = await onOneClock(world, quirks);
    const { run } = await applied(connected, policies);
    expect(run.outcomes.map(({ outcome }) => outcome)).toEqual(["done"]);
    expect(writesOf(connected)).toHaveLength(1);
    expect(connected.clock.slept.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(15_000);
    expect(seatHolders(world, jira).has(ada)).toBe(false);
  });

  it.each<[string, Partial<Quirks>, World, string]>([
    ["group memberships", { readLagSeconds: documentedLags.readLagSeconds ?? 0 }, acme(), unused],
    ["roles", { roleLagSeconds: 300 }, acme("directly"), unused],
    ["removals", { removeIsQueued: 300 }, acme(), gone],
  ])(
    "for longer than anybody waits are told as such, and nothing is sent twice: %s",
    async (_, quirks, world, policies) => {
      const connected = await onOneClock(world, quirks);
      const { run } = await applied(connected, policies);
      expect(run.outcomes.map(({ outcome }) => outcome)).toEqual(["done-not-yet-visible"]);
      expect(run.exit.code).toBe(0);
      expect(writesOf(connected)).toHaveLength(1);
    },
  );
});

describe("counts that lag behind the lists", () => {
  it("make a group that was joined meanwhile unproved, and give nobody a direct role", async () => {
    const connected = await onOneClock(acme(), { countsLagSeconds: 180 });
    const join: Operation = { kind: "joinGroup", directory: directoryIdOf("main"), group: groupIdOf("jira-users") };
    const admin = accountIdOf("admin@example.com");
    expect((await connected.writer.carryOut(admin, join)).result).toBe("done");
    const population = await connected.read();
    expect(population.header.certificate.state).toBe("suspect");
    expect(population.groupProved).toEqual([false]);
    expect(population.direct.size).toBe(0);
    await connected.clock.sleep(200_000);
    expect(doubts(await connected.read())).toEqual([]);
  });
});

describe("activity that lags", () => {
  it("leaves policies no threshold at which somebody who worked today looks idle", async () => {
    const world = acme();
    visit(world, "ada@example.com", "jira@acme", new Date(now.getTime() - 20 * 3_600_000));
    const { read, simulator } = await connect(world, { quirks: { lastActiveLagHours: 24 } });
    const population = await read();
    expect(momentOf(population.lastActive[0]?.[population.find(ada)] ?? 0)).toBe("2026-01-01T00:00:00Z");
    const idleFor = (duration: string) => () =>
      policiesOf(simulator.orgId, unused.replace("unused: 90d", `idle: ${duration}`));
    for (const duration of ["1h", "24h", "48h"]) expect(idleFor(duration)).toThrow("lag");
    expect(idleFor("49h")).not.toThrow();
  });

  it("in searches more than at the last-active endpoint is asked for there", async () => {
    const world = acme();
    visit(world, "ada@example.com", "jira@acme", new Date(now.getTime() - 3_600_000));
    const { read, reader } = await connect(world, { quirks: { searchActivityLagHours: 48 } });
    const population = await read();
    expect(momentOf(population.lastActive[0]?.[population.find(ada)] ?? 0)).toBe("2026-01-01T00:00:00Z");
    const asked = await reader.readLastActive(ada);
    expect(momentOf(asked?.byInstance.get(0) ?? 0)).toBe("2026-11-20T08:00:00Z");
  });
});

describe("what Atlassian does not tell", () => {
  it("of addresses leaves them unknown, and the snapshot as good", async () => {
    const { read } = await connect(acme(), { quirks: { emailHidden: 1 } });
    const population = await read();
    expect(population.text("email", population.find(ada))).toBeNull();
    expect(population.header.certificate.state).toBe("complete");
  });

  it("of the second factor of outsiders leaves it unknown, not off", async () => {
    const world = buildWorld({ people: [{ email: "hal@partner.example", managed: false }] });
    const factor = async (mfaAbsentForUnmanaged: boolean): Promise<string | undefined> => {
      const population = await (await connect(world, { quirks: { mfaAbsentForUnmanaged } })).read();
      return mfaStates[population.mfa[population.find(accountIdOf("hal@partner.example"))] ?? -1];
    };
    expect(await factor(true)).toBe("unknown");
    expect(await factor(false)).toBe("off");
  });

  it("of managed accounts where no domain is verified takes nobody away: that list is not read", async () => {
    const { read, simulator } = await connect(acme(), { quirks: { managedUsersEmpty: true } });
    const population = await read();
    expect(population.header.certificate.state).toBe("complete");
    expect(population.size).toBe(7);
    expect(simulator.requests.map(({ pattern }) => pattern)).not.toContain("/admin/v1/orgs/{orgId}/users");
  });
});

describe("writes that Atlassian refuses", () => {
  it.each([400, 404] as const)("for want of a directory, with %i, are never sent", async (wildcardWrite) => {
    const { writer, simulator } = await connect(acme(), { quirks: { wildcardWrite } });
    for (const kind of ["suspend", "restore", "removeFromDirectory", "leaveGroup", "joinGroup"] as const) {
      const operation = { kind, directory: "-", group: groupIdOf("jira-users") };
      await expect(writer.carryOut(ada, operation)).rejects.toThrow("one directory");
    }
    expect(simulator.requests).toEqual([]);
  });

  it("for organisation admins are not tried: they are protected, whatever Atlassian would do", async () => {
    for (const orgAdminSuspend400 of [true, false]) {
      const world = acme();
      const connected = await onOneClock(world, { orgAdminSuspend400 });
      const admins = policy({ id: "all", for: "person", where: "{orgRole: org-admin}", then: "[{suspend: {}}]" });
      const { plan } = await applied(connected, admins);
      expect(plan.changes).toEqual([]);
      expect(plan.heldBack.map(({ kind }) => kind)).toEqual(["protected"]);
      expect(membershipStatusOf(world, accountIdOf("admin@example.com"))).toBe("active");
    }
  });

  it("because a group was made just now (groupCreateLagSeconds) cannot come up: nothing of ours makes groups", () => {
    expect(Object.values(endpoints).filter(({ path }) => path.endsWith("/groups"))).toEqual([]);
  });
});

/** Where each switch is turned against our client, and the test that fails when the client takes no notice. */
const own = "contract/quirks.test.ts";
const reads = "atlassian/quirks.test.ts";
const writes = "atlassian/writer.test.ts";
const proofs: Readonly<Record<keyof Quirks, readonly [file: string, test: string]>> = {
  readLagSeconds: [own, "are waited for: %s"],
  roleLagSeconds: [own, "are waited for: %s"],
  removeIsQueued: [own, "are waited for: %s"],
  groupCreateLagSeconds: [own, "nothing of ours makes groups"],
  countsLagSeconds: [own, "make a group that was joined meanwhile unproved"],
  lastActiveLagHours: [own, "leaves policies no threshold"],
  searchActivityLagHours: [own, "is asked for there"],
  filtersIgnored: [reads, "is noticed: %s"],
  pathDirectoryIgnored: [reads, "the directory in the path narrowing nothing"],
  roleFilterSkipsSuspended: [reads, "role filters leaving out who is suspended"],
  orgAdminFilterEmpty: [reads, "that a search does not find"],
  suspendedMissingFromGroups: [reads, "searches by group leaving out who is suspended"],
  wrongCase: [reads, "in the other API's spelling ends the read"],
  unknownStatus: [reads, "with a status that nobody knows makes that person unknown"],
  unknownSource: [reads, "with a management source that nobody knows"],
  unknownRole: [reads, "with a role that nobody knows"],
  emailHidden: [own, "of addresses leaves them unknown"],
  dropRows: [reads, "that is missing from its page"],
  platformRolesMissing: [reads, "without platform roles ends the read"],
  noProductAccessForNeverUsed: [reads, "that is listed without a time is unknown"],
  shortProductKeys: [reads, "short product keys"],
  mfaAbsentForUnmanaged: [own, "of the second factor of outsiders"],
  groupsPerUser: [reads, "of which a row shows only some"],
  projectNoise: [reads, "rows of projects and goals among the roles"],
  nextIsUrl: [reads, "next pages given as URLs"],
  lastNext: [reads, "the last page's next being null"],
  emptyPageWithNext: [reads, "by an empty page that leads on"],
  repeatedCursor: [reads, "by leading back to itself"],
  workspaceIds: [reads, "bare workspace ids"],
  capacityAbsent: [reads, "may come without their seat limit"],
  managedUsersEmpty: [own, "that list is not read"],
  addMemberAgain: [writes, "is told from a full licence"],
  disableAgain: [writes, "may be what a conflict on a deactivated account means"],
  revokeAbsent: [writes, "is so for leaving what somebody is not in"],
  orgAdminSuspend400: [own, "for organisation admins are not tried"],
  secondSite403: [writes, "for access on a second site says so"],
  rolesEndpointDisabled403: [writes, "names what stands in the way"],
  wildcardWrite: [own, "for want of a directory"],
  rateLimitHeaders: [reads, "are waited out"],
  retryAfter: [reads, "are waited out"],
  clockSkewSeconds: [reads, "that is %i seconds off makes the snapshot suspect"],
};

describe("every switch of the simulator", () => {
  it.each(Object.keys(quirkDefaults) as (keyof Quirks)[])("is turned against our client: %s", (quirk) => {
    const [file, test] = proofs[quirk];
    const text = readFileSync(join(import.meta.dirname, "..", file), "utf8");
    expect(text.split(quirk).length, `${file} turns ${quirk}`).toBeGreaterThan(file === own ? 2 : 1);
    expect(text.split(test).length, `${file} has the test`).toBeGreaterThan(file === own ? 2 : 1);
  });
});
