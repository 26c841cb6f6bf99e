import { type Bits, countBits, hasBit, noBits, setBit } from "../model/bits.ts";
import type { Verdict } from "../model/verdict.ts";

/** What a question answers for one person, in Kleene's three-valued logic. */
export type Answer = 0 | 1 | 2;
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;

export type Judge = (person: number) => Answer;

/** The answers for the first `count` of some people, in an array of the caller's own. */
export type Among = (people: Uint32Array, count: number) => Uint8Array;

/** A question about people, which can be asked of one person and of all at once. Both ways answer the same. */
export interface PeopleTest {
  readonly judge: Judge;
  readonly verdict: () => Verdict;
  /** The answers for the first `count` of these people, where that is cheaper than to ask of one after another. */
  readonly among?: Among;
  /** Everybody for whom it is not false, where that is known to be few without looking at everybody. */
  readonly candidates?: () => Candidates;
  /** Everybody for whom it is not false and some more, where that is known without looking closely at anybody. */
  readonly perhaps?: () => Bits;
  /** Whether the verdict is as good as there, so that nobody need be looked at for it. Absent: it is not. */
  readonly isReady?: () => boolean;
}

/** People, ascending, each with TRUE or UNKNOWN. */
export interface Candidates {
  readonly people: Uint32Array;
  readonly answers: Uint8Array;
}

/** The answer of a verdict for one person. */
export function answerAt({ yes, unknown }: Verdict, person: number): Answer {
  return hasBit(yes, person) ? TRUE : hasBit(unknown, person) ? UNKNOWN : FALSE;
}

export function notAnswer(answer: Answer): Answer {
  return answer === UNKNOWN ? UNKNOWN : answer === TRUE ? FALSE : TRUE;
}

export function bothAnswers(a: Answer, b: Answer): Answer {
  if (a === FALSE || b === FALSE) return FALSE;
  return a === TRUE && b === TRUE ? TRUE : UNKNOWN;
}

export function eitherAnswer(a: Answer, b: Answer): Answer {
  if (a === TRUE || b === TRUE) return TRUE;
  return a === FALSE && b === FALSE ? FALSE : UNKNOWN;
}

/** A test whose verdict is worked out when it is first needed, and then kept. */
export function verdictTest(compute: () => Verdict): PeopleTest {
  let known: Verdict | null = null;
  const verdict = (): Verdict => (known ??= compute());
  return { verdict, judge: (person) => answerAt(verdict(), person) };
}

/** Those for whom a verdict is true or unknown. */
export function candidatesOf({ yes, unknown }: Verdict): Candidates {
  const count = countBits(yes) + countBits(unknown);
  const people = new Uint32Array(count);
  const answers = new Uint8Array(count);
  let used = 0;
  for (let word = 0; word < yes.length; word++) {
    const certain = yes[word] ?? 0;
    let rest = certain | (unknown[word] ?? 0);
    while (rest !== 0) {
      const lowest = rest & -rest;
      rest ^= lowest;
      answers[used] = (certain & lowest) !== 0 ? TRUE : UNKNOWN;
      people[used++] = (word << 5) + (31 - Math.clz32(lowest));
    }
  }
  return { people, answers };
}

/** The verdict that is true or unknown for the first `count` of these, and false for everybody else. */
export function verdictOf({ people, answers }: Candidates, count: number, size: number): Verdict {
  const yes = noBits(size);
  const unknown = noBits(size);
  for (let at = 0; at < count; at++) setBit(answers[at] === TRUE ? yes : unknown, people[at] ?? 0);
  return { yes, unknown };
}

/** A verdict that another answer must bear out, which is asked for where the verdict is not false. */
export function narrowedBy(verdict: Verdict, among: Among, size: number): Verdict {
  const found = candidatesOf(verdict);
  const { people } = found;
  return verdictOf(found, narrowCandidates(found, people.length, among(people, people.length)), size);
}

/** Keeps those of the first `count` for whom another answer is not false either, at the front; how many they are. */
export function narrowCandidates({ people, answers }: Candidates, count: number, others: Uint8Array): number {
  let used = 0;
  for (let at = 0; at < count; at++) {
    const answer = others[at] ?? FALSE;
    if (answer === FALSE) continue;
    people[used] = people[at] ?? 0;
    answers[used++] = answer === TRUE && answers[at] === TRUE ? TRUE : UNKNOWN;
  }
  return used;
}

/** Asks of one person after another. */
export function oneByOne(judge: Judge): Among {
  return (people, count) => {
    const found = new Uint8Array(count);
    for (let at = 0; at < count; at++) found[at] = judge(people[at] ?? 0);
    return found;
  };
}

/** Asks about a single person. */
export function ofOne(among: Among): Judge {
  const alone = new Uint32Array(1);
  return (person) => {
    alone[0] = person;
    return answerIn(among(alone, 1), 0);
  };
}

/** Looks nowhere but into an answer for everybody. */
export function lookedUp(verdict: Verdict): Among {
  return oneByOne((person) => answerAt(verdict, person));
}

export function notAmong(among: Among): Among {
  return (people, count) => {
    const found = among(people, count);
    for (let at = 0; at < count; at++) found[at] = found[at] === UNKNOWN ? UNKNOWN : found[at] === TRUE ? FALSE : TRUE;
    return found;
  };
}

/** What several questions answer together. Each is asked of those of whom the ones before it leave the answer open. */
export function together(kind: "all" | "any", [first, ...others]: readonly Among[]): Among {
  if (first === undefined) throw new Error("There is no question.");
  const [decides, united] = kind === "all" ? [FALSE, bothAnswers] : [TRUE, eitherAnswer];
  return (people, count) => {
    const found = first(people, count);
    const open = new Uint32Array(count);
    const places = new Uint32Array(count);
    for (const among of others) {
      let left = 0;
      for (let at = 0; at < count; at++) {
        if (found[at] === decides) continue;
        open[left] = people[at] ?? 0;
        places[left++] = at;
      }
      if (left === 0) break;
      const further = among(open, left);
      for (let at = 0; at < left; at++) {
        const place = places[at] ?? 0;
        found[place] = united(answerIn(found, place), answerIn(further, at));
      }
    }
    return found;
  };
}

function answerIn(answers: Uint8Array, at: number): Answer {
  const answer = answers[at];
  return answer === TRUE ? TRUE : answer === UNKNOWN ? UNKNOWN : FALSE;
}

/** Everybody in either set. */
export function eitherOf(a: Bits, b: Bits): Bits {
  const both = a.slice();
  for (let word = 0; word < both.length; word++) both[word] = (both[word] ?? 0) | (b[word] ?? 0);
  return both;
}
