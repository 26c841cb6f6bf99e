import type { Change, EventBody, Operation, Outcome } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";
import type { Clock } from "../ports.ts";
import type { Journal } from "./journal.ts";
import { effectOf, type Effect, observe } from "../plan/observe.ts";
import { PEOPLE_PER_LOOK } from "./order.ts";
import { allInWords, operationKey } from "../plan/operations.ts";
import { type Eyes, growingWaits, isBlind, VISIBLE_WITHIN_MS } from "./sight.ts";

/** A change whose operations were all accepted, waiting to be seen. */
export interface Pending {
  readonly change: Change;
  readonly operations: readonly Operation[];
  /** Those of them that we did; of the others Atlassian answered that it is so already. */
  readonly own: readonly Operation[];
  /** What would have been given, and is not proposed any more. */
  readonly without: readonly Operation[];
}

/** Reads back what was accepted, ten people at a time, until it can be seen or has had its time. */
export interface Verification {
  add(pending: Pending): void;
  /** Looks once; settles what can be seen, and what has had its time. */
  look(): Promise<void>;
  /** Looks with growing waits until all is settled. When the signal is given, looks once more and settles as it is. */
  settle(signal: AbortSignal | undefined): Promise<void>;
}

/** `onSettled` is told each outcome after it is written down. */
export function createVerification(
  dependencies: { readonly journal: Journal; readonly eyes: Eyes; readonly clock: Clock },
  onSettled: (change: Change, outcome: Outcome["outcome"]) => void,
): Verification {
  const { journal, eyes, clock } = dependencies;
  let waiting: (Pending & { readonly since: number })[] = [];

  async function lookAt(mode: "patient" | "last"): Promise<void> {
    const people = [...new Set(waiting.map(({ change }) => change.accountId))];
    const left: typeof waiting = [];
    for (let from = 0; from < people.length; from += PEOPLE_PER_LOOK) {
      const accounts = people.slice(from, from + PEOPLE_PER_LOOK);
      const seen = await eyes.see(accounts);
      const events: EventBody[] = [];
      const settled: [Change, Outcome["outcome"]][] = [];
      for (const entry of waiting.filter(({ change }) => accounts.includes(change.accountId))) {
        const effect: Effect | "blind" = isBlind(seen) ? "blind" : effectOf(entry.change, entry.operations, seen);
        const overdue = mode === "last" || (clock.now() - entry.since) * 1000 >= VISIBLE_WITHIN_MS;
        const verdict = judge(entry, effect, overdue ? "overdue" : "in-time", unseenClaims(entry, seen));
        if (verdict === null) {
          left.push(entry);
          continue;
        }
        events.push(outcomeEvent(entry.change, verdict.outcome, verdict.reason));
        settled.push([entry.change, verdict.outcome]);
      }
      await journal.record(...events);
      for (const [change, outcome] of settled) onSettled(change, outcome);
    }
    waiting = left;
  }

  return {
    add(pending) {
      waiting.push({ ...pending, since: clock.now() });
    },
    look: () => lookAt("patient"),
    async settle(signal) {
      await lookAt("patient");
      for (const wait of growingWaits(VISIBLE_WITHIN_MS)) {
        if (waiting.length === 0) return;
        if (!(await slept(clock, wait, signal))) break;
        await lookAt("patient");
      }
      if (waiting.length > 0) await lookAt("last");
    },
  };
}

/** The event that settles a change. `owed` marks a duty that stays to be done. */
export function outcomeEvent(
  change: Change,
  outcome: Outcome["outcome"],
  reason: string,
  due: "owed" | "settled" = isOwedAfter(change, outcome) ? "owed" : "settled",
): EventBody {
  return {
    type: "change.outcome",
    change: change.id,
    accountId: change.accountId,
    action: change.action,
    outcome,
    reason,
    ...(due === "owed" ? { code: "owed" } : {}),
  };
}

const failures: ReadonlySet<Outcome["outcome"]> = new Set(["failed", "failed-restored", "partial"]);

/** Whether an outcome means that something went wrong. */
export function isFailure(outcome: Outcome["outcome"]): boolean {
  return failures.has(outcome);
}

function isOwedAfter(change: Change, outcome: Outcome["outcome"]): boolean {
  return change.purpose === "duty" && isFailure(outcome);
}

/** Operations of which Atlassian says that they are so already, and of which that cannot be seen. */
function unseenClaims(
  { change, operations, own }: Pending,
  seen: Population | { readonly blind: string },
): readonly Operation[] {
  if (isBlind(seen)) return [];
  const ours = new Set(own.map(operationKey));
  return operations.filter(
    (operation) => !ours.has(operationKey(operation)) && observe(operation, change.accountId, seen) !== "so",
  );
}

function judge(
  { own, change, without }: Pending,
  effect: Effect | "blind",
  time: "overdue" | "in-time",
  claims: readonly Operation[],
): { readonly outcome: Outcome["outcome"]; readonly reason: string } | null {
  const ours = own.length > 0;
  if (effect !== "blind" && effect.kind === "visible" && without.length > 0) {
    const reason = `carried out and read back, but for ${allInWords(without)}, which is not proposed any more`;
    return { outcome: "partial", reason };
  }
  if (effect !== "blind" && effect.kind === "visible") {
    return ours
      ? { outcome: "done", reason: "carried out and read back" }
      : { outcome: "already-so", reason: "somebody had done it already" };
  }
  if (time === "in-time") return null;
  if (effect !== "blind" && effect.kind === "held-otherwise") {
    const seat = change.seat === null ? "the seat" : `the seat on ${change.seat.app} ${change.seat.site}`;
    return {
      outcome: ours ? "partial" : "failed",
      reason: `${seat} is still held through ${effect.by.join(", ")}, which was not part of the change`,
    };
  }
  if (claims.length > 0) {
    const reason = `${allInWords(claims)}: Atlassian answered that it is so already, but it cannot be seen to be so`;
    return { outcome: ours ? "partial" : "failed", reason };
  }
  if (ours) {
    const why = effect === "blind" ? "it could not be read back" : "it cannot be seen yet: Atlassian's reads lag";
    return { outcome: "done-not-yet-visible", reason: `accepted, but ${why}` };
  }
  const unread = effect === "blind" ? "it could not be read back" : "it cannot be seen whether that frees the seat";
  return { outcome: "already-so", reason: `Atlassian answered that it is so already; ${unread}` };
}

async function slept(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (isAborted(signal)) return false;
  try {
    await clock.sleep(milliseconds, signal);
    return true;
  } catch (error) {
    if (isAborted(signal)) return false;
    throw error;
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
