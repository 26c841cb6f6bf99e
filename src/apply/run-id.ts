import { momentOf, type Seconds } from "../model/time.ts";

/** `r-20261120T060000Z-3f9a0c1d`: when a run began, and eight random digits that keep two of one second apart. */
export function runId(now: Seconds, randomHex: string): string {
  if (!/^[0-9a-f]{8}$/.test(randomHex)) throw new Error("a run id needs eight lower-case hexadecimal digits");
  return `r-${momentOf(now).replaceAll(/[-:]/g, "")}-${randomHex}`;
}
