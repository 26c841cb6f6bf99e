import { OperatorError } from "../model/errors.ts";
import { DAY, type Seconds, secondsOf } from "../model/time.ts";

/** The first second of a day, or a moment, in UTC. Throws OperatorError("usage") where a flag is neither. */
export function startOf(flag: string, text: string): Seconds {
  return secondsOf(text) ?? midnight(flag, text);
}

/** The first second after a day, or after a moment. Throws OperatorError("usage") where a flag is neither. */
export function endOf(flag: string, text: string): Seconds {
  const moment = secondsOf(text);
  return moment === null ? midnight(flag, text) + DAY : moment + 1;
}

function midnight(flag: string, text: string): Seconds {
  const found = /^\d{4}-\d{2}-\d{2}$/.test(text) ? secondsOf(`${text}T00:00:00Z`) : null;
  if (found !== null) return found;
  throw new OperatorError(
    "usage",
    `${flag} ${text} is not a day or a moment.`,
    `Write a day as 2026-11-20, or a moment as 2026-11-20T06:00:00Z.`,
  );
}
