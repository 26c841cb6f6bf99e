import type { Seconds } from "../model/time.ts";

/** The server's clock, to a part of a second, though its answers tell whole seconds only. */
export interface ServerTime {
  /** `second` is what the server's clock showed between two moments of ours, in milliseconds. */
  note(second: Seconds, sentAt: number, answeredAt: number): void;
  /** The moment of ours by which the server's clock has reached `time`, in milliseconds since 1970, for certain. */
  localTimeOf(time: number): number;
}

/**
 * Each answer bounds how far the server's clock is ahead of ours: it showed that second some time between sending and
 * answer. Of many answers the bounds come close. An answer outside them says that a clock was set, and begins anew.
 */
export function createServerTime(): ServerTime {
  let least = Number.NEGATIVE_INFINITY;
  let most = Number.POSITIVE_INFINITY;
  return {
    note(second, sentAt, answeredAt) {
      const low = second * 1000 - answeredAt;
      const high = (second + 1) * 1000 - sentAt;
      const isOutside = low > most || high < least;
      least = isOutside ? low : Math.max(least, low);
      most = isOutside ? high : Math.min(most, high);
    },
    localTimeOf: (time) => time - least,
  };
}
