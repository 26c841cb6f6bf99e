import { readdirSync, readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { OperatorError } from "../model/errors.ts";
import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";
import { checkFileSize, isListPath, isRepositoryFile, repositoryFolders } from "../policy/repository-files.ts";
import type { PolicyFileBytes, PolicySource } from "../ports.ts";
import { diskError } from "./write.ts";

/**
 * The policy repository in a folder: seatwright.yaml, policies/, exemptions.yaml, seatwright.lock.yaml and data/.
 * Throws OperatorError where the folder has no seatwright.yaml or a file cannot be read. Files are read one after the other,
 * while nothing else goes on: for a handful of small ones, asking other threads takes longer than reading.
 */
export function createPolicyFolder(root: string): PolicySource {
  return {
    async readFiles() {
      const names = namesIn(root);
      if (!names.includes("seatwright.yaml")) {
        throw new OperatorError(
          "policyInvalid",
          `${root} has no seatwright.yaml, so it is not a policy repository.`,
          "Run `seatwright init` there, or name another folder with --repo.",
        );
      }
      const folders = repositoryFolders.filter((folder) => names.includes(folder));
      const below = folders.flatMap((folder) => filesBelow(root, folder));
      const files = [...names, ...below].filter(isRepositoryFile).sort(compareText);
      const read: PolicyFileBytes[] = [];
      for (const file of files) {
        const { bytes, modified } = readOne(root, file);
        const changedAt = isListPath(file) ? await changedIn(root, file, modified) : null;
        read.push({ path: file, bytes, changedAt });
      }
      return read;
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw diskError(folder, "read", cause);
  }
}

/**
 * Changes when seatwright.yaml or a file below policies/ gets another size or time of change, or comes or goes. Reads no
 * file. Throws OperatorError where the folder cannot be read.
 */
export async function policyStamp(root: string): Promise<string> {
  try {
    const below = policiesBelow(root);
    const files = ["seatwright.yaml", ...below.filter(isRepositoryFile).sort(compareText)];
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

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
}

function policiesBelow(root: string): string[] {
  try {
    return filesBelow(root, "policies");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function readOne(root: string, file: string): { readonly bytes: Uint8Array; readonly modified: Seconds } {
  const full = path.join(root, file);
  try {
    const { size, mtimeMs } = statSync(full);
    checkFileSize(file, size);
    return { bytes: readFileSync(full), modified: Math.floor(mtimeMs / 1000) };
  } catch (cause) {
    throw diskError(full, "read", cause);
  }
}

/**
 * When a list was last changed. A checkout gives every file the time of the checkout, so for a file that Git tracks and
 * nobody has edited the commit counts; of a shallow clone Git cannot tell, and the answer is null.
 */
async function changedIn(root: string, file: string, modified: Seconds): Promise<Seconds | null> {
  // Most repositories have no list whose age Git tells, and starting programs is much of Node to load.
  const run = promisify((await import("node:child_process")).execFile);
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
