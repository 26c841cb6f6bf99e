import { OperatorError } from "../model/errors.ts";

/** A whole number of a flag. Throws OperatorError("usage") where it is not one, or out of bounds. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new OperatorError(
      "usage",
      `${flag} ${text} is not a whole number from ${least} to ${most}.`,
      `Give ${flag} a number in that range.`,
    );
  }
  return value;
}
