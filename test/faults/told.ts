import type { RunResult } from "../../src/model/documents.generated.ts";
import { exitCodes, OperatorError, PolicyError } from "../../src/model/errors.ts";
import type { Cell } from "./cells.ts";

/** The words of an endpoint that a message must have: the last of its path that stands for no value. */
export function tailOf(pattern: string): string {
  return pattern.split("/").findLast((part) => !part.startsWith("{")) ?? "";
}

/** What is missing in an error that ends a command: its exit code, the endpoint, a remedy. */
export function wrongError(error: unknown, { pattern }: Cell, codes: readonly number[]): readonly string[] {
  if (!(error instanceof OperatorError)) return [`crashed: ${(error as Error).stack}`];
  const { message, remedy, exitCode } = error;
  return [
    ...(codes.includes(exitCode) ? [] : [`exit code ${exitCode}: ${message}`]),
    ...(message.includes(tailOf(pattern)) || error instanceof PolicyError ? [] : [`names no endpoint: ${message}`]),
    ...(remedy.length > 20 ? [] : [`no remedy: ${message}`]),
  ];
}

const endings: readonly number[] = [
  exitCodes.done,
  exitCodes.appliedPartially,
  exitCodes.credentials,
  exitCodes.errorBudget,
];

/** A run that left something undone says where it went wrong: by the endpoint, or by the operation in words. */
export function wrongResult({ exit, outcomes }: RunResult, { pattern, fault, faultName }: Cell): readonly string[] {
  const problems: string[] = [];
  if (!endings.includes(exit.code)) problems.push(`exit code ${exit.code}: ${exit.reason}`);
  const failed = outcomes.filter(({ outcome }) => /^(failed|failed-restored|partial)$/.test(outcome));
  if (failed.length > 0 && exit.code === exitCodes.done) problems.push("failures, and yet exit code 0");
  for (const { reason } of failed) {
    // Where a change was cut off, what cut it off is what ended the run.
    const wholeReason = reason.startsWith("interrupted half-way") ? exit.reason : reason;
    if (
      !wholeReason.includes(tailOf(pattern)) &&
      !/(leaving|joining|giving|taking|suspending|restoring|removing|deactivating|activating|held through)/.test(reason)
    )
      problems.push(`a failure that does not say of what: ${reason}`);
  }
  const blind = outcomes.filter(({ outcome, reason }) => outcome === "unconfirmed" && /looked at again/.test(reason));
  // A value that nobody knows is no failed read: the reason says what is not known of the person.
  for (const { reason } of fault.kind === "unknownEnum" ? [] : blind) {
    if (!reason.includes(tailOf(pattern))) problems.push(`blind at ${faultName} without the endpoint: ${reason}`);
  }
  return problems;
}
