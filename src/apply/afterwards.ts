import type { RunLog } from "../ports.ts";

/** Does something with a log that is open, and closes it in any case. */
export async function withLog<Result>(log: RunLog, work: () => Promise<Result>): Promise<Result> {
  return afterwards(work, () => log.close());
}

/** Does the last thing in any case; what it fails with counts only where the work itself succeeded. */
export async function afterwards<Result>(work: () => Promise<Result>, last: () => Promise<void>): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await last().catch(() => undefined);
    throw error;
  }
  await last();
  return result;
}
