import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type HistoryFlags, runHistory } from "../../src/commands/history.ts";
import { tellHistoryEnds } from "../../src/commands/history-ends.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { accountHistory as isAccountHistory, history as isHistory } from "../support/written.generated.cjs";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { AccountHistory, History } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { HistoryKept } from "../../src/model/ledger-view.ts";
import { momentOf, type Seconds } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import { approvalOf, changeFor, planWith, testClock } from "../support/apply.ts";
import { commandKit } from "../support/commands.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { DAYS, idOf, now, organization } from "../support/people.ts";

const { id: organizationId } = organization({}).header.organization;
const jira = idOf.instance("jira");
const runId = "r-20261121T061000Z-0000000a";
const day = (number: number): Seconds => now + number * DAYS;

/** The organisation on a day: who is in jira-users. */
function onDay(number: number, members: readonly string[]): Population {
  const people = Object.fromEntries(
    ["ada", "ben", "cem"].map((id) => [
      id,
      {
        name: id === "cem" ? "Ben" : id,
        email: `${id}@example.com`,
        groups: members.includes(id) ? ["jira-users"] : [],
      },
    ]),
  );
  const population = organization({
    instances: { jira: { app: "jira-software" } },
    groups: { "jira-users": { grants: ["jira"] } },
    people: { ...people, ben: { ...people["ben"], name: "Ben" } },
  });
  return { ...population, header: { ...population.header, asOf: momentOf(day(number)) } };
}

/** A ledger with a snapshot a day, and a run between the first two that took ada's seat. */
async function ledgerOf(
  ...days: readonly (readonly [readonly string[], HistoryKept | undefined])[]
): Promise<{ readonly folder: string; readonly ledger: string; readonly snapshot: string }> {
  const folder = temporaryDirectory();
  const ledger = join(folder, "ledger");
  const snapshot = join(folder, "acme.json");
  await writeSnapshotFile(snapshot, onDay(0, ["ada", "ben"]));
  const kept = createDirectoryLedger({ directory: ledger, organizationId, clock: testClock() });
  for (const [at, [members, history]] of days.entries()) {
    await kept.recordSnapshot(onDay(at, members), null, history);
  }
  return { folder, ledger, snapshot };
}

async function withRun(ledger: string): Promise<void> {
  const kept = createDirectoryLedger({ directory: ledger, organizationId, clock: testClock() });
  const change = changeFor("ada", {
    seat: { instance: jira, app: "jira-software", site: "acme" },
    before: { status: "active", seats: [jira], paths: [] },
  });
  const plan = planWith([change]);
  await kept.storePlan(plan);
  const { id, accountId, action } = change;
  const at = momentOf(now + 600);
  await kept.storeResult(
    {
      kind: "run",
      version: 1,
      run: runId,
      organization: organizationId,
      planDigest: plan.digest,
      startedAt: at,
      finishedAt: at,
      exit: { code: 0, reason: "done" },
      outcomes: [{ change: id, accountId, action, outcome: "done", reason: "", at }],
      counts: {},
      auditHead: `sha256:${"1".repeat(64)}`,
    },
    approvalOf(plan),
  );
}

async function print(ledger: string, flags: HistoryFlags, person?: string, json?: true): Promise<string> {
  const { kit, printed } = await commandKit({ ledger, ...(json === undefined ? {} : { json }) }, ledger);
  expect(await runHistory(kit, flags, person)).toBe(0);
  return (await printed()).out;
}

async function counts(ledger: string, flags: HistoryFlags): Promise<History> {
  const value: unknown = JSON.parse(await print(ledger, flags, undefined, true));
  if (!isHistory(value)) throw new Error(JSON.stringify(isHistory.errors));
  return value;
}

async function account(ledger: string, flags: HistoryFlags, person: string): Promise<AccountHistory> {
  const value: unknown = JSON.parse(await print(ledger, flags, person, true));
  if (!isAccountHistory(value)) throw new Error(JSON.stringify(isAccountHistory.errors));
  return value;
}

async function refusal(ledger: string, flags: HistoryFlags, person?: string): Promise<string> {
  const error: unknown = await print(ledger, flags, person).catch((thrown: unknown) => thrown);
  if (!(error instanceof OperatorError)) throw error instanceof Error ? error : new Error("it was not refused");
  expect(error.exitCode).toBe(64);
  return `${error.message} ${error.remedy}`;
}

const everybody = [["ada", "ben", "cem"], "counts"] as const;
const nobody = [[], "counts"] as const;
const two = [["ada", "ben"], "counts"] as const;

