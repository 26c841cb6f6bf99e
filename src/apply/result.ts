import type { Approval, Change, HeldBack, Outcome, Plan, RunResult } from "../model/documents.generated.ts";
import { exitCodes } from "../model/errors.ts";
import { isReleased, releasesProtected } from "./check-approval.ts";
import type { RunRecord } from "./journal.ts";
import { isFailure } from "./verify.ts";

/** How a run ends. */
export interface Ending {
  readonly exit: number;
  readonly reason: string;
}

/**
 * The changes this approval lets the plan carry out: with a tripped limit overridden, the quarantined ones too; with the
 * protection of people overridden, the duties on them.
 */
export function changesOf(plan: Plan, approval: Approval): readonly Change[] {
  return [
    ...plan.changes,
    ...(isReleased(plan, approval) ? plan.quarantined : []),
    ...(releasesProtected(plan, approval) ? plan.protectedDuties : []),
  ];
}

/** Duties that the plan did not do, but for those on protected people that this approval let through. */
function owedBy(plan: Plan, approval: Approval): number {
  const released = releasesProtected(plan, approval) ? plan.protectedDuties : [];
  const isReleasedDuty = ({ accountId, policy, action, seat, target }: HeldBack): boolean =>
    released.some(
      (change) =>
        change.accountId === accountId &&
        change.action === action &&
        change.target === target &&
        change.seat?.instance === seat?.instance &&
        change.policies.some((reason) => reason.policy === policy),
    );
  return plan.heldBack.filter((held) => held.owed && !isReleasedDuty(held)).length;
}

/** An outcome for each change, in the order given, as the journal has it. */
export function outcomesOf(changes: readonly Change[], record: RunRecord): readonly Outcome[] {
  return changes.map((change) => {
    const known = record.changes.get(change.id);
    const base = { change: change.id, accountId: change.accountId, action: change.action };
    if (known !== undefined && known.outcome !== null) {
      const { kind, reason, at } = known.outcome;
      return { ...base, outcome: kind, reason, at };
    }
    if (known !== undefined && known.forward.size > 0) {
      return {
        ...base,
        outcome: "partial",
        reason: "interrupted half-way; applying the same plan again goes on with it",
      };
    }
    return { ...base, outcome: "not-reached", reason: "the run stopped before it" };
  });
}

/** How many changes ended in each outcome; only outcomes that occur. */
export function countsOf(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** How a run ends that nothing stopped: what a limit held back first, then duties that are owed, then failures. */
export function naturalEnding(plan: Plan, approval: Approval, record: RunRecord): Ending {
  const outcomes = outcomesOf(changesOf(plan, approval), record);
  if (plan.quarantined.length > 0 && !isReleased(plan, approval)) {
    return {
      exit: exitCodes.limitTripped,
      reason: `${plan.quarantined.length === 1 ? "1 removal waits" : `${plan.quarantined.length} removals wait`}: a limit tripped`,
    };
  }
  const owed =
    owedBy(plan, approval) + [...record.changes.values()].filter((change) => change.outcome?.owed === true).length;
  if (owed > 0)
    return { exit: exitCodes.dutiesOwed, reason: owed === 1 ? "1 duty is owed" : `${owed} duties are owed` };
  const failed = outcomes.filter(({ outcome }) => isFailure(outcome)).length;
  if (failed > 0)
    return { exit: exitCodes.appliedPartially, reason: failed === 1 ? "1 change failed" : `${failed} changes failed` };
  const unconfirmed = outcomes.filter(({ outcome }) => outcome === "unconfirmed").length;
  if (unconfirmed > 0) {
    const who = unconfirmed === 1 ? "1 change was left" : `${unconfirmed} changes were left`;
    return {
      exit: exitCodes.appliedPartially,
      reason: `${who} undone, because the person could not be looked at again`,
    };
  }
  return { exit: exitCodes.done, reason: outcomes.length === 0 ? "nothing to do" : "everything approved is settled" };
}

/** The run's result, from its plan and its journal alone. */
export function resultOf(
  plan: Plan,
  changes: readonly Change[],
  run: { readonly id: string; readonly record: RunRecord; readonly head: string },
): RunResult {
  const { record } = run;
  const outcomes = outcomesOf(changes, record);
  return {
    kind: "run",
    version: 1,
    run: run.id,
    organization: plan.organization.id,
    planDigest: plan.digest,
    startedAt: record.startedAt,
    finishedAt: record.lastAt,
    exit: { code: record.ended?.exit ?? exitCodes.internal, reason: record.ended?.reason ?? "the run did not end" },
    outcomes,
    counts: countsOf(outcomes),
    auditHead: run.head,
  };
}
