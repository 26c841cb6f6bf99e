import type { Options } from "./options.ts";

/** What a part of the bench is handed. */
export interface PartInput {
  readonly options: Options;
  /** A folder for files of its own; it is removed when the bench ends. */
  readonly folder: string;
  /** Says on stderr how far the part is. */
  readonly report: (line: string) => void;
}

/** A stretch of the bench's report. */
export interface Section {
  readonly title: string;
  /** Markdown to stand below the title: tables, and what has to be said about them. */
  readonly body: string;
  /** The same as numbers, for the JSON file. */
  readonly data: unknown;
  /** What is wrong, in words: answers that differ, requests that were lost. Never that something took long. */
  readonly failures: readonly string[];
}

/** One part of the bench: measures, and tells what it found. Throws where it could not measure. */
export type Part = (input: PartInput) => Promise<readonly Section[]>;

/** One line of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A whole number for people. */
export function count(number: number): string {
  return number.toLocaleString("en-GB");
}

/** Milliseconds without more digits than mean something. */
export function milliseconds(time: number): string {
  return time >= 100 ? count(Math.round(time)) : time.toFixed(1);
}

/** Bytes as MiB. */
export function mib(bytes: number): string {
  return `${count(Math.round(bytes / 2 ** 20))} MiB`;
}

/** How often one goes into the other. */
export function times(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(2)}x`;
}
