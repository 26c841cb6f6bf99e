import { DAY, secondsOf } from "../model/time.ts";

/** A whole number with its thousands apart: `1,204`. */
export function figure(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with its noun: `1 person`, `1,204 people`. */
export function many(value: number, one: string, more = `${one}s`): string {
  return `${figure(value)} ${value === 1 ? one : more}`;
}

export function people(value: number): string {
  return many(value, "person", "people");
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** A share to one decimal: `6.9%`. Of nothing: `0%`. */
export function share(part: number, whole: number): string {
  const tenths = whole === 0 ? 0 : Math.round((part * 1000) / whole);
  return tenths % 10 === 0 ? `${tenths / 10}%` : `${Math.floor(tenths / 10)}.${tenths % 10}%`;
}

/** A difference with its sign: `+3`, `−38` (with a minus sign), `0`. */
export function signed(value: number): string {
  return value > 0 ? `+${figure(value)}` : value < 0 ? `−${figure(-value)}` : "0";
}

/** A difference of which only the ends are known: `−55 to −45`; where the ends are one, `−55`. */
export function signedRange({ least, most }: { readonly least: number; readonly most: number }): string {
  return least === most ? signed(least) : `${signed(least)} to ${signed(most)}`;
}

/** The text with a capital at its start. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** The text as a sentence: with a full stop, unless it ends in one already. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" || /[.?:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A moment for reading: `20 November 2026, 06:00 UTC`. A text that is no moment stays as it is. */
export function momentWords(moment: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}):\d{2}Z$/.exec(moment);
  const month = months[Number(parts?.[2]) - 1];
  return parts === null || month === undefined
    ? moment
    : `${Number(parts[3])} ${month} ${parts[1] ?? ""}, ${parts[4] ?? ""} UTC`;
}

/** Calendar days (UTC) from a moment to a later one, at least 0; null where one of them is no moment. */
export function daysBetween(from: string, to: string): number | null {
  const start = secondsOf(from);
  const end = secondsOf(to);
  return start === null || end === null ? null : Math.max(0, Math.floor(end / DAY) - Math.floor(start / DAY));
}

/** A change's last activity and its age when the plan was made: `2026-05-01, 203 days ago`, `never`, `unknown`. */
export function lastActiveWords(lastActive: string, asOf: string): string {
  const age = daysBetween(lastActive, asOf);
  if (age === null) return lastActive;
  return `${lastActive.slice(0, 10)}, ${age === 0 ? "today" : `${many(age, "day")} ago`}`;
}

/** How a digest is told apart at a glance: `sha256:3f2a9c01`. Never enough to approve by. */
export function shortDigest(digest: string): string {
  return digest.slice(0, "sha256:".length + 8);
}

/** A word for a POSIX shell, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A length of time for a person: `20 seconds`, `4 minutes`, `2 hours`; rounded up. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return many(Math.max(1, seconds), "second");
  if (seconds < 5400) return many(Math.ceil(seconds / 60), "minute");
  return many(Math.ceil(seconds / 3600), "hour");
}
