import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasBit, setBit } from "../../src/model/bits.ts";
import {
  allOf,
  alwaysFalse,
  alwaysTrue,
  alwaysUnknown,
  anyOf,
  notOf,
  type Truth,
  truthAt,
  type Verdict,
} from "../../src/model/verdict.ts";

/** Kleene's logic for one person, written down without bits. */
const reference = {
  all(truths: readonly Truth[]): Truth {
    if (truths.includes("false")) return "false";
    return truths.includes("unknown") ? "unknown" : "true";
  },
  any(truths: readonly Truth[]): Truth {
    if (truths.includes("true")) return "true";
    return truths.includes("unknown") ? "unknown" : "false";
  },
  not: (truth: Truth): Truth => (({ true: "false", false: "true", unknown: "unknown" }) as const)[truth],
};

const truth = fc.constantFrom<Truth>("true", "false", "unknown");
const sizes = fc.constantFrom(0, 1, 2, 31, 32, 33, 63, 64, 65, 96, 130);

/** Some verdicts over equally many people, as one list of truths each. */
const columns = fc
  .tuple(sizes, fc.nat(4))
  .chain(([size, count]) =>
    fc.tuple(
      fc.constant(size),
      fc.array(fc.array(truth, { minLength: size, maxLength: size }), { minLength: count, maxLength: count }),
    ),
  );

function verdictOf(truths: readonly Truth[]): Verdict {
  const verdict = alwaysFalse(truths.length);
  truths.forEach((value, index) => {
    if (value === "true") setBit(verdict.yes, index);
    if (value === "unknown") setBit(verdict.unknown, index);
  });
  return verdict;
}

function truthsOf(size: number, verdict: Verdict): readonly Truth[] {
  return Array.from({ length: size }, (_, index) => truthAt(verdict, index));
}

function expectWellFormed(size: number, verdict: Verdict): void {
  for (let index = 0; index < verdict.yes.length * 32; index++) {
    const both = hasBit(verdict.yes, index) && hasBit(verdict.unknown, index);
    expect(both, `person ${index} is true and unknown at once`).toBe(false);
    if (index < size) continue;
    expect(hasBit(verdict.yes, index) || hasBit(verdict.unknown, index), `nobody is at ${index}`).toBe(false);
  }
}

describe("a verdict", () => {
  it("of `all` is what Kleene's logic says of each person", () => {
    fc.assert(
      fc.property(columns, ([size, lists]) => {
        const verdict = allOf(size, lists.map(verdictOf));
        expectWellFormed(size, verdict);
        const expected = Array.from({ length: size }, (_, at) =>
          reference.all(lists.map((list) => list[at] ?? "false")),
        );
        expect(truthsOf(size, verdict)).toEqual(expected);
      }),
    );
  });

  it("of `any` is what Kleene's logic says of each person", () => {
    fc.assert(
      fc.property(columns, ([size, lists]) => {
        const verdict = anyOf(size, lists.map(verdictOf));
        expectWellFormed(size, verdict);
        const expected = Array.from({ length: size }, (_, at) =>
          reference.any(lists.map((list) => list[at] ?? "false")),
        );
        expect(truthsOf(size, verdict)).toEqual(expected);
      }),
    );
  });

  it("of `not` turns true and false round and leaves unknown unknown", () => {
    fc.assert(
      fc.property(
        sizes.chain((size) => fc.array(truth, { minLength: size, maxLength: size })),
        (truths) => {
          const verdict = notOf(truths.length, verdictOf(truths));
          expectWellFormed(truths.length, verdict);
          expect(truthsOf(truths.length, verdict)).toEqual(truths.map(reference.not));
        },
      ),
    );
  });

  it("is not changed by combining it", () => {
    const first = verdictOf(["true", "unknown", "false"]);
    const second = verdictOf(["unknown", "unknown", "true"]);
    allOf(3, [first, second]);
    anyOf(3, [first, second]);
    notOf(3, first).unknown.fill(0);
    expect(truthsOf(3, first)).toEqual(["true", "unknown", "false"]);
    expect(truthsOf(3, second)).toEqual(["unknown", "unknown", "true"]);
  });

  it.each([0, 1, 31, 32, 33, 65])("that is the same for all speaks of %i people and of nobody beyond", (size) => {
    const cases = [
      [alwaysTrue(size), "true"],
      [alwaysFalse(size), "false"],
      [alwaysUnknown(size), "unknown"],
    ] as const;
    for (const [verdict, expected] of cases) {
      expectWellFormed(size, verdict);
      expect(truthsOf(size, verdict)).toEqual(Array.from({ length: size }, () => expected));
      expect(truthAt(verdict, size)).toBe("false");
    }
  });
});
