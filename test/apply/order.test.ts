import { array, assert, constantFrom, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetSpent, canaryFailed, noTally, tallied } from "../../src/apply/error-budget.ts";
import { batchesOf, CANARY_CHANGES, orderOfWork, PEOPLE_PER_LOOK } from "../../src/apply/order.ts";
import { runId } from "../../src/apply/run-id.ts";
import type { Change } from "../../src/model/documents.generated.ts";
import { changeFor, planTime } from "../support/apply.ts";

const someChanges = array(
  record({
    accountId: constantFrom(...Array.from({ length: 30 }, (_, at) => `p${at}`)),
    direction: constantFrom("take" as const, "give" as const),
    purpose: constantFrom("duty" as const, "saving" as const),
  }),
  { maxLength: 80 },
).map((all) => all.map(({ accountId, ...more }, at) => changeFor(accountId, { ...more, target: String(at) })));

describe("the order of work", () => {
  it("is duties' removals, other removals, additions, and inside each the plan's by people", () => {
    assert(
      property(someChanges, (changes) => {
        const ordered = orderOfWork(changes);
        expect(new Set(ordered)).toEqual(new Set(changes));
        const ranks = ordered.map(({ direction, purpose }) => (direction === "give" ? 2 : purpose === "duty" ? 0 : 1));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        for (const rank of [0, 1, 2]) {
          const inside = ordered.filter((_, at) => ranks[at] === rank);
          const planned = changes.filter((change) => inside.includes(change));
          const firstOf = (accountId: string): number => planned.findIndex((change) => change.accountId === accountId);
          const place = (change: Change): number => firstOf(change.accountId) * 1000 + planned.indexOf(change);
          expect(inside).toEqual([...planned].sort((a, b) => place(a) - place(b)));
        }
      }),
    );
  });

  it("is cut into a first handful and looks at ten people, and keeps everything in order", () => {
    assert(
      property(someChanges, (changes) => {
        const batches = batchesOf(changes);
        expect(batches.flatMap((batch) => batch.changes)).toEqual(changes);
        for (const [at, batch] of batches.entries()) {
          const people = new Set(batch.changes.map(({ accountId }) => accountId)).size;
          expect(people).toBeLessThanOrEqual(at === 0 ? CANARY_CHANGES : PEOPLE_PER_LOOK);
          expect(batch.canary).toBe(at === 0);
          expect(batch.changes.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("keeps a person's changes that follow each other together", () => {
    const changes = "abcdee".split("").map((id, at) => changeFor(id, { target: String(at) }));
    expect(batchesOf(changes).map((batch) => batch.changes.length)).toEqual([6]);
  });
});

describe("the error budget", () => {
  const after = (outcomes: string): string | null =>
    budgetSpent(
      outcomes.split("").reduce((tally, outcome) => tallied(tally, outcome === "x" ? "failed" : "worked"), noTally),
    );

  it.each([
    ["xx", null],
    ["xxx", "3 changes failed one after another"],
    ["xx.xx", null],
    ["x...x...x...x", null],
    [`x${".".repeat(18)}x`, "2 of 20 changes failed, more than 5%"],
    [`x${".".repeat(19)}`, null],
    [`x${".".repeat(38)}x`, null],
    ["", null],
  ])("after %s is %s", (outcomes, spent) => {
    expect(after(outcomes)).toBe(spent);
  });

  it("lets a run go beyond its first handful only where most of it could be seen to work", () => {
    expect(canaryFailed(["done", "done", "done", "failed", "failed"])).toBeNull();
    expect(canaryFailed(["done", "done", "done-not-yet-visible", "failed"])).toContain("only 2 of the first 4");
    expect(canaryFailed(["withdrawn", "left-alone", "already-so", "failed", "failed"])).toBeNull();
    expect(canaryFailed([])).toBeNull();
  });
});

describe("a run's id", () => {
  it("says when it began, and is told apart from others of that second", () => {
    expect(runId(planTime, "3f9a0c1d")).toBe("r-20261120T060000Z-3f9a0c1d");
    expect(() => runId(planTime, "3F9A")).toThrow("eight lower-case");
  });
});
