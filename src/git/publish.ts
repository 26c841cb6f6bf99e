import { rm } from "node:fs/promises";
import type { Clock } from "../ports.ts";
import type { NewFile } from "../review-ports.ts";
import { isRefName } from "../git-program/address.ts";
import { diskTrouble } from "./disk-trouble.ts";
import type { Store } from "./store.ts";

/** The only branches that are ours to write. */
const OURS = "seatwright/";

/**
 * Makes one commit on top of `base` that adds these files or replaces them, and sets the branch to it. What the branch held
 * is replaced, if it is still what the remote told a moment before. `path` of a file is from the Git repository's root.
 * Throws RemoteTrouble where the remote declines.
 */
export async function publishCommit(
  store: Store,
  clock: Clock,
  change: {
    readonly branch: string;
    readonly base: string;
    readonly files: readonly NewFile[];
    readonly message: string;
  },
): Promise<string> {
  const ref = ownRef(change.branch);
  for (const { path } of change.files) checkPath(path);
  await store.need(change.base);
  const commit = await commitOn(store, clock, change);
  await push(store, ref, await tipOf(store, ref), commit);
  return commit;
}

/** Deletes a branch of ours; content where there is none. Throws RemoteTrouble where the remote declines. */
export async function removeBranch(store: Store, branch: string): Promise<void> {
  const ref = ownRef(branch);
  const tip = await tipOf(store, ref);
  if (tip !== "") await push(store, ref, tip, "");
}

async function commitOn(
  store: Store,
  clock: Clock,
  { base, files, message }: { readonly base: string; readonly files: readonly NewFile[]; readonly message: string },
): Promise<string> {
  const index = store.spare();
  try {
    await store.here(["read-tree", base], { index });
    const lines: string[] = [];
    for (const { path, text } of files) {
      const { out } = await store.here(["hash-object", "-w", "--stdin"], { input: text });
      lines.push(`100644 ${out.trim()}\t${path}\0`);
    }
    await store.here(["update-index", "-z", "--index-info"], { index, input: lines.join("") });
    const tree = (await store.here(["write-tree"], { index })).out.trim();
    const made = await store.here(["commit-tree", tree, "-p", base, "-F", "-"], { input: message, at: clock.now() });
    return made.out.trim();
  } finally {
    await diskTrouble(index, () => rm(index, { force: true }));
  }
}

/** What a ref of the remote names now; empty where there is none. */
async function tipOf(store: Store, ref: string): Promise<string> {
  const { out } = await store.there(["ls-remote", "policies", ref]);
  const line = out.split("\n").find((text) => text.endsWith(`\t${ref}`));
  return line?.split("\t")[0] ?? "";
}

async function push(store: Store, ref: string, expected: string, commit: string): Promise<void> {
  await store.there([
    "push",
    "--porcelain",
    "--no-verify",
    `--force-with-lease=${ref}:${expected}`,
    "policies",
    `${commit}:${ref}`,
  ]);
}

/** Nothing but a mistake of ours could write to somebody else's branch, and it must not. */
function ownRef(branch: string): string {
  const ref = `refs/heads/${branch}`;
  if (!branch.startsWith(OURS) || !isRefName(ref)) {
    throw new Error(`${JSON.stringify(branch)} is no branch of Seatwright's: they begin with ${OURS}`);
  }
  return ref;
}

function checkPath(path: string): void {
  const parts = path.split("/");
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== ".." && !/^\.git$/i.test(part));
  if (!isPlain || /\p{Cc}/u.test(path)) throw new Error(`${JSON.stringify(path)} is no path to write to`);
}
