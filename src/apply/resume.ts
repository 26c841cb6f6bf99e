import type { Change, EventBody, Operation } from "../model/documents.generated.ts";
import type { Hands, Step } from "./attempt.ts";
import { type Carried, carryOut, putBack, type StillWanted } from "./carry-out.ts";
import { ASSUMED, type Attempt, attemptCame, type ChangeRecord, type Journal } from "./journal.ts";
import { observe, type Sight } from "../plan/observe.ts";
import { inWords } from "../plan/operations.ts";
import { type LookDependencies, lookAgain, narrowBy } from "./second-look.ts";
import { isBlind, VISIBLE_WITHIN_MS } from "./sight.ts";
import { outcomeEvent } from "./verify.ts";

/** Whether a run was interrupted in the middle of this change. */
export function isHalfDone(record: ChangeRecord): boolean {
  return record.outcome === null && record.forward.size > 0;
}

/**
 * Goes on with a change in whose middle an earlier run was interrupted: reads back what was intended and never answered,
 * then does what is still approved and still proposed of the rest, or puts back what was done. `open`: it could not be
 * looked at, and stays for another try.
 */
export async function resumeChange(
  hands: Hands,
  look: LookDependencies,
  change: Change,
  stillWanted: StillWanted,
): Promise<Carried | { readonly kind: "open"; readonly reason: string; readonly keyRefused: null }> {
  await settleOpenAttempts(hands, change);
  const record = hands.journal.change(change.id);
  const done = stepsDone(record);
  const refused = [...record.forward.values()].find(({ result }) => result === "refused" || result === "failed");
  if (record.inverse.size > 0 || (refused !== undefined && attemptCame(refused) !== "true")) {
    const why = `the run was interrupted while this change was failing${refused === undefined ? "" : ` (${inWords(refused.operation)})`}`;
    const still = done.filter(({ index }) => !isPutBack(record, index));
    if (done.length === 0)
      return { kind: "settled", outcome: "failed", reason: `${why}; nothing was changed`, keyRefused: null };
    return { ...(await putBack(hands, change, still, why)), keyRefused: null };
  }
  const again = await lookAgain(look, [change]);
  if ("blind" in again.seen) return { kind: "open", reason: again.seen.blind, keyRefused: null };
  const narrowed = narrowBy(again, change);
  if (narrowed.kind === "carry") {
    const carried = await carryOut(hands, change, narrowed.operations, done, stillWanted);
    return carried.kind === "accepted" ? { ...carried, without: narrowed.without } : carried;
  }
  if (narrowed.kind === "already-so") {
    return {
      kind: "accepted",
      operations: change.operations,
      own: done.map(({ operation }) => operation),
      without: [],
      keyRefused: null,
    };
  }
  if (done.length === 0) return { kind: "settled", outcome: narrowed.kind, reason: narrowed.reason, keyRefused: null };
  return { ...(await putBack(hands, change, done, narrowed.reason)), keyRefused: null };
}

/**
 * Writes down that whatever a run had begun may have been tried by a machine that is lost with the end of its log: reading
 * back then tells what came of it, as for any intent without an answer.
 */
export async function assumeTried(journal: Journal, changes: readonly Change[]): Promise<void> {
  const begun = changes.filter(({ id }) => {
    const { started, outcome } = journal.change(id);
    return started && outcome === null;
  });
  for (const change of begun) {
    const { forward } = journal.change(change.id);
    const open = change.operations.flatMap((operation, index) => (forward.has(index) ? [] : [{ operation, index }]));
    await journal.record(
      ...open.map(
        ({ operation, index }): EventBody => ({
          type: "operation.intent",
          change: change.id,
          accountId: change.accountId,
          operation,
          operationIndex: index,
          code: ASSUMED,
          reason: "may have been tried by a machine that is lost",
        }),
      ),
    );
  }
}

/**
 * The outcome of a change that was interrupted, where its plan may not be gone on with: what is found, and nothing
 * written.
 */
export async function closeChange(hands: Hands, change: Change): Promise<EventBody> {
  await settleOpenAttempts(hands, change);
  const record = hands.journal.change(change.id);
  const came = change.operations.map((_, index) => {
    const attempt = record.forward.get(index);
    if (attempt === undefined || isPutBack(record, index)) return "false";
    return attemptCame(attempt);
  });
  if (came.every((state) => state === "true" || state === "already")) {
    return outcomeEvent(change, "done", "carried out; the run was interrupted before it was read back");
  }
  if (came.every((state) => state === "false" || state === "already")) {
    return outcomeEvent(change, "failed", "the run was interrupted before anything of it was changed");
  }
  const missing = change.operations.filter((_, index) => came[index] !== "true" && came[index] !== "already");
  return outcomeEvent(
    change,
    "partial",
    `the run was interrupted half-way; not done: ${missing.map(inWords).join(", ")}`,
  );
}

/** Reads back every attempt that was intended and never answered for, once Atlassian has had the time to show it. */
async function settleOpenAttempts(hands: Hands, change: Change): Promise<void> {
  const { journal, clock, eyes } = hands;
  const record = journal.change(change.id);
  const open = [...stepsOf(record, "forward", isOpen), ...stepsOf(record, "inverse", isOpen)];
  if (open.length === 0) return;
  const newest = Math.max(...[...record.forward.values(), ...record.inverse.values()].map(({ at }) => at));
  const wait = VISIBLE_WITHIN_MS - (clock.now() - newest) * 1000;
  if (wait > 0) await clock.sleep(Math.min(wait, VISIBLE_WITHIN_MS));
  const seen = await eyes.see([change.accountId]);
  const sight = (operation: Operation): Sight =>
    isBlind(seen) ? "unknown" : observe(operation, change.accountId, seen);
  await journal.record(
    ...open.map(
      ({ operation, index, side }): EventBody => ({
        type: "operation.readback",
        change: change.id,
        accountId: change.accountId,
        operation,
        operationIndex: index,
        ...(side === "inverse" ? { inverse: true } : {}),
        readback: sight(operation),
      }),
    ),
  );
}

function isOpen({ result, readback }: Attempt): boolean {
  const answered = result === "done" || result === "already-so" || result === "refused";
  return !answered && (readback === null || readback === "unknown");
}

/** What was done by us, or may have been. */
function stepsDone(record: ChangeRecord): readonly Step[] {
  return stepsOf(record, "forward", (attempt) => {
    const came = attemptCame(attempt);
    return came === "true" || came === "unknown";
  });
}

function stepsOf(record: ChangeRecord, side: Step["side"], matches: (attempt: Attempt) => boolean): readonly Step[] {
  return [...record[side]]
    .filter(([, attempt]) => matches(attempt))
    .sort(([a], [b]) => a - b)
    .map(([index, { operation }]) => ({ operation, index, side }));
}

function isPutBack(record: ChangeRecord, index: number): boolean {
  const attempt = record.inverse.get(index);
  const came = attempt === undefined ? "false" : attemptCame(attempt);
  return came === "true" || came === "already";
}
