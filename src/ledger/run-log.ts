import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { AuditEvent, EventBody } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import type { RunLog } from "../ports.ts";
import { type ChainHead, lineOf, linkEvent } from "./audit.ts";
import { diskError, onDisk, syncDirectory } from "./files.ts";

/** What `openRunLog` needs to know of the log it opens. */
export interface OpenLog {
  readonly path: string;
  readonly run: string;
  /** Where the chain has got to. */
  readonly chain: ChainHead;
  /** Bytes of whole lines; anything beyond is the beginning of a line that nobody relied on, and is cut off. */
  readonly wholeBytes: number;
  /** Called after events are durable, with the new head. */
  readonly anchor: (chain: ChainHead, last: EventBody["type"]) => Promise<void>;
}

const anchored: ReadonlySet<EventBody["type"]> = new Set([
  "run.started",
  "run.resumed",
  "approval",
  "change.outcome",
  "run.stopped",
  "run.finished",
]);

/**
 * Opens a run's log for appending. Each append is on the disk when it settles. After a failed append the log takes
 * nothing more: what it holds stays whole, and the run can be gone on with when it is opened again.
 */
export async function openRunLog({ path, run, chain, wholeBytes, anchor }: OpenLog): Promise<RunLog> {
  const handle = await onDisk(path, async () => {
    const opened = await open(path, "a");
    try {
      if ((await opened.stat()).size > wholeBytes) {
        await opened.truncate(wholeBytes);
        await opened.sync();
      }
      await syncDirectory(dirname(path));
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  });
  let at = chain;
  let size = wholeBytes;
  let broken: Error | null = null;
  return {
    run,
    head: () => at.hash ?? "",
    async append(moment, bodies) {
      if (broken !== null) throw broken;
      let next = at;
      const events: AuditEvent[] = [];
      for (const body of bodies) {
        const event = linkEvent(next, run, moment, body);
        events.push(event);
        next = { events: event.seq, hash: event.hash };
      }
      const bytes = Buffer.from(events.map((event) => `${lineOf(event)}\n`).join(""), "utf8");
      try {
        if ((await handle.stat()).size !== size) throw foreignWriter(path);
        await handle.appendFile(bytes);
        await handle.datasync();
      } catch (error) {
        broken = diskError(error, path);
        if (!(error instanceof OperatorError)) await cutBack(handle, size);
        throw broken;
      }
      size += bytes.length;
      at = next;
      const last = bodies.at(-1)?.type;
      if (last !== undefined && bodies.some((body) => anchored.has(body.type))) await anchor(at, last);
      return events;
    },
    // The directory is the one place where the ledger is.
    tail: "whole",
    secure: async () => undefined,
    async close() {
      await handle.close();
    },
  };
}

/** Takes away what a failed append left, so that the log ends with a whole line. Opening it again does the same. */
async function cutBack(handle: FileHandle, size: number): Promise<void> {
  try {
    await handle.truncate(size);
    await handle.datasync();
  } catch {
    // The beginning of a line stays; opening the log again cuts it off.
  }
}

function foreignWriter(path: string): OperatorError {
  return new OperatorError(
    "usage",
    `${path} was changed by something else while the run was at work. The run has stopped.`,
    "Find out what writes to the ledger, verify the log with `seatwright audit verify`, and run the same command again.",
  );
}
