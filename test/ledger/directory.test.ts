import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { openRunLog } from "../../src/ledger/run-log.ts";
import type { Ledger } from "../../src/ports.ts";
import { changeFor, planTime, planWith, testClock } from "../support/apply.ts";
import { eventsOf, temporaryDirectory } from "../support/ledger.ts";
import { jiraUser, organizationId } from "../support/organization.ts";
import { describeLedger, snapshot } from "./contract.ts";

describeLedger("a directory ledger", (clock) => {
  const directory = temporaryDirectory();
  return { clock, open: () => createDirectoryLedger({ directory, organizationId, clock }) };
});

const run = "r-20261120T061000Z-0000000a";
const started = { type: "run.started", planDigest: `sha256:${"1".repeat(64)}` } as const;

function ledgerIn(directory: string): Ledger {
  return createDirectoryLedger({ directory, organizationId, clock: testClock(planTime) });
}

describe("a directory ledger on disk", () => {
  it("is of one organisation and refuses another", async () => {
    const directory = temporaryDirectory();
    await ledgerIn(directory).storePlan(planWith([]));
    const other = createDirectoryLedger({ directory, organizationId: "another", clock: testClock() });
    await expect(other.view()).rejects.toMatchObject({
      reason: "usage",
      message: expect.stringContaining("not of another"),
    });
    await expect(other.openRun(run)).rejects.toMatchObject({ reason: "usage" });
  });

  it("makes nothing while it is only read", async () => {
    const directory = join(temporaryDirectory(), "ledger");
    const ledger = ledgerIn(directory);
    await ledger.view();
    expect(await ledger.unfinishedRun()).toBeNull();
    expect(await ledger.stopRequested()).toBeNull();
    expect(await ledger.consumedBy("sha256:1")).toBeNull();
    expect(() => statSync(directory)).toThrow("ENOENT");
  });

  it("refuses a stored plan that was edited", async () => {
    const directory = temporaryDirectory();
    const plan = planWith([changeFor("ada")]);
    await ledgerIn(directory).storePlan(plan);
    const [name = ""] = readdirSync(join(directory, "plans"));
    const path = join(directory, "plans", name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("ada", "eve"));
    await expect(ledgerIn(directory).loadPlan(plan.digest)).rejects.toMatchObject({ reason: "notApproved" });
  });

  it("writes the same seats as the same bytes, and touches only the lines that change", async () => {
    const people = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`712020:person-${at}`, jiraUser()]));
    const [a, b] = [temporaryDirectory(), temporaryDirectory()];
    for (const directory of [a, b]) await ledgerIn(directory).recordSnapshot(snapshot(people, planTime));
    expect(filesOf(join(a, "seats"))).toEqual(filesOf(join(b, "seats")));
    const before = filesOf(join(a, "seats"));
    await ledgerIn(a).recordSnapshot(
      snapshot({ ...people, "712020:person-7": jiraUser({ groups: ["g-both"] }) }, planTime + 86_400),
    );
    const after = filesOf(join(a, "seats"));
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed).toHaveLength(1);
    const lines = (text: string | undefined): readonly string[] => (text ?? "").split("\n");
    const [name = ""] = changed;
    expect(lines(after[name]).filter((line) => !lines(before[name]).includes(line))).toEqual([
      `712020:person-7 0 1@${planTime + 86_400}`,
    ]);
  });

  it("leaves no half-written file behind", async () => {
    const directory = temporaryDirectory();
    await ledgerIn(directory).recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
    expect(readdirSync(directory, { recursive: true }).filter((name) => String(name).includes(".tmp"))).toEqual([]);
  });
});

describe("a run's log on disk", () => {
  it("cuts off the beginning of a line whose writer was stopped, and goes on after the last whole one", async () => {
    const directory = temporaryDirectory();
    const log = await ledgerIn(directory).openRun(run);
    await log.append(planTime, [started]);
    await log.close();
    appendFileSync(join(directory, "audit", `${run}.jsonl`), '{"seq":2,"prev":"sha');
    expect((await ledgerIn(directory).unfinishedRun())?.events).toHaveLength(1);
    const again = await ledgerIn(directory).openRun(run);
    await again.append(planTime, [{ type: "run.resumed" }]);
    await again.close();
    expect(eventsOf(directory, run).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("is not gone on with where it was edited or shortened", async () => {
    for (const damage of [
      (text: string) => text.replace('"run.started"', '"run.resumed"'),
      (text: string) => `${text.split("\n").slice(0, 1).join("\n")}\n`,
      () => "",
    ]) {
      const directory = temporaryDirectory();
      const log = await ledgerIn(directory).openRun(run);
      await log.append(planTime, [started, { type: "plan" }, { type: "run.stopped" }]);
      await log.close();
      const path = join(directory, "audit", `${run}.jsonl`);
      writeFileSync(path, damage(readFileSync(path, "utf8")));
      await expect(ledgerIn(directory).unfinishedRun()).rejects.toMatchObject({ message: /does not verify: / });
      await expect(ledgerIn(directory).openRun(run)).rejects.toMatchObject({ message: /does not verify/ });
    }
  });

  it("stops when something else writes to it", async () => {
    const directory = temporaryDirectory();
    const log = await ledgerIn(directory).openRun(run);
    await log.append(planTime, [started]);
    appendFileSync(join(directory, "audit", `${run}.jsonl`), "surprise\n");
    await expect(log.append(planTime, [{ type: "plan" }])).rejects.toMatchObject({
      message: /changed by something else/,
    });
    await log.close();
  });

  it("can hold texts that are not well-formed", async () => {
    const directory = temporaryDirectory();
    const log = await ledgerIn(directory).openRun(run);
    await log.append(planTime, [{ ...started, reason: "half a \ud83d face" }]);
    await log.close();
    expect((await ledgerIn(directory).unfinishedRun())?.events[0]?.event.reason).toBe("half a \ufffd face");
  });

  it("says that the disk is full, and takes nothing more", async () => {
    const log = await openRunLog({
      path: "/dev/full",
      run,
      chain: { events: 0, hash: null },
      wholeBytes: 0,
      anchor: async () => undefined,
    });
    const full = { reason: "usage", message: /the disk is full/, remedy: /Free some space/ };
    await expect(log.append(planTime, [started])).rejects.toMatchObject(full);
    await expect(log.append(planTime, [started])).rejects.toMatchObject(full);
    await log.close();
  });

  it("cannot be opened where the ledger cannot be written", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "audit"), "a file where a directory should be");
    await expect(ledgerIn(directory).openRun(run)).rejects.toMatchObject({
      reason: "usage",
      message: /The ledger could not use/,
    });
  });
});

function filesOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}
