import type { Approval, Change, Plan, RunResult, Tool } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import type { Clock, Ledger, OrgReader, OrgWriter, RunLog, LoggedRun } from "../ports.ts";
import { afterwards, withLog } from "./afterwards.ts";
import type { Hands } from "./attempt.ts";
import {
  checkApproval,
  checkKnown,
  checkLimitsNow,
  checkNotConsumed,
  checkSnapshotAge,
  SNAPSHOT_MAX_AGE,
} from "./check-approval.ts";
import { trippedAtHalf } from "./break-glass.ts";
import { readAgain } from "../plan/limits-again.ts";
import { closeAbandoned, storeFinished } from "./earlier-run.ts";
import { checkFirstLook, type FirstLook } from "./first-look.ts";
import { createJournal, type Journal, recordOf } from "./journal.ts";
import type { Reproposal } from "./narrow.ts";
import { noPauses, type Pauses } from "./pauses.ts";
import { changesOf, type Ending, naturalEnding, outcomesOf, resultOf } from "./result.ts";
import { assumeTried } from "./resume.ts";
import { endingEvent, openingEvents } from "./run-events.ts";
import { runId } from "./run-id.ts";
import { createEyes } from "./sight.ts";
import { type ApplyProgress, workThrough } from "./work.ts";

/** Everything that applying a plan works with. */
export interface ApplyDependencies {
  readonly reader: Pick<OrgReader, "readPeople">;
  readonly writer: OrgWriter;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly tool: Tool;
  /** Eight lower-case hexadecimal digits, drawn for this run. */
  readonly randomHex: string;
  /**
   * Asked once the lock is held, so that nothing of the ledger changes behind it: the planner that made the plan, over a few
   * people just read again, without limits and pace.
   */
  readonly planner: () => Promise<(population: Population) => Reproposal>;
  /**
   * One look at the organisation before anything is written: its counts beside the last good ones, and groups that shield
   * people and have lost their members. `begun`: what an interrupted run has begun to do. Absent: nobody looks.
   */
  readonly lookFirst?: (begun: readonly Change[]) => Promise<FirstLook>;
  /** The authoritative activity of these people; absent: the activity that `readPeople` tells is believed. */
  readonly confirmActivity?: (population: Population, accountIds: readonly string[]) => Promise<Population>;
  /** Asked before each change, besides the ledger's own stop: why the run must stop, or null. */
  readonly stopRequested?: () => Promise<string | null>;
  /** Asked before each change: what the policy files say by now. Absent: nothing is paused meanwhile. */
  readonly pauses?: () => Promise<Pauses>;
}

/** What a run is held to. */
export interface ApplyOptions {
  readonly organizationId: string;
  readonly power: Plan["power"];
  readonly policyDigest: string;
  /** How many may leave a small group in any case; absent: none. Counts where limits are read at half. */
  readonly groupFloor?: number;
  /** Seconds; null: the plan's `notAfter` alone decides. Absent: a day. */
  readonly snapshotMaxAge?: Seconds | null;
  /** Aborted: the run ends after the operation in flight. */
  readonly signal?: AbortSignal;
  readonly maxMinutes?: number;
  readonly onProgress?: (progress: ApplyProgress) => void;
}

/**
 * Applies an approved plan, or goes on with a run of it that was interrupted. Writes nothing before the lock is held and
 * the audit log can be written; writes to the organisation only what is approved and still proposed.
 *
 * Gives the result, whatever came of the changes. Throws OperatorError where the plan may not be applied, and where the
 * ledger fails: what was done until then is recorded, and the same apply goes on with it.
 */
