import type { Operation, PastUndo } from "../model/documents.generated.ts";
import { dayOf } from "../model/time.ts";
import { inverseOf } from "../plan/inverse.ts";
import { operationKey } from "../plan/operations.ts";
import { chooseForUndo, type ProvedOperation } from "../plan/undo-selection.ts";

/** One change of one person that a run had. */
export interface PastSubject {
  readonly run: string;
  readonly change: string;
  readonly accountId: string;
  /** Whether the ledger still holds the plan of the run. */
  readonly plan: "kept" | "gone";
}

/**
 * Whether what a run did in one change can be taken back, by the choice that `seatwright undo` itself makes: `proved` is
 * everything that runs did about the person, `undoRuns` those that carried out an undo.
 */
export function undoOf(
  { run, change, accountId, plan }: PastSubject,
  proved: readonly ProvedOperation[],
  undoRuns: ReadonlySet<string>,
): PastUndo {
  const none = { command: null };
  if (plan === "gone") {
    return { state: "unclear", reason: "the ledger no longer holds the plan of the run", ...none };
  }
  const done = proved.filter((each) => each.run === run && each.change.id === change);
  if (done.length === 0) return { state: "nothing", reason: "nothing was changed", ...none };
  const chosen = chooseForUndo(proved, { run, accountId, policy: null, since: null });
  const own = chosen.filter((each) => each.proved.run === run && each.proved.change.id === change);
  if (own.some(({ kind }) => kind === "undo")) {
    return {
      state: "possible",
      reason: null,
      command: `seatwright undo ${run} --person ${accountId} --out undo.json`,
    };
  }
  const inverses = new Set(done.flatMap((each) => inverseKey(each.operation) ?? []));
  const back = proved.find(
    (each) => undoRuns.has(each.run) && each.run > run && inverses.has(operationKey(each.operation)),
  );
  const skipped = own.flatMap((each) => (each.kind === "skip" ? [each] : []));
  if (back !== undefined && skipped.every(({ code }) => code === "changed-by-later-run")) {
    return { state: "taken-back", reason: `taken back by ${back.run} on ${dayOf(back.at)}`, ...none };
  }
  const [first] = skipped;
  if (first === undefined) return { state: "nothing", reason: "it is as it was before the run", ...none };
  return { state: first.code === "not-proved" ? "unclear" : "no", reason: first.reason, ...none };
}

function inverseKey(operation: Operation): string | null {
  const inverse = inverseOf(operation);
  return inverse === null ? null : operationKey(inverse);
}
