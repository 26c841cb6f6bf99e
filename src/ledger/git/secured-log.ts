import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { OperatorError } from "../../model/errors.ts";
import type { Clock, Ledger, RunLog } from "../../ports.ts";
import { makeDirectory, onDisk } from "../files.ts";
import { type FileLock, isTaken, lockHeld, takeLock } from "../lock.ts";
import type { Clone, RemoteState } from "./clone.ts";
import { layOver, type RunArea } from "./run-area.ts";
import type { OpenRun, Transactions } from "./transactions.ts";

/**
 * Opens run logs that are on this machine's disk with each append, and at the remote when they are secured. Opening one
 * pushes: a run whose log could not reach the remote must not begin.
 */
export function createLogOpener(parts: {
  readonly folder: string;
  readonly clone: Clone;
  readonly area: RunArea;
  /** The directory ledger over the run's own area. */
  readonly local: Ledger;
  readonly clock: Clock;
  readonly organizationId: string;
  readonly transactions: Transactions;
  /** Throws where the lock that this process took is no longer its own. */
  readonly checkLock: (found: RemoteState) => void;
}): (run: string) => Promise<RunLog> {
  const { folder, clone, area, local, clock, organizationId, transactions, checkLock } = parts;

  /** One process writes a log at a time; the others of this machine see that it is at work. */
  async function takePen(run: string): Promise<FileLock> {
    const path = join(folder, "writing");
    await makeDirectory(folder);
    const taken = await takeLock(path, organizationId, `writing the log of ${run}`, clock.now());
    if (isTaken(taken)) return taken;
    throw lockHeld(taken, path);
  }

  /** Brings to the remote, or out of the way, what an earlier process on this machine could not send. */
  async function settleLeftover(run: string): Promise<"go on from here" | "begin from the remote"> {
    const left = await transactions.leftover();
    if (left === null) return "begin from the remote";
    if (left.state === "forked") {
      const place = await area.setAside(left.run);
      throw new OperatorError(
        "usage",
        `This machine holds ${left.run.head.events} events of ${left.run.run} that do not fit the log at the remote: the run was gone on with elsewhere, or one of the logs was changed. They are kept in ${place}.`,
        "Look there for operations that the ledger does not tell of. The same command goes on without them when it is run again.",
      );
    }
    await clone.spoil();
    await layOver(left.run, clone.tree);
    if (left.run.run === run) return "go on from here";
    // Before the area is seeded anew: until this is pushed, the area is the only place where it is.
    await transactions.publish(`Keep the log of ${left.run.run}`, "where something changed");
    return "begin from the remote";
  }

  async function openHere(run: string): Promise<RunLog> {
    const from = await settleLeftover(run);
    if (from === "begin from the remote") await area.seed(clone.tree);
    const log = await local.openRun(run);
    try {
      await clone.spoil();
      const [source, target] = [join(area.directory, "ledger.json"), join(clone.tree, "ledger.json")];
      await onDisk(target, () => copyFile(source, target));
      const opened = await area.read();
      if (opened !== null) await layOver(opened, clone.tree);
      await transactions.publish(`Open the log of ${run}`, "always");
      // Of a run that begins there is no earlier part to lose.
      return { ...log, tail: from === "go on from here" || opened?.head.events === 0 ? "whole" : "may be lost" };
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  return async (run) => {
    const pen = await takePen(run);
    try {
      const log = await transactions.alone(async () => await openHere(run));
      const open: OpenRun = { run, appended: 0, secured: 0 };
      transactions.open = open;
      return secured(log, open, pen);
    } catch (error) {
      await pen.release();
      throw error;
    }
  };

  function secured(log: RunLog, open: OpenRun, pen: FileLock): RunLog {
    async function secure(): Promise<void> {
      if (transactions.open !== open || open.secured === open.appended) return;
      const { found } = await transactions.write(
        `Keep the log of ${open.run}`,
        "remote and machine",
        async () => undefined,
      );
      checkLock(found);
    }

    return {
      run: open.run,
      tail: log.tail,
      head: () => log.head(),
      secure,
      async append(at, events) {
        const appended = await log.append(at, events);
        open.appended += appended.length;
        if (events.some(({ type }) => type === "run.finished" || type === "run.stopped")) {
          // The event is kept, whatever comes of this. Whoever stores the result or closes the log is told.
          await secure().catch(() => undefined);
        }
        return appended;
      },
      async close() {
        if (transactions.open !== open) return;
        try {
          await secure();
        } finally {
          transactions.open = null;
          await log.close();
          if (open.secured === open.appended) await area.clear();
          await pen.release();
        }
      },
    };
  }
}
