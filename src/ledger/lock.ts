import { randomUUID } from "node:crypto";
import { link, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OperatorError } from "../model/errors.ts";
import { isMissing, onDisk, writeDurably } from "./files.ts";
import { type Holder, holderHere, holderIn, isProvablyGone } from "./holder.ts";
import type { Seconds } from "../model/time.ts";
import type { LockFacts } from "../model/setup-facts.ts";

/** A lock that is held until `release`. */
export interface FileLock {
  release(): Promise<void>;
}

/**
 * Takes the lock kept in the file `path`, or gives whoever holds it. One process holds it at a time, on this machine and
 * on every other that sees the same directory.
 *
 * The file is made by link(2), which is atomic and fails where it exists. The lock of a holder that is provably gone is
 * succeeded to by a second file named after that holder's id, again by link(2): of several that notice at once one
 * succeeds, and nobody ever removes a lock that somebody may hold. The holder is the last of that line.
 */
export async function takeLock(
  path: string,
  organization: string,
  purpose: string,
  now: Seconds,
): Promise<FileLock | Holder> {
  const me = holderHere(randomUUID(), organization, purpose, now);
  const mine = join(dirname(path), `.lock.${me.id}.tmp`);
  return await onDisk(path, async () => {
    await writeDurably(mine, `${JSON.stringify(me)}\n`);
    try {
      for (;;) {
        if (await linked(mine, path)) return release(path, []);
        const line = await lineOfHolders(path);
        const [first] = line;
        const last = line.at(-1);
        if (first === undefined || last === undefined) continue;
        if (!isProvablyGone(last)) return last;
        const successor = successorPath(path, last);
        if (!(await linked(mine, successor))) continue;
        if ((await holderAt(path))?.id === first.id) return release(path, line);
        await rm(successor, { force: true });
      }
    } finally {
      await rm(mine, { force: true });
    }
  });
}

/** Who holds the lock kept in the file `path` now; null: nobody. Takes nothing. */
export async function readLock(path: string): Promise<LockFacts | null> {
  const last = await onDisk(path, async () => (await lineOfHolders(path)).at(-1));
  return last === undefined ? null : lockFacts(last, null);
}

/** A holder as others are told of it. */
export function lockFacts(holder: Holder, run: string | null): LockFacts {
  const { purpose, host, pid, startedAt } = holder;
  return { purpose, host, pid, since: startedAt, run, holder: isProvablyGone(holder) ? "gone" : "perhaps at work" };
}

/** Whether `takeLock` gave the lock. */
export function isTaken(taken: FileLock | Holder): taken is FileLock {
  return "release" in taken;
}

/** The OperatorError that names who holds the lock and what to do where that cannot be true. */
export function lockHeld(holder: Holder, path: string): OperatorError {
  return new OperatorError(
    "lockHeld",
    `Another run holds the ledger: ${holder.purpose}, process ${holder.pid} on ${holder.host}, since ${holder.startedAt}.`,
    `Wait until it has ended and try again. If you are certain that it no longer runs, delete ${path}.`,
  );
}

function release(path: string, succeeded: readonly Holder[]): FileLock {
  return {
    async release() {
      await onDisk(path, async () => {
        // The first file goes first: from then on nobody follows the line of successors from it.
        await rm(path, { force: true });
        for (const holder of succeeded) await rm(successorPath(path, holder), { force: true });
      });
    },
  };
}

function successorPath(path: string, holder: Holder): string {
  return `${path}.after.${holder.id}`;
}

/** The holder in the file and all that succeeded to it, oldest first. Empty where the file is gone. */
async function lineOfHolders(path: string): Promise<readonly Holder[]> {
  const line: Holder[] = [];
  let next: string | null = path;
  while (next !== null) {
    const holder: Holder | null = await holderAt(next);
    if (holder === null) break;
    line.push(holder);
    next = successorPath(path, holder);
  }
  return line;
}

async function holderAt(path: string): Promise<Holder | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const holder = holderIn(text);
  if (holder !== null) return holder;
  throw new OperatorError(
    "lockHeld",
    `${path} holds the lock, but does not say for whom.`,
    `If you are certain that no run is at work, delete ${path}.`,
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
