import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { settingOf } from "../apply/setting.ts";
import { changeFor, planTime, planWith, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { jiraUser, organizationId } from "../support/organization.ts";
import {
  bareRepository,
  branch,
  commitElsewhere,
  fileAt,
  git,
  gitBehind,
  ledgerAt,
  lockRef,
  serverHook,
  subjectsAt,
} from "./git-stage.ts";
import { begin, begun, eventsAt, intent, logFile, plan, run } from "./git-story.ts";

function otherPlan(number: number): Plan {
  return planWith([changeFor(`somebody-${number}`)]);
}

needs("git").describe("the log of a run on a branch", () => {
  it("opens only where it can be pushed, and says so at the remote", async () => {
    const remote = bareRepository();
    const log = await ledgerAt(remote).openRun(run);
    expect(subjectsAt(remote)).toEqual([`Open the log of ${run}`]);
    expect(JSON.parse(fileAt(remote, "head.json"))).toMatchObject({ run, events: 0, finished: false });
    await log.close();
    expect(await ledgerAt(remote).unfinishedRun()).toBeNull();
  });

  it("reaches the remote when it is secured, in one commit for all events so far", async () => {
    const remote = bareRepository();
    const log = await begun(ledgerAt(remote));
    await log.append(planTime, [intent("c-1")]);
    await log.append(planTime, [intent("c-2"), intent("c-3")]);
    expect(eventsAt(remote)).toEqual([]);
    const before = subjectsAt(remote).length;
    await log.secure();
    expect(eventsAt(remote).map(({ event }) => event.change ?? event.type)).toEqual([
      "approval",
      "run.started",
      "c-1",
      "c-2",
      "c-3",
    ]);
    expect(subjectsAt(remote).slice(before)).toEqual([`Keep the log of ${run}`]);
    await log.secure();
    expect(subjectsAt(remote)).toHaveLength(before + 1);
    await log.close();
  });

  it("has the head of its chain in each commit, whatever kind of event it ends with", async () => {
    const remote = bareRepository();
    const log = await begun(ledgerAt(remote));
    await log.append(planTime, [intent("c-1")]);
    await log.secure();
    expect(JSON.parse(fileAt(remote, "head.json"))).toEqual({ run, events: 3, head: log.head(), finished: false });
    expect(git(remote, "log", "-1", "--format=%B", branch)).toContain(`Audit-Head: ${log.head()}`);
    await log.close();
  });

  it("shows at the remote that it was shortened there", async () => {
    const remote = bareRepository();
    const log = await begun(ledgerAt(remote));
    await log.append(planTime, [intent("c-1"), intent("c-2")]);
    await log.close();
    commitElsewhere(remote, (checkout) => {
      const path = join(checkout, logFile);
      writeFileSync(path, `${readFileSync(path, "utf8").split("\n").slice(0, 3).join("\n")}\n`);
    });
    await expect(ledgerAt(remote).unfinishedRun()).rejects.toMatchObject({
      message: /events are missing at the end: head.json names one that is not there/,
    });
  });

  it("reaches the remote when the run ends, with its result, and when it is closed", async () => {
    const remote = bareRepository();
    const log = await begun(ledgerAt(remote));
    await log.append(planTime, [{ type: "run.stopped", exit: 5, reason: "interrupted" }]);
    expect(eventsAt(remote)).toHaveLength(3);
    await log.append(planTime, [{ type: "run.resumed" }]);
    await log.close();
    expect(eventsAt(remote)).toHaveLength(4);
  });

  it("keeps its order and its events while others push", async () => {
    const remote = bareRepository();
    const log = await begun(ledgerAt(remote));
    const other = ledgerAt(remote);
    for (let round = 0; round < 3; round++) {
      await log.append(planTime, [intent(`c-${round}`)]);
      await other.storePlan(otherPlan(round));
      if (round === 1) await other.requestStop("enough", "eve");
      await log.secure();
    }
    await log.close();
    expect(eventsAt(remote).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    for (let round = 0; round < 3; round++) {
      expect(await other.loadPlan(otherPlan(round).digest)).toEqual(otherPlan(round));
    }
    expect(await other.stopRequested()).toMatch(/enough/);
  });

  it("is written by one process of a machine at a time", async () => {
    const remote = bareRepository();
    const folder = join(temporaryDirectory(), "copy");
    const log = await ledgerAt(remote, { folder }).openRun(run);
    await expect(ledgerAt(remote, { folder }).openRun(run)).rejects.toMatchObject({ reason: "lockHeld" });
    await log.close();
    await (await ledgerAt(remote, { folder }).openRun(run)).close();
  });

  it("stops where another machine has written to it", async () => {
    const remote = bareRepository();
    const log = await begun(ledgerAt(remote));
    await log.secure();
    const rival = await ledgerAt(remote).openRun(run);
    await rival.append(planTime, [intent("c-rival")]);
    await rival.close();
    await log.append(planTime, [intent("c-own")]);
    await expect(log.secure()).rejects.toMatchObject({ message: /somebody else has gone on with this run/ });
    expect(eventsAt(remote).at(-1)?.event.change).toBe("c-rival");
    await expect(log.close()).rejects.toMatchObject({ message: /somebody else has gone on with this run/ });
  });

  it("is kept, and the run stopped, where the lock was taken away meanwhile", async () => {
    const remote = bareRepository();
    const ledger = ledgerAt(remote);
    const lock = await ledger.lock(organizationId, "a run");
    const log = await begun(ledger);
    await log.secure();
    git(remote, "update-ref", "-d", lockRef);
    await log.append(planTime, [intent("c-1")]);
    await expect(log.secure()).rejects.toMatchObject({ reason: "lockHeld", message: /was taken away/ });
    expect(eventsAt(remote)).toHaveLength(3);
    await log.close();
    await lock.release();
  });
});

needs("git").describe("an apply with its ledger on a branch", () => {
  it("leaves its plan, log and result there, and the lock to the next", async () => {
    const remote = bareRepository();
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() });
    const { clock } = setting;
    await ledgerAt(remote, { clock }).storePlan(setting.plan);
    const result = await setting.apply({}, { ledger: ledgerAt(remote, { clock }) });
    expect(result.counts).toEqual({ done: 1 });
    const elsewhere = ledgerAt(remote, { clock });
    expect(await elsewhere.unfinishedRun()).toBeNull();
    expect(await elsewhere.consumedBy(setting.plan.digest)).toBe(result.run);
    expect((await elsewhere.readRun(result.run))?.events.at(-1)?.hash).toBe(result.auditHead);
    expect(git(remote, "for-each-ref", lockRef)).toBe("");
  });

  it("changes nobody where its log cannot be pushed", async () => {
    const remote = bareRepository();
    const setting = settingOf([changeFor("ada")], { ada: jiraUser() });
    await ledgerAt(remote).storePlan(setting.plan);
    const before = git(remote, "for-each-ref");
    serverHook(remote, "update", `case "$1" in refs/heads/*) exit 1;; esac`);
    await expect(setting.apply({}, { ledger: ledgerAt(remote) })).rejects.toMatchObject({ reason: "credentials" });
    expect(setting.organization.calls).toEqual([]);
    expect(git(remote, "for-each-ref")).toBe(before);
  });
});

