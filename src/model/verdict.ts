import { allBits, type Bits, noBits } from "./bits.ts";

/**
 * What a question answers for everybody at once, in Kleene's three-valued logic: `yes` holds those for whom it is true,
 * `unknown` those for whom we cannot tell; the two never overlap. Nobody in either: false.
 */
export interface Verdict {
  readonly yes: Bits;
  readonly unknown: Bits;
}

export type Truth = "true" | "false" | "unknown";

/** The answer for one person. */
export function truthAt(verdict: Verdict, index: number): Truth {
  const word = index >>> 5;
  const bit = index & 31;
  if (((verdict.yes[word] ?? 0) >>> bit) & 1) return "true";
  return ((verdict.unknown[word] ?? 0) >>> bit) & 1 ? "unknown" : "false";
}

export function alwaysTrue(size: number): Verdict {
  return { yes: allBits(size), unknown: noBits(size) };
}

export function alwaysFalse(size: number): Verdict {
  return { yes: noBits(size), unknown: noBits(size) };
}

export function alwaysUnknown(size: number): Verdict {
  return { yes: noBits(size), unknown: allBits(size) };
}

/** True where all are true, false where one is false, unknown elsewhere. */
export function allOf(size: number, verdicts: readonly Verdict[]): Verdict {
  const result = alwaysTrue(size);
  const { yes, unknown } = result;
  for (const verdict of verdicts) {
    for (let w = 0; w < yes.length; w++) {
      const a = yes[w] ?? 0;
      const b = verdict.yes[w] ?? 0;
      const possible = (a | (unknown[w] ?? 0)) & (b | (verdict.unknown[w] ?? 0));
      yes[w] = a & b;
      unknown[w] = possible & ~(a & b);
    }
  }
  return result;
}

/** True where one is true, false where all are false, unknown elsewhere. */
export function anyOf(size: number, verdicts: readonly Verdict[]): Verdict {
  const result = alwaysFalse(size);
  const { yes, unknown } = result;
  for (const verdict of verdicts) {
    for (let w = 0; w < yes.length; w++) {
      const either = (yes[w] ?? 0) | (verdict.yes[w] ?? 0);
      const perhaps = (unknown[w] ?? 0) | (verdict.unknown[w] ?? 0);
      yes[w] = either;
      unknown[w] = perhaps & ~either;
    }
  }
  return result;
}

/** The opposite; of unknown, unknown. */
export function notOf(size: number, verdict: Verdict): Verdict {
  const everybody = allBits(size);
  const yes = noBits(size);
  for (let w = 0; w < yes.length; w++) {
    yes[w] = (everybody[w] ?? 0) & ~((verdict.yes[w] ?? 0) | (verdict.unknown[w] ?? 0));
  }
  return { yes, unknown: Uint32Array.from(verdict.unknown) };
}
