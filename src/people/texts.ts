import { type Bits, hasBit } from "../model/bits.ts";
import {
  growingBytes,
  type GrowingBytes,
  growingNumbers,
  type GrowingNumbers,
  pushNumber,
  reserveBytes,
  usedNumbers,
} from "./grow.ts";

/** One text for each person as UTF-8, one after another, so that a million names cost their bytes and no objects. */
export interface TextColumn {
  /** Person i's text is `bytes[starts[i] .. starts[i + 1] - 1]`. */
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  /** People whose text is not known. */
  readonly absent: Bits;
  /** People whose text holds a capital letter of ASCII. */
  readonly capitals: Bits;
  /** People whose text holds more than ASCII. */
  readonly wide: Bits;
}

/** A person's text, or null where it is not known. */
export function textAt({ bytes, starts, absent, wide }: TextColumn, person: number): string | null {
  if (hasBit(absent, person)) return null;
  return bytes.toString(hasBit(wide, person) ? "utf8" : "latin1", starts[person] ?? 0, starts[person + 1] ?? 0);
}

/** Kinds of bytes, as flags of a whole text. */
export const CAPITAL = 1;
export const WIDE = 2;

/** Texts that are collected a row at a time. */
export interface GrowingTexts {
  readonly bytes: GrowingBytes;
  /** Row r's text begins at `starts[r]`; the last entry is the end of all. */
  readonly starts: GrowingNumbers;
  readonly absent: GrowingNumbers;
  readonly capitals: GrowingNumbers;
  readonly wide: GrowingNumbers;
  /** What later rows said of an earlier person: a text that was missing, or null for two different ones. */
  readonly later: Map<number, string | null>;
}

export function growingTexts(): GrowingTexts {
  const starts = growingNumbers();
  pushNumber(starts, 0);
  const flags = { absent: growingNumbers(), capitals: growingNumbers(), wide: growingNumbers() };
  return { bytes: growingBytes(), starts, ...flags, later: new Map() };
}

/** Adds the next person's text; null: it is not known. */
export function pushText(texts: GrowingTexts, text: string | null): void {
  const { bytes } = texts;
  if (text === null) {
    closeText(texts, bytes.length, "absent");
    return;
  }
  reserveBytes(bytes, text.length * 3);
  const { written } = encoder.encodeInto(text, bytes.values.subarray(bytes.length));
  closeText(texts, bytes.length + written, kindsIn(text, written));
}

/** Ends the next person's text at `end`; its bytes have been written. `kinds` is a sum of CAPITAL and WIDE. */
export function closeText(texts: GrowingTexts, end: number, kinds: number | "absent"): void {
  const person = texts.starts.length - 1;
  texts.bytes.length = end;
  pushNumber(texts.starts, end);
  pushFlag(texts.absent, person, kinds === "absent");
  pushFlag(texts.capitals, person, kinds !== "absent" && (kinds & CAPITAL) !== 0);
  pushFlag(texts.wide, person, kinds !== "absent" && (kinds & WIDE) !== 0);
}

/** What a further row says of somebody: it fills a gap, and two different texts make it unknown for good. */
export function uniteText(texts: GrowingTexts, person: number, text: string | undefined): void {
  if (text === undefined) return;
  const said = texts.later.get(person);
  if (said === null) return;
  const before = said ?? firstText(texts, person);
  if (before === null) texts.later.set(person, text.toWellFormed());
  else if (before !== text.toWellFormed()) texts.later.set(person, null);
}

/** The text that a person's first row gave, or null. */
export function firstText({ bytes, starts, absent }: GrowingTexts, person: number): string | null {
  if (hasBit(absent.values, person)) return null;
  return bufferOf(bytes.values).toString("utf8", starts.values[person] ?? 0, starts.values[person + 1] ?? 0);
}

/** The texts of everybody; `order` gives the person at each final position, null: as they came. */
export function finishTexts(texts: GrowingTexts, size: number, order: Uint32Array | null): TextColumn {
  const { bytes, starts, absent, capitals, wide, later } = texts;
  if (order === null && later.size === 0) {
    return {
      bytes: bufferOf(bytes.values.subarray(0, bytes.length)),
      starts: usedNumbers(starts),
      absent: usedNumbers(absent),
      capitals: usedNumbers(capitals),
      wide: usedNumbers(wide),
    };
  }
  const next = growingTexts();
  reserveBytes(next.bytes, bytes.length);
  for (let position = 0; position < size; position++) {
    const person = order === null ? position : (order[position] ?? 0);
    const said = later.get(person);
    if (said !== undefined || hasBit(absent.values, person)) {
      pushText(next, said ?? null);
      continue;
    }
    const [from, to] = [starts.values[person] ?? 0, starts.values[person + 1] ?? 0];
    reserveBytes(next.bytes, to - from);
    next.bytes.values.set(bytes.values.subarray(from, to), next.bytes.length);
    const kinds = (hasBit(capitals.values, person) ? CAPITAL : 0) | (hasBit(wide.values, person) ? WIDE : 0);
    closeText(next, next.bytes.length + to - from, kinds);
  }
  return finishTexts(next, size, null);
}

const encoder = new TextEncoder();

/** The same bytes, with a Buffer's way to read texts. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function kindsIn(text: string, written: number): number {
  return (/[A-Z]/.test(text) ? CAPITAL : 0) | (written === text.length ? 0 : WIDE);
}

function pushFlag(flags: GrowingNumbers, person: number, isSet: boolean): void {
  const word = person >>> 5;
  if (word >= flags.length) pushNumber(flags, 0);
  if (isSet) flags.values[word] = (flags.values[word] ?? 0) | (1 << (person & 31));
}
