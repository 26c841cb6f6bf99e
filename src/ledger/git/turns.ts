import { join } from "node:path";
import type { Clock } from "../../ports.ts";
import { makeDirectory } from "../files.ts";
import { isTaken, lockHeld, takeLock } from "../lock.ts";
import { RemoteTrouble } from "../../git-program/trouble.ts";

/** How long to wait for another process that works with the same copy; each of its operations takes seconds. */
const PATIENCE_MS = 300_000;
const POLL_MS = 100;

/** Runs pieces of work one after the other: those of this process, and those of others that use the same folder. */
export function createTurns(
  folder: string,
  organizationId: string,
  clock: Clock,
): <R>(work: () => Promise<R>) => Promise<R> {
  const path = join(folder, "busy");
  let last: Promise<unknown> = Promise.resolve();

  async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    await makeDirectory(folder);
    for (let waited = 0; ; waited += POLL_MS) {
      const taken = await takeLock(path, organizationId, "using the copy of the ledger", clock.now());
      if (isTaken(taken)) {
        try {
          return await work();
        } finally {
          await taken.release();
        }
      }
      if (waited >= PATIENCE_MS) throw lockHeld(taken, path);
      await clock.sleep(POLL_MS);
    }
  }

  return (work) => {
    const turn = last.then(() => alone(work));
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** How often work is begun anew where somebody else was quicker, and where the remote cannot be reached. */
const TRIES = { raced: 12, unreachable: 4, refused: 1 };
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Does the work, and begins it anew where a trouble with the remote may have passed, after waits that grow. `random`
 * (0 to 1) spreads them, so that two who meet do not meet again.
 */
export async function persistently<Result>(
  clock: Clock,
  random: () => number,
  work: () => Promise<Result>,
): Promise<Result> {
  const tried = { raced: 0, unreachable: 0, refused: 0 };
  for (let round = 0; ; round++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RemoteTrouble) || ++tried[error.kind] >= TRIES[error.kind]) throw error;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** round, LONGEST_WAIT_MS);
      await clock.sleep(Math.round(wait * (0.5 + random())));
    }
  }
}
