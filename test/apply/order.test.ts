import { array, assert, constantFrom, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetSpent, canaryFailed, noTally, tallied } from "../../src/apply/error-budget.ts";
import { CANARY_CHANGES, nextBatch, orderOfWork, PEOPLE_PER_LOOK } from "../../src/apply/order.ts";
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

  it("is cut into handfuls or looks at ten people, and keeps everything in order", () => {
    assert(
      property(someChanges, constantFrom("handful" as const, "ten people" as const), (changes, size) => {
        const batch = nextBatch(changes, size);
        expect(changes.slice(0, batch.length)).toEqual(batch);
        const people = new Set(batch.map(({ accountId }) => accountId));
        expect(people.size).toBeLessThanOrEqual(size === "handful" ? CANARY_CHANGES : PEOPLE_PER_LOOK);
        const next = changes[batch.length];
        if (next === undefined) return;
        expect(batch.length).toBeGreaterThan(0);
        expect(people).not.toContain(next.accountId);
        expect(size === "handful" ? batch.length >= CANARY_CHANGES : people.size === PEOPLE_PER_LOOK).toBe(true);
      }),
    );
  });

  it("keeps a person's changes that follow each other together", () => {
    const changes = "abcdee".split("").map((id, at) => changeFor(id, { target: String(at) }));
    expect(nextBatch(changes, "handful")).toHaveLength(6);
  });
});

describe("the error budget", () => {
  const words: Readonly<Record<string, Parameters<typeof tallied>[1]>> = { x: "failed", s: "seen", u: "unseen" };
  const after = (outcomes: string): string | null =>
    budgetSpent(outcomes.split("").reduce((tally, outcome) => tallied(tally, words[outcome] ?? "worked"), noTally));

  it.each([
    ["xx", null],
    ["xxx", "3 changes one after another failed or could not be seen"],
    ["xx.xx", null],
    ["x...x...x...x", null],
    [`x${".".repeat(18)}x`, "2 of 20 changes failed or could not be seen, more than 5%"],
    [`x${".".repeat(19)}`, null],
    [`x${".".repeat(38)}x`, null],
    ["", null],
    // Seen to work by now: what failed around it was not one after another.
    ["xx..ssx", null],
    ["...uuu", "3 changes one after another failed or could not be seen"],
    // What was tried once counts once, however often it is spoken of.
    [`${".".repeat(19)}uu`, null],
    [`${".".repeat(20)}uu`, "2 of 20 changes failed or could not be seen, more than 5%"],
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
  it("says when it began", () => {
    expect(runId(planTime, "3f9a0c1d", null)).toBe("r-20261120T060000Z-3f9a0c1d");
    expect(runId(planTime, "3f9a0c1d", "r-20261120T055959Z-ffffffff")).toBe("r-20261120T060000Z-3f9a0c1d");
    expect(() => runId(planTime, "3F9A", null)).toThrow("eight lower-case");
  });

  it("comes after every run before it, also of the same second, or by a clock that is ahead", () => {
    expect(runId(planTime, "00000000", "r-20261120T060000Z-ffffffff")).toBe("r-20261120T060001Z-00000000");
    expect(runId(planTime, "00000000", "r-20261231T235959Z-ffffffff")).toBe("r-20270101T000000Z-00000000");
  });
});
