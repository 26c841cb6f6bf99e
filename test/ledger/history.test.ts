import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { readKept, readPeriods } from "../../src/ledger/history.ts";
import { readDeedsOf } from "../../src/ledger/history-deeds.ts";
import { periodsIn, periodWords } from "../../src/ledger/history-lines.ts";
import { readInstanceNames } from "../../src/ledger/history-names.ts";
import { createCountStore } from "../../src/ledger/snapshots.ts";
import type { Plan, RunResult } from "../../src/model/documents.generated.ts";
import type { HistoryKept } from "../../src/model/ledger-view.ts";
import { DAY, momentOf, type Seconds } from "../../src/model/time.ts";
import type { Ledger } from "../../src/ports.ts";
import { approvalOf, changeFor, planTime, planWith, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { confluence, instances, jira, jiraUser, organizationId, type People } from "../support/organization.ts";
import { snapshot } from "./contract.ts";
import { bareRepository, filesAt, ledgerAt } from "./git-stage.ts";

const day = (number: number): Seconds => planTime + number * DAY;
const nobody: People = { ada: jiraUser({ groups: [] }) };
const ada: People = { ada: jiraUser() };

/** Records one snapshot after the other, a day apart, each with what is to be kept. */
async function ledgerOf(...days: readonly (readonly [People, HistoryKept | undefined])[]): Promise<string> {
  const directory = temporaryDirectory();
  const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
  for (const [at, [people, kept]] of days.entries()) await ledger.recordSnapshot(snapshot(people, day(at)), null, kept);
  return directory;
}

describe("seat periods", () => {
  it("are not kept unless that is asked for", async () => {
    const directory = await ledgerOf([ada, "counts"], [nobody, undefined]);
    expect(existsSync(join(directory, "history"))).toBe(false);
    expect(await readKept(directory)).toBeNull();
    expect(await readPeriods(directory, "ada")).toEqual([]);
  });

  it("say when a seat was first seen, last seen, and first seen to be gone", async () => {
    const both: People = { ada: jiraUser({ groups: ["g-both"] }) };
    const directory = await ledgerOf([ada, "accounts"], [both, "accounts"], [both, "accounts"], [ada, "accounts"]);
    expect(await readPeriods(directory, "ada")).toEqual([
      { instance: jira, firstSeen: null, end: null },
      { instance: confluence, firstSeen: day(1), end: { lastSeen: day(2), goneBy: day(3) } },
    ]);
    expect(await readKept(directory)).toEqual({ spans: [{ from: day(0), to: null }], last: day(3) });
  });

  it("stay when the person is gone from the organisation", async () => {
    const directory = await ledgerOf([ada, "accounts"], [{}, "accounts"], [{}, "accounts"]);
    expect(await readPeriods(directory, "ada")).toEqual([
      { instance: jira, firstSeen: null, end: { lastSeen: day(0), goneBy: day(1) } },
    ]);
  });

  it("begin anew when a seat comes back", async () => {
    const directory = await ledgerOf([ada, "accounts"], [nobody, "accounts"], [ada, "accounts"]);
    expect(await readPeriods(directory, "ada")).toEqual([
      { instance: jira, firstSeen: null, end: { lastSeen: day(0), goneBy: day(1) } },
      { instance: jira, firstSeen: day(2), end: null },
    ]);
  });

  it("reach back to when the ledger first saw a seat, where they are kept from later on", async () => {
    const directory = await ledgerOf([nobody, "counts"], [ada, "counts"], [ada, "accounts"]);
    expect(await readPeriods(directory, "ada")).toEqual([{ instance: jira, firstSeen: day(1), end: null }]);
  });

  it("are left as they are where a snapshot comes with no word about them", async () => {
    const directory = await ledgerOf([ada, "accounts"], [nobody, undefined]);
    expect(await readKept(directory)).toEqual({ spans: [{ from: day(0), to: null }], last: day(0) });
  });

  it("stay as they were when keeping ends, and say so", async () => {
    const directory = await ledgerOf([ada, "accounts"], [ada, "accounts"]);
    const before = filesIn(directory);
    const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
    for (const at of [2, 3]) await ledger.recordSnapshot(snapshot(nobody, day(at)), null, "counts");
    const { "kept.json": _, ...rest } = filesIn(directory);
    const { "kept.json": __, ...kept } = before;
    expect(rest).toEqual(kept);
    expect(await readKept(directory)).toEqual({ spans: [{ from: day(0), to: day(2) }], last: day(1) });
  });

  it("go on after a pause in keeping for a seat that was held throughout, and for no other", async () => {
    const people: People = { ada: jiraUser(), bob: jiraUser(), cyd: jiraUser() };
    const { ada: _, ...others } = people;
    const { bob: __, ...withoutBob } = people;
    const directory = await ledgerOf(
      [people, "accounts"],
      [withoutBob, "counts"],
      [others, "counts"],
      [others, "accounts"],
    );
    expect(await readPeriods(directory, "cyd")).toEqual([{ instance: jira, firstSeen: null, end: null }]);
    expect(await readPeriods(directory, "bob")).toEqual([
      { instance: jira, firstSeen: null, end: { lastSeen: day(0), goneBy: day(2) } },
      { instance: jira, firstSeen: day(2), end: null },
    ]);
    expect(await readPeriods(directory, "ada")).toEqual([
      { instance: jira, firstSeen: null, end: { lastSeen: day(0), goneBy: day(3) } },
    ]);
    expect((await readKept(directory))?.spans).toEqual([
      { from: day(0), to: day(1) },
      { from: day(3), to: null },
    ]);
  });

  it("are the same where a recording was cut off in the middle and is done again", async () => {
    const directory = await ledgerOf([{ bob: jiraUser() }, "accounts"]);
    const kept = readFileSync(join(directory, "history", "kept.json"), "utf8");
    const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
    await ledger.recordSnapshot(snapshot(ada, day(1)), null, "accounts");
    const whole = filesIn(directory);
    writeFileSync(join(directory, "history", "kept.json"), kept);
    const counted = readdirSync(join(directory, "counts")).sort();
    rmSync(join(directory, "counts", counted.at(-1) ?? ""));
    await ledger.recordSnapshot(snapshot(ada, day(1)), null, "accounts");
    expect(filesIn(directory)).toEqual(whole);
    expect(await readPeriods(directory, "ada")).toEqual([{ instance: jira, firstSeen: day(1), end: null }]);
  });

  it("change no line for a seat that goes on", async () => {
    const directory = await ledgerOf([ada, "accounts"]);
    const before = filesIn(directory);
    const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
    await ledger.recordSnapshot(snapshot({ ...ada, bob: jiraUser() }, day(1)), null, "accounts");
    const after = filesIn(directory);
    const texts = (files: Readonly<Record<string, string>>): string =>
      Object.entries(files)
        .flatMap(([name, text]) => (name === "kept.json" ? [] : [text]))
        .sort()
        .join("");
    expect(texts(before)).toBe("ada 0\n");
    expect(texts(after)).toBe(`ada 0\nbob 0@${day(1)}\n`);
  });

  it("hold account ids and ids of instances, and no name", async () => {
    const directory = await ledgerOf([ada, "accounts"]);
    expect(Object.values(filesIn(directory)).join("")).not.toMatch(/@example|name of/);
  });

  it("are refused in words where somebody edited them", async () => {
    const directory = await ledgerOf([ada, "accounts"]);
    const [name = ""] = readdirSync(join(directory, "history")).filter((file) => file.endsWith(".txt"));
    writeFileSync(join(directory, "history", name), "ada 0@x\n");
    await expect(readPeriods(directory, "ada")).rejects.toMatchObject({ reason: "usage" });
    writeFileSync(join(directory, "history", "kept.json"), '{"spans":[{"from":"yesterday","to":null}],"last":"x"}');
    await expect(readKept(directory)).rejects.toMatchObject({ reason: "usage" });
  });

  it("are written and read as the same words", () => {
    const periods = [
      { instance: 0, firstSeen: null, end: null },
      { instance: 1, firstSeen: null, end: { lastSeen: 5, goneBy: 6 } },
      { instance: 1, firstSeen: 7, end: { lastSeen: 8, goneBy: 9 } },
      { instance: 12, firstSeen: 10, end: null },
      { instance: 13, perhaps: true as const, firstSeen: 10, end: { lastSeen: 11, goneBy: 12 } },
      { instance: 14, perhaps: true as const, firstSeen: null, end: null },
    ];
    expect(periodWords(periods)).toBe("0 1-5/6 1@7-8/9 12@10 13?@10-11/12 14?");
    expect(periodsIn(periodWords(periods))).toEqual(periods);
    expect(periodsIn("0 x")).toBeNull();
  });
});

describe("a seat that a run of ours gave", () => {
  /** A run that gives ada a Jira seat a minute after the first snapshot. */
  async function given(): Promise<{ readonly directory: string; readonly ledger: Ledger }> {
    const directory = await ledgerOf([nobody, "accounts"]);
    const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
    const change = changeFor("ada", {
      action: "grant",
      direction: "give",
      before: { status: "active", seats: [], paths: [] },
      after: { status: "active", seats: [jira], paths: [] },
    });
    const plan = planWith([change]);
    await ledger.storePlan(plan);
    await ledger.storeResult(resultOf(plan), approvalOf(plan));
    return { directory, ledger };
  }

  it("is not taken for held before a snapshot showed it, or could have", async () => {
    const { directory, ledger } = await given();
    await ledger.recordSnapshot(snapshot(nobody, planTime + 600), null, "accounts");
    expect(await readPeriods(directory, "ada")).toEqual([]);
    await ledger.recordSnapshot(snapshot(nobody, day(1)), null, "accounts");
    expect(await readPeriods(directory, "ada")).toEqual([]);
  });

  it("is held since the run gave it", async () => {
    const { directory, ledger } = await given();
    await ledger.recordSnapshot(snapshot(ada, day(1)), null, "accounts");
    expect(await readPeriods(directory, "ada")).toEqual([{ instance: jira, firstSeen: planTime + 60, end: null }]);
    expect(await readDeedsOf(directory, "ada")).toMatchObject([{ gave: [jira], took: [] }]);
  });
});

describe("what goes with it", () => {
  it("is what instances are called, also of those that are gone", async () => {
    const directory = await ledgerOf([ada, "counts"]);
    expect((await readInstanceNames(directory)).map(({ instance }) => instance).sort()).toEqual([...instances].sort());
    const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
    const later = snapshot(ada, day(1));
    const renamed = later.header.instances.flatMap((instance) =>
      instance.id === jira ? [{ ...instance, site: "acme-new" }] : [],
    );
    await ledger.recordSnapshot({ ...later, header: { ...later.header, instances: renamed } });
    const names = new Map((await readInstanceNames(directory)).map((name) => [name.instance, name.site]));
    expect(names.get(jira)).toBe("acme-new");
    expect(names.has(confluence)).toBe(true);
  });

  it("is every count of a stretch of time, in order", async () => {
    const directory = await ledgerOf([ada, "counts"], [nobody, "counts"], [{}, "counts"]);
    const store = createCountStore(join(directory, "counts"));
    expect((await store.between(day(0), day(2))).map(({ asOf, people }) => [asOf, people])).toEqual([
      [day(0), 1],
      [day(1), 1],
    ]);
  });

  it("is what our runs did about one account, with the seats that were given and taken", async () => {
    const directory = temporaryDirectory();
    const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
    const changes = [changeFor("ada"), changeFor("bob")];
    const plan = planWith(changes);
    await ledger.storePlan(plan);
    const { outcomes, ...rest } = resultOf(plan);
    const failed = outcomes.map((outcome) =>
      outcome.accountId === "bob" ? { ...outcome, outcome: "failed" } : outcome,
    );
    await ledger.storeResult({ ...rest, outcomes: failed as RunResult["outcomes"] }, approvalOf(plan));
    expect(await readDeedsOf(directory, "ada")).toMatchObject([
      { at: planTime + 60, action: "revoke", outcome: "done", origin: "policies", gave: [], took: [jira] },
    ]);
    expect(await readDeedsOf(directory, "bob")).toEqual([]);
  });
});

needs("git").it("is kept on a branch in the same files", async () => {
  const remote = bareRepository();
  const ledger = ledgerAt(remote);
  await ledger.recordSnapshot(snapshot(ada, day(0)), null, "accounts");
  await ledgerAt(remote).recordSnapshot(snapshot(nobody, day(1)), null, "accounts");
  expect(filesAt(remote)).toContain("history/kept.json");
  expect(await ledger.inFolder((folder) => readPeriods(folder, "ada"))).toEqual([
    { instance: jira, firstSeen: null, end: { lastSeen: day(0), goneBy: day(1) } },
  ]);
});

/** The result of a run that did everything in a plan, a minute after the first snapshot. */
function resultOf(plan: Plan): RunResult {
  return {
    kind: "run",
    version: 1,
    run: "r-20261120T061000Z-0000000a",
    organization: organizationId,
    planDigest: plan.digest,
    startedAt: momentOf(planTime),
    finishedAt: momentOf(planTime + 900),
    exit: { code: 0, reason: "done" },
    outcomes: plan.changes.map(({ id, accountId, action }) => ({
      change: id,
      accountId,
      action,
      outcome: "done",
      reason: "",
      at: momentOf(planTime + 60),
    })),
    counts: {},
    auditHead: `sha256:${"1".repeat(64)}`,
  };
}

function filesIn(directory: string): Readonly<Record<string, string>> {
  const folder = join(directory, "history");
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
