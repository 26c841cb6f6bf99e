import type { Dictionary } from "./dictionary.ts";
import { createDictionary, HASH_SEED, hashByte } from "./dictionary.ts";
import { type GrowingNumbers, pushNumber } from "./grow.ts";
import { UNKNOWN_TIME } from "./population.ts";
import { CAPITAL, WIDE } from "./texts.ts";

/** Where the reading of a row stands, and what was read last: each of the functions here moves it on, or says no. */
export interface Cursor {
  bytes: Uint8Array;
  at: number;
  /** Where what was read last ends in its column. */
  end: number;
  /** A sum of CAPITAL and WIDE: what kinds of bytes the last text holds. */
  kinds: number;
  /** The code of the last text that many share. */
  code: number;
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
const ZERO = 0x30;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** What a byte inside a text is: CAPITAL or WIDE where it is worth noting; above, it ends the text or bars the way. */
const ENDS = 4;
const BARS = 8;
const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE) return ENDS;
  if (byte < 0x20 || byte === 0x5c) return BARS;
  if (byte >= 0x80) return WIDE;
  return byte >= 0x41 && byte <= 0x5a ? CAPITAL : 0;
});

/** Whether these bytes come next. */
export function takes(cursor: Cursor, wanted: Uint8Array): boolean {
  const { bytes, at } = cursor;
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  cursor.at = at + wanted.length;
  return true;
}

/** Copies a text up to its quote behind `start`. No: it holds an escape, or a byte that no text may hold. */
export function copiesText(cursor: Cursor, target: Uint8Array, start: number): boolean {
  const { bytes } = cursor;
  let from = cursor.at;
  let to = start;
  let kinds = 0;
  for (;;) {
    const byte = bytes[from++] ?? 0;
    const kind = kindOf[byte] ?? BARS;
    if (kind >= ENDS) {
      cursor.at = from;
      cursor.end = to;
      cursor.kinds = kinds;
      return kind === ENDS;
    }
    kinds |= kind;
    target[to++] = byte;
  }
}

/** Reads a text that many share. */
export function readsShared(cursor: Cursor, dictionary: Dictionary): boolean {
  const { bytes, at } = cursor;
  let to = at;
  let hash = HASH_SEED;
  for (;;) {
    const byte = bytes[to] ?? 0;
    const kind = kindOf[byte] ?? BARS;
    if (kind === BARS) return false;
    if (kind === ENDS) break;
    hash = hashByte(hash, byte);
    to++;
  }
  cursor.code = dictionary.codeOfBytes(bytes, at, to, hash);
  cursor.at = to + 1;
  return true;
}

/** Reads a word of few values; the code is what the word means. */
export type WordReader = (cursor: Cursor) => boolean;

/** A reader of words, each of which is asked for its meaning once. */
export function wordReader(meaning: (word: string) => number): WordReader {
  const words = createDictionary();
  const meanings: number[] = [];
  return (cursor) => {
    if (!readsShared(cursor, words)) return false;
    const known = meanings[cursor.code];
    cursor.code = known ?? (meanings[cursor.code] = meaning(words.values()[cursor.code] ?? ""));
    return true;
  };
}

/** A whole number without sign, zeros before it, fraction or exponent, or -1. */
export function numberAt(cursor: Cursor): number {
  const { bytes, at } = cursor;
  let to = at;
  let value = 0;
  let digit = (bytes[to] ?? 0) ^ ZERO;
  // What is no digit becomes larger than 9.
  while (digit <= 9) {
    value = value * 10 + digit;
    digit = (bytes[++to] ?? 0) ^ ZERO;
  }
  const length = to - at;
  if (length === 0 || length > 10 || (length > 1 && bytes[at] === ZERO)) return -1;
  cursor.at = to;
  return value;
}

/** Reads positions below `below`, ascending, up to the end of their list, behind `start`. */
export function readsPositions(cursor: Cursor, target: Uint32Array, start: number, below: number): boolean {
  const { bytes } = cursor;
  let from = cursor.at;
  let to = start;
  let last = -1;
  if (bytes[from] === CLOSE_LIST) {
    cursor.at = from + 1;
    cursor.end = to;
    return true;
  }
  for (;;) {
    const first = from;
    let value = 0;
    let digit = (bytes[from] ?? 0) ^ ZERO;
    while (digit <= 9) {
      value = value * 10 + digit;
      digit = (bytes[++from] ?? 0) ^ ZERO;
    }
    if (from === first || value <= last || value >= below || (bytes[first] === ZERO && from > first + 1)) return false;
    target[to++] = value;
    last = value;
    const next = bytes[from++];
    if (next === COMMA) continue;
    cursor.at = from;
    cursor.end = to;
    return next === CLOSE_LIST;
  }
}

/** Reads pairs of a position below `below` and a time up to the end of their list. */
export function readsPairs(cursor: Cursor, pairs: GrowingNumbers, below: number): boolean {
  const { bytes } = cursor;
  pairs.length = 0;
  if (bytes[cursor.at] === CLOSE_LIST) {
    cursor.at++;
    return true;
  }
  for (;;) {
    if (bytes[cursor.at++] !== OPEN_LIST) return false;
    const position = numberAt(cursor);
    if (position < 0 || position >= below || bytes[cursor.at++] !== COMMA) return false;
    const time = numberAt(cursor);
    if (time < 0 || time > UNKNOWN_TIME || bytes[cursor.at++] !== CLOSE_LIST) return false;
    pushNumber(pairs, position);
    pushNumber(pairs, time);
    const next = bytes[cursor.at++];
    if (next === CLOSE_LIST) return true;
    if (next !== COMMA) return false;
  }
}
