import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OperatorError } from "../model/errors.ts";
import { createTextBuffer, fillWithText } from "../model/text-buffer.ts";

/** What an operator can do about each kind of refusal by the disk. */
const remedies: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOSPC: ["the disk is full", "Free some space and run the same command again."],
  EDQUOT: ["the disk quota is used up", "Free some space and run the same command again."],
  EFBIG: ["files may not grow any further there", "Lift the limit on file sizes and run the same command again."],
  EACCES: ["this user may not write there", "Give this user the right to write there, or name another ledger."],
  EPERM: ["this user may not write there", "Give this user the right to write there, or name another ledger."],
  EROFS: ["it can only be read", "Name a ledger directory that can be written."],
  ENOTDIR: ["part of its path is a file, not a directory", "Name a ledger directory."],
  EIO: ["the disk answers with errors", "Check the disk before you go on."],
};

/** An OperatorError for what the disk refused, or the error itself where it is none of the disk's. */
export function diskError(error: unknown, path: string): Error {
  if (!(error instanceof Error)) return new Error("something that is no error was thrown", { cause: error });
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const [what, remedy] = remedies[code] ?? [
    `the system answered ${code}`,
    "Check the ledger directory and run the command again.",
  ];
  return new OperatorError("usage", `The ledger could not use ${path}: ${what}.`, remedy, { cause: error });
}

/** Runs `work`, turning what the disk refuses into an OperatorError that names `path`. */
export async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, path);
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ENOENT";
}

/** Makes a directory and its parents, durably. */
export async function makeDirectory(path: string): Promise<void> {
  await onDisk(path, async () => {
    const first = await mkdir(path, { recursive: true });
    if (first !== undefined) await syncDirectory(dirname(first));
  });
}

/** Size of a file in bytes. */
export async function sizeOf(path: string): Promise<number> {
  return await onDisk(path, async () => (await stat(path)).size);
}

/** The file as text, or null where there is none. */
export async function readTextOrNull(path: string): Promise<string | null> {
  return await onDisk(path, async () => {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  });
}

/** The file as JSON, or null where there is none. Throws OperatorError where it is not JSON. */
export async function readJsonOrNull(path: string): Promise<unknown> {
  const text = await readTextOrNull(path);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OperatorError(
      "usage",
      `${path} is not whole: it cannot be read as JSON.`,
      "Put the file back from a backup or from Git; the ledger never leaves half a file itself.",
      { cause: error },
    );
  }
}

/** The rows of a JSON list; none where there is no such file. Throws OperatorError where one is not what it should be. */
export async function readRows<Row>(
  path: string,
  isRow: (value: Partial<Row>) => value is Row,
  without: string,
): Promise<readonly Row[]> {
  const value = await readJsonOrNull(path);
  if (value === null) return [];
  if (Array.isArray(value)) {
    const rows: readonly Partial<Row>[] = value;
    const whole = rows.filter((row): row is Row => typeof row === "object" && row !== null && isRow(row));
    if (whole.length === rows.length) return whole;
  }
  throw new OperatorError(
    "usage",
    `${path} does not hold what the ledger wrote there.`,
    `Put the file back from a backup or from Git: ${without}.`,
  );
}

/** Names in a directory in order of code units; none where there is no such directory. */
export async function namesIn(path: string): Promise<readonly string[]> {
  return await onDisk(path, async () => {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  });
}

/**
 * Replaces a file in one step: a reader, or somebody who is killed half-way, meets the old text or the new one and never
 * a part. Durable when the promise settles.
 */
export async function writeWhole(path: string, text: string | Iterable<string>): Promise<void> {
  await onDisk(path, async () => {
    const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
    try {
      await writeDurably(temporary, text);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncDirectory(dirname(path));
  });
}

/** Writes a new file and waits until it is on the disk. */
export async function writeDurably(path: string, text: string | Iterable<string>): Promise<void> {
  const handle = await open(path, "w");
  try {
    if (typeof text === "string") await handle.writeFile(text);
    else await writePieces(handle, text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writePieces(handle: FileHandle, pieces: Iterable<string>): Promise<void> {
  const buffer = createTextBuffer();
  const flush = async (): Promise<void> => {
    await handle.writeFile(buffer.bytes.subarray(0, buffer.used));
    buffer.used = 0;
  };
  for (const piece of pieces) {
    for (let from = fillWithText(buffer, piece, 0); from < piece.length; from = fillWithText(buffer, piece, from)) {
      await flush();
    }
  }
  await flush();
}

/** Makes what was created or renamed in a directory durable. Systems that cannot (Windows) do so by themselves. */
export async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    if (isMissing(error)) throw error;
    return;
  }
  try {
    await handle.sync();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EPERM" && code !== "EINVAL" && code !== "EISDIR" && code !== "EBADF") throw error;
  } finally {
    await handle.close();
  }
}
