import type { Seconds } from "../model/time.ts";
import { secondsOf, WRITE_MAX } from "../model/time.ts";
import type { ApiAnswer } from "./answer.ts";
import type { HttpHeaders } from "./exchange.ts";

/** How often, and how long, a request is tried again. */
export interface Patience {
  /** Sends in all for errors and lost answers. */
  readonly tries: number;
  /** Sends in all where Atlassian says that there are too many requests. */
  readonly throttledTries: number;
  /** From the first send to the last, in seconds. */
  readonly wholeSeconds: number;
  /** The same for writes: whoever waits longer writes on the strength of a look that is too old. */
  readonly writeSeconds: number;
}

export const patience: Patience = { tries: 5, throttledTries: 12, wholeSeconds: 600, writeSeconds: WRITE_MAX };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** One header by its lower-case name, or null. */
export function headerOf(headers: HttpHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** The server's clock in an answer's `Date`, or null. */
export function serverTime(headers: HttpHeaders): Seconds | null {
  const date = headerOf(headers, "date");
  const milliseconds = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

/**
 * Milliseconds the server asks to wait before another try, or 0 where it does not say: `Retry-After` in seconds or as a
 * date; with 429 also `X-RateLimit-Reset`. Moments are read against the server's own clock, else against `now`.
 */
export function askedWait(status: number, headers: HttpHeaders, now: Seconds): number {
  const retryAfter = headerOf(headers, "retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(retryAfter)) return Math.ceil(Number(retryAfter) * 1000);
  const at = retryAfter === "" ? Number.NaN : Date.parse(retryAfter);
  if (!Number.isNaN(at)) return Math.max(0, at - (serverTime(headers) ?? now) * 1000);
  return status === 429 ? untilReset(headers, now) : 0;
}

/** `X-RateLimit-Reset` is an ISO 8601 moment, to the second: a second more makes sure that it has passed. */
function untilReset(headers: HttpHeaders, now: Seconds): number {
  const reset = headerOf(headers, "x-ratelimit-reset");
  const at = reset === null ? null : secondsOf(reset);
  return at === null ? 0 : Math.max(0, (at - (serverTime(headers) ?? now) + 1) * 1000);
}

/** What an answer says about how many requests are allowed. */
export interface Allowed {
  /** Turned away as one too many. */
  readonly refused: boolean;
  /** Milliseconds that a refusal asks to wait by `Retry-After`, or null. */
  readonly wait: number | null;
  readonly remaining: number | null;
  /** When there are more again by the server's clock, in milliseconds since 1970, or null. */
  readonly reset: number | null;
  /** Milliseconds by which that may be later, as it was told in whole seconds. */
  readonly blur: number;
}

/** Reads `Retry-After` of a 429, `X-RateLimit-Remaining` and `X-RateLimit-Reset`. What cannot be read is not told. */
export function whatIsAllowed(status: number, headers: HttpHeaders, now: Seconds): Allowed {
  const refused = status === 429;
  const wait = refused && headerOf(headers, "retry-after") !== null ? askedWait(status, headers, now) : 0;
  const remaining = headerOf(headers, "x-ratelimit-remaining")?.trim() ?? "";
  const reset = headerOf(headers, "x-ratelimit-reset")?.trim() ?? "";
  const at = secondsOf(reset) === null ? Number.NaN : Date.parse(reset);
  return {
    refused,
    wait: wait > 0 ? wait : null,
    remaining: /^\d{1,9}$/.test(remaining) ? Number(remaining) : null,
    reset: Number.isNaN(at) ? null : at,
    blur: /\.\d/.test(reset) ? 0 : 1000,
  };
}

/** Exponential backoff with full jitter, in milliseconds. `random` is from 0 to 1; `sends` is how often it was sent. */
export function backoff(sends: number, random: number): number {
  return Math.round(random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** sends));
}

/**
 * Whether a request may be sent again. A read may wherever another try can help. A write only where the first cannot
 * have been carried out: it was turned away as one too many, or never left.
 */
export function mayResend(kind: "read" | "write", answer: ApiAnswer): "no" | "throttled" | "again" {
  switch (answer.kind) {
    case "ok":
      return "no";
    case "refused":
      if (answer.problem.status === 429) return "throttled";
      return kind === "read" && (answer.problem.status >= 500 || answer.problem.status === 408) ? "again" : "no";
    case "unreadable":
      return kind === "read" ? "again" : "no";
    case "unanswered":
      return kind === "read" || answer.sent === "no" ? "again" : "no";
  }
}
