import type { Call } from "./call.ts";

/** Requests allowed in any 60 seconds. What is left out isn't limited. */
export interface RateLimits {
  /** The last-active endpoint. */
  readonly lastActivePerMinute?: number;
  /** The events stream. */
  readonly eventsPerMinute?: number;
  /** All other endpoints together. */
  readonly othersPerMinute?: number;
}

/** The limits that Atlassian documents. */
export const documentedLimits: RateLimits = { lastActivePerMinute: 200, eventsPerMinute: 50 };

export interface LimitState {
  readonly isExceeded: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly reset: Date;
  readonly retryAfterSeconds: number;
}

export interface Limiter {
  /** Counts a request, by the simulator's clock; undefined where nothing is limited. A refused request isn't counted. */
  admit(call: Pick<Call, "pattern" | "now">): LimitState | undefined;
}

/** Creates a limiter that remembers the requests of the last minute. */
export function createLimiter(limits: RateLimits): Limiter {
  const admitted = new Map<keyof RateLimits, number[]>();
  return {
    admit({ pattern, now }) {
      const family = familyOf(pattern);
      const limit = limits[family];
      if (limit === undefined) return undefined;
      const since = now.getTime() - 60_000;
      const recent = (admitted.get(family) ?? []).filter((at) => at > since);
      const isExceeded = recent.length >= limit;
      if (!isExceeded) recent.push(now.getTime());
      admitted.set(family, recent);
      const reset = new Date((recent[0] ?? now.getTime()) + 60_000);
      const retryAfterSeconds = Math.max(1, Math.ceil((reset.getTime() - now.getTime()) / 1000));
      return { isExceeded, limit, remaining: Math.max(0, limit - recent.length), reset, retryAfterSeconds };
    },
  };
}

function familyOf(pattern: string): keyof RateLimits {
  if (pattern.endsWith("/last-active-dates")) return "lastActivePerMinute";
  return pattern.endsWith("/events-stream") ? "eventsPerMinute" : "othersPerMinute";
}
