import { describe, expect, it } from "vitest";
import { createPlanStore } from "../../src/ledger/plans.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import { changeFor, planTime, planWith } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";

const wide = { plans: 100, bytes: 1e9, age: 365 * DAY };

/** A store with one plan a day, the last of them a day ago; each has one more change than the one before. */
async function daily(days: number): Promise<ReturnType<typeof createPlanStore>> {
  const store = createPlanStore(temporaryDirectory());
  for (let ago = days; ago >= 1; ago--) {
    await store.store(planWith([changeFor(`p${ago}`)], { asOf: momentOf(planTime - ago * DAY) }));
  }
  return store;
}

describe("the plans that later ones are measured against", () => {
  const agesOf = async (bounds: typeof wide, days = 20): Promise<readonly string[]> =>
    (await (await daily(days)).lastBefore(planTime, bounds)).map(({ asOf }) => asOf.slice(0, 10));

  it("are the newest first, as many as fit into each bound", async () => {
    expect(await agesOf(wide)).toHaveLength(20);
    expect(await agesOf({ ...wide, plans: 3 })).toEqual(["2026-11-19", "2026-11-18", "2026-11-17"]);
    expect(await agesOf({ ...wide, age: 5 * DAY })).toHaveLength(5);
    const some = await agesOf({ ...wide, bytes: 5000 });
    expect(some.length).toBeGreaterThan(1);
    expect(some.length).toBeLessThan(20);
  });

  it("are one in any case, however old and large it is", async () => {
    expect(await agesOf({ plans: 0, bytes: 0, age: 0 })).toEqual(["2026-11-19"]);
  });
});
