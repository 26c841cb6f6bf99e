import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Baseline, called, cellsOf, playBaseline } from "./cells.ts";
import { type Judged, playCells, problemsOf, summaryOf } from "./matrix.ts";

const endpoints = called.map(({ method, pattern }) => `${method} ${pattern}`);

/** Others are in `matrix.long.test.ts` and `matrix-apply.long.test.ts`. */
describe("the fault matrix, every cell of undo", () => {
  let baseline: Baseline;
  const judged: Judged[] = [];
  beforeAll(async () => {
    baseline = await playBaseline();
  });
  afterAll(() => {
    console.log(summaryOf(judged));
    baseline.remove();
  });

  it.each(endpoints)(
    "nothing is taken back by a bad read and no write is lost: %s",
    { timeout: 600_000 },
    async (endpoint) => {
      const all = cellsOf(baseline, ["undo", "take back"]);
      const cells = await playCells(
        baseline,
        all.filter(({ method, pattern }) => `${method} ${pattern}` === endpoint),
      );
      judged.push(...cells);
      expect(problemsOf(cells)).toEqual([]);
    },
  );
});
