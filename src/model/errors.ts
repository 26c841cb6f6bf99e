import type { Finding } from "./finding.ts";

/** Exit codes of the command line. Stable: scripts and workflows rely on them. The first that stopped a run wins. */
export const exitCodes = {
  done: 0,
  internal: 1,
  planHasChanges: 2,
  limitTripped: 3,
  notApproved: 4,
  appliedPartially: 5,
  lockHeld: 6,
  snapshotNotComplete: 7,
  credentials: 8,
  policyInvalid: 9,
  errorBudget: 10,
  dutiesOwed: 11,
  usage: 64,
} as const;

export type ExitReason = keyof typeof exitCodes;

/** The name of an exit code; `internal` for one that is none of ours. */
export function exitReasonOf(code: number): ExitReason {
  const names = Object.keys(exitCodes) as readonly ExitReason[];
  return names.find((name) => exitCodes[name] === code) ?? "internal";
}

/**
 * Something an operator can put right: a wrong key, a full disk, an edited plan. It ends the run with its own exit code
 * and no stack trace. `remedy` says what to do; `message` says what happened and where.
 */
export class OperatorError extends Error {
  readonly reason: ExitReason;
  readonly remedy: string;

  constructor(reason: ExitReason, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperatorError";
    this.reason = reason;
    this.remedy = remedy;
  }

  get exitCode(): number {
    return exitCodes[this.reason];
  }
}

/** Policy files from which nothing can be planned; `findings` say what is wrong, all of it, and where. */
export class PolicyError extends OperatorError {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const errors = findings.filter(({ severity }) => severity === "error").length;
    super(
      "policyInvalid",
      errors === 1 ? "There is an error in the policy files." : `There are ${errors} errors in the policy files.`,
      "Nothing was planned and nothing was changed.",
    );
    this.name = "PolicyError";
    this.findings = findings;
  }
}
