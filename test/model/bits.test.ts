import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allBits, type Bits, countBits, eachBit, hasBit, noBits, setBit } from "../../src/model/bits.ts";

/** A size around the multiples of 32, where words begin and end, with members of that size. */
const sizeAndMembers = fc
  .oneof(fc.constantFrom(0, 1, 31, 32, 33, 63, 64, 65, 95, 96, 97), fc.nat(200))
  .chain((size) =>
    fc.tuple(fc.constant(size), size === 0 ? fc.constant([]) : fc.array(fc.nat(size - 1), { maxLength: 80 })),
  );

function bitsOf(size: number, members: readonly number[]): Bits {
  const bits = noBits(size);
  for (const member of members) setBit(bits, member);
  return bits;
}

function listOf(bits: Bits): readonly number[] {
  const found: number[] = [];
  eachBit(bits, (index) => found.push(index));
  return found;
}

describe("a set of people as bits", () => {
  it("holds what was put in, and nothing else, like a Set", () => {
    fc.assert(
      fc.property(sizeAndMembers, ([size, members]) => {
        const bits = bitsOf(size, members);
        const set = new Set(members);
        for (let index = 0; index < size; index++) expect(hasBit(bits, index)).toBe(set.has(index));
      }),
    );
  });

  it("counts each member once, like a Set", () => {
    fc.assert(
      fc.property(sizeAndMembers, ([size, members]) => {
        expect(countBits(bitsOf(size, members))).toBe(new Set(members).size);
      }),
    );
  });

  it("visits each member once, ascending, like a sorted Set", () => {
    fc.assert(
      fc.property(sizeAndMembers, ([size, members]) => {
        expect(listOf(bitsOf(size, members))).toEqual([...new Set(members)].sort((a, b) => a - b));
      }),
    );
  });

  it.each([0, 1, 31, 32, 33, 64, 100])("of everybody holds exactly %i of %i people", (size) => {
    expect(listOf(allBits(size))).toEqual(Array.from({ length: size }, (_, index) => index));
    expect(countBits(allBits(size))).toBe(size);
  });

  it("has no members beyond its size", () => {
    expect(hasBit(allBits(33), 33)).toBe(false);
    expect(hasBit(allBits(33), 64)).toBe(false);
    expect(hasBit(noBits(0), 0)).toBe(false);
  });
});
