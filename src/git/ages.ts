import { OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import type { Clock } from "../ports.ts";
import type { Store } from "./store.ts";

/** When the content at a path of a commit was last changed; null where that cannot be told. */
export type AgeOf = (commit: string, path: string) => Promise<Seconds | null>;

/** Clocks of machines that commit may be wrong by this much, in seconds. */
const TOLERANCE: Seconds = 300;

/** Lists whose history is looked at, at most. Each costs a walk through the history. */
const MAX_LISTS = 500;

/**
 * Tells when files were last changed, by the time of the last commit that changed them. Null where the remote lacks a part
 * of the history, and where the time is still to come: a list would otherwise never grow old. `path` is from the Git
 * repository's root.
 */
export function createAgeOf(store: Store, clock: Clock): AgeOf {
  let shallow: Promise<boolean> | null = null;
  return async (commit, path) => {
    shallow ??= store.isShallow();
    if (await shallow) return null;
    const { out } = await store.here(["log", "-1", "--format=%ct", "--end-of-options", commit, "--", path]);
    const seconds = Number(out.trim() === "" ? Number.NaN : out.trim());
    return Number.isInteger(seconds) && seconds > 0 && seconds <= clock.now() + TOLERANCE ? seconds : null;
  };
}

/**
 * The last commit, on the line of first parents, that changed a file; null where the remote lacks a part of the history, or
 * none did. Of a merge that is the merge: what it brings back from an older commit was decided by whoever merged.
 */
export async function lastChangeOf(store: Store, commit: string, path: string): Promise<string | null> {
  if (await store.isShallow()) return null;
  const { out } = await store.here([
    "log",
    "-1",
    "--first-parent",
    "--format=%H",
    "--end-of-options",
    commit,
    "--",
    path,
  ]);
  return out.trim() === "" ? null : out.trim();
}

/** Throws OperatorError where there are more lists than can be dated. */
export function checkListCount(count: number): void {
  if (count <= MAX_LISTS) return;
  throw new OperatorError(
    "policyInvalid",
    `There are ${count} lists below data/.`,
    `There may be ${MAX_LISTS} at most: delete those that no source names.`,
  );
}
