import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPieces } from "../../src/report/json-pieces.ts";
import { smallPlan } from "../support/plans.ts";

describe("a document in pieces", () => {
  it("is what JSON.stringify writes, on lines and on one line", () => {
    const documents = fc.dictionary(fc.string({ unit: "grapheme" }), fc.oneof(fc.jsonValue(), fc.constant(undefined)));
    fc.assert(
      fc.property(documents, (document) => {
        expect([...jsonPieces(document, "lines")].join("")).toBe(`${JSON.stringify(document, null, 2)}\n`);
        expect([...jsonPieces(document, "line")].join("")).toBe(`${JSON.stringify(document)}\n`);
      }),
    );
  });

  it("comes an entry of a list at a time, so that a large plan is never one text", () => {
    const plan = smallPlan();
    const changes = Array.from({ length: 2_000 }, (_, at) => plan.changes[at % plan.changes.length]);
    const pieces = [...jsonPieces({ ...plan, changes }, "lines")];
    expect(pieces.join("")).toBe(`${JSON.stringify({ ...plan, changes }, null, 2)}\n`);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(80_000);
  });
});
