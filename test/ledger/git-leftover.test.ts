import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { verifyAuditFile } from "../../src/ledger/audit-file.ts";
import type { EventBody, RunResult } from "../../src/model/documents.generated.ts";
import { approvalOf, planTime, planWith } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { organizationId } from "../support/organization.ts";
import { bareRepository, gitBehind, ledgerAt, startChild } from "./git-stage.ts";
import { begun, eventsAt, intent, logFile, plan, run } from "./git-story.ts";

/** Copy of the ledger on a machine that wrote this run and then lost the network: `unsent` never reached the remote. */
async function cutOff(remote: string, ...unsent: readonly EventBody[]): Promise<string> {
  const folder = join(temporaryDirectory(), "copy");
  const { environment, notes } = gitBehind(
    `case "$*" in push*) [ -e $NOTES/off ] && echo "fatal: Connection refused" >&2 && exit 128;; esac; exec "$GIT" "$@"`,
  );
  const log = await begun(ledgerAt(remote, { folder, environment }));
  await log.secure();
  writeFileSync(join(notes, "off"), "");
  await log.append(planTime, unsent);
  await expect(log.close()).rejects.toMatchObject({ reason: "usage", message: /cannot be reached/ });
  return folder;
}

function resultOf(auditHead: string): RunResult {
  return {
    kind: "run",
    version: 1,
    run,
    organization: organizationId,
    planDigest: plan.digest,
    startedAt: "2026-11-20T06:10:00Z",
    finishedAt: "2026-11-20T06:20:00Z",
    exit: { code: 0, reason: "nothing to do" },
    outcomes: [],
    counts: {},
    auditHead,
  };
}

needs("git").describe("a run whose machine was lost or cut off", () => {
  it("leaves behind on this machine nothing that the remote has", async () => {
    const remote = bareRepository();
    const folder = join(temporaryDirectory(), "copy");
    const log = await begun(ledgerAt(remote, { folder }));
    await log.close();
    expect(() => readFileSync(join(folder, "run", logFile))).toThrow("ENOENT");
  });

  it("goes on, on the same machine, from events that never reached the remote", async () => {
    const remote = bareRepository();
    const folder = join(temporaryDirectory(), "copy");
    const child = startChild({ kind: "be killed in a run", folder, remote });
    child.go();
    await child.end();
    expect(eventsAt(remote)).toHaveLength(3);
    const again = ledgerAt(remote, { folder });
    expect((await again.unfinishedRun())?.events).toHaveLength(4);
    expect((await again.readRun(run))?.events).toHaveLength(4);
    const log = await again.openRun(run);
    expect(eventsAt(remote)).toHaveLength(4);
    await log.append(planTime, [{ type: "run.resumed" }]);
    await log.close();
    expect(eventsAt(remote).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("is gone on with by another machine from what was secured, where its own was lost with a kill", async () => {
    const remote = bareRepository();
    const child = startChild({ kind: "be killed in a run", folder: join(temporaryDirectory(), "lost"), remote });
    child.go();
    await child.end();
    const another = ledgerAt(remote);
    const lock = await another.lock(organizationId, "going on");
    const left = await another.unfinishedRun();
    expect(left).toMatchObject({ run, planDigest: planWith([]).digest });
    expect(left?.events.map(({ event }) => event.type)).toEqual(["approval", "run.started", "operation.intent"]);
    const log = await another.openRun(run);
    await log.append(planTime, [
      { type: "run.resumed" },
      { type: "operation.readback", change: "c-secured", operationIndex: 0, readback: "so" },
      { type: "run.finished", exit: 0 },
    ]);
    await log.close();
    await lock.release();
    const verdict = await another.inFolder((directory) => verifyAuditFile(join(directory, logFile), []));
    expect(verdict.verdict).toMatchObject({ ok: true, events: 6, finished: true });
  });

  it("keeps aside what a machine never sent, once another has gone on, and says so", async () => {
    const remote = bareRepository();
    const folder = await cutOff(remote, intent("c-unsent"));
    const log = await ledgerAt(remote).openRun(run);
    await log.append(planTime, [{ type: "run.resumed" }]);
    await log.close();
    const back = ledgerAt(remote, { folder });
    expect((await back.unfinishedRun())?.events.at(-1)?.event.type).toBe("run.resumed");
    const refused = await back.openRun(run).then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(refused?.message).toMatch(/holds 3 events of .* that do not fit the log at the remote/);
    const place = /kept in (\S+)\.$/.exec(refused?.message ?? "")?.[1] ?? "";
    expect(readFileSync(join(place, logFile), "utf8")).toContain("c-unsent");
    await (await back.openRun(run)).close();
    expect(eventsAt(remote)).toHaveLength(3);
  });

  it("sends the end of a run that could not be sent before, with its result", async () => {
    const remote = bareRepository();
    const folder = await cutOff(remote, { type: "run.finished", exit: 0, reason: "nothing to do" });
    const again = ledgerAt(remote, { folder });
    const left = await again.unfinishedRun();
    expect(left?.events.at(-1)?.event.type).toBe("run.finished");
    await again.storeResult(resultOf(left?.events.at(-1)?.hash ?? ""), approvalOf(plan));
    expect(eventsAt(remote).at(-1)?.event.type).toBe("run.finished");
    expect(await ledgerAt(remote).unfinishedRun()).toBeNull();
    expect(await ledgerAt(remote).consumedBy(plan.digest)).toBe(run);
  });

  it("sends the end of a run that could not be sent before, before the next one opens", async () => {
    const remote = bareRepository();
    const folder = await cutOff(remote, { type: "run.finished", exit: 0, reason: "nothing to do" });
    // Somebody else is quicker once, which must not lose what is on this machine alone.
    const { environment } = gitBehind(
      `case "$*" in push*) if mkdir $NOTES/raced 2>/dev/null; then printf '!\\tx:x\\t[rejected] (fetch first)\\n'; exit 1; fi;; esac; exec "$GIT" "$@"`,
    );
    const next = await ledgerAt(remote, { folder, environment }).openRun("r-20261121T061000Z-0000000b");
    const last = eventsAt(remote).at(-1);
    expect(last?.event.type).toBe("run.finished");
    const [event] = await next.append(planTime, [{ type: "run.started" }]);
    expect(event?.prev).toBe(last?.hash);
    await next.close();
  });

  it("never sends the beginning of a line", async () => {
    const remote = bareRepository();
    const folder = await cutOff(remote, intent("c-unsent"));
    appendFileSync(join(folder, "run", logFile), '{"seq":4,"prev":"sha');
    await (await ledgerAt(remote, { folder }).openRun(run)).close();
    expect(eventsAt(remote).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});
