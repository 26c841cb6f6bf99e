import { describe, expect, it } from "vitest";
import { chainChecks, clockCheck, countCheck } from "../../src/atlassian/checks.ts";
import { certificateOf } from "../../src/people/certificate.ts";
import { createGate } from "../../src/atlassian/gate.ts";
import { applyChange } from "../../src/simulator/change.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, groupIdOf } from "../../src/simulator/names.ts";
import { giveRole, removeFromGroup } from "../../src/simulator/edit.ts";
import type { FaultPlan } from "../../src/simulator/faults.ts";
import type { World } from "../../src/simulator/world.ts";
import { checkOf, connect, doubts } from "./support.ts";

const passed = { check: "a", state: "passed", message: "" } as const;
const suspect = { check: "b", state: "suspect", message: "" } as const;
const failed = { check: "c", state: "failed", message: "" } as const;

describe("a certificate", () => {
  it("is as bad as the worst of its checks", () => {
    expect(certificateOf([passed]).state).toBe("complete");
    expect(certificateOf([passed, suspect]).state).toBe("suspect");
    expect(certificateOf([suspect, failed, passed]).state).toBe("incomplete");
  });
});

describe("a count", () => {
  const reading = (before: number, after: number, seen: number) =>
    countCheck({ check: "population", what: "people", before, after, seen }).state;

  it("must be what came", () => {
    expect(reading(10, 10, 10)).toBe("passed");
    expect(reading(10, 10, 9)).toBe("suspect");
    expect(reading(10, 10, 11)).toBe("suspect");
  });

  it("may have moved while people were read, and then anything in between will do", () => {
    expect(reading(10, 12, 11)).toBe("passed");
    expect(reading(12, 10, 10)).toBe("passed");
    expect(reading(10, 12, 13)).toBe("suspect");
  });
});

describe("rows", () => {
  it("that came and were not understood make the snapshot incomplete", () => {
    const chain = { label: "x", pages: 1, rows: 3, total: null };
    expect(chainChecks([{ ...chain, decoded: 3 }]).map(({ state }) => state)).toEqual(["passed", "passed"]);
    expect(chainChecks([{ ...chain, decoded: 2 }]).map(({ state }) => state)).toEqual(["passed", "failed"]);
  });
});

describe("the clock", () => {
  it("may be five minutes off and no more, and must be there", () => {
    expect(clockCheck({ latest: 1, skew: 300, skewedBy: null }).state).toBe("passed");
    expect(clockCheck({ latest: 1, skew: -301, skewedBy: null }).state).toBe("suspect");
    expect(clockCheck({ latest: null, skew: 0, skewedBy: null }).state).toBe("suspect");
  });
});

const acme = (): World =>
  buildWorld({
    groups: [{ name: "jira-users", grants: [["jira@acme", "user"]] }, { name: "team" }],
    people: [
      { email: "ada@example.com", groups: ["jira-users", "team"] },
      { email: "bob@example.com", groups: ["team"] },
    ],
  });

/** Changes the world when the nth search for people comes: while a snapshot is being read. */
function meanwhile(nth: number, change: () => void): FaultPlan {
  return (request) => {
    if (request.pattern.endsWith("users/search") && request.nth === nth) change();
    return undefined;
  };
}

/** One request at a time, so that a change in between falls where the test says. */
const oneByOne = (clock: { now: () => number; sleep: () => Promise<void> }) =>
  createGate(clock, { concurrency: 1, spacing: { main: 0, lastActive: 0 } });
const clock = { now: () => Date.parse("2026-11-20T09:00:00Z") / 1000, sleep: async () => undefined };

