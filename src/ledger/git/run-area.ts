import { copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMissing, makeDirectory, onDisk } from "../files.ts";
import { type LedgerHead, readHead, writeHead } from "../head.ts";

/** What this machine holds of a run: whole lines only, which the remote may not have yet. */
export interface LocalRun {
  readonly run: string;
  readonly log: Buffer;
  /** How far the log has got. */
  readonly head: LedgerHead;
  /** What the first event follows from; null where it follows from nothing, or there is none. */
  readonly follows: string | null;
}

/**
 * How a run's log here stands to the one at the remote. `level`: the same. `ahead`: it goes on from there. `behind`: the
 * remote's goes on from it. `forked`: neither.
 */
export type Standing = "level" | "ahead" | "behind" | "forked";

/**
 * The run's part of the ledger, apart from the work tree, which is overwritten with each operation. It is a directory
 * ledger of its own: the log is appended to here, each event on the disk before it counts.
 */
export interface RunArea {
  readonly directory: string;
  /** The run that is kept here, or null. */
  read(): Promise<LocalRun | null>;
  /** Begins anew with what the ledger in `tree` knows of its newest run. */
  seed(tree: string): Promise<void>;
  clear(): Promise<void>;
  /** Keeps what is here for somebody to look at. Gives the folder where it is. */
  setAside(run: LocalRun): Promise<string>;
}

export function createRunArea(folder: string): RunArea {
  const directory = join(folder, "run");

  async function clear(): Promise<void> {
    await onDisk(directory, () => rm(directory, { recursive: true, force: true }));
  }

  return {
    directory,
    clear,
    read: () => readRun(directory),
    async seed(tree) {
      await clear();
      await makeDirectory(directory);
      const head = await readHead(tree);
      const files = ["ledger.json", "head.json"];
      if (head !== null) files.push(join("audit", `${head.run}.jsonl`), join("runs", `${head.run}.json`));
      for (const file of files) await copyOver(join(tree, file), join(directory, file));
    },
    async setAside(run) {
      const place = join(folder, "set-aside", `${run.run}-${run.head.events}`);
      await makeDirectory(dirname(place));
      await onDisk(place, async () => {
        await rm(place, { recursive: true, force: true });
        await rename(directory, place);
      });
      return place;
    },
  };
}

async function readRun(directory: string): Promise<LocalRun | null> {
  const begun = await readHead(directory);
  if (begun === null) return null;
  const log = await wholeLines(join(directory, "audit", `${begun.run}.jsonl`));
  if (log.length === 0)
    return { run: begun.run, log, head: { ...begun, events: 0, finished: false }, follows: begun.head };
  const [first, last] = [eventIn(firstLine(log)), eventIn(lastLine(log))];
  const head = {
    run: begun.run,
    events: last?.seq ?? 0,
    head: last?.hash ?? null,
    finished: last?.type === "run.finished",
  };
  return { run: begun.run, log, head, follows: first?.prev ?? null };
}

/** Holds a run here against the ledger in `tree`. */
export async function standingOf(local: LocalRun, tree: string): Promise<Standing> {
  // A last line that is no event would be pushed as the end of the log.
  if (local.log.length > 0 && local.head.head === null) return "forked";
  const there = await wholeLines(join(tree, "audit", `${local.run}.jsonl`));
  const head = await readHead(tree);
  const shared = Math.min(there.length, local.log.length);
  if (!there.subarray(0, shared).equals(local.log.subarray(0, shared))) return "forked";
  const isNewest = head?.run === local.run;
  if (there.length > 0 && !isNewest) return there.length >= local.log.length ? "behind" : "forked";
  if (there.length > local.log.length) return "behind";
  if (there.length === local.log.length) return isNewest ? "level" : followsFrom(local, head);
  return isNewest ? "ahead" : followsFrom(local, head);
}

/** A run that the remote does not know yet must go on from the newest that it does know. */
function followsFrom(local: LocalRun, head: LedgerHead | null): Standing {
  return local.follows === (head?.head ?? null) ? "ahead" : "forked";
}

/** Writes the run into the ledger in `tree`, and as its head the last event of the log, whatever kind of event that is. */
export async function layOver(local: LocalRun, tree: string): Promise<void> {
  if (local.log.length > 0) {
    const path = join(tree, "audit", `${local.run}.jsonl`);
    await makeDirectory(dirname(path));
    await onDisk(path, () => writeFile(path, local.log));
  }
  await writeHead(tree, local.head);
}

/** The bytes of a log up to the end of its last whole line; none where there is no such file. */
async function wholeLines(path: string): Promise<Buffer> {
  return await onDisk(path, async () => {
    try {
      const bytes = await readFile(path);
      return bytes.subarray(0, bytes.lastIndexOf(10) + 1);
    } catch (error) {
      if (isMissing(error)) return Buffer.alloc(0);
      throw error;
    }
  });
}

function firstLine(log: Buffer): string {
  return log.subarray(0, log.indexOf(10)).toString("utf8");
}

function lastLine(log: Buffer): string {
  return log.subarray(log.lastIndexOf(10, log.length - 2) + 1, -1).toString("utf8");
}

interface EventFrame {
  readonly seq: number;
  readonly hash: string;
  readonly prev: string | null;
  readonly type: string;
}

/** What is needed of an event's line to say where its log has got to; null where it is none. Verifying comes elsewhere. */
function eventIn(line: string): EventFrame | null {
  try {
    const { seq, hash, prev, event } = JSON.parse(line) as Partial<EventFrame & { event: { type?: string } }>;
    if (typeof seq !== "number" || typeof hash !== "string" || prev === undefined) return null;
    return { seq, hash, prev, type: event?.type ?? "" };
  } catch {
    return null;
  }
}

async function copyOver(from: string, to: string): Promise<void> {
  await makeDirectory(dirname(to));
  await onDisk(to, async () => {
    try {
      await copyFile(from, to);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  });
}
