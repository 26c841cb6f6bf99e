import { OperatorError } from "../../model/errors.ts";

/** Throws OperatorError where a text can be no branch's name. Source: git-check-ref-format(1), narrower. */
export function checkBranch(branch: string): void {
  const isName = /^[\w][\w./-]*$/.test(branch) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(branch);
  if (isName) return;
  throw new OperatorError(
    "usage",
    `${JSON.stringify(branch)} cannot be the name of the ledger's branch.`,
    "Use letters, digits, dashes and slashes, as in seatwright-ledger.",
  );
}
