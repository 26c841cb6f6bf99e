import type { Finding, Place } from "../model/finding.ts";

/** The way to a part of a document: keys and positions, from the outside in. */
export type Path = readonly (string | number)[];

/** What to point at: the key (of an entry of a list: the entry), or the value behind it. */
export type Part = "key" | "value";

/** A value somebody wrote, and where each part of it stands. */
export interface Written<Value> {
  readonly value: Value;
  readonly file: string;
  /** The place of a part. A part that is not there: the place of the nearest one around it. */
  at(path: Path, part?: Part): Place;
}

/** A part of what was written, with the places of its own parts. */
export function partOf<Value>(written: Written<unknown>, path: Path, value: Value): Written<Value> {
  return { value, file: written.file, at: (rest, part) => written.at([...path, ...rest], part) };
}

/** An error: nothing is planned until it is put right. */
export function errorAt(place: Place, rule: string, message: string, remedy: string): Finding {
  return { severity: "error", rule, place, message, remedy };
}

/** A doubt: shown, and nothing stops. */
export function warningAt(place: Place, rule: string, message: string, remedy: string): Finding {
  return { severity: "warning", rule, place, message, remedy };
}

/** The same findings once each, in order of file, line, column, rule and message. */
export function orderedFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const { place, rule, message } = finding;
    const key = JSON.stringify([place.file, place.line, place.column, rule, message]);
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()].toSorted(
    (a, b) =>
      compare(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
}

/** A text or a list of texts, as a list. */
export function listOf<Value extends string>(texts: Value | readonly Value[] | undefined): readonly Value[] {
  if (texts === undefined) return [];
  return typeof texts === "string" ? [texts] : texts;
}

/** The way to entry `position` of a key that holds a text or a list of texts. */
export function entryPath(path: Path, texts: string | readonly string[], position: number): Path {
  return typeof texts === "string" ? path : [...path, position];
}

/** A word as it is shown in a message: in backticks, cut when long, on one line. */
export function shown(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}`]/gu, "\u{fffd}");
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}

/** Any value as a text: a text as it is, everything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** `a`, `b` and `c`; of more than `most`, how many are left out. */
export function shownList(words: readonly string[], most = 8): string {
  const named = words.slice(0, most).map(shown);
  if (words.length > most) return `${named.join(", ")} and ${words.length - most} more`;
  const last = named.pop();
  return named.length === 0 ? (last ?? "none") : `${named.join(", ")} and ${last}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
