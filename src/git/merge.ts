import { OperatorError } from "../model/errors.ts";
import type { Store } from "./store.ts";
import { shownPath } from "./tree.ts";

/** Conflicts that a message names. */
const NAMED = 10;

/**
 * The tree that merging `head` into `base` gives; both are in the store. Throws OperatorError("notApproved") where the two
 * conflict in any file, or have no history in common. Source: git-merge-tree(1), Git 2.38.
 */
export async function mergedTree(store: Store, base: string, head: string): Promise<string> {
  const related = await store.here(["merge-base", base, head], { codes: [0, 1] });
  if (related.code === 1) {
    throw new OperatorError(
      "notApproved",
      `The commits ${short(head)} and ${short(base)} have no history in common, so they cannot be merged.`,
      "Make the branch anew from the branch it is to be merged into.",
    );
  }
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head];
  const { code, out } = await store.here(args, { codes: [0, 1] });
  const [tree = "", ...names] = out.split("\0");
  if (code === 0) return tree;
  const end = names.indexOf("");
  throw conflict(names.slice(0, end === -1 ? names.length : end), base, head);
}

function conflict(names: readonly string[], base: string, head: string): OperatorError {
  const shown = names.slice(0, NAMED).map(shownPath).join(", ");
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return new OperatorError(
    "notApproved",
    `The branch at ${short(head)} cannot be merged into ${short(base)}: the two changed the same places of ${shown}${more}.`,
    "Update the branch: merge or rebase it onto the branch it is for, solve the conflicts, and push.",
  );
}

function short(commit: string): string {
  return commit.slice(0, 10);
}
