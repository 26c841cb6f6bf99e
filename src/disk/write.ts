import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { OperatorError } from "../model/errors.ts";
import { createTextBuffer, fillWithText } from "../model/text-buffer.ts";

/** Who may read a file: `private` files hold personal data (0600). */
export type Readers = "private" | "anyone";

/**
 * Writes a file whole or not at all: into a neighbour first, flushed, then renamed. Makes missing folders. The pieces are
 * all text, or all bytes. Throws OperatorError where the disk is full or the place cannot be written; what stood there
 * before still stands.
 */
export async function writeWhole(
  file: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string>,
  readers: Readers,
): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  const temporary = neighbourOf(file);
  try {
    await makeFolder(folder);
    const handle = await open(temporary, "wx", readers === "private" ? 0o600 : 0o644);
    try {
      const buffer = createTextBuffer();
      const flush = async (): Promise<void> => {
        await handle.writeFile(buffer.bytes.subarray(0, buffer.used));
        buffer.used = 0;
      };
      for await (const chunk of chunks) {
        if (typeof chunk !== "string") {
          await handle.writeFile(chunk);
          continue;
        }
        for (let from = fillWithText(buffer, chunk, 0); from < chunk.length; from = fillWithText(buffer, chunk, from)) {
          await flush();
        }
      }
      await flush();
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(file, "written", cause);
  }
}

/**
 * Throws OperatorError where a file of this name could not be written: asked before a long read, so that its result does
 * not go to waste. Makes missing folders, and leaves nothing else behind.
 */
export async function requireWritable(file: string): Promise<void> {
  const probe = neighbourOf(file);
  try {
    await makeFolder(path.dirname(probe));
    const found = await stat(file).catch(() => null);
    if (found?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
    await (await open(probe, "wx", 0o600)).close();
    await rm(probe);
  } catch (cause) {
    throw diskError(file, "written", cause);
  }
}

/** A name beside the file that no other run uses, also one that was killed and left its own behind. */
function neighbourOf(file: string): string {
  return path.join(path.dirname(path.resolve(file)), `.${path.basename(file)}.${randomUUID().slice(0, 8)}.tmp`);
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    // What stands there, or above it, is a file.
    throw error.code === "EEXIST" ? Object.assign(error, { code: "ENOTDIR" }) : error;
  });
}

/** A failed file operation in words, with its remedy. Errors that are ours pass through. */
export function diskError(file: string, verb: "read" | "written", cause: unknown): Error {
  if (cause instanceof OperatorError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const [what, remedy] = wordsFor(code);
  if (what === undefined || remedy === undefined) return cause instanceof Error ? cause : new Error(String(cause));
  return new OperatorError("usage", `${file} could not be ${verb}: ${what}.`, remedy, { cause });
}

function wordsFor(code: string): readonly [string, string] | readonly [] {
  switch (code) {
    case "ENOENT":
      return ["there is no such file", "Check the path."];
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return [
        "this user is not allowed to",
        "Check the permissions of the file and its folder, or name another place.",
      ];
    case "ENOSPC":
    case "EDQUOT":
      return ["the disk is full", "Free some space and run again; nothing was changed."];
    case "EISDIR":
      return ["it is a folder", "Name a file."];
    case "ENOTDIR":
      return ["a part of its path is a file, not a folder", "Check the path."];
    default:
      return [];
  }
}