needs("git").describe("a directory ledger that was committed to a branch", () => {
  it("goes on there as it was", async () => {
    const remote = bareRepository();
    const directory = temporaryDirectory();
    const before = createDirectoryLedger({ directory, organizationId, clock: testClock(planTime) });
    await before.storePlan(plan);
    const first = await before.openRun(run);
    await first.append(planTime, begin);
    await first.append(planTime, [intent("c-1")]);
    await first.close();
    git(directory, "init", "--quiet");
    git(directory, "add", "--all");
    git(directory, "commit", "--quiet", "--message", "Begin");
    git(directory, "push", "--quiet", remote, `HEAD:refs/heads/${branch}`);
    const ledger = ledgerAt(remote);
    expect((await ledger.unfinishedRun())?.events).toHaveLength(3);
    const log = await ledger.openRun(run);
    await log.append(planTime, [{ type: "run.resumed" }]);
    await log.close();
    expect(eventsAt(remote).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await ledger.loadPlan(plan.digest)).toEqual(plan);
  });
});

needs("git").describe("a stop on a branch", () => {
  it("is looked for every two seconds at most", async () => {
    const remote = bareRepository();
    const clock = testClock(planTime);
    const { environment, notes } = gitBehind(`echo "$*" >> $NOTES/said; exec "$GIT" "$@"`);
    const looks = (): number =>
      readFileSync(join(notes, "said"), "utf8")
        .split("\n")
        .filter((line) => line.startsWith("ls-remote")).length;
    const ledger = ledgerAt(remote, { clock, environment });
    expect(await ledger.stopRequested()).toBeNull();
    await ledgerAt(remote).requestStop("enough", "eve");
    clock.pass(1);
    expect(await ledger.stopRequested()).toBeNull();
    expect(looks()).toBe(1);
    clock.pass(1);
    expect(await ledger.stopRequested()).toBe("eve asked to stop: enough");
    expect(looks()).toBe(2);
  });

  it("is known at once to whoever asked for it or withdrew it", async () => {
    const ledger = ledgerAt(bareRepository());
    await ledger.requestStop("enough", "eve");
    expect(await ledger.stopRequested()).toBe("eve asked to stop: enough");
    await ledger.withdrawStop();
    expect(await ledger.stopRequested()).toBeNull();
  });
});

