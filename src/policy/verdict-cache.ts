import type { Verdict } from "../model/verdict.ts";
import type { Filter, Test } from "./types.ts";

/** Keeps verdicts by what is asked, so that the same question is answered once however many policies ask it. */
export interface VerdictCache {
  get(filter: Filter, instance: number | null, compute: () => Verdict): Verdict;
}

/** Bytes of verdicts that are kept; those not asked for longest go first. */
const MOST_BYTES = 256 * 1024 * 1024;

export function createVerdictCache(): VerdictCache {
  /** A number for each question: filters that ask the same have the same. */
  const numbers = new Map<string, number>();
  const known = new WeakMap<Filter, Question>();
  const verdicts = new Map<string, Verdict>();
  let bytes = 0;

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

  return {
    get(filter, instance, compute) {
      const { number, ofSeat } = questionOf(filter);
      const key = ofSeat ? `${number} ${instance}` : `${number}`;
      const found = verdicts.get(key);
      if (found !== undefined) {
        verdicts.delete(key);
        verdicts.set(key, found);
        return found;
      }
      const verdict = compute();
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

interface Question {
  readonly number: number;
  /** Whether the answer differs with the seat's instance. */
  readonly ofSeat: boolean;
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
