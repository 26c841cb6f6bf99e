import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Baseline, called, cellsOf, playBaseline } from "./cells.ts";
import { type Judged, playCells, problemsOf, summaryOf } from "./matrix.ts";

const endpoints = called.map(({ method, pattern }) => `${method} ${pattern}`);

/** The applying half is in a file of its own, so that two processors share the work. */
describe("the fault matrix, every cell of sync and plan", () => {
  let baseline: Baseline;
  const judged: Judged[] = [];
  beforeAll(async () => {
    baseline = await playBaseline();
  });
  afterAll(() => {
    console.log(summaryOf(judged));
    baseline.remove();
  });

  it.each(endpoints)("nothing is planned by a bad read: %s", { timeout: 600_000 }, async (endpoint) => {
    const all = cellsOf(baseline, ["sync", "plan"]);
    const cells = await playCells(
      baseline,
      all.filter(({ method, pattern }) => `${method} ${pattern}` === endpoint),
    );
    judged.push(...cells);
    expect(problemsOf(cells)).toEqual([]);
  });
});
