import { type Bits, countBits, eachBit, hasBit, noBits, setBit } from "../model/bits.ts";
import { FALSE, type PeopleTest, TRUE, UNKNOWN } from "../people/answers.ts";
import type { Population, TextField } from "../people/population.ts";
import { type TextColumn, textAt } from "../people/texts.ts";
import { folded, globMatcher } from "./glob.ts";
import { type Anchor, EITHER_CASE, LETTERS, matchesPlain, mayMatch, type Pattern, patternOf } from "./text-pattern.ts";

/** Full names and addresses against globs. */
export interface TextTests {
  /** Says that these globs will be asked of a field. Answers are the same without it. */
  expect(field: TextField, globs: readonly string[]): void;
  test(field: TextField, globs: readonly string[]): PeopleTest;
}

/** What is asked of the texts of one field. */
interface Question {
  /** Those that a text of ASCII can match. */
  readonly plain: readonly Pattern[];
  readonly matchesWide: (person: number) => boolean;
  /** Who matches, once everybody has been looked at. */
  yes: Bits | null;
}

/**
 * Texts of ASCII, which most are, are matched as bytes where they lie; others as any glob is. What is expected of a field is
 * answered with the first of it, so that its texts come from memory once.
 */
export function createTextTests({ size, texts }: Population): TextTests {
  const asked = new Map<TextField, Map<string, Question>>();

  function questionOf(field: TextField, globs: readonly string[]): Question {
    const ofField = asked.get(field) ?? new Map<string, Question>();
    asked.set(field, ofField);
    const key = JSON.stringify(globs);
    const question = ofField.get(key) ?? newQuestion(texts[field], globs);
    ofField.set(key, question);
    return question;
  }

  function answer(field: TextField): void {
    const questions = [...(asked.get(field)?.values() ?? [])].filter(({ yes }) => yes === null);
    markMatches(
      questions.map((question) => ({ ...question, yes: (question.yes = noBits(size)) })),
      texts[field],
      size,
    );
  }

  return {
    expect: (field, globs) => void questionOf(field, globs),
    test(field, globs) {
      const column = texts[field];
      const { absent, wide } = column;
      const question = questionOf(field, globs);
      return {
        judge(person) {
          if (hasBit(absent, person)) return UNKNOWN;
          if (hasBit(wide, person)) return question.matchesWide(person) ? TRUE : FALSE;
          for (const pattern of question.plain) if (matchesPlain(pattern, column, person)) return TRUE;
          return FALSE;
        },
        verdict() {
          if (question.yes === null) answer(field);
          return { yes: question.yes ?? noBits(size), unknown: absent };
        },
      };
    },
  };
}

function newQuestion(column: TextColumn, globs: readonly string[]): Question {
  const matches = globMatcher(globs);
  const patterns = globs.map((glob) => patternOf(folded(glob)));
  return {
    plain: patterns.filter(({ isPlain }) => isPlain),
    matchesWide(person) {
      for (const pattern of patterns)
        if (mayMatch(pattern, column, person)) return matches(textAt(column, person) ?? "");
      return false;
    },
    yes: null,
  };
}

/** Shorter than this, a core is found in too many texts. */
const SHORTEST_CORE = 3;
/** Where more than one text in so many holds capitals, all are looked at one by one. */
const FEW = 8;

/** A question whose answer is being made. */
type Open = Pick<Question, "plain" | "matchesWide"> & { readonly yes: Bits };

function markMatches(questions: readonly Open[], column: TextColumn, size: number): void {
  markInBlocks(questions, column, size);
  for (const { yes, plain } of questions) {
    for (const pattern of plain) {
      if (pattern.anchor !== null) continue;
      if (pattern.core.length >= SHORTEST_CORE && countBits(column.capitals) * FEW < size) {
        eachBit(column.capitals, (person) => markIfMatches(yes, column, person, pattern));
        markFound(yes, column, pattern);
      } else {
        for (let person = 0; person < size; person++) markIfMatches(yes, column, person, pattern);
      }
    }
  }
}

/** People whose texts are looked at for one pattern after another. */
const BLOCK = 4096;

/** What is known by an end of the text, and texts of more than ASCII. */
function markInBlocks(questions: readonly Open[], column: TextColumn, size: number): void {
  const { wide } = column;
  const within = questions.flatMap(({ yes, plain }) =>
    plain.flatMap((pattern) => {
      const { anchor } = pattern;
      return anchor === null ? [] : [{ yes, pattern, anchor, ...withinReach(column, size, anchor) }];
    }),
  );
  for (const { yes, pattern, from, to } of within) {
    for (let person = 0; person < from; person++) markIfMatches(yes, column, person, pattern);
    for (let person = to; person < size; person++) markIfMatches(yes, column, person, pattern);
  }
  const found = new Uint32Array(BLOCK);
  for (let first = 0; first < size; first += BLOCK) {
    const end = Math.min(size, first + BLOCK);
    for (const { yes, pattern, anchor, from, to } of within) {
      const some = { first: Math.max(first, from), end: Math.min(end, to) };
      const count = findAnchor(found, column, some, anchor);
      for (let at = 0; at < count; at++) markIfMatches(yes, column, some.first + (found[at] ?? 0), pattern);
    }
    markWide(questions, wide, { first, end });
  }
}

/** People by position: from `first`, a multiple of 32, to before `end`. */
interface Stretch {
  readonly first: number;
  readonly end: number;
}

function markWide(questions: readonly Open[], wide: Bits, { first, end }: Stretch): void {
  for (let word = first >>> 5; word << 5 < end; word++) {
    for (let rest = wide[word] ?? 0; rest !== 0; rest &= rest - 1) {
      const person = (word << 5) + 31 - Math.clz32(rest & -rest);
      for (const { yes, matchesWide } of questions) if (matchesWide(person)) setBit(yes, person);
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

/** Lists those from `first` to `end` with an anchor's letters, which are hardly any, counted from `first`; how many they are. */
function findAnchor(
  found: Uint32Array,
  { bytes, starts }: TextColumn,
  { first, end }: { readonly first: number; readonly end: number },
  { letters, mask, behind, back }: Anchor,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The places as numbers with a sign, which need no checks to be counted with: bytes of texts are fewer than 2^31.
  const places = new Int32Array(starts.buffer, starts.byteOffset + 4 * (first + behind), Math.max(0, end - first));
  let count = 0;
  for (let at = 0; at < places.length; at++) {
    // All at once: one letter alone is too often the same to be foreseen.
    const text = view.getInt32(((places[at] ?? 0) - back) | 0, true);
    if (((text | EITHER_CASE) ^ letters) & mask) continue;
    found[count++] = at;
  }
  return count;
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
