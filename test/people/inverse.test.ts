import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasBit } from "../../src/model/bits.ts";
import { inverseOf } from "../../src/people/inverse.ts";
import type { ListColumn } from "../../src/people/population.ts";

const ENTRIES = 12;

function columnOf(lists: readonly (readonly number[])[]): ListColumn {
  const starts = [0];
  for (const list of lists) starts.push((starts.at(-1) ?? 0) + list.length);
  return { starts: Uint32Array.from(starts), values: Uint32Array.from(lists.flat()) };
}

describe("the inverse of a column of lists", () => {
  it("tells who has an entry, whatever was expected or asked before, and however often", () => {
    const entry = fc.nat(ENTRIES - 1);
    // Few have the first entries, many the others, so that both ways to keep them occur.
    const list = fc.uniqueArray(fc.oneof({ weight: 1, arbitrary: fc.nat(5) }, { weight: 20, arbitrary: entry }), {
      maxLength: 4,
    });
    const question = fc.record({ expected: fc.uniqueArray(entry), asked: fc.uniqueArray(entry, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(list, { maxLength: 90 }), fc.array(question, { maxLength: 12 }), (lists, questions) => {
        const inverse = inverseOf(columnOf(lists), ENTRIES);
        for (const { expected, asked } of questions) {
          inverse.expect(expected);
          const found = inverse.holding(asked);
          lists.forEach((own, person) => {
            expect(hasBit(found, person)).toBe(own.some((each) => asked.includes(each)));
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});
