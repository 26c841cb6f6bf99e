import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/model/documents.generated.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { type Fault, faultAt, faultCatalogue } from "../../src/simulator/faults.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { membershipStatusOf, seatHolders } from "../../src/simulator/roles.ts";
import type { World } from "../../src/simulator/world.ts";
import { connect } from "./support.ts";

const ada = accountIdOf("ada@example.com");
const directory = directoryIdOf("main");
const instance = instanceIdOf("jira@acme");
const group = groupIdOf("jira-users");

const acme = (): World =>
  buildWorld({
    directories: ["main", "labs"],
    instances: [{ name: "jira@acme", capacity: 4 }],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]], members: ["ada@example.com"] },
      { name: "okta", synced: true, members: ["ada@example.com"] },
      { name: "labs", directory: "labs" },
    ],
    people: [
      { email: "ada@example.com" },
      { email: "bob@example.com", direct: [["jira@acme", "user"]] },
      { email: "cai@partner.example", managed: false },
      { email: "dot@example.com", status: "suspended" },
      { email: "eve@example.com", status: "deactivated" },
    ],
  });

const leave: Operation = { kind: "leaveGroup", directory, group, groupName: "jira-users" };
const join: Operation = { kind: "joinGroup", directory, group };

describe("an operation", () => {
  it("is one request that does what it says", async () => {
    const world = acme();
    const { writer, simulator } = await connect(world);
    const bob = accountIdOf("bob@example.com");
    const done: readonly [string, Operation, () => unknown, unknown][] = [
      [ada, leave, () => seatHolders(world, instance).has(ada), false],
      [ada, join, () => seatHolders(world, instance).has(ada), true],
      [
        bob,
        { kind: "revokeRole", instance, role: "atlassian/user" },
        () => seatHolders(world, instance).has(bob),
        false,
      ],
      [
        bob,
        { kind: "assignRole", instance, role: "atlassian/user" },
        () => seatHolders(world, instance).has(bob),
        true,
      ],
      [ada, { kind: "suspend", directory }, () => membershipStatusOf(world, ada), "suspended"],
      [ada, { kind: "restore", directory }, () => membershipStatusOf(world, ada), "active"],
      [ada, { kind: "deactivate", message: "Ask IT" }, () => world.accounts.get(ada)?.accountStatus, "inactive"],
      [ada, { kind: "activate" }, () => world.accounts.get(ada)?.accountStatus, "active"],
      [ada, { kind: "removeFromDirectory", directory }, () => membershipStatusOf(world, ada), "no_membership"],
    ];
    for (const [who, operation, look, after] of done) {
      expect(await writer.carryOut(who, operation)).toMatchObject({ result: "done", message: "Done." });
      expect(look()).toBe(after);
    }
    expect(simulator.requests).toHaveLength(done.length);
  });

  it("that is not whole is a bug, and is not sent", async () => {
    const { writer, simulator } = await connect(acme());
    const broken: readonly Operation[] = [
      { kind: "leaveGroup", group },
      { kind: "joinGroup", directory },
      { kind: "suspend" },
      { kind: "suspend", directory: "-" },
      { kind: "removeFromDirectory", directory: "-" },
      { kind: "assignRole", role: "atlassian/user" },
      { kind: "revokeRole", instance },
    ];
    for (const operation of broken) await expect(writer.carryOut(ada, operation)).rejects.toThrow(operation.kind);
    expect(simulator.requests).toHaveLength(0);
  });
});

describe("what was so already", () => {
  it("is so for leaving what somebody is not in, and taking away what they do not hold", async () => {
    const { writer } = await connect(acme(), { quirks: { revokeAbsent: 404 } });
    const bob = accountIdOf("bob@example.com");
    expect(await writer.carryOut(bob, leave)).toMatchObject({ result: "already-so", http: 404 });
    expect(await writer.carryOut("712020:gone", { kind: "removeFromDirectory", directory })).toMatchObject({
      result: "already-so",
    });
    expect(await writer.carryOut(ada, { kind: "revokeRole", instance, role: "atlassian/user" })).toMatchObject({
      result: "already-so",
    });
  });

  it("is told from a full licence, which is refused", async () => {
    const world = acme();
    const { writer } = await connect(world, { quirks: { addMemberAgain: 409 } });
    expect(await writer.carryOut(ada, join)).toMatchObject({
      result: "already-so",
      http: 409,
      code: "ADMIN-UAM-409-2",
    });
    const full = buildWorld({
      instances: [{ name: "jira@acme", capacity: 1 }],
      groups: [{ name: "jira-users", grants: [["jira@acme", "user"]], members: ["bob@example.com"] }],
      people: [{ email: "ada@example.com" }, { email: "bob@example.com" }],
    });
    const other = await connect(full);
    for (const operation of [join, { kind: "assignRole", instance, role: "atlassian/user" } as const]) {
      const answer = await other.writer.carryOut(ada, operation);
      expect(answer).toMatchObject({ result: "refused", http: 409, code: "ADMIN-UAM-409-3" });
      expect(answer.message).toContain("All seats that the licence allows are taken");
    }
  });

  it("may be what a conflict on a deactivated account means, so it is looked at", async () => {
    const { writer } = await connect(acme(), { quirks: { disableAgain: 409 } });
    const answer = await writer.carryOut(accountIdOf("eve@example.com"), { kind: "deactivate" });
    expect(answer).toMatchObject({ result: "unknown", http: 409 });
  });

  it("is not what 404 means for adding, suspending or restoring", async () => {
    const { writer } = await connect(acme());
    const elsewhere = directoryIdOf("labs");
    const wrongGroup: Operation = { kind: "joinGroup", directory: elsewhere, group: groupIdOf("labs", "labs") };
    for (const operation of [
      wrongGroup,
      { kind: "suspend", directory: elsewhere },
      { kind: "restore", directory: elsewhere },
    ] as const) {
      const answer = await writer.carryOut(ada, operation);
      expect(answer).toMatchObject({ result: "refused", http: 404 });
      expect(answer.message).toContain("directory");
    }
  });
});

