/** Seconds since 1970, UTC. Whole. */
export type Seconds = number;

export const DAY: Seconds = 86_400;
/** One write is tried for so long at most, waits included. */
export const WRITE_MAX: Seconds = 45;

/**
 * How far Atlassian's activity may lag behind the truth.
 * Source: organisations REST API, last-active-dates ("may be delayed by up to 24 hours").
 */
export const ACTIVITY_LAG: Seconds = 24 * 3_600;

/** Seconds of an RFC 3339 text with a zone, or null where it is not one, or names a day that no calendar has. Fractions are dropped. */
export function secondsOf(text: string): Seconds | null {
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (parts === null) return null;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds) || !isCalendarDay(parts[1] ?? "")) return null;
  return Math.floor(milliseconds / 1000);
}

/** `Date.parse` reads 30 February as 2 March. */
function isCalendarDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

/** `2026-11-20T06:00:00Z`. */
export function momentOf(seconds: Seconds): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-20`. */
export function dayOf(seconds: Seconds): string {
  return momentOf(seconds).slice(0, 10);
}
