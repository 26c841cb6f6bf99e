import { OperatorError } from "../model/errors.ts";
import { isPolicyPath } from "./repository.ts";

/** The folders of a policy repository: of everything else only files that lie at its root are read. */
export const repositoryFolders: readonly string[] = ["policies", "data"];

/** Bytes of one file at most: larger than any list of people we know of, and small enough not to be a mistake. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Spellings under which somebody means a file to be read; `readRepository` tells the wrong ones. */
const meantForUs = /^(seatwright|seatwright\.lock|exemptions?)\.ya?ml$/i;

/**
 * Whether a file of a policy repository is read, wherever it comes from: the policies, and the lists of people below
 * data/. `path` is from the repository's root, with forward slashes.
 */
export function isRepositoryFile(path: string): boolean {
  return isPolicyPath(path) || meantForUs.test(path) || isListPath(path);
}

/** Whether a file is a list of people, whose age counts. */
export function isListPath(path: string): boolean {
  return /^data\/.+\.csv$/.test(path);
}

/** Throws OperatorError("policyInvalid") where a file is too large to be read. */
export function checkFileSize(path: string, bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new OperatorError(
    "policyInvalid",
    `${path} is ${bytes} bytes long.`,
    `A policy file may have ${MAX_BYTES} at most.`,
  );
}
