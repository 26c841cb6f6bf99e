import { type Answer, bothAnswers, eitherAnswer, FALSE, notAnswer, TRUE, UNKNOWN } from "../people/answers.ts";

/**
 * What is known of one person so far: bits 0 and 1 an Answer, whether there is a seat on which they are inactive; 2 and 3,
 * whether they are on each; 4 and 5, whether they were ever active on one.
 */
export type Tally = number;
export const NOTHING_KNOWN: Tally = FALSE | (TRUE << 2) | (FALSE << 4);

/** The same with one more instance, on which these are the answers. */
export function tallied(known: Tally, holds: Answer, inactive: Answer, wasEver: Answer): Tally {
  const some = eitherAnswer(answerFrom(known), bothAnswers(holds, inactive));
  const each = bothAnswers(answerFrom(known >> 2), eitherAnswer(notAnswer(holds), inactive));
  return some | (each << 2) | (eitherAnswer(answerFrom(known >> 4), wasEver) << 4);
}

/** Whether nothing that follows makes it anything but false. */
export function isSettled(known: Tally): boolean {
  return answerFrom(known >> 2) === FALSE;
}

/** What it comes to. */
export function answerOf(key: "unused" | "idle" | "neverActive", known: Tally): Answer {
  const inactive = bothAnswers(answerFrom(known), answerFrom(known >> 2));
  return key === "idle" ? bothAnswers(inactive, answerFrom(known >> 4)) : inactive;
}

function answerFrom(bits: number): Answer {
  const answer = bits & 3;
  return answer === TRUE ? TRUE : answer === UNKNOWN ? UNKNOWN : FALSE;
}
