/** Requests for each millisecond, learned from having been refused where no header tells how many are allowed. */
export interface Pace {
  /** When the next request may start; 0 while no rate is known. */
  nextAt(): number;
  /** A request starts. */
  started(now: number): void;
  /** A request was let through. */
  admitted(): void;
  /** A request that started at `sentAt` was refused, and no other starts before `restUntil`. */
  refused(sentAt: number, restUntil: number): void;
  /** The first request after that rest, started at `sentAt`, was let through. */
  resumed(sentAt: number): void;
}

/** How far requests may run late and catch up, in milliseconds: timers and a busy machine are late at times. */
const CATCH_UP = 500;
/** Let through without a refusal before another rate is tried: after a guess, one that may be low, a measurement. */
const HOLD_GUESS = 100;
const HOLD_LOW_GUESS = 20;
const HOLD = 2000;
const LONGEST_HOLD = 4000;
/**
 * How much more is tried: of a rate that was guessed, rather high or possibly low, and of the rate that was refused where all
 * below it is tried out.
 */
const GUESS_RAISE = 1.02;
const LOW_GUESS_RAISE = 1.05;
const RAISE = 1.01;
/** Rates that are nearer than this are the same. */
const NEAR = 1.003;
/** How far a measured rate may be from the real one: a bucket that ran over during the rest makes it look smaller. */
const CONFIRMED = 1.03;
/** Fewer than this up to a refusal, or from one to the next, say nothing about the rate. */
const FEW = 10;

/** Where a rate comes from. After a long rest a guess may be low: others may have used up the same budget. */
type Basis = "guessed" | "guessed low" | "measured";

/**
 * The rate that a limiter allows. Whoever is refused has used up what there was; so what was let through from one such
 * moment to the next, by the time from the end of one rest to the end of the next, is the rate itself, for a bucket that
 * fills as for a window that begins anew. Sent evenly at that rate, neither refuses. `spacing` is the milliseconds from one
 * start to the next where a rate is documented, else 0.
 */
export function createPace(spacing: number): Pace {
  let rate = spacing > 0 ? 1 / spacing : 0;
  let basis: Basis = spacing > 0 ? "measured" : "guessed";
  /** The rate that was refused. */
  let refusedRate = rate;
  let nextAt = 0;
  let firstAt: number | null = null;
  /** Let through since the latest refusal, or since the first request. */
  let count = 0;
  /** The refusal that is not over: when its first request started, and what was let through before it. */
  let pending: { readonly sentAt: number; readonly count: number } | null = null;
  let resumedAt: number | null = null;
  /** Requests sent before this belong to a refusal that is known. */
  let knownUntil = Number.NEGATIVE_INFINITY;
  let calm = 0;
  let hold = spacing > 0 ? LONGEST_HOLD : HOLD;

  function learn(refusal: { readonly sentAt: number; readonly count: number }, now: number): void {
    const before = rate;
    if (refusal.count < FEW) {
      rate /= 2;
    } else if (resumedAt === null) {
      const elapsed = refusal.sentAt - (firstAt ?? refusal.sentAt);
      const rest = now - refusal.sentAt;
      const isLong = rest * 2 > elapsed;
      // What there was at the start is in this number too, so it is a guess. A long rest is part of the time it was for.
      rate = refusal.count / Math.max(isLong ? elapsed + rest : elapsed, 1);
      basis = isLong ? "guessed low" : "guessed";
    } else {
      const measured = refusal.count / Math.max(now - resumedAt, 1);
      if (basis !== "measured" || Math.abs(measured / before - 1) > CONFIRMED - 1) hold = HOLD;
      basis = "measured";
      refusedRate = Math.min(Math.max(before, measured), measured * CONFIRMED);
      rate = (measured + refusedRate) / 2;
    }
    resumedAt = now;
    calm = 0;
  }

  function patience(): number {
    if (basis === "measured") return hold;
    return basis === "guessed" ? HOLD_GUESS : HOLD_LOW_GUESS;
  }

  /** Nobody was refused for a while. */
  function tryMore(): void {
    calm = 0;
    if (basis !== "measured") {
      rate *= basis === "guessed" ? GUESS_RAISE : LOW_GUESS_RAISE;
      return;
    }
    if (refusedRate < rate * NEAR) {
      refusedRate = rate * RAISE;
      hold = Math.min(LONGEST_HOLD, hold * 2);
    }
    rate = (rate + refusedRate) / 2;
  }

  return {
    nextAt: () => (rate === 0 ? 0 : nextAt),
    started(now) {
      firstAt ??= now;
      if (rate > 0) nextAt = Math.max(nextAt, now - CATCH_UP) + 1 / rate;
    },
    admitted() {
      count++;
      if (rate === 0 || pending !== null) return;
      if (++calm >= patience()) tryMore();
    },
    refused(sentAt, restUntil) {
      if (pending === null && sentAt >= knownUntil) {
        pending = { sentAt, count };
        count = 0;
      }
      knownUntil = Math.max(knownUntil, restUntil);
    },
    resumed(sentAt) {
      if (pending === null) return;
      learn(pending, sentAt);
      pending = null;
      nextAt = rate === 0 ? 0 : sentAt + 1 / rate;
    },
  };
}
