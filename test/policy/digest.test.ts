import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileBytes, policyDigest } from "../../src/policy/digest.ts";

const file = fc.record({ path: fc.string({ maxLength: 6 }), bytes: fc.uint8Array({ maxLength: 6 }) });
const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 4 });

function same(a: readonly FileBytes[], b: readonly FileBytes[]): boolean {
  const text = (all: readonly FileBytes[]): string =>
    JSON.stringify(
      all.map(({ path, bytes }) => [path, [...bytes]]).sort((x, y) => (String(x[0]) < String(y[0]) ? -1 : 1)),
    );
  return text(a) === text(b);
}

describe("policyDigest", () => {
  it("does not depend on the order of the files", () => {
    fc.assert(
      fc.property(files, (all) => {
        expect(policyDigest(all.toReversed())).toBe(policyDigest(all));
      }),
    );
  });

  it("differs for files that differ in a path, a byte, or where one ends and the next begins", () => {
    fc.assert(
      fc.property(files, files, (a, b) => {
        expect(policyDigest(a) === policyDigest(b)).toBe(same(a, b));
      }),
    );
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const one = policyDigest([{ path: "a", bytes: bytes("1:b1:c") }]);
    expect(
      policyDigest([
        { path: "a", bytes: bytes("") },
        { path: "b", bytes: bytes("c") },
      ]),
    ).not.toBe(one);
  });

  it("is SHA-256 over lengths, paths and bytes, as another implementation computed it", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(
      policyDigest([
        { path: "b", bytes: bytes("two") },
        { path: "a", bytes: bytes("é") },
      ]),
    ).toBe("sha256:72e6e9a4a9acbe038101926d9cb00c2bdf298c900e5db824b5fbd7251482bfd2");
  });
});
