import { createPace } from "./pace.ts";

/** What one answer says about how many requests are allowed. Moments are those of whoever calls, in milliseconds. */
export interface Reading {
  /** Turned away as one too many. */
  readonly refused: boolean;
  /** How long the answer asks to wait, or null. */
  readonly wait: number | null;
  /** How many more are allowed, or null where it does not say. */
  readonly remaining: number | null;
  /** When there are more again, or null. */
  readonly resetAt: number | null;
  /** How much later that may be, because it was said in whole seconds. */
  readonly blur: number;
}

export interface AllowanceTerms {
  /** Requests on their way at once, at most. */
  readonly most: number;
  /** Milliseconds from one start to the next where a rate is documented, else 0. */
  readonly spacing: number;
}

/** How many requests may start, and when. Knows no clock: every moment comes in, and none may be before the last. */
export interface Allowance {
  /** Milliseconds until a request may start: 0 is now, infinity is not before an answer came. */
  next(now: number): number;
  /** A request starts, where `next` says 0; its ticket is for `finish`. */
  start(now: number): number;
  /** A request is over. `null`: without an answer. */
  finish(ticket: number, now: number, reading: Reading | null): void;
}

/** On their way at once where nobody has said yet how many are allowed. */
const CAREFUL = 8;
/** One more at a time, so that with every second some more start in a second than before: so many, however long each takes. */
const MORE_PER_SECOND = 12.5;
/** In milliseconds, after a refusal that does not say how long to wait; doubled while refusals go on. */
const FIRST_REST = 200;
const LONGEST_REST = 30_000;

/** Over how long, in milliseconds, it is looked at how fast what remains grows again; and how much faster is tried. */
const REFILL_STRETCH = 500;
const LONGEST_STRETCH = 1000;
const REFILL_FACTOR = 1.05;
const NEAR_THE_END = 24;
/** Starts that may be late and caught up with. */
const LATE_STARTS = 4;

/** An answer that told how many requests remain. */
interface Word {
  readonly answeredAt: number;
  readonly remaining: number;
  readonly resetAt: number | null;
  readonly blur: number;
}

/**
 * One budget of requests. Where answers tell how many remain, never more start than remain for certain. At 0 it waits for
 * the reset and lets one request go ahead to see. Where answers tell nothing, it begins carefully, learns from being
 * refused, and keeps to the pace it learned.
 */
export function createAllowance({ most, spacing }: AllowanceTerms): Allowance {
  const pace = createPace(spacing);
  const sentAt = new Map<number, number>();
  let last = 0;
  let bound = Math.min(most, CAREFUL);
  let grownAt = 0;
  let answers = 0;
  /** Answers that may be the last that was given; answers come back in another order than they were given in. */
  let words: readonly Word[] = [];
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  /** After a rest or a reset, one request goes ahead: its ticket, 0 while it has not started, null where none is needed. */
  let scout: number | null = null;
  let strikes = 0;
  /** Share of the blur that is waited out; it shrinks as long as that does no harm. */
  let caution = 1;
  let leastCaution = 0;
  /** Where what remains grows all the time: milliseconds from one start to the next that keep it level; else 0. */
  let refillGap = 0;
  let evenAt = 0;
  let mark: { readonly at: number; readonly remaining: number; readonly answers: number } | null = null;

  /** The word that leaves least, where that is not enough for those on their way and one more. */
  function usedUp(): Word | null {
    let least: Word | null = null;
    for (const word of words) if (least === null || word.remaining < least.remaining) least = word;
    return least !== null && least.remaining <= sentAt.size ? least : null;
  }

  function resetOf({ resetAt, blur }: Word): number {
    return resetAt === null ? Number.POSITIVE_INFINITY : resetAt + blur * caution;
  }

  /** Whoever was sent after another had its answer was judged after it. */
  function hear(sent: number, word: Word): void {
    lastSentAt = Math.max(lastSentAt, sent);
    words = [...words.filter(({ answeredAt }) => answeredAt > lastSentAt), word];
    bound = most;
    mark ??= { at: word.answeredAt, remaining: word.remaining, answers };
    const stretch = word.answeredAt - mark.at;
    if (stretch < REFILL_STRETCH) return;
    const refilled = word.remaining - mark.remaining + answers - mark.answers;
    refillGap = refilled > 0 && stretch < LONGEST_STRETCH ? stretch / refilled / REFILL_FACTOR : 0;
    mark = { at: word.answeredAt, remaining: word.remaining, answers };
  }

  function isNearTheEnd(): boolean {
    return refillGap > 0 && words.some(({ remaining }) => remaining <= NEAR_THE_END);
  }

  /** Near the end of what remains, requests in a bunch would use up what comes back in a bunch, and let some of it go. */
  function evenly(now: number): number {
    return isNearTheEnd() ? Math.max(0, evenAt - now) : 0;
  }

  return {
    next(now) {
      if (now < restUntil) return restUntil - now;
      if (scout !== null) return scout === 0 ? 0 : Number.POSITIVE_INFINITY;
      const paced = Math.max(0, pace.nextAt() - now);
      const word = usedUp();
      if (word !== null) return Math.max(paced, resetOf(word) - now);
      return sentAt.size < bound ? Math.max(paced, evenly(now)) : Number.POSITIVE_INFINITY;
    },
    start(now) {
      const isScout = scout === 0 || (scout === null && usedUp() !== null);
      last++;
      if (last === 1) grownAt = now;
      sentAt.set(last, now);
      if (isScout) scout = last;
      pace.started(now);
      evenAt = isNearTheEnd() ? Math.max(evenAt, now - LATE_STARTS * refillGap) + refillGap : now;
      return last;
    },
    finish(ticket, now, reading) {
      const sent = sentAt.get(ticket);
      if (sent === undefined) return;
      sentAt.delete(ticket);
      const isScout = scout === ticket;
      if (reading === null) {
        if (isScout) scout = 0;
        return;
      }
      const { refused, wait, remaining, resetAt, blur } = reading;
      const isTold = words.length > 0;
      if (!refused) answers++;
      if (remaining !== null) hear(sent, { answeredAt: now, remaining: refused ? 0 : remaining, resetAt, blur });
      if (refused) {
        if (isScout) strikes++;
        if (isScout && isTold) leastCaution = caution = Math.min(1, caution + 0.5);
        const floor = Math.min(LONGEST_REST, FIRST_REST * 2 ** strikes);
        const reset = remaining === null || resetAt === null ? null : resetAt + blur * caution - now;
        const asked = wait ?? reset ?? floor;
        restUntil = Math.max(restUntil, now + (strikes > 0 ? Math.max(asked, floor) : asked));
        // One that is ahead already goes on being the one to see by.
        if (isScout || scout === null) scout = 0;
        if (remaining === null) pace.refused(sent, restUntil);
        return;
      }
      if (isScout) pace.resumed(sent);
      pace.admitted();
      if (sentAt.size + 1 >= bound && (now - grownAt) * (now - sent) >= 1e6 / MORE_PER_SECOND) {
        bound = Math.min(most, bound + 1);
        grownAt = now;
      }
      if (isScout) {
        scout = null;
        strikes = 0;
        if (remaining === null) words = [];
        else if (isTold) caution = Math.max(leastCaution, caution / 2);
      }
      // Nothing left, nothing on its way, and no word of when there is more: one goes ahead after a while.
      if (sentAt.size === 0 && usedUp()?.resetAt === null) {
        restUntil = Math.max(restUntil, now + FIRST_REST);
        scout = 0;
      }
    },
  };
}
