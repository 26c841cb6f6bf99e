import { OperatorError } from "../../model/errors.ts";
import type { GitUse } from "../../git-program/trouble.ts";

/** How messages speak of Git where it keeps the ledger. */
export const ledgerUse: GitUse = {
  missing: new OperatorError(
    "usage",
    "The ledger lies on a Git branch, and there is no program git here, or one that is older than 2.32.",
    "Install Git 2.32 or later, or use a ledger in a directory.",
  ),
  copy: "the ledger's copy",
  remedy:
    "Check that the disk has room and that this user may write there. If the copy is damaged, delete that folder: it is fetched again.",
};

/**
 * Settings of the ledger's copy. A branch that others can push to must not bring links that lead out of the work tree, or
 * come out with other bytes than went in.
 */
export function ledgerSettings(remote: string, branch: string): Readonly<Record<string, string>> {
  return {
    "core.symlinks": "false",
    "core.fileMode": "false",
    "core.autocrlf": "false",
    "core.safecrlf": "false",
    "core.logAllRefUpdates": "false",
    "fetch.fsckObjects": "true",
    "gc.autoDetach": "false",
    "maintenance.autoDetach": "false",
    "remote.ledger.url": remote,
    "remote.ledger.fetch": `refs/heads/${branch}:refs/remotes/ledger/${branch}`,
  };
}