export async function applyPlan(
  dependencies: ApplyDependencies,
  plan: Plan,
  approval: Approval,
  options: ApplyOptions,
): Promise<RunResult> {
  const { ledger, clock } = dependencies;
  const { organizationId, power, policyDigest, groupFloor = 0, snapshotMaxAge = SNAPSHOT_MAX_AGE } = options;
  checkApproval(plan, approval, { organizationId, power, policyDigest, groupFloor, now: clock.now() });
  const lock = await ledger.lock(organizationId, `applying plan ${plan.digest}`);
  const work = async (): Promise<RunResult> => {
    checkKnown(plan, await ledger.loadPlan(plan.digest));
    const left = await ledger.unfinishedRun();
    // Before anything of another run is closed for this one.
    if (left?.planDigest !== plan.digest) checkNotConsumed(await ledger.consumedBy(plan.digest));
    if (left?.planDigest !== plan.digest) checkSnapshotAge(plan, clock.now(), snapshotMaxAge);
    if (left !== null && recordOf(left.events).ended?.how === "finished") {
      const result = await storeFinished(dependencies, left);
      if (left.planDigest === plan.digest) return result;
    } else if (left !== null && left.planDigest !== plan.digest) {
      await closeAbandoned(dependencies, left, plan);
    }
    checkNotConsumed(await ledger.consumedBy(plan.digest));
    const earlier = left?.planDigest === plan.digest ? left : null;
    if (takesAnything(plan, approval)) {
      // A run that is gone on with is among what was taken already.
      if (earlier === null) {
        const now = clock.now();
        const readings = readAgain(plan, changesOf(plan, approval), await ledger.view(now + 1), now);
        checkLimitsNow(approval.breakGlass === true ? trippedAtHalf(readings, groupFloor) : readings, approval);
      }
      checkFirstLook(await dependencies.lookFirst?.(begunIn(earlier, changesOf(plan, approval))), approval);
    }
    const repropose = await dependencies.planner();
    const newest = (await ledger.runIds()).at(-1) ?? null;
    const log = await ledger.openRun(earlier?.run ?? runId(clock.now(), dependencies.randomHex, newest));
    return await withLog(log, () => carryOutPlan(dependencies, plan, approval, options, { log, earlier, repropose }));
  };
  return await afterwards(work, () => lock.release());
}

function takesAnything(plan: Plan, approval: Approval): boolean {
  return changesOf(plan, approval).some(({ direction }) => direction === "take");
}

/** Changes of which an interrupted run may have done something already. */
function begunIn(earlier: LoggedRun | null, changes: readonly Change[]): readonly Change[] {
  if (earlier === null) return [];
  const { changes: records } = recordOf(earlier.events);
  // Of a machine that was lost, the log may end before the intents: whatever was started may have been done.
  return changes.filter(({ id }) => {
    const record = records.get(id);
    return record !== undefined && (record.started || record.forward.size > 0);
  });
}

async function carryOutPlan(
  dependencies: ApplyDependencies,
  plan: Plan,
  approval: Approval,
  options: ApplyOptions,
  {
    log,
    earlier,
    repropose,
  }: {
    readonly log: RunLog;
    readonly earlier: LoggedRun | null;
    readonly repropose: (population: Population) => Reproposal;
  },
): Promise<RunResult> {
  const { ledger, clock, confirmActivity } = dependencies;
  const { signal, maxMinutes, onProgress = () => undefined } = options;
  const journal = createJournal(log, clock, earlier?.events ?? []);
  const hands: Hands = { writer: dependencies.writer, journal, clock, eyes: createEyes(dependencies.reader) };
  const changes = changesOf(plan, approval);
  try {
    await journal.record(...openingEvents(dependencies.tool, plan, approval, earlier));
    if (log.tail === "may be lost") await assumeTried(journal, changes);
    const stop = await workThrough(
      {
        hands,
        look: { eyes: hands.eyes, clock, repropose, ...(confirmActivity === undefined ? {} : { confirmActivity }) },
        stopRequested: async () => (await ledger.stopRequested()) ?? (await dependencies.stopRequested?.()) ?? null,
        pauses: async () => (await dependencies.pauses?.()) ?? noPauses,
        signal,
        deadline: maxMinutes === undefined ? null : clock.now() + Math.round(maxMinutes * 60),
        onProgress,
      },
      changes,
    );
    const isThrough = outcomesOf(changes, journal.summary()).every(({ at }) => at !== undefined);
    const ending: Ending =
      stop === null
        ? naturalEnding(plan, approval, journal.summary())
        : { exit: exitCodes[stop.exit], reason: stop.reason };
    return await end(isThrough ? "run.finished" : "run.stopped", ending);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (journal.summary().ended === null) {
      // Where the ledger itself is the trouble this fails too, and the next apply finds what is there.
      const ending = { exit: error.exitCode, reason: `ended by an error: ${error.reason}` };
      await end("run.stopped", ending).catch(() => undefined);
    }
    throw asPartial(error, journal);
  }

  async function end(type: "run.finished" | "run.stopped", ending: Ending): Promise<RunResult> {
    await journal.record(endingEvent(type, ending, changes, journal));
    const result = resultOf(plan, changes, { id: journal.run, record: journal.summary(), head: journal.head() });
    await ledger.storeResult(result, approval);
    return result;
  }
}

/** A ledger that failed after something was begun: the error tells that the same apply goes on from there. */
function asPartial(error: OperatorError, journal: Journal): OperatorError {
  const begun = [...journal.summary().changes.values()].some(({ forward }) => forward.size > 0);
  if (!begun || error.reason !== "usage") return error;
  return new OperatorError(
    "appliedPartially",
    `${error.message} The run stopped in the middle; everything it did until then is in its audit log.`,
    `${error.remedy} Applying the same plan again goes on from where it stopped.`,
    { cause: error },
  );
}
