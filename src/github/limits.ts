import { OperatorError } from "../model/errors.ts";

/** How long, how often and how quickly GitHub is asked. */
export interface HostLimits {
  /** Milliseconds until a connection stands. */
  readonly connectMs: number;
  /** Milliseconds for one whole answer. */
  readonly answerMs: number;
  /** Further tries of what can be asked twice, after an error of the server or a lost answer. */
  readonly retries: number;
  /** Milliseconds before the first further try; the next ones wait four and nine times as long. */
  readonly retryMs: number;
  /** Seconds that a rate limit is waited for at most, each time. */
  readonly longestWait: number;
  /** How often one request waits for a rate limit. */
  readonly waits: number;
  /** Milliseconds from one write to the next. */
  readonly writeSpacingMs: number;
}

/**
 * GitHub asks for a second between writes.
 * Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export const hostLimits: HostLimits = {
  connectMs: 15_000,
  answerMs: 60_000,
  retries: 3,
  retryMs: 1_000,
  longestWait: 900,
  waits: 3,
  writeSpacingMs: 1_000,
};

/** What GitHub takes at most, in characters. */
export const textLimits = {
  /** Of a comment, an issue and a pull request. */
  body: 65_536,
  title: 256,
  /** Source: https://docs.github.com/rest/checks/runs#create-a-check-run */
  checkSummary: 65_535,
  annotationTitle: 255,
  /** 64 KiB of UTF-8, whatever the letters. */
  annotationMessage: 16_384,
  annotationsPerRequest: 50,
} as const;

/** Throws OperatorError where GitHub would refuse a text for its length. Nothing was sent then. */
export function checkLength(what: string, text: string, most: number): void {
  if (text.length <= most) return;
  throw new OperatorError(
    "internal",
    `${what} has ${text.length} characters, and GitHub takes ${most} at most. It was not sent.`,
    "Seatwright should have shortened it: tell the Seatwright project what it was about.",
  );
}

/** A text cut to so many UTF-16 units, never through a letter, with a sign that something is left out. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
