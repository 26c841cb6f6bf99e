import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { OperatorError } from "../model/errors.ts";
import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";
import type { PolicyFileBytes, PolicySource } from "../ports.ts";
import { diskError } from "./write.ts";

const run = promisify(execFile);

/** Larger than any list of people we know of, and small enough not to be a mistake. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The policy repository in a folder: seatwright.yaml, policies/, exemptions.yaml, seatwright.lock.yaml and data/.
 * Throws OperatorError where the folder has no seatwright.yaml or a file cannot be read.
 */
export function createPolicyFolder(root: string): PolicySource {
  return {
    async readFiles() {
      const names = await readdir(root).catch((cause: unknown) => {
        throw diskError(root, "read", cause);
      });
      if (!names.includes("seatwright.yaml")) {
        throw new OperatorError(
          "policyInvalid",
          `${root} has no seatwright.yaml, so it is not a policy repository.`,
          "Run `seatwright init` there, or name another folder with --repo.",
        );
      }
      const files = ["seatwright.yaml", "exemptions.yaml", "seatwright.lock.yaml"].filter((name) =>
        names.includes(name),
      );
      if (names.includes("policies")) files.push(...(await filesBelow(root, "policies", /\.ya?ml$/)));
      if (names.includes("data")) files.push(...(await filesBelow(root, "data", /\.csv$/)));
      return Promise.all(files.sort().map((file) => readOne(root, file)));
    },
  };
}

/**
 * Changes when seatwright.yaml or a file below policies/ gets another size or time of change, or comes or goes. Reads no
 * file. Throws OperatorError where the folder cannot be read.
 */
export async function policyStamp(root: string): Promise<string> {
  try {
    const below = await filesBelow(root, "policies", /\.ya?ml$/).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const files = ["seatwright.yaml", ...below.sort(compareText)];
    const stamps = files.map(async (file) => {
      const { size, mtimeMs, ino } = await stat(path.join(root, file));
      return `${file} ${size} ${mtimeMs} ${ino}`;
    });
    return (await Promise.all(stamps)).join("\n");
  } catch (cause) {
    throw diskError(root, "read", cause);
  }
}

/** One file given by path on the command line, for example a source from outside the repository. */
export async function readOutsideFile(file: string): Promise<PolicyFileBytes> {
  try {
    const bytes = await readFile(file);
    return { path: file, bytes, changedAt: Math.floor((await stat(file)).mtimeMs / 1000) };
  } catch (cause) {
    throw diskError(file, "read", cause);
  }
}

async function filesBelow(root: string, folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
}

async function readOne(root: string, file: string): Promise<PolicyFileBytes> {
  const full = path.join(root, file);
  try {
    const { size, mtimeMs } = await stat(full);
    if (size > MAX_BYTES) {
      throw new OperatorError(
        "policyInvalid",
        `${file} is ${size} bytes long.`,
        `A policy file may have ${MAX_BYTES} at most.`,
      );
    }
    const changedAt = file.endsWith(".csv") ? await changedIn(root, file, Math.floor(mtimeMs / 1000)) : null;
    return { path: file, bytes: await readFile(full), changedAt };
  } catch (cause) {
    throw diskError(full, "read", cause);
  }
}

/**
 * When a list was last changed. A checkout gives every file the time of the checkout, so for a file that Git tracks and
 * nobody has edited the commit counts; of a shallow clone Git cannot tell, and the answer is null.
 */
async function changedIn(root: string, file: string, modified: Seconds): Promise<Seconds | null> {
  const git = async (...args: string[]): Promise<string> => (await run("git", ["-C", root, ...args])).stdout.trim();
  try {
    const tracked = (await git("ls-files", "--", file)) !== "";
    if (!tracked || (await git("status", "--porcelain", "--", file)) !== "") return modified;
    if ((await git("rev-parse", "--is-shallow-repository")) === "true") return null;
    const committed = Number(await git("log", "-1", "--format=%ct", "--", file));
    return Number.isInteger(committed) && committed > 0 ? committed : null;
  } catch {
    return modified;
  }
}
