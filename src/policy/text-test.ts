import { type Bits, countBits, eachBit, hasBit, noBits, setBit } from "../model/bits.ts";
import { eitherOf, FALSE, type PeopleTest, TRUE, UNKNOWN } from "../people/answers.ts";
import type { Population, TextField } from "../people/population.ts";
import { type TextColumn, textAt } from "../people/texts.ts";
import { folded, globMatcher } from "./glob.ts";

/**
 * Full names and addresses against globs. Texts of ASCII, which most are, are matched as bytes where they lie; others as
 * any glob is.
 */
export function textTest({ size, texts }: Population, field: TextField, globs: readonly string[]): PeopleTest {
  const column = texts[field];
  const { absent, wide } = column;
  const isSpecial = eitherOf(absent, wide);
  const matches = globMatcher(globs);
  const patterns = globs.map((glob) => patternOf(folded(glob)));
  const mayMatch = createWideFilter(patterns, column);
  const matchesWide = (person: number): boolean => mayMatch(person) && matches(textAt(column, person) ?? "");
  return {
    judge(person) {
      if (hasBit(isSpecial, person)) return hasBit(absent, person) ? UNKNOWN : matchesWide(person) ? TRUE : FALSE;
      for (const pattern of patterns) if (matchesPlain(pattern, column, person)) return TRUE;
      return FALSE;
    },
    verdict() {
      const yes = noBits(size);
      markMatches(yes, column, size, patterns, matchesWide);
      return { yes, unknown: absent.slice() };
    },
  };
}

/** A glob in lower case, as bytes. */
interface Pattern {
  readonly glob: Uint8Array;
  /** What stands before its first `*` or `?`: texts that match begin with it. */
  readonly head: Uint8Array;
  /** What stands behind its last `*` or `?`: texts that match end with it. */
  readonly ending: Uint8Array;
  /** The longest run of it without `*` and `?`: every text that matches holds it. */
  readonly core: string;
  readonly anchor: Anchor;
}

/** Letters at a known place of every text that matches. */
interface Anchor {
  /** The first four of them, the first one lowest, each with EITHER_CASE set. */
  readonly letters: number;
  /** Ones where a letter is known. */
  readonly mask: number;
  /** Where they are: `back` bytes before the text's beginning (`behind` 0) or end (`behind` 1). */
  readonly behind: 0 | 1;
  readonly back: number;
}

const STAR = 0x2a;
const MARK = 0x3f;

function patternOf(glob: string): Pattern {
  const cores = glob.split(/[*?]/);
  const head = Buffer.from(cores[0] ?? "");
  const ending = Buffer.from(cores.at(-1) ?? "");
  return {
    glob: Buffer.from(glob),
    head,
    ending,
    anchor: head.length > 0 ? anchorOf(head, 0) : anchorOf(ending, 1),
    core: cores.reduce((longest, core) => (core.length > longest.length ? core : longest), ""),
  };
}

/** In each of four bytes, the bit that letters of one case have and those of the other do not. */
const EITHER_CASE = 0x20202020;
const LETTERS = 4;

function anchorOf(known: Uint8Array, behind: 0 | 1): Anchor {
  const [one = 0, two = 0, three = 0, four = 0] = known;
  const letters = one | (two << 8) | (three << 16) | (four << 24) | EITHER_CASE;
  const mask = known.length < LETTERS ? (1 << (8 * known.length)) - 1 : -1;
  return { letters, mask, behind, back: behind * known.length };
}

/** Shorter than this, a core is found in too many texts. */
const SHORTEST_CORE = 3;
/** Where more than one text in so many holds capitals, all are looked at one by one. */
const FEW = 8;

function markMatches(
  yes: Bits,
  column: TextColumn,
  size: number,
  patterns: readonly Pattern[],
  matchesWide: (person: number) => boolean,
): void {
  const anchored = patterns.filter(({ head, ending }) => head.length + ending.length > 0);
  markInBlocks(yes, column, size, anchored, matchesWide);
  for (const pattern of patterns) {
    if (anchored.includes(pattern)) continue;
    if (pattern.core.length >= SHORTEST_CORE && countBits(column.capitals) * FEW < size) {
      eachBit(column.capitals, (person) => markIfMatches(yes, column, person, pattern));
      markFound(yes, column, pattern);
    } else {
      for (let person = 0; person < size; person++) markIfMatches(yes, column, person, pattern);
    }
  }
}

/** People whose texts are looked at for one pattern after another, so that they come from memory once. */
const BLOCK = 4096;

function markInBlocks(
  yes: Bits,
  column: TextColumn,
  size: number,
  anchored: readonly Pattern[],
  matchesWide: (person: number) => boolean,
): void {
  const { wide } = column;
  const within = anchored.map((pattern) => ({ pattern, ...withinReach(column, size, pattern.anchor) }));
  for (const { pattern, from, to } of within) {
    for (let person = 0; person < from; person++) markIfMatches(yes, column, person, pattern);
    for (let person = to; person < size; person++) markIfMatches(yes, column, person, pattern);
  }
  for (let first = 0; first < size; first += BLOCK) {
    const end = Math.min(size, first + BLOCK);
    for (const { pattern, from, to } of within) {
      markAnchoredIn(yes, column, { first: Math.max(first, from), end: Math.min(end, to) }, pattern);
    }
    for (let word = first >>> 5; word << 5 < end; word++) {
      for (let rest = wide[word] ?? 0; rest !== 0; rest &= rest - 1) {
        const person = (word << 5) + 31 - Math.clz32(rest & -rest);
        if (matchesWide(person)) setBit(yes, person);
      }
    }
  }
}