needs("git").describe("a run whose machine is lost", () => {
  it("is gone on with from what was secured: what it had done is found, and done once", async () => {
    const remote = bareRepository();
    const people = { ada: jiraUser(), bob: jiraUser(), cyd: jiraUser() };
    const setting = settingOf(
      Object.keys(people).map((id) => changeFor(id)),
      people,
    );
    await ledgerAt(remote).storePlan(setting.plan);
    let isLost = false;
    const gone = (): void => {
      if (isLost) throw new Error("this machine is no more");
    };
    const there = ledgerAt(remote, { clock: setting.clock, run: "1", isGone: async () => true });
    const ledger = {
      ...there,
      async openRun(id: string) {
        const log = await there.openRun(id);
        const append: typeof log.append = async (...given) => {
          gone();
          return log.append(...given);
        };
        return { ...log, append, secure: async () => (gone(), log.secure()), close: async () => gone() };
      },
      lock: async (...given: Parameters<typeof there.lock>) => {
        const lock = await there.lock(...given);
        return { release: async () => (gone(), lock.release()) };
      },
    };
    const { writer } = setting.dependencies;
    const mortal: typeof writer = {
      async carryOut(...given) {
        const answer = await writer.carryOut(...given);
        isLost = true;
        return answer;
      },
    };
    await expect(setting.apply({}, { ledger, writer: mortal })).rejects.toThrow("no more");
    expect(setting.organization.written).toHaveLength(1);
    const left = await ledgerAt(remote).unfinishedRun();
    const types = left?.events.map(({ event }) => event.type) ?? [];
    expect(types.filter((type) => type === "change.started")).toHaveLength(3);
    expect(types, "the intent of the write was on that machine only").not.toContain("operation.intent");

    const elsewhere = ledgerAt(remote, { clock: setting.clock, run: "2", isGone: async () => true });
    const result = await setting.apply({}, { ledger: elsewhere });
    expect(result.counts).toEqual({ done: 3 });
    expect(setting.organization.written, "nothing was done twice").toHaveLength(3);
    const events = (await elsewhere.readRun(result.run))?.events ?? [];
    const tried = events.filter(({ event }) => event.reason === "may have been tried by a machine that is lost");
    expect(tried).toHaveLength(3);
  });
});
