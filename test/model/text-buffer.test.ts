import { describe, expect, it } from "vitest";
import { createTextBuffer, fillWithText } from "../../src/model/text-buffer.ts";

describe("texts by way of one buffer", () => {
  it("come out as they are, wherever the buffer ends, also in the middle of a character", () => {
    for (let before = 0; before < 5; before++) {
      const texts = ["x".repeat(before), "\u{1f600}é€a".repeat(90_000), "", "\u{1f600}"];
      const buffer = createTextBuffer();
      const pieces: Buffer[] = [];
      for (const text of texts) {
        for (let from = fillWithText(buffer, text, 0); from < text.length; from = fillWithText(buffer, text, from)) {
          pieces.push(Buffer.from(buffer.bytes.subarray(0, buffer.used)));
          buffer.used = 0;
        }
      }
      pieces.push(Buffer.from(buffer.bytes.subarray(0, buffer.used)));
      expect(pieces.length).toBeGreaterThan(2);
      expect(Buffer.concat(pieces).toString("utf8") === texts.join("")).toBe(true);
    }
  });
});