describe("somebody who joins a group while it is read", () => {
  it("is in the later count, which proves the group", async () => {
    const world = acme();
    const faults = meanwhile(2, () => {
      applyChange(world, {
        kind: "member.add",
        groupId: groupIdOf("jira-users"),
        accountId: accountIdOf("bob@example.com"),
      });
    });
    const population = await (await connect(world, { faults, client: { gate: oneByOne(clock) } })).read();
    const at = population.header.groups.findIndex(({ name }) => name === "jira-users");
    expect(population.header.groups[at]?.members).toBe(2);
    expect(population.groupProved[at]).toBe(true);
    expect(doubts(population)).toEqual([]);
  });
});

describe("somebody who joins the organisation while it is read", () => {
  it("is no reason to doubt the rest", async () => {
    const world = acme();
    const faults = meanwhile(3, () => {
      const accountId = "712020:new";
      applyChange(world, {
        kind: "account.add",
        account: {
          accountId,
          name: "New",
          email: "new@example.com",
          managed: true,
          addedToOrg: "2026-11-20T09:00:00.000Z",
        },
      });
      applyChange(world, {
        kind: "membership.set",
        accountId,
        directoryId: [...world.directories.keys()][0] ?? "",
        status: "active",
      });
    });
    const population = await (await connect(world, { faults, client: { gate: oneByOne(clock) } })).read();
    expect(doubts(population)).toEqual([]);
    expect(population.find("712020:new")).toBe(-1);
  });
});

describe("membership", () => {
  it("of a group that grants nothing may be unproved without making the snapshot suspect", async () => {
    const world = acme();
    world.groups.get(groupIdOf("team"))?.members.add("712020:unseen");
    const population = await (await connect(world)).read();
    expect(checkOf(population, "membership")).toBe("passed");
    expect(population.groupProved).toEqual(population.header.groups.map(({ name }) => name !== "team"));
    const check = population.header.certificate.checks.find(({ check: name }) => name === "membership");
    expect(check).toMatchObject({ expected: 2, seen: 1 });
    expect(check?.message).toContain("team");
  });

  it("of a group that grants a paid seat must be proved", async () => {
    const world = acme();
    world.groups.get(groupIdOf("jira-users"))?.members.add("712020:unseen");
    expect(checkOf(await (await connect(world)).read(), "membership")).toBe("suspect");
  });
});

describe("groups that grant a paid seat", () => {
  it("and are missing from the list of them make the snapshot suspect, though somebody else would explain the holders", async () => {
    const lost: FaultPlan = ({ pattern, body }) => {
      const roles = (body as { roleIds?: readonly string[] } | undefined)?.roleIds;
      return pattern.endsWith("groups/search") && roles?.[0] === "atlassian/user" ? { kind: "droppedPage" } : undefined;
    };
    const population = await (await connect(acme(), { faults: lost })).read();
    expect(doubts(population)).toEqual(["grants"]);
  });
});

describe("holders", () => {
  it("who are in a granting group and are not listed make the snapshot suspect, though the numbers agree", async () => {
    const world = acme();
    const faults: FaultPlan = ({ pattern, nth }) => {
      if (pattern.endsWith("users/count") && nth === 4) {
        removeFromGroup(world, "ada@example.com", "jira-users");
        giveRole(world, "bob@example.com", "jira@acme", "user");
        giveRole(world, "admin@example.com", "jira@acme", "user");
      }
      return undefined;
    };
    const population = await (await connect(world, { faults, client: { gate: oneByOne(clock) } })).read();
    expect(doubts(population).some((check) => check.startsWith("holders/"))).toBe(true);
  });

  it("fewer than groups explain make the snapshot suspect", async () => {
    const world = acme();
    const faults: FaultPlan = ({ pattern, nth }) => {
      if (pattern.endsWith("users/count") && nth === 4) {
        applyChange(world, {
          kind: "member.remove",
          groupId: groupIdOf("jira-users"),
          accountId: accountIdOf("ada@example.com"),
        });
      }
      return undefined;
    };
    const population = await (await connect(world, { faults, client: { gate: oneByOne(clock) } })).read();
    expect(doubts(population).some((check) => check.startsWith("holders/"))).toBe(true);
  });
});
