import { momentOf, type Seconds, secondsOf } from "../model/time.ts";

/**
 * `r-20261120T060000Z-3f9a0c1d`: when a run began, and eight random digits that keep two machines' apart. Ids are in the
 * order in which runs began, on which readers of a ledger rely: where `newest`, the ledger's last one, is of this second or,
 * by another machine's clock, of a later one, this one is named after the second that follows it.
 */
export function runId(now: Seconds, randomHex: string, newest: string | null): string {
  if (!/^[0-9a-f]{8}$/.test(randomHex)) throw new Error("a run id needs eight lower-case hexadecimal digits");
  return `r-${stampOf(Math.max(now, newest === null ? 0 : begunBy(newest) + 1))}-${randomHex}`;
}

function stampOf(moment: Seconds): string {
  return momentOf(moment).replaceAll(/[-:]/g, "");
}

/** The second that a run's id names; 0 for a file of another name, which no run made. */
function begunBy(run: string): Seconds {
  const [, year, month, day, hour, minute, second] = /^r-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(run) ?? [];
  return secondsOf(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) ?? 0;
}
