import type { Verdict } from "../model/verdict.ts";
import type { Filter, Test } from "./types.ts";

/** What a filter asks: filters that ask the same have the same number. */
export interface Question {
  readonly number: number;
  /** Whether the answer differs with the seat's instance. */
  readonly ofSeat: boolean;
}

/** Tells filters that ask the same question, however many policies ask it. */
export type Questions = (filter: Filter) => Question;

export function createQuestions(): Questions {
  const numbers = new Map<string, number>();
  const known = new WeakMap<Filter, Question>();

  function questionOf(filter: Filter): Question {
    let question = known.get(filter);
    if (question === undefined) {
      const { text, ofSeat } = asked(filter);
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      question = { number, ofSeat };
      known.set(filter, question);
    }
    return question;
  }

  function asked(filter: Filter): { readonly text: string; readonly ofSeat: boolean } {
    switch (filter.kind) {
      case "leaf":
        return { text: JSON.stringify(filter.test), ofSeat: isOfSeat(filter.test) };
      case "not": {
        const { number, ofSeat } = questionOf(filter.of);
        return { text: `not ${number}`, ofSeat };
      }
      case "all":
      case "any": {
        const parts = filter.of.map(questionOf);
        const sorted = [...new Set(parts.map(({ number }) => number))].sort((a, b) => a - b);
        return { text: `${filter.kind} ${sorted.join(" ")}`, ofSeat: parts.some(({ ofSeat }) => ofSeat) };
      }
    }
  }

  return questionOf;
}

/** Keeps an answer for each question and, where it differs with the seat's instance, for each instance. */
export interface AnswerCache<Kept> {
  get(question: Question, instance: number | null, make: () => Kept): Kept;
  has(question: Question, instance: number | null): boolean;
}

export function createAnswerCache<Kept>(): AnswerCache<Kept> {
  /** By question, then instance; people first. */
  const kept: (Kept | undefined)[][] = [];
  const placeOf = ({ ofSeat }: Question, instance: number | null): number =>
    ofSeat && instance !== null ? instance + 1 : 0;
  return {
    get(question, instance, make) {
      const own = (kept[question.number] ??= []);
      return (own[placeOf(question, instance)] ??= make());
    },
    has: (question, instance) => kept[question.number]?.[placeOf(question, instance)] !== undefined,
  };
}

/** Bytes of verdicts that are kept; those not asked for longest go first. */
const MOST_BYTES = 256 * 1024 * 1024;

export function createVerdictCache(): AnswerCache<Verdict> {
  const verdicts = new Map<string, Verdict>();
  let bytes = 0;
  const keyOf = ({ number, ofSeat }: Question, instance: number | null): string =>
    ofSeat ? `${number} ${instance}` : `${number}`;
  return {
    has: (question, instance) => verdicts.has(keyOf(question, instance)),
    get(question, instance, make) {
      const key = keyOf(question, instance);
      const found = verdicts.get(key);
      if (found !== undefined) {
        verdicts.delete(key);
        verdicts.set(key, found);
        return found;
      }
      const verdict = make();
      verdicts.set(key, verdict);
      bytes += sizeOf(verdict);
      for (const [oldest, old] of verdicts) {
        if (bytes <= MOST_BYTES) break;
        verdicts.delete(oldest);
        bytes -= sizeOf(old);
      }
      return verdict;
    },
  };
}

function sizeOf({ yes, unknown }: Verdict): number {
  return yes.byteLength + unknown.byteLength;
}

/** Whether a test looks at the seat's own instance. */
function isOfSeat(test: Test): boolean {
  switch (test.key) {
    case "instance":
      return true;
    case "role":
      return test.instances === "own";
    case "unused":
    case "idle":
    case "neverActive":
    case "heldFor":
      return test.reach.kind === "own";
    default:
      return false;
  }
}
