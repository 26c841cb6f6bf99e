import { fixedWindow, type Limiter, silentBucket, tokenBucket } from "./limiters.ts";

/** Milliseconds from a request to its answer, half of them before the limiter decides. */
export const LATENCY = 80;
/** Requests that are wanted at any time, and how many a client has on their way at once. */
export const WANTED = 64;
export const ON_THEIR_WAY = 24;

export const limiterNames = ["bucket", "window", "silent"] as const;
export type LimiterName = (typeof limiterNames)[number];

/** A limiter that requests are sent against. */
export interface LimiterCase {
  /** How it is called in the table. */
  readonly title: string;
  /** What it allows, for the client that has to be told. */
  readonly allows: { readonly requests: number; readonly milliseconds: number; readonly evenly: "yes" | "no" };
  readonly create: (start: number) => Limiter;
}

/** The limiters. `windowMs` is how long a window takes: a minute, or less where there is no time for it. */
export function limiterCases(windowMs: number): Readonly<Record<LimiterName, LimiterCase>> {
  return {
    bucket: {
      title: "token bucket, 100 a second, with `X-RateLimit-*`",
      allows: { requests: 100, milliseconds: 1000, evenly: "yes" },
      create: (start) => tokenBucket(100, 100, start),
    },
    window: {
      title: `fixed window, 200 in ${windowMs / 1000} s, with \`X-RateLimit-*\` and \`Retry-After\``,
      allows: { requests: 200, milliseconds: windowMs, evenly: "no" },
      create: (start) => fixedWindow(200, windowMs, start),
    },
    silent: {
      title: "token bucket, 100 a second, that answers 429 and nothing else",
      allows: { requests: 100, milliseconds: 1000, evenly: "yes" },
      create: (start) => silentBucket(100, 100, start),
    },
  };
}

export const clientNames = ["seatwright", "bottleneck", "p-retry", "loop"] as const;
export type ClientName = (typeof clientNames)[number];
