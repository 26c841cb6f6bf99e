import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultCatalogue } from "../../src/simulator/faults.ts";
import { type Baseline, called, cellsOf, phases, playBaseline } from "./cells.ts";
import { playCells, problemsOf, summaryOf } from "./matrix.ts";

/** Every so many cells of the whole matrix: each fault and each endpoint is among them. `*.long.test.ts` plays all. */
const STRIDE = 61;

/** Asked by `doctor`, and by `sync --default-groups`: neither is part of the story, and nothing is taken by what they tell. */
const neverCalled = [
  "GET /admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/role-assignments",
  "GET /users/{accountId}/manage",
];

describe("the fault matrix", { timeout: 120_000 }, () => {
  let baseline: Baseline;
  beforeAll(async () => {
    baseline = await playBaseline();
  });
  afterAll(() => baseline.remove());

  it("has every endpoint that Seatwright calls, each fault, and each phase", () => {
    const cells = cellsOf(baseline, phases);
    const met = new Set(cells.map(({ method, pattern }) => `${method} ${pattern}`));
    const missed = called.map(({ method, pattern }) => `${method} ${pattern}`).filter((name) => !met.has(name));
    expect(missed).toEqual(neverCalled);
    expect(new Set(cells.map(({ faultName }) => faultName)).size).toBe(Object.keys(faultCatalogue).length);
    expect(new Set(cells.map(({ phase }) => phase))).toEqual(new Set(phases));
    expect(cells.length).toBeGreaterThan(4500);
  });

  it("takes nothing by a bad read, loses no write, says what went wrong, and goes on: a part of the cells", async () => {
    const cells = cellsOf(baseline, phases).filter((_, at) => at % STRIDE === 0);
    const judged = await playCells(baseline, cells);
    console.log(summaryOf(judged));
    expect(problemsOf(judged)).toEqual([]);
    expect(new Set(cells.map(({ faultName }) => faultName)).size).toBeGreaterThan(20);
    expect(new Set(cells.map(({ pattern }) => pattern)).size).toBeGreaterThanOrEqual(called.length - 2);
  });
});