describe("history", () => {
  it("shows the counts of every complete snapshot, with instances by their names", async () => {
    const { ledger } = await ledgerOf(everybody, two, nobody);
    const found = await counts(ledger, {});
    expect(found.instances).toEqual([{ instance: jira, app: "jira-software", site: "acme" }]);
    expect(found.snapshots.map(({ asOf, seats }) => [asOf, seats[jira]])).toEqual([
      [momentOf(day(0)), 3],
      [momentOf(day(1)), 2],
      [momentOf(day(2)), 0],
    ]);
    const text = await print(ledger, {});
    expect(text).toMatch(/Jira on acme +3 +2 +0 +−3/);
    expect(await print(ledger, { all: true })).toMatch(new RegExp(`${momentOf(day(1))} +3 +2 +2`));
  });

  it("counts both days of a period", async () => {
    const { ledger } = await ledgerOf(everybody, two, nobody);
    expect((await counts(ledger, { from: "2026-11-21", to: "2026-11-21" })).snapshots).toHaveLength(1);
    expect((await counts(ledger, { from: "2026-11-21" })).snapshots).toHaveLength(2);
    expect((await counts(ledger, { to: "2026-11-21" })).snapshots).toHaveLength(2);
    expect((await counts(ledger, { to: "2020-01-01" })).snapshots).toEqual([]);
    expect(await print(ledger, { to: "2020-01-01" })).toBe("No complete snapshot was counted in that time.\n");
  });

  it("compares what held at the end of two days, groups by their names where a snapshot tells", async () => {
    const { ledger, snapshot } = await ledgerOf(everybody, two, nobody);
    const { comparison, snapshots } = await counts(ledger, { compare: true, to: "2026-11-21", snapshot });
    expect(snapshots).toHaveLength(2);
    expect(comparison).toEqual({
      from: momentOf(day(0)),
      to: momentOf(day(1)),
      seats: [
        {
          instance: jira,
          before: 3,
          after: 2,
          unknownBefore: 0,
          unknownAfter: 0,
          change: { least: -1, most: -1 },
        },
      ],
      groups: [{ group: idOf.group("jira-users"), name: "jira-users", before: 3, after: 2 }],
    });
    const later = await counts(ledger, { compare: true, from: "2026-11-21", to: "2027-01-01" });
    expect(later.comparison).toMatchObject({ from: momentOf(day(1)), to: momentOf(day(2)) });
    expect(later.comparison?.groups[0]?.name).toBeNull();
    expect(await print(ledger, { compare: true, snapshot })).toMatch(/jira-users +3 +0 +−3/);
  });

  it("fits on a narrow terminal and on many snapshots", async () => {
    const { ledger } = await ledgerOf(...Array.from({ length: 30 }, () => everybody));
    const longest = Math.max(...(await print(ledger, {})).split("\n").map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(100);
    expect((await counts(ledger, {})).snapshots).toHaveLength(30);
  });

  it("is refused in words where it cannot be told", async () => {
    const { folder, ledger, snapshot } = await ledgerOf(everybody);
    expect(await refusal(join(folder, "none"), {})).toContain("There is no ledger at");
    expect(await refusal(ledger, { from: "2026-12-01", to: "2026-11-01" })).toContain("Give the earlier day first.");
    expect(await refusal(ledger, { from: "soon" })).toContain("--from soon is not a day or a moment.");
    expect(await refusal(ledger, { from: "2020-01-01", compare: true })).toContain(
      "first complete snapshot is of 2026-11-20",
    );
    expect(await refusal(ledger, { compare: true }, "ada")).toContain("are about counts");
    expect(await refusal(ledger, {}, "ada@example.com")).toContain("add --snapshot FILE");
    expect(await refusal(ledger, { snapshot }, "eve@example.com")).toContain("Nobody in the snapshot is called");
    expect(await refusal(ledger, { snapshot }, "Ben")).toContain(
      "2 people are called Ben. Give an account id: ben, cem.",
    );
    const other = JSON.parse(readFileSync(join(ledger, "ledger.json"), "utf8")) as object;
    writeFileSync(join(ledger, "ledger.json"), JSON.stringify({ ...other, organization: "another" }));
    expect(await refusal(ledger, { snapshot })).toContain("is of organisation another, not of");
  });
});

describe("history of an account", () => {
  it("says that it is not kept, and since when, and what our runs did all the same", async () => {
    const { ledger } = await ledgerOf(everybody, nobody);
    await withRun(ledger);
    const found = await account(ledger, {}, "ada");
    expect(found).toMatchObject({
      ledgerSince: momentOf(day(0)),
      keeping: { state: "never", spans: [], last: null },
      seats: [],
      deeds: [{ run: runId, action: "revoke", took: [jira] }],
    });
    const text = (await print(ledger, {}, "ada")).replaceAll(/\s+/g, " ");
    expect(text).toContain("this ledger keeps counts only, and has since its first snapshot on 2026-11-20.");
    expect(text).toContain(`revoke, done, for unused-seats (${runId})`);
  });

  it("tells when a seat was first and last seen, and which run took it", async () => {
    const { ledger } = await ledgerOf(
      [["ada", "ben"], "accounts"],
      [["ben"], "accounts"],
      [["ben", "cem"], "accounts"],
    );
    await withRun(ledger);
    expect((await account(ledger, {}, "ada")).seats).toEqual([
      {
        instance: jira,
        app: "jira-software",
        site: "acme",
        held: "yes",
        firstSeen: null,
        lastSeen: momentOf(day(0)),
        goneBy: momentOf(day(1)),
        givenBy: null,
        takenBy: runId,
      },
    ]);
    expect((await account(ledger, {}, "cem")).seats).toMatchObject([
      { firstSeen: momentOf(day(2)), lastSeen: momentOf(day(2)), goneBy: null, takenBy: null },
    ]);
    const text = (await print(ledger, {}, "ada")).replaceAll(/\s+/g, " ");
    expect(text).toContain("older than the ledger");
    expect(text).toContain(`2026-11-21, taken by ${runId}`);
    expect(await print(ledger, {}, "ben")).toContain("still held");
  });

  it("does not say that a seat was held where no snapshot told whether it was, as `explain` does not", async () => {
    const { ledger } = await ledgerOf();
    const kept = createDirectoryLedger({ directory: ledger, organizationId, clock: testClock() });
    /** Somebody in two directories: only a call for that person tells where access is open. */
    const inTwo = (number: number, asked: boolean): Population => {
      const membership = { main: "active", labs: "suspended" };
      const detail = asked ? { detail: { membership, roles: ["jira atlassian/user: group_direct"] } } : {};
      const population = organization({
        directories: ["main", "labs"],
        instances: { jira: { app: "jira-software" } },
        groups: { "jira-users": { grants: ["jira"] } },
        people: { two: { in: ["main", "labs"], groups: ["jira-users"], ...detail } },
      });
      return { ...population, header: { ...population.header, asOf: momentOf(day(number)) } };
    };
    const held = async (): Promise<unknown> => (await account(ledger, {}, "two")).seats.map((seat) => seat.held);
    await kept.recordSnapshot(inTwo(0, false), null, "accounts");
    expect(await held()).toEqual(["unknown"]);
    const text = (await print(ledger, {}, "two")).replaceAll(/\s+/g, " ");
    expect(text).toContain("Held not known: a group or role that gives the seat was seen");
    expect(text).not.toContain("still held");
    await kept.recordSnapshot(inTwo(1, true), null, "accounts");
    expect(await held()).toEqual(["yes"]);
    await kept.recordSnapshot(inTwo(2, false), null, "accounts");
    expect(await held()).toEqual(["yes"]);
  });

  it("finds an address in a snapshot, and an account id also of somebody who is gone or was never there", async () => {
    const { ledger, snapshot } = await ledgerOf([["ada"], "accounts"], [["ada"], "accounts"]);
    expect((await account(ledger, { snapshot }, "ADA@example.com")).accountId).toBe("ada");
    expect((await account(ledger, { snapshot }, "712020:gone")).seats).toEqual([]);
    expect(await print(ledger, {}, "712020:gone")).toContain("No snapshot in that time showed a paid seat");
  });

  it("says that keeping has ended, what stays, and how it is removed; sync says so once", async () => {
    const { ledger } = await ledgerOf([["ada"], "accounts"]);
    const told = async (): Promise<string> => {
      const { kit, printed } = await commandKit({ ledger }, ledger);
      await tellHistoryEnds(kit, onDay(1, []), "counts");
      return (await printed()).err;
    };
    expect(await told()).toContain(
      "seat periods are not kept by account id. Those up to 2026-11-20 stay in the folder history",
    );
    const kept = createDirectoryLedger({ directory: ledger, organizationId, clock: testClock() });
    await kept.recordSnapshot(onDay(1, []), null, "counts");
    expect(await told()).toBe("");
    const found = await account(ledger, {}, "ada");
    expect(found.keeping).toMatchObject({ state: "ended", spans: [{ from: momentOf(day(0)), to: momentOf(day(1)) }] });
    expect(found.seats).toMatchObject([{ lastSeen: momentOf(day(0)), goneBy: null }]);
    const text = (await print(ledger, {}, "ada")).replaceAll(/\s+/g, " ");
    expect(text).toContain("Since 2026-11-21 they are not kept");
    expect(text).toContain("`subject erase`, which removes one person, is not there yet");
    expect(text).toContain("held when keeping ended");
  });
});
