import { describe, expect, it } from "vitest";
import { faultCatalogue } from "../../src/simulator/faults.ts";
import { type Outcome, patterns, readUnder } from "./fault-matrix.ts";

const nths = [1, 2, 3, 4, 5, 6, 7, 8, undefined] as const;

describe("a snapshot read under a fault, early, late and lasting", () => {
  it.each(Object.entries(faultCatalogue))(
    "is never complete and wrong: %s",
    async (name, fault) => {
      const outcomes: Record<Outcome, number> = { refused: 0, doubted: 0, whole: 0 };
      for (const pattern of patterns) {
        for (const nth of nths) outcomes[await readUnder(pattern, nth, fault, name)]++;
      }
      console.log(`${name}: ${JSON.stringify(outcomes)}`);
      expect(outcomes.refused + outcomes.doubted + outcomes.whole).toBe(patterns.length * nths.length);
    },
    300_000,
  );
});
