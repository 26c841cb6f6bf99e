import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Clock, Ledger, LoggedRun, OrgReader, OrgWriter } from "../ports.ts";
import { withLog } from "./afterwards.ts";
import type { Hands } from "./attempt.ts";
import { createJournal, recordOf } from "./journal.ts";
import { changesOf, type Ending, resultOf } from "./result.ts";
import { assumeTried, closeChange, isHalfDone } from "./resume.ts";
import { endingEvent } from "./run-events.ts";
import { createEyes } from "./sight.ts";

interface EarlierRunDependencies {
  readonly reader: Pick<OrgReader, "readPeople">;
  readonly writer: OrgWriter;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/**
 * Closes a run of another plan that was killed or stopped: reads back what it had begun, writes down an outcome, and
 * writes nothing to the organisation. Its plan is used up then.
 */
export async function closeAbandoned(dependencies: EarlierRunDependencies, left: LoggedRun, next: Plan): Promise<void> {
  const { ledger, clock, reader, writer } = dependencies;
  const { plan, approval } = await planOf(ledger, left);
  const changes = changesOf(plan, approval);
  const log = await ledger.openRun(left.run);
  await withLog(log, async () => {
    const journal = createJournal(log, clock, left.events);
    if (log.tail === "may be lost") await assumeTried(journal, changes);
    const hands: Hands = { writer, journal, clock, eyes: createEyes(reader) };
    for (const change of changes.filter(({ id }) => isHalfDone(journal.change(id)))) {
      await journal.record(await closeChange(hands, change));
    }
    const ending: Ending = {
      exit: exitCodes.appliedPartially,
      reason: `closed unfinished: another plan, ${next.digest}, is applied instead`,
    };
    await journal.record(endingEvent("run.finished", ending, changes, journal));
    const result = resultOf(plan, changes, { id: left.run, record: journal.summary(), head: journal.head() });
    await ledger.storeResult(result, approval);
  });
}

/** Stores the result of a run that came to its end and was killed before it could. */
export async function storeFinished(
  { ledger }: Pick<EarlierRunDependencies, "ledger">,
  left: LoggedRun,
): Promise<RunResult> {
  const { plan, approval } = await planOf(ledger, left);
  const head = left.events.at(-1)?.hash ?? "";
  const result = resultOf(plan, changesOf(plan, approval), { id: left.run, record: recordOf(left.events), head });
  await ledger.storeResult(result, approval);
  return result;
}

async function planOf(ledger: Ledger, left: LoggedRun): Promise<{ readonly plan: Plan; readonly approval: Approval }> {
  const plan = await ledger.loadPlan(left.planDigest);
  const approval = left.events.findLast(({ event }) => event.type === "approval")?.event.approval;
  if (plan !== null && approval !== undefined) return { plan, approval };
  throw new OperatorError(
    "usage",
    `Run ${left.run} was interrupted, and the ledger no longer holds the plan it was applying.`,
    "Put the ledger back from a backup or from Git: what that run had begun must be accounted for first.",
  );
}
