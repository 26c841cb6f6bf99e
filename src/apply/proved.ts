import { everyChange } from "../model/plan-changes.ts";
import type { Plan, PolicySummary } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { DAY, momentOf } from "../model/time.ts";
import { stillOurs } from "../plan/undo.ts";
import type { ProvedOperation, UndoSelection } from "../plan/undo-selection.ts";
import type { Ledger, LoggedRun } from "../ports.ts";
import { attemptCame, recordOf } from "./journal.ts";

/** A run may be gone on with while its plan is valid, so what it did can be this much later than its id says. */
const LONGEST_RUN = 60 * DAY;

/** What runs did, as far as their journals prove it, with the policies of their plans. */
export interface Past {
  readonly proved: readonly ProvedOperation[];
  /** Of each policy the newest. */
  readonly summaries: readonly PolicySummary[];
}

/**
 * Reads the journals of every run that an undo has to know: the selected ones, and all that came later. Throws
 * OperatorError where the run does not exist, or a log does not verify, since then it proves nothing.
 */
export async function readProved(ledger: Ledger, selection: UndoSelection): Promise<Past> {
  const ids = await ledger.runIds();
  if (selection.run !== null && !ids.includes(selection.run)) {
    throw new OperatorError(
      "usage",
      `There is no run ${selection.run} in the ledger.`,
      ids.length === 0
        ? "Name the ledger of the run with --ledger; this one holds no runs."
        : `Name a run of this ledger; the newest is ${ids.at(-1) ?? ""}.`,
    );
  }
  const oldest = selection.run ?? (selection.since === null ? "" : idAt(selection.since - LONGEST_RUN));
  const proved: ProvedOperation[] = [];
  const summaries = new Map<string, PolicySummary>();
  for (const id of ids) {
    if (id < oldest) continue;
    const run = await ledger.readRun(id);
    if (run === null || run.events.length === 0) continue;
    const plan = await ledger.loadPlan(run.planDigest);
    if (plan === null) {
      throw new OperatorError(
        "usage",
        `The ledger no longer holds the plan of run ${id}, so what that run did cannot be told.`,
        "Put the plan back into the ledger's folder `plans` from a backup, from the archive or from Git.",
      );
    }
    for (const summary of plan.policies) summaries.set(summary.id, summary);
    proved.push(...provedBy(run, everyChange(plan)));
  }
  return { proved, summaries: [...summaries.values()] };
}

/**
 * Operations that an undo may still take back, as the journals prove it now. Its own run, where it was interrupted, is no
 * later run that has changed something.
 */
export async function stillProved(ledger: Ledger, plan: Plan): Promise<ReadonlySet<string>> {
  const { run, runs = [] } = plan.origin;
  const { proved } = await readProved(ledger, {
    run: run ?? runs[0] ?? null,
    accountId: null,
    policy: null,
    since: null,
  });
  const left = await ledger.unfinishedRun();
  const own = left?.planDigest === plan.digest ? left.run : null;
  return stillOurs(
    plan,
    proved.filter((operation) => operation.run !== own),
  );
}

/** What one run's journal proves of these changes. What was so already, or was put back, is not among it. */
export function provedBy(
  { run, events }: LoggedRun,
  changes: readonly ProvedOperation["change"][],
): readonly ProvedOperation[] {
  const record = recordOf(events);
  return changes.flatMap((change) => {
    const attempts = record.changes.get(change.id);
    if (attempts === undefined) return [];
    return [...attempts.forward]
      .sort(([a], [b]) => a - b)
      .flatMap(([index, { operation, at, ...attempt }]): readonly ProvedOperation[] => {
        const came = attemptCame({ operation, at, ...attempt });
        if (came === "false" || came === "already") return [];
        const back = attempts.inverse.get(index);
        const wentBack = back === undefined ? "false" : attemptCame(back);
        if (wentBack === "true" || wentBack === "already") return [];
        const isKnown = !attempt.isAssumed || attempt.result === "done";
        const isClear = came === "true" && wentBack === "false" && isKnown;
        return [{ run, at, change, operation, proof: isClear ? "done" : "unclear" }];
      });
  });
}

function idAt(at: number): string {
  return `r-${momentOf(Math.max(0, at)).replaceAll(/[-:]/g, "")}`;
}