/**
 * The people whose anchor lies inside the bytes, with as many letters as are compared. Texts lie in the order of people, so
 * that these are one behind another: to ask it of each person would take longer than to compare.
 */
function withinReach(
  { bytes, starts }: TextColumn,
  size: number,
  { behind, back }: Anchor,
): { readonly from: number; readonly to: number } {
  const last = bytes.length - LETTERS;
  let from = 0;
  while (from < size && (starts[from + behind] ?? 0) < back) from++;
  let to = size;
  while (to > from && (starts[to - 1 + behind] ?? 0) - back > last) to--;
  return { from, to };
}

/** A pattern of which the beginning or the end is known: its first letters there leave hardly any text to be looked at. */
function markAnchoredIn(
  yes: Bits,
  column: TextColumn,
  { first, end }: { readonly first: number; readonly end: number },
  pattern: Pattern,
): void {
  const { bytes, starts } = column;
  const { letters, mask, behind, back } = pattern.anchor;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let person = first; person < end; person++) {
    // All at once: one letter alone is too often the same to be foreseen.
    const found = view.getInt32((starts[person + behind] ?? 0) - back, true);
    if (((found | EITHER_CASE) ^ letters) & mask) continue;
    markIfMatches(yes, column, person, pattern);
  }
}

/** Patterns that have a bit of their own. */
const MOST_PATTERNS = 32;

/**
 * Whether the ends of a person's text leave it open that it matches one of the patterns. Two letters of ASCII at its
 * beginning, and one at its end, stay what they are when accents are composed.
 */
function createWideFilter(patterns: readonly Pattern[], { bytes, starts }: TextColumn): (person: number) => boolean {
  if (patterns.length > MOST_PATTERNS) return () => true;
  // By the first byte, and by the last: a bit for each pattern that it leaves open.
  const every = 0xffffffff >>> (MOST_PATTERNS - patterns.length);
  const byFirst = new Uint32Array(256).fill(every);
  const byLast = new Uint32Array(256).fill(every);
  for (let byte = 0; byte < 0x80; byte++) {
    patterns.forEach(({ head, ending }, at) => {
      if (head.length > 0 && lower[byte] !== head[0]) byFirst[byte] = (byFirst[byte] ?? 0) & ~(1 << at);
      if (ending.length > 0 && lower[byte] !== ending.at(-1)) byLast[byte] = (byLast[byte] ?? 0) & ~(1 << at);
    });
  }
  return (person) => {
    const from = starts[person] ?? 0;
    const last = (starts[person + 1] ?? 0) - 1;
    if (last <= from) return true;
    const open = (bytes[from + 1] ?? 0) < 0x80 ? (byFirst[bytes[from] ?? 0] ?? 0) : every;
    return (open & (byLast[bytes[last] ?? 0] ?? 0)) !== 0;
  };
}

/** Looks for the core in all texts at once, which only finds it where it is written in lower case. */
function markFound(yes: Bits, column: TextColumn, pattern: Pattern): void {
  const { bytes, starts } = column;
  const core = Buffer.from(pattern.core);
  let person = 0;
  let at = bytes.indexOf(core);
  while (at !== -1) {
    while ((starts[person + 1] ?? bytes.length) <= at) person++;
    // Also where the core only seems to be there, across two texts.
    markIfMatches(yes, column, person, pattern);
    at = bytes.indexOf(core, starts[person + 1]);
  }
}

function markIfMatches(yes: Bits, column: TextColumn, person: number, pattern: Pattern): void {
  if (!matchesPlain(pattern, column, person)) return;
  if (!hasBit(column.absent, person) && !hasBit(column.wide, person)) setBit(yes, person);
}

/** Whether a text of ASCII matches. A glob with more than ASCII matches none: its letters stand in no such text. */
function matchesPlain(pattern: Pattern, { bytes, starts }: TextColumn, person: number): boolean {
  return matchesBytes(pattern, bytes, starts[person] ?? 0, starts[person + 1] ?? 0);
}

/** Bytes in lower case. */
const lower = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));

/** Whether a text of ASCII matches, in time of at most glob length times text length. */
function matchesBytes({ glob, head, ending }: Pattern, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < Math.max(head.length, ending.length)) return false;
  for (let at = 0; at < head.length; at++) if (lower[bytes[from + at] ?? 0] !== head[at]) return false;
  const tail = to - ending.length;
  for (let at = 0; at < ending.length; at++) if (lower[bytes[tail + at] ?? 0] !== ending[at]) return false;
  let at = 0;
  let star = -1;
  let resume = from;
  let position = from;
  while (position < to) {
    const wanted = glob[at];
    if (wanted === STAR) {
      star = at++;
      resume = position;
    } else if (wanted === MARK || (wanted !== undefined && wanted === lower[bytes[position] ?? 0])) {
      at++;
      position++;
    } else if (star !== -1) {
      position = ++resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (glob[at] === STAR) at++;
  return at === glob.length;
}