describe("a refusal", () => {
  it("names what stands in the way", async () => {
    const world = acme();
    const quirks = { secondSite403: true, rolesEndpointDisabled403: true };
    const { writer } = await connect(world, { quirks });
    const admin = accountIdOf("admin@example.com");
    const refusals: readonly [string, Operation, string][] = [
      [ada, { kind: "leaveGroup", directory, group: groupIdOf("okta") }, "identity provider"],
      [ada, { kind: "assignRole", instance, role: "atlassian/user" }, "support has to switch that on"],
      [accountIdOf("cai@partner.example"), { kind: "deactivate" }, "does not manage this account"],
      [admin, { kind: "suspend", directory }, "Atlassian refused it"],
    ];
    for (const [who, operation, words] of refusals) {
      const answer = await writer.carryOut(who, operation);
      expect(answer.result).toBe("refused");
      expect(answer.message).toContain(words);
      expect([400, 403]).toContain(answer.http);
    }
  });

  it("for access on a second site says so", async () => {
    const world = buildWorld({
      directories: ["main", "labs"],
      people: [{ email: "ada@example.com", directories: ["main", "labs"] }],
    });
    const { writer } = await connect(world, { quirks: { secondSite403: true } });
    const answer = await writer.carryOut(ada, { kind: "suspend", directory });
    expect(answer).toMatchObject({ result: "refused", http: 403 });
    expect(answer.message).toContain("second site");
  });

  it("of the key itself carries the status, so that a run can stop at once", async () => {
    for (const [status, envelope] of [
      [401, "gateway"],
      [403, "html"],
      [404, "routing"],
    ] as const) {
      const faults = faultAt({ pattern: pattern("memberships/{accountId}") }, { kind: "status", status, envelope });
      const { writer } = await connect(acme(), { faults });
      expect(await writer.carryOut(ada, leave)).toMatchObject({ result: "refused", http: status });
    }
  });
});

function pattern(rest: string): string {
  return `/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/${rest}`;
}

describe("a write under every fault", () => {
  const operations: readonly [string, Operation, (world: World) => boolean][] = [
    [pattern("memberships/{accountId}"), leave, (world) => !seatHolders(world, instance).has(ada)],
    [
      "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}/suspend",
      { kind: "suspend", directory },
      (world) => membershipStatusOf(world, ada) === "suspended",
    ],
    [
      "/users/{accountId}/manage/lifecycle/disable",
      { kind: "deactivate" },
      (world) => world.accounts.get(ada)?.accountStatus === "inactive",
    ],
  ];
  const faults: readonly [string, Fault][] = Object.entries(faultCatalogue);

  it.each(operations)(
    "to %s says what is true, and is sent at most once where it may have arrived",
    async (at, operation, isDone) => {
      for (const [name, fault] of faults) {
        const world = acme();
        const { writer, simulator } = await connect(world, {
          faults: faultAt({ pattern: at, nth: 1 }, fault),
          client: { limits: { bodyMs: 20 } },
        });
        expect(simulator.requests, name).toHaveLength(0);
        const { result, message } = await writer.carryOut(ada, operation);
        if (result === "done") expect(isDone(world), name).toBe(true);
        if (result === "refused" || result === "failed") expect(isDone(world), name).toBe(false);
        expect(message.length, name).toBeGreaterThan(3);
        expect(simulator.requests.length, name).toBe(name.startsWith("429") ? 2 : 1);
      }
    },
  );

  it("never holds on to what Atlassian wrote in a web page", async () => {
    const faults403 = faultAt(
      { pattern: pattern("memberships/{accountId}") },
      { kind: "status", status: 403, envelope: "html" },
    );
    const { writer } = await connect(acme(), { faults: faults403 });
    expect((await writer.carryOut(ada, leave)).message).not.toContain("<");
  });
});
