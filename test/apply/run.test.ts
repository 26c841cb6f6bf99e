import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { anchorsOf, verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { exitCodes, OperatorError, PolicyError } from "../../src/model/errors.ts";
import { runResult as isRunResult } from "../../src/documents/validators.generated.cjs";
import {
  approvalOf,
  assign,
  changeFor,
  confluenceChange,
  join,
  leave,
  planTime,
  planWith,
  wanting,
} from "../support/apply.ts";
import { bodiesOf, eventsOf } from "../support/ledger.ts";
import { jira, jiraUser, nobodySpecial } from "../support/organization.ts";
import { outcomesByPerson, reasonFor, settingOf } from "./setting.ts";

const people = (count: number): Record<string, ReturnType<typeof jiraUser>> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${String(at).padStart(3, "0")}`, jiraUser()]));

describe("applying a plan", () => {
  it("carries out each approved change and reads it back", async () => {
    const setting = settingOf([changeFor("ada"), confluenceChange("ada"), changeFor("bob")], {
      ada: jiraUser({ groups: ["g-jira", "g-confluence", "g-team"] }),
      bob: jiraUser(),
    });
    const result = await setting.apply();
    expect(result.exit).toEqual({ code: 0, reason: "everything approved is settled" });
    expect(result.counts).toEqual({ done: 3 });
    expect(setting.organization.people()["ada"]?.groups).toEqual(["g-team"]);
    expect(setting.organization.people()["bob"]?.groups).toEqual([]);
    expect(isRunResult(result)).toBe(true);
  });

  it("leaves a log that verifies, with an intent before each write and a result after it", async () => {
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() });
    const { run, auditHead } = await setting.apply();
    const path = `${setting.directory}/audit/${run}.jsonl`;
    const { verdict } = await verifyAuditFile(path, await anchorsOf(path));
    expect(verdict).toMatchObject({ ok: true, run, head: auditHead, finished: true });
    expect(eventsOf(setting.directory, run).map(({ event }) => event.type)).toEqual([
      "approval",
      "run.started",
      "plan",
      "change.started",
      "operation.intent",
      "operation.result",
      "change.outcome",
      "run.finished",
    ]);
  });

  it("writes the intent before it makes the call", async () => {
    const seen: string[] = [];
    const setting = settingOf(
      [changeFor("ada")],
      { ada: jiraUser() },
      {
        onWrite: () => seen.push(...logged(setting.directory)),
      },
    );
    await setting.apply();
    expect(seen.at(-1)).toBe("operation.intent");
  });

  it("changes nothing when the same plan is applied again", async () => {
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() });
    await setting.apply();
    const calls = setting.organization.calls.length;
    await expect(setting.apply()).rejects.toMatchObject({
      reason: "notApproved",
      message: /applied already, by run r-/,
    });
    expect(setting.organization.calls).toHaveLength(calls);
  });

  it("keeps a record also of the run that had nothing to do", async () => {
    const setting = settingOf([], {});
    const result = await setting.apply();
    expect(result.exit).toEqual({ code: 0, reason: "nothing to do" });
    expect(bodiesOf(setting.directory, result.run, "approval", "run.finished")).toHaveLength(2);
  });

  it("takes before it gives, duties first", async () => {
    const give = changeFor("cyd", {
      action: "addToGroup",
      direction: "give",
      seat: null,
      target: "g-team",
      operations: [join("g-team")],
    });
    const duty = changeFor("ada", { purpose: "duty" });
    const setting = settingOf([give, changeFor("bob"), duty], { ada: jiraUser(), bob: jiraUser(), cyd: nobodySpecial });
    await setting.apply();
    expect(setting.organization.written.map(({ accountId }) => accountId)).toEqual(["ada", "bob", "cyd"]);
  });

  it("carries out quarantined removals only where every tripped limit is overridden", async () => {
    const tripped = {
      limit: "perRun.percent",
      scope: "",
      allowed: 5,
      unit: "percent",
      observed: 1,
      of: 2,
      tripped: true,
    } as const;
    const change = changeFor("ada");
    const setting = settingOf(
      [change],
      { ada: jiraUser() },
      { plan: { changes: [], quarantined: [change], limits: [tripped] } },
    );
    await expect(setting.apply()).rejects.toMatchObject({
      reason: "limitTripped",
      remedy: expect.stringContaining(`--override perRun.percent@${setting.plan.digest}`) as string,
    });
    expect(setting.organization.written).toEqual([]);

    const override = { limit: "perRun.percent", planDigest: setting.plan.digest, by: "second", reason: "agreed" };
    const released = await setting.apply({}, { approval: approvalOf(setting.plan, { overrides: [override] }) });
    expect(released.counts).toEqual({ done: 1 });
  });

  it("carries out what gives, and ends with the code for a limit, where removals wait for one", async () => {
    const tripped = {
      limit: "perRun.percent",
      scope: "",
      allowed: 5,
      unit: "percent",
      observed: 1,
      of: 2,
      tripped: true,
    } as const;
    const give = changeFor("cyd", {
      action: "addToGroup",
      direction: "give",
      seat: null,
      target: "g-team",
      operations: [join("g-team")],
    });
    const setting = settingOf(
      [give, changeFor("ada")],
      { ada: jiraUser(), cyd: nobodySpecial },
      { plan: { changes: [give], quarantined: [changeFor("ada")], limits: [tripped] } },
    );
    const result = await setting.apply();
    expect(result.exit).toEqual({ code: 3, reason: "1 removal waits: a limit tripped" });
    expect(setting.organization.written.map(({ accountId }) => accountId)).toEqual(["cyd"]);
  });

  it("ends with the code for owed duties where a duty could not be done", async () => {
    const duty = changeFor("ada", { purpose: "duty" });
    const setting = settingOf([duty], { ada: jiraUser() }, { writeFault: () => ({ http: 409, code: "ADMIN-409-28" }) });
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "failed" });
    expect(result.exit).toEqual({ code: 11, reason: "1 duty is owed" });
  });

  it("ends as partly applied where a saving failed", async () => {
    const setting = settingOf(
      [changeFor("ada"), changeFor("bob")],
      { ada: jiraUser(), bob: jiraUser() },
      {
        writeFault: ({ accountId }) => (accountId === "ada" ? { http: 400 } : undefined),
      },
    );
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "failed", bob: "done" });
    expect(result.exit).toEqual({ code: 5, reason: "1 change failed" });
  });
});

describe("two plans that were made side by side", () => {
  const limits = [
    { limit: "perDay.changes", scope: "", allowed: 1, unit: "changes", observed: 1, of: 0, tripped: false } as const,
  ];
  const both = [changeFor("ada"), changeFor("bob")] as const;
  const people = { ada: jiraUser(), bob: jiraUser() };

  it("do not take together what a day allows to neither", async () => {
    const setting = settingOf(both, people);
    const [first, second] = both.map((change) => planWith([change], { limits }));
    if (first === undefined || second === undefined) throw new Error("no plans");
    expect((await setting.apply({}, { plan: first })).counts).toEqual({ done: 1 });
    await expect(setting.apply({}, { plan: second })).rejects.toMatchObject({
      reason: "limitTripped",
      message: expect.stringContaining("perDay.changes would be at 2, and may be at 1") as string,
    });
    expect(setting.organization.people()["bob"]).toEqual(jiraUser());
    const overridden = approvalOf(second, {
      overrides: [{ limit: "perDay.changes", planDigest: second.digest, by: "eve", reason: "both are right" }],
    });
    await expect(setting.apply({}, { plan: second, approval: overridden })).rejects.toMatchObject({
      reason: expect.stringMatching(/notApproved|usage/) as string,
    });
    await setting.clock.sleep(25 * 3_600_000);
    expect((await setting.apply({ snapshotMaxAge: null }, { plan: second })).counts).toEqual({ done: 1 });
  });
});

describe("the second look", () => {
  it("leaves somebody alone who came back to work, and says when", async () => {
    const day = planTime - 86_400;
    const setting = settingOf(
      [changeFor("ada"), changeFor("bob")],
      { ada: jiraUser({ active: { [jira]: day } }), bob: jiraUser() },
      {
        held: (change) => (change.accountId === "ada" ? { kind: "unknown", reason: "active lately" } : null),
      },
    );
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "left-alone", bob: "done" });
    expect(reasonFor(result, "ada")).toBe("came back: active on 2026-11-19 on what would be lost");
    expect(setting.organization.written.map(({ accountId }) => accountId)).toEqual(["bob"]);
  });

  it("leaves everybody alone whom it cannot read, and goes on with the others", async () => {
    const changes = Object.keys(people(16)).map((id) => changeFor(id));
    const setting = settingOf(changes, people(16), {
      readFault: ({ accountIds }) => (accountIds.length === 10 ? notReadable() : undefined),
    });
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 6, unconfirmed: 10 });
    expect(result.exit).toEqual({
      code: exitCodes.appliedPartially,
      reason: "10 changes were left undone, because the person could not be looked at again",
    });
    expect(result.outcomes.find(({ outcome }) => outcome === "unconfirmed")?.reason).toBe(
      "could not be looked at again: users/search answered 500",
    );
  });

  it("is taken again for somebody where a write could outlive the minute for which the first one counts", async () => {
    const setting = settingOf(
      [changeFor("ada"), changeFor("bob")],
      { ada: jiraUser(), bob: jiraUser() },
      {
        onWrite: () => setting.clock.pass(16),
      },
    );
    await setting.apply();
    const [second] = setting.plan.changes.slice(1);
    expect(setting.organization.reads).toContainEqual([second?.accountId]);
  });

  it("reads ten people at a time after a first handful", async () => {
    const changes = Object.keys(people(25)).map((id) => changeFor(id));
    const setting = settingOf(changes, people(25));
    await setting.apply();
    expect(setting.organization.reads.map((ids) => ids.length)).toEqual([5, 5, 10, 10, 10, 10]);
  });

  it("believes the authoritative activity rather than the search", async () => {
    const setting = settingOf(
      [changeFor("ada")],
      { ada: jiraUser() },
      {
        repropose: (population) =>
          population.header.asOf === "confirmed"
            ? { changes: [], heldBack: [] }
            : wanting([changeFor("ada")])(population),
      },
    );
    const result = await setting.apply(
      {},
      {
        confirmActivity: async (population) => ({ ...population, header: { ...population.header, asOf: "confirmed" } }),
      },
    );
    expect(outcomesByPerson(result)).toEqual({ ada: "withdrawn" });
  });
});

describe("a change of several operations", () => {
  const freeRole = changeFor("ada", {
    action: "setRole",
    target: "atlassian/guest",
    operations: [assign(jira, "atlassian/guest"), leave("g-jira")],
  });

  it("takes only after what it gave can be seen", async () => {
    const setting = settingOf([freeRole], { ada: jiraUser() }, { lag: 20 });
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 1 });
    expect(
      bodiesOf(setting.directory, result.run, "operation.intent", "operation.result", "operation.readback").map(
        (body) => [body.type, body.operationIndex],
      ),
    ).toEqual([
      ["operation.intent", 0],
      ["operation.result", 0],
      ["operation.readback", 0],
      ["operation.intent", 1],
      ["operation.result", 1],
    ]);
  });

  it("asks again before it takes, where seeing what it gave took long, and gives it back to whoever came back", async () => {
    let looks = 0;
    const setting = settingOf(
      [freeRole],
      { ada: jiraUser() },
      {
        lag: 20,
        repropose: (population) => {
          looks++;
          return looks === 1 ? wanting([freeRole])(population) : { changes: [], heldBack: [] };
        },
      },
    );
    const result = await setting.apply();
    expect(looks).toBe(2);
    expect(setting.organization.people()["ada"]).toMatchObject({ groups: ["g-jira"], direct: [] });
    expect(outcomesByPerson(result)).toEqual({ ada: "failed-restored" });
    expect(reasonFor(result, "ada")).toMatch(/^nothing was taken: no longer proposed.*put back$/);
  });

  it("takes nothing where what it gave cannot be seen, and gives it back", async () => {
    const setting = settingOf([freeRole], { ada: jiraUser() }, { lag: 300 });
    const result = await setting.apply();
    expect(setting.organization.people()["ada"]).toMatchObject({ groups: ["g-jira"], direct: [] });
    expect(outcomesByPerson(result)).toEqual({ ada: "failed-restored" });
  });

  const twoPaths = changeFor("ada", { operations: [leave("g-jira"), leave("g-jira-2")] });
  const onBoth = { ada: jiraUser({ groups: ["g-jira", "g-jira-2", "g-team"] }) };

  it("puts back what it did where a later operation fails", async () => {
    const setting = settingOf([twoPaths], onBoth, {
      writeFault: ({ operation }) => (operation.group === "g-jira-2" ? { http: 400, code: "ADMIN-400-24" } : undefined),
    });
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "failed-restored" });
    expect(reasonFor(result, "ada")).toBe(
      "leaving name of g-jira-2 failed: Atlassian answered 400; what was done before was put back",
    );
    expect([...(setting.organization.people()["ada"]?.groups ?? [])].sort()).toEqual(["g-jira", "g-jira-2", "g-team"]);
  });

  it("puts back last what it did first", async () => {
    const three = changeFor("ada", { operations: [leave("g-team"), leave("g-jira"), leave("g-jira-2")] });
    const setting = settingOf([three], onBoth, {
      writeFault: ({ nth }) => (nth === 3 ? { http: 400 } : undefined),
    });
    await setting.apply();
    expect(setting.organization.written.map(({ operation }) => `${operation.kind} ${operation.group}`)).toEqual([
      "leaveGroup g-team",
      "leaveGroup g-jira",
      "joinGroup g-jira",
      "joinGroup g-team",
    ]);
  });

  it("says what is missing where it cannot be put back", async () => {
    const setting = settingOf([twoPaths], onBoth, {
      writeFault: ({ operation }) =>
        operation.group === "g-jira-2" || operation.kind === "joinGroup"
          ? { http: 409, code: "ADMIN-UAM-409-3" }
          : undefined,
    });
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "partial" });
    expect(reasonFor(result, "ada")).toContain("not put back: joining name of g-jira failed: Atlassian answered 409");
  });

  it("does not put back what somebody else had done", async () => {
    const setting = settingOf(
      [twoPaths],
      { ada: jiraUser({ groups: ["g-jira-2"] }) },
      {
        repropose: () => ({ changes: [twoPaths], heldBack: [] }),
        writeFault: ({ operation }) => (operation.group === "g-jira-2" ? { http: 400 } : undefined),
      },
    );
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "failed" });
    expect(setting.organization.calls.map(({ operation }) => operation.kind)).toEqual(["leaveGroup", "leaveGroup"]);
  });
});

describe("two changes that hang on one group", () => {
  const both = [
    changeFor("ada", { operations: [leave("g-both")], hazards: ["takes-more-seats"] }),
    confluenceChange("ada", { operations: [leave("g-both")], hazards: ["takes-more-seats"] }),
  ];
  const ada = { ada: jiraUser({ groups: ["g-both"] }) };

  it("are both done by the one that comes first", async () => {
    const setting = settingOf(both, ada);
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 2 });
    expect(setting.organization.calls).toHaveLength(1);
  });

  it("are both done also where they are looked at apart", async () => {
    const controller = new AbortController();
    const setting = settingOf(both, ada, { onWrite: () => controller.abort() });
    expect((await setting.apply({ signal: controller.signal })).counts).toEqual({ done: 1, "not-reached": 1 });
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 2 });
    expect(result.outcomes.map(({ reason }) => reason)).toContain("done together with another change of this person");
    expect(setting.organization.calls).toHaveLength(1);
  });

  it("are not done by one that was put back", async () => {
    const [first, second] = planWith(both).changes;
    if (first === undefined || second === undefined) throw new Error("no changes");
    const failing = { ...first, operations: [leave("g-both"), leave("g-team")] };
    const setting = settingOf(
      [failing, second],
      { ada: jiraUser({ groups: ["g-both", "g-team"] }) },
      {
        repropose: () => ({ changes: [failing, second], heldBack: [] }),
        writeFault: ({ operation }) => (operation.group === "g-team" ? { http: 400 } : undefined),
      },
    );
    const result = await setting.apply();
    expect(Object.keys(result.counts).sort()).toEqual(["done", "failed-restored"]);
    expect(setting.organization.people()["ada"]?.groups).toEqual(["g-team"]);
  });
});

describe("reading back", () => {
  it("waits until a change can be seen", async () => {
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() }, { lag: 35 });
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 1 });
    expect(setting.clock.slept()).toBeGreaterThanOrEqual(35_000);
  });

  it("says where a change that was accepted cannot be seen yet", async () => {
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() }, { lag: 600 });
    const result = await setting.apply();
    expect(result.counts).toEqual({ "done-not-yet-visible": 1 });
    expect(result.exit.code).toBe(0);
  });

  it("tells what happened where the answer was lost", async () => {
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() }, { writeFault: () => "answer-lost" });
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 1 });
    expect(setting.organization.calls).toHaveLength(1);
    expect(bodiesOf(setting.directory, result.run, "operation.readback")).toMatchObject([{ readback: "so" }]);
  });

  it("repeats a write only after reading back has shown that it did not happen", async () => {
    const setting = settingOf(
      [changeFor("ada")],
      { ada: jiraUser() },
      {
        writeFault: ({ nth }) => (nth === 1 ? "request-lost" : undefined),
      },
    );
    const result = await setting.apply();
    expect(result.counts).toEqual({ done: 1 });
    expect(
      bodiesOf(setting.directory, result.run, "operation.intent", "operation.readback").map(({ type }) => type),
    ).toEqual(["operation.intent", "operation.readback", "operation.intent"]);
  });

  it("counts a write as done that the server says has failed and that can be seen", async () => {
    const setting = settingOf(
      [changeFor("ada")],
      { ada: jiraUser() },
      { writeFault: () => ({ http: 500, happened: true }) },
    );
    expect((await setting.apply()).counts).toEqual({ done: 1 });
  });

  it("does not believe an answer that it is so already", async () => {
    const setting = settingOf(
      [changeFor("ada")],
      { ada: jiraUser() },
      { repropose: () => ({ changes: [changeFor("ada")], heldBack: [] }) },
    );
    const result = await setting.apply(
      {},
      {
        writer: {
          carryOut: async () => ({
            result: "already-so",
            http: 404,
            code: null,
            requestId: null,
            message: "not there",
          }),
        },
      },
    );
    expect(outcomesByPerson(result)).toEqual({ ada: "failed" });
  });

  it("does not believe it of one operation either, where another of the change was done", async () => {
    const two = changeFor("ada", { operations: [leave("g-jira"), leave("g-jira-2")] });
    const setting = settingOf([two], { ada: jiraUser({ groups: ["g-jira", "g-jira-2"] }) });
    const { writer } = setting.organization;
    const result = await setting.apply(
      {},
      {
        writer: {
          carryOut: async (accountId, operation) =>
            operation.group === "g-jira"
              ? await writer.carryOut(accountId, operation)
              : { result: "already-so", http: 404, code: null, requestId: null, message: "not there" },
        },
      },
    );
    expect(outcomesByPerson(result)).toEqual({ ada: "partial" });
    expect(reasonFor(result, "ada")).toBe(
      "leaving name of g-jira-2: Atlassian answered that it is so already, but it cannot be seen to be so",
    );
    expect(result.exit.code).toBe(5);
  });

  it("says what was left out of what should have been given, where that is not proposed any more", async () => {
    const back = changeFor("ada", { direction: "give", operations: [join("g-team"), join("g-jira")] });
    const fewer = { ...back, operations: [join("g-team")] };
    const setting = settingOf([back], { ada: jiraUser({ groups: [] }) }, { repropose: wanting([fewer]) });
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "partial" });
    expect(reasonFor(result, "ada")).toBe(
      "carried out and read back, but for joining name of g-jira, which is not proposed any more",
    );
  });

  it("says by what a seat is still held that should be free", async () => {
    const setting = settingOf(
      [changeFor("ada")],
      { ada: jiraUser() },
      {
        onWrite: () =>
          setting.organization.meanwhile("ada", (person) => ({ ...person, groups: [...person.groups, "g-both"] })),
      },
    );
    const result = await setting.apply();
    expect(outcomesByPerson(result)).toEqual({ ada: "partial" });
    expect(reasonFor(result, "ada")).toContain("still held through name of g-both");
  });
});

describe("stopping", () => {
  const twenty = Object.keys(people(20)).map((id) => changeFor(id));

  it("finishes the operation in flight on an interrupt, records it, and says what was not reached", async () => {
    const controller = new AbortController();
    const setting = settingOf(twenty, people(20), { onWrite: () => controller.abort() });
    const result = await setting.apply({ signal: controller.signal });
    expect(result.exit).toEqual({ code: 5, reason: "interrupted" });
    expect(result.counts).toEqual({ done: 1, "not-reached": 19 });
    expect(bodiesOf(setting.directory, result.run, "run.stopped", "run.finished")).toMatchObject([
      { type: "run.stopped", exit: 5 },
    ]);
  });

  it("goes on with a stopped run when the same plan is applied again, in the same log", async () => {
    const controller = new AbortController();
    const setting = settingOf(twenty, people(20), { onWrite: () => controller.abort() });
    const stopped = await setting.apply({ signal: controller.signal });
    const result = await setting.apply();
    expect(result.run).toBe(stopped.run);
    expect(result.counts).toEqual({ done: 20 });
    expect(setting.organization.calls).toHaveLength(20);
  });

  it("goes on with a stopped run as long as its plan is valid, though it could not begin any more", async () => {
    const controller = new AbortController();
    const setting = settingOf(twenty, people(20), { onWrite: () => controller.abort() });
    await setting.apply({ signal: controller.signal });
    setting.clock.pass(2 * 86_400);
    expect((await setting.apply()).counts).toEqual({ done: 20 });
    const late = settingOf(twenty, people(20));
    late.clock.pass(2 * 86_400);
    await expect(late.apply()).rejects.toMatchObject({ reason: "notApproved", message: /more than 24 hours old/ });
    expect((await late.apply({ snapshotMaxAge: null })).counts).toEqual({ done: 20 });
  });

  it("stops before the next change when somebody asks for it, and goes on when that is withdrawn", async () => {
    const setting = settingOf(twenty, people(20));
    await setting.dependencies.ledger.requestStop("the auditors are here", "eve");
    const stopped = await setting.apply();
    expect(stopped.exit).toEqual({ code: 5, reason: "stopped: eve asked to stop: the auditors are here" });
    expect(setting.organization.calls).toEqual([]);
    await setting.dependencies.ledger.withdrawStop();
    expect((await setting.apply()).counts).toEqual({ done: 20 });
  });

  it("stops when its time is used up, and the next one goes on", async () => {
    const setting = settingOf(twenty, people(20), { onWrite: () => setting.clock.pass(20) });
    const stopped = await setting.apply({ maxMinutes: 1 });
    expect(stopped.exit).toMatchObject({ code: 5, reason: "the time allowed for the run is used up" });
    expect(stopped.counts).toEqual({ done: 3, "not-reached": 17 });
    expect((await setting.apply()).counts).toEqual({ done: 20 });
  });

  it("stops at once where the key is refused", async () => {
    for (const fault of [{ http: 401 }, { http: 403 }, { http: 403, code: "ADMIN-UAM-403-2" }]) {
      const setting = settingOf(twenty, people(20), { writeFault: () => fault });
      const result = await setting.apply();
      expect(result.exit).toMatchObject({ code: 10, reason: /refused the key/ });
      expect(setting.organization.calls).toHaveLength(1);
    }
  });

  it("goes on where a refusal speaks of one group or account alone", async () => {
    const setting = settingOf(twenty, people(20), {
      writeFault: ({ nth }) => (nth === 1 ? { http: 403, code: "ADMIN-403-6" } : undefined),
    });
    expect((await setting.apply()).counts).toEqual({ failed: 1, done: 19 });
  });

  it("stops after three failures in a row", async () => {
    const setting = settingOf(twenty, people(20), { writeFault: ({ nth }) => (nth > 7 ? { http: 400 } : undefined) });
    const result = await setting.apply();
    expect(result.exit).toEqual({ code: 10, reason: "3 changes one after another failed or could not be seen" });
    expect(result.counts).toEqual({ done: 7, failed: 3, "not-reached": 10 });
  });

  it("stops where more than one in twenty fails", async () => {
    const sixty = Object.keys(people(60)).map((id) => changeFor(id));
    const setting = settingOf(sixty, people(60), {
      writeFault: ({ nth }) => (nth % 12 === 0 ? { http: 400 } : undefined),
    });
    const result = await setting.apply();
    expect(result.exit).toMatchObject({ code: 10, reason: /of \d+ changes failed or could not be seen, more than 5%/ });
  });

  it("does not go beyond the first handful where that cannot be seen to have worked", async () => {
    const setting = settingOf(twenty, people(20), { lag: 3600 });
    const result = await setting.apply();
    expect(result.exit).toEqual({ code: 10, reason: "only 0 of the first 5 changes could be seen to have worked" });
    expect(setting.organization.calls).toHaveLength(5);
  });

  it("goes on in handfuls until three changes could be seen to have worked", async () => {
    const made = Object.keys(people(14)).map((id) => changeFor(id));
    let looks = 0;
    const setting = settingOf(made, people(14), {
      // Of the first handful nobody is to be touched any more, so that it proves nothing.
      repropose: (population) => (++looks === 1 ? { changes: [], heldBack: [] } : wanting(made)(population)),
      lag: 3600,
    });
    const result = await setting.apply();
    expect(result.exit).toEqual({ code: 10, reason: "only 0 of the first 5 changes could be seen to have worked" });
    expect(setting.organization.calls).toHaveLength(5);
  });

  it("ends as partly applied, not by its error budget, where nothing was left to stop", async () => {
    const three = Object.keys(people(3)).map((id) => changeFor(id));
    const setting = settingOf(three, people(3), { writeFault: () => ({ http: 400 }) });
    const result = await setting.apply();
    expect(result.counts).toEqual({ failed: 3 });
    expect(result.exit).toMatchObject({ code: 5 });
  });

  it("counts people who cannot be looked at a second time to its error budget", async () => {
    let blind = false;
    const setting = settingOf(twenty, people(20), {
      onWrite: () => {
        setting.clock.pass(20);
        blind = true;
      },
      readFault: () => (blind ? new OperatorError("errorBudget", "users/search answered 500", "") : undefined),
    });
    const result = await setting.apply();
    expect(result.exit).toMatchObject({ code: 10, reason: /because of a look at people: users\/search answered 500/ });
    expect(setting.organization.calls).toHaveLength(1);
  });

  it("stops with the code for credentials where the key is refused while reading", async () => {
    const setting = settingOf(twenty, people(20), {
      readFault: () => new OperatorError("credentials", "the key has expired", ""),
    });
    expect((await setting.apply()).exit).toEqual({ code: 8, reason: "the key has expired" });
  });

  it("writes down that it ended where the planner finds the policies unusable by now", async () => {
    const setting = settingOf(twenty, people(20), {
      repropose: () => {
        throw new PolicyError([]);
      },
    });
    await expect(setting.apply()).rejects.toMatchObject({ reason: "policyInvalid" });
    const [name = ""] = readdirSync(`${setting.directory}/audit`);
    expect(bodiesOf(setting.directory, name.replace(".jsonl", ""), "run.stopped")).toMatchObject([
      { exit: 9, counts: { "not-reached": 20 } },
    ]);
  });

  it("closes an unfinished run of another plan before it begins, and refuses that plan from then on", async () => {
    const controller = new AbortController();
    const setting = settingOf(twenty, people(20), { onWrite: () => controller.abort() });
    const first = await setting.apply({ signal: controller.signal });
    const other = planWith(twenty.slice(0, 2), { notes: ["another plan"] });
    const second = await setting.apply({}, { plan: other });
    expect(second.run).not.toBe(first.run);
    expect(second.exit.code).toBe(0);
    expect(bodiesOf(setting.directory, first.run, "run.finished")).toMatchObject([{ reason: /closed unfinished/ }]);
    await expect(setting.apply()).rejects.toMatchObject({ reason: "notApproved" });
    expect(eventsOf(setting.directory, second.run)[0]?.prev).toBe(eventsOf(setting.directory, first.run).at(-1)?.hash);
  });
});

function logged(directory: string): readonly string[] {
  const [run = ""] = readdirSync(`${directory}/audit`);
  return eventsOf(directory, run.replace(".jsonl", "")).map(({ event }) => event.type);
}

function notReadable(): Error {
  return new OperatorError("snapshotNotComplete", "users/search answered 500", "");
}
