import { noBits } from "../model/bits.ts";
import type { Verdict } from "../model/verdict.ts";
import { eitherOf } from "../people/answers.ts";

/** The verdict that both are true. */
export function bothOf(one: Verdict, other: Verdict): Verdict {
  const yes = new Uint32Array(one.yes.length);
  const unknown = new Uint32Array(one.yes.length);
  for (let word = 0; word < yes.length; word++) {
    const a = one.yes[word] ?? 0;
    const possible = a | (one.unknown[word] ?? 0);
    if (possible === 0) continue;
    const b = other.yes[word] ?? 0;
    yes[word] = a & b;
    unknown[word] = possible & (b | (other.unknown[word] ?? 0)) & ~(a & b);
  }
  return { yes, unknown };
}

/** The verdict that one is true and the other is not. */
export function butNot(one: Verdict, other: Verdict): Verdict {
  const yes = new Uint32Array(one.yes.length);
  const unknown = new Uint32Array(one.yes.length);
  for (let word = 0; word < yes.length; word++) {
    const a = one.yes[word] ?? 0;
    const b = other.yes[word] ?? 0;
    const c = other.unknown[word] ?? 0;
    yes[word] = a & ~(b | c);
    unknown[word] = ((one.unknown[word] ?? 0) & ~b) | (a & c);
  }
  return { yes, unknown };
}

/** The verdict that one or the other is true. */
export function wider(one: Verdict, other: Verdict): Verdict {
  const yes = eitherOf(one.yes, other.yes);
  const unknown = eitherOf(one.unknown, other.unknown);
  for (let word = 0; word < yes.length; word++) unknown[word] = (unknown[word] ?? 0) & ~(yes[word] ?? 0);
  return { yes, unknown };
}

/** The opposite; of unknown, unknown. */
export function opposite({ yes, unknown }: Verdict, size: number): Verdict {
  const no = noBits(size);
  for (let word = 0; word < no.length; word++) no[word] = ~((yes[word] ?? 0) | (unknown[word] ?? 0));
  const rest = size & 31;
  if (rest !== 0) no[no.length - 1] = (no[no.length - 1] ?? 0) & (0xffffffff >>> (32 - rest));
  return { yes: no, unknown };
}
