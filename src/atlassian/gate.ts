import type { Clock } from "../ports.ts";
import { type Allowance, createAllowance } from "./allowance.ts";
import type { Lane } from "./endpoints.ts";
import type { HttpAnswer } from "./exchange.ts";
import { createServerTime } from "./server-time.ts";
import { serverTime, whatIsAllowed } from "./waits.ts";

/** One request's turn. */
export interface Turn {
  /**
   * Gives the turn back with what came of it: every answer says something about how many are allowed. Null: nothing came.
   * Returns the milliseconds for which nobody of the lane will start.
   */
  leave(answer: HttpAnswer | null): number;
  /** Another turn for the same request, before all that have not had one. Rejects with the signal's reason when aborted. */
  again(): Promise<Turn>;
}

/** What every request passes, so that all of them together keep what Atlassian allows. */
export interface Gate {
  /** Waits for a turn. Rejects with the signal's reason when aborted while it waits. */
  enter(lane: Lane, signal?: AbortSignal): Promise<Turn>;
}

export interface GateLimits {
  /** Requests of a lane on their way at once, at most. */
  readonly concurrency: number;
  /** Milliseconds from one start to the next, by lane; 0 where no rate is documented. */
  readonly spacing: Readonly<Record<Lane, number>>;
}

/**
 * 200 a minute is Atlassian's documented limit of the last-active endpoint; 302 ms apart is 198 a minute. For the rest no
 * limit is documented: what answers tell of it is kept, and what they do not tell is learned from being refused.
 */
export const gateLimits: GateLimits = { concurrency: 64, spacing: { main: 0, lastActive: 302 } };

interface Waiting {
  readonly admit: (turn: Turn) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

interface Queue {
  readonly allowance: Allowance;
  readonly waiting: Waiting[];
  /** The sleep until somebody may start, where one goes on. */
  sleep: { readonly until: number; readonly stop: AbortController } | null;
}

/**
 * A gate. `milliseconds` is a clock that never goes back; what `clock` sleeps counts as passed, so that a test's clock may
 * be quicker.
 */
export function createGate(
  clock: Clock,
  limits: GateLimits = gateLimits,
  milliseconds: () => number = () => performance.now(),
): Gate {
  const server = createServerTime();
  const lanes: Readonly<Record<Lane, Queue>> = { main: queueFor("main"), lastActive: queueFor("lastActive") };
  let slept = Number.NEGATIVE_INFINITY;

  function queueFor(lane: Lane): Queue {
    const terms = { most: limits.concurrency, spacing: limits.spacing[lane] };
    return { allowance: createAllowance(terms), waiting: [], sleep: null };
  }

  function now(): number {
    return Math.max(slept, milliseconds());
  }

  /** Lets start whoever may, and sees to it that the next one is not forgotten. */
  function admit(queue: Queue): void {
    for (;;) {
      const next = queue.waiting[0];
      const at = now();
      const wait = next === undefined ? Number.POSITIVE_INFINITY : queue.allowance.next(at);
      if (next === undefined || wait > 0) {
        sleepUntil(queue, at + Math.ceil(wait));
        return;
      }
      queue.waiting.shift();
      next.signal?.removeEventListener("abort", next.onAbort);
      next.admit(turnOf(queue, queue.allowance.start(at), at, next.signal));
    }
  }

  function sleepUntil(queue: Queue, until: number): void {
    if (queue.sleep !== null && queue.sleep.until <= until && Number.isFinite(until)) return;
    queue.sleep?.stop.abort();
    queue.sleep = null;
    if (!Number.isFinite(until)) return;
    const sleep = { until, stop: new AbortController() };
    queue.sleep = sleep;
    void sleepOut(queue, sleep);
  }

  async function sleepOut(queue: Queue, sleep: NonNullable<Queue["sleep"]>): Promise<void> {
    try {
      await clock.sleep(sleep.until - now(), sleep.stop.signal);
    } catch (error) {
      // Called off: nobody waits for it any more.
      if (sleep.stop.signal.aborted) return;
      throw error;
    }
    if (queue.sleep !== sleep) return;
    queue.sleep = null;
    slept = Math.max(slept, sleep.until);
    admit(queue);
  }

  function stand(queue: Queue, signal: AbortSignal | undefined, place: "first" | "last"): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const waiting: Waiting = {
        admit: resolve,
        signal,
        onAbort() {
          queue.waiting.splice(queue.waiting.indexOf(waiting), 1);
          reject(signal?.reason as Error);
          admit(queue);
        },
      };
      signal?.addEventListener("abort", waiting.onAbort, { once: true });
      if (place === "first") queue.waiting.unshift(waiting);
      else queue.waiting.push(waiting);
      admit(queue);
    });
  }

  function turnOf(queue: Queue, ticket: number, sentAt: number, signal: AbortSignal | undefined): Turn {
    return {
      leave(answer) {
        const at = now();
        queue.allowance.finish(ticket, at, answer?.kind === "answered" ? readingOf(answer, sentAt, at) : null);
        admit(queue);
        const wait = queue.allowance.next(at);
        return Number.isFinite(wait) ? Math.ceil(wait) : 0;
      },
      again: () => stand(queue, signal, "first"),
    };
  }

  function readingOf(
    { status, headers }: HttpAnswer & { readonly kind: "answered" },
    sentAt: number,
    at: number,
  ): Parameters<Allowance["finish"]>[2] {
    server.note(serverTime(headers) ?? clock.now(), sentAt, at);
    const { reset, ...rest } = whatIsAllowed(status, headers, clock.now());
    return { ...rest, resetAt: reset === null ? null : server.localTimeOf(reset) };
  }

  return { enter: (lane, signal) => stand(lanes[lane], signal, "last") };
}
