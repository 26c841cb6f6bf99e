import type { GitUse } from "../git-program/trouble.ts";
import { OperatorError } from "../model/errors.ts";

/** How messages speak of Git where policies are read from it. */
export const policyUse: GitUse = {
  missing: new OperatorError(
    "usage",
    "Policies are read from a Git repository, and there is no program git here, or one that is older than 2.38.",
    "Install Git 2.38 or later.",
  ),
  copy: "the copy",
  remedy: "Check that the disk has room and that this user may write there, and run the same command again.",
};

/** Settings of the bare copy: nothing is checked out, so names that harm other systems may stay where they are. */
export function policySettings(remote: string): Readonly<Record<string, string>> {
  return {
    "core.protectNTFS": "false",
    "core.protectHFS": "false",
    "push.recurseSubmodules": "no",
    "log.showSignature": "false",
    "log.mailmap": "false",
    "merge.renormalize": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "remote.policies.url": remote,
  };
}
