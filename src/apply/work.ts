import type { Change, Outcome } from "../model/documents.generated.ts";
import { type ExitReason, OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import type { Hands } from "./attempt.ts";
import { type Carried, carryOut, type StillWanted } from "./carry-out.ts";
import { budgetSpent, canaryFailed, isProved, noTally, tallied } from "./error-budget.ts";
import type { Narrowed } from "./narrow.ts";
import { type BatchSize, nextBatch, orderOfWork } from "./order.ts";
import { operationKey } from "../plan/operations.ts";
import { pauseOf, type Pauses } from "./pauses.ts";
import { isHalfDone, resumeChange } from "./resume.ts";
import {
  failuresOf,
  type Look,
  LOOK_STARTS_WITHIN,
  type LookDependencies,
  lookAgain,
  narrowBy,
  whyNotAnyMore,
} from "./second-look.ts";
import { doneByOthers } from "./together.ts";
import { createVerification, isFailure, outcomeEvent } from "./verify.ts";

/** What ends a run before its plan is through. */
export interface Stop {
  readonly exit: ExitReason;
  readonly reason: string;
  /** Set where too much went wrong, and no answer of Atlassian's told the run to stop. */
  readonly isBudget?: true;
}

/** How far a run has come. */
export interface ApplyProgress {
  readonly settled: number;
  readonly of: number;
  /** The change that was settled just now. */
  readonly change: Change;
  readonly outcome: Outcome["outcome"];
}

type ToCarry = Extract<Narrowed, { kind: "carry" }>;

/** What the work on a plan needs. */
export interface Work {
  readonly hands: Hands;
  readonly look: LookDependencies;
  /** Asked before each change: why the run must stop, or null. */
  readonly stopRequested: () => Promise<string | null>;
  /** Asked before each change: what the policy files say by now. */
  readonly pauses: () => Promise<Pauses>;
  readonly signal: AbortSignal | undefined;
  /** The run stops before the first change at or after this moment; null: no bound. */
  readonly deadline: Seconds | null;
  readonly onProgress: (progress: ApplyProgress) => void;
}

/**
 * Carries out what is still approved and still proposed of these changes, and writes down an outcome for each it comes
 * to. Gives what stopped it, or null where it came to the end.
 */
export async function workThrough(work: Work, changes: readonly Change[]): Promise<Stop | null> {
  const { hands, signal } = work;
  const { journal, clock } = hands;
  const byPerson = Map.groupBy(changes, ({ accountId }) => accountId);
  let tally = noTally;
  let settled = changes.filter(({ id }) => journal.change(id).outcome !== null).length;
  const verification = createVerification(hands, (change, outcome) => {
    told(change, outcome);
    // Accepted and never seen is no proof of anything: Atlassian accepts some writes and does nothing.
    const isUnseen = isFailure(outcome) || outcome === "done-not-yet-visible";
    tally = tallied(tally, isUnseen ? "unseen" : "seen");
  });

  function told(change: Change, outcome: Outcome["outcome"]): void {
    settled++;
    work.onProgress({ settled, of: changes.length, change, outcome });
  }

  function alreadyDone(change: Change): ReadonlySet<string> {
    return doneByOthers(journal, byPerson.get(change.accountId) ?? [], change);
  }

  async function settleUncarried(change: Change, narrowed: Exclude<Narrowed, { kind: "carry" }>): Promise<void> {
    const others = alreadyDone(change);
    const together =
      narrowed.kind === "already-so" && change.operations.some((operation) => others.has(operationKey(operation)));
    const event = together
      ? outcomeEvent(change, "done", "done together with another change of this person")
      : outcomeEvent(change, narrowed.kind, narrowed.reason, narrowed.owed ? "owed" : "settled");
    await journal.record(event);
    told(change, event.outcome ?? narrowed.kind);
  }

  /** Looks at the people of these changes; what could not be read counts as what could not be done. */
  async function look(people: readonly Change[]): Promise<{ readonly looked: Look; readonly spent: Stop | null }> {
    const looked = await lookAgain(work.look, people);
    const { count, why } = failuresOf(looked);
    for (let failed = 0; failed < count; failed++) tally = tallied(tally, "failed");
    const spent = count === 0 ? null : overBudget();
    if (spent === null) return { looked, spent };
    return { looked, spent: { ...spent, reason: `${spent.reason}, the last because of a look at people: ${why}` } };
  }

  function isYoung(at: Seconds): boolean {
    return clock.now() - at <= LOOK_STARTS_WITHIN;
  }

  /** Asks the planner once more where the look of that moment has grown old. */
  function wantedSince(change: Change, at: Seconds): StillWanted {
    return async (operation) => (isYoung(at) ? null : whyNotAnyMore((await look([change])).looked, change, operation));
  }

  async function carryOutRest(change: Change, { operations, without }: ToCarry, at: Seconds): Promise<Carried> {
    const others = alreadyDone(change);
    const todo = operations.filter((operation) => !others.has(operationKey(operation)));
    const carried = await carryOut(hands, change, todo, [], wantedSince(change, at));
    if (carried.kind !== "accepted") return carried;
    const byOthers = operations.filter((operation) => others.has(operationKey(operation)));
    return { ...carried, operations, own: [...carried.own, ...byOthers], without };
  }

  async function account(change: Change, carried: Carried): Promise<Stop | null> {
    if (carried.kind === "accepted") {
      const { operations, own, without } = carried;
      verification.add({ change, operations, own, without });
      tally = tallied(tally, "worked");
    } else {
      await journal.record(outcomeEvent(change, carried.outcome, carried.reason));
      told(change, carried.outcome);
      if (isFailure(carried.outcome)) tally = tallied(tally, "failed");
    }
    if (carried.keyRefused !== null) {
      return { exit: "errorBudget", reason: `Atlassian refused the key: ${carried.keyRefused}` };
    }
    return overBudget();
  }

  function overBudget(): Stop | null {
    const spent = budgetSpent(tally);
    return spent === null ? null : { exit: "errorBudget", reason: spent, isBudget: true };
  }

  function isThrough(): boolean {
    return changes.every(({ id }) => journal.change(id).outcome !== null);
  }

  async function mustStop(): Promise<Stop | null> {
    if (signal?.aborted === true) return { exit: "appliedPartially", reason: "interrupted" };
    const asked = (await work.stopRequested()) ?? (await work.pauses()).everything;
    if (asked !== null) return { exit: "appliedPartially", reason: `stopped: ${asked}` };
    if (work.deadline !== null && clock.now() >= work.deadline) {
      return { exit: "appliedPartially", reason: "the time allowed for the run is used up" };
    }
    return null;
  }

  async function goOnWithHalfDone(): Promise<Stop | null> {
    for (const change of changes.filter(({ id }) => isHalfDone(journal.change(id)))) {
      const stop = await mustStop();
      if (stop !== null) return stop;
      const carried = await resumeChange(hands, work.look, change, wantedSince(change, clock.now()));
      if (carried.kind === "open") {
        tally = tallied(tally, "failed");
        const spent = overBudget();
        if (spent !== null) return spent;
        continue;
      }
      const ended = await account(change, carried);
      if (ended !== null) return ended;
    }
    return null;
  }

  async function workOn(batch: readonly Change[]): Promise<Stop | null> {
    const first = await mustStop();
    if (first !== null) return first;
    const { looked, spent } = await look(batch);
    if (spent !== null) return spent;
    const carry: [Change, ToCarry][] = [];
    for (const change of batch) {
      const narrowed = narrowBy(looked, change);
      if (narrowed.kind === "carry") carry.push([change, narrowed]);
      else await settleUncarried(change, narrowed);
    }
    // All of a batch in one piece: a ledger that is slow to make things durable does so once for ten people.
    await journal.record(
      ...carry.map(([change, { operations }]) => ({
        type: "change.started" as const,
        change: change.id,
        accountId: change.accountId,
        action: change.action,
        policies: change.policies,
        operations,
      })),
    );
    await journal.secure();
    for (const [change, narrowed] of carry) {
      const stop = await mustStop();
      if (stop !== null) return stop;
      let current: Narrowed = narrowed;
      const paused = pauseOf(await work.pauses(), change);
      if (paused !== null) {
        await settleUncarried(change, { kind: "withdrawn", reason: paused, owed: change.purpose === "duty" });
        continue;
      }
      let at = looked.at;
      if (!isYoung(at)) {
        const again = await look([change]);
        if (again.spent !== null) return again.spent;
        at = again.looked.at;
        current = narrowBy(again.looked, change);
      }
      if (current.kind !== "carry") {
        await settleUncarried(change, current);
        continue;
      }
      const ended = await account(change, await carryOutRest(change, current, at));
      if (ended !== null) return ended;
    }
    return overBudget();
  }

  /** Whether enough was tried so far, and seen to have worked, to go on in tens. */
  async function afterHandful(): Promise<Stop | "proved" | "open"> {
    await verification.settle(signal);
    const outcomes = changes.flatMap(({ id }) => journal.change(id).outcome?.kind ?? []);
    const failed = canaryFailed(outcomes);
    if (failed !== null) return { exit: "errorBudget", reason: failed, isBudget: true };
    return isProved(outcomes) ? "proved" : "open";
  }

  async function allBatches(): Promise<Stop | null> {
    const interrupted = await goOnWithHalfDone();
    if (interrupted !== null) return interrupted;
    const open = changes.filter(({ id }) => {
      const record = journal.change(id);
      return record.outcome === null && !isHalfDone(record);
    });
    let rest = orderOfWork(open);
    let size: BatchSize = "handful";
    while (rest.length > 0) {
      const batch = nextBatch(rest, size);
      rest = rest.slice(batch.length);
      const stop = await workOn(batch);
      if (stop !== null) return stop;
      if (size === "ten people" || rest.length === 0) {
        await verification.look();
        continue;
      }
      const found = await afterHandful();
      if (typeof found !== "string") return found;
      if (found === "proved") size = "ten people";
    }
    return null;
  }

  return await unlessKeyRefused(async () => {
    const stop = await unlessKeyRefused(allBatches);
    const late = await unlessKeyRefused(async () => {
      await verification.settle(signal);
      return null;
    });
    const ended = stop ?? late ?? overBudget();
    // Errors that kept nothing from being tried are told by their outcomes; there was nothing left to stop.
    return ended?.exit === "errorBudget" && ended.isBudget === true && isThrough() ? null : ended;
  });
}

/** A refused key stops the run like any other reason; every other error goes on its way. */
async function unlessKeyRefused(run: () => Promise<Stop | null>): Promise<Stop | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof OperatorError && error.reason === "credentials") {
      return { exit: "credentials", reason: error.message };
    }
    throw error;
  }
}
