import { describe, expect, it } from "vitest";
import { allowedBy, type LimitFacts, readLimits } from "../../src/plan/limits.ts";
import type { Bound, Settings } from "../../src/policy/types.ts";

const none: Bound = { percent: null, changes: null };

const noLimits: Settings["limits"] = {
  perRun: none,
  perApp: none,
  perGroup: { percent: 100, floor: 0 },
  perDay: none,
  per30Days: none,
  duties: none,
  growth: 100,
  shrink: 10,
  reversals: 5,
};

const nothing: LimitFacts = {
  active: 1000,
  savings: 0,
  duties: 0,
  lastDay: 0,
  last30Days: 0,
  policies: [],
  instances: [],
  groups: [],
  selections: [],
  shielded: [],
};

/** Names, with their scope, of the limits that trip. */
function tripped(facts: Partial<LimitFacts>, limits: Partial<Settings["limits"]>): readonly string[] {
  return readLimits({ ...nothing, ...facts }, { ...noLimits, ...limits })
    .filter((reading) => reading.tripped)
    .map(({ limit, scope }) => (scope === "" ? limit : `${limit} of ${scope}`));
}

describe("how many a percentage allows", () => {
  it.each([
    [0, 1000, 0],
    [0, 0, 0],
    [5, 1000, 50],
    [5, 999, 49],
    [5, 19, 1],
    [5, 9, 1],
    [5, 0, 1],
    [100, 7, 7],
    [33, 10, 3],
    [0.5, 1000, 5],
  ])("%d%% of %i is %i: none for 0, else at least one, never rounded up", (percent, of, allowed) => {
    expect(allowedBy(percent, of)).toBe(allowed);
  });
});

describe("a limit", () => {
  const bounds: readonly (readonly [Bound, observed: number, trips: readonly string[]])[] = [
    [{ percent: null, changes: null }, 1000, []],
    [{ percent: 0, changes: null }, 0, []],
    [{ percent: 0, changes: null }, 1, ["percent"]],
    [{ percent: 5, changes: null }, 50, []],
    [{ percent: 5, changes: null }, 51, ["percent"]],
    [{ percent: null, changes: 0 }, 0, []],
    [{ percent: null, changes: 0 }, 1, ["changes"]],
    [{ percent: null, changes: 50 }, 50, []],
    [{ percent: null, changes: 50 }, 51, ["changes"]],
    [{ percent: 5, changes: 10 }, 10, []],
    [{ percent: 5, changes: 10 }, 11, ["changes"]],
    [{ percent: 5, changes: 100 }, 51, ["percent"]],
    [{ percent: 5, changes: 10 }, 51, ["changes", "percent"]],
  ];

  it.each(bounds)("per run of %j with %i removals of 1000 trips %j", (perRun, savings, trips) => {
    expect(tripped({ savings }, { perRun })).toEqual(trips.map((bound) => `perRun.${bound}`));
  });

  it.each(bounds)("on duties of %j with %i removals of 1000 trips %j", (duties, count, trips) => {
    expect(tripped({ duties: count }, { duties })).toEqual(trips.map((bound) => `duties.${bound}`));
  });

  it.each(bounds)("of a policy of %j with %i removals of 1000 trips %j", (limits, removals, trips) => {
    const policies = [{ id: "unused", removals, reachable: 1000, limits }];
    expect(tripped({ policies }, {})).toEqual(trips.map((bound) => `policy.${bound} of unused`));
  });

  it.each(bounds)("per app of %j with %i seats lost of 1000 trips %j", (perApp, lost, trips) => {
    const instances = [{ id: "ari:1", lost, holders: 1000 }];
    expect(tripped({ instances }, { perApp })).toEqual(trips.map((bound) => `perApp.${bound} of ari:1`));
  });

  it("per run and per app looks at savings alone, the one on duties at duties alone", () => {
    const tight = { perRun: { percent: null, changes: 1 }, duties: { percent: null, changes: 1 } };
    expect(tripped({ savings: 1, duties: 1 }, tight)).toEqual([]);
    expect(tripped({ savings: 2, duties: 1 }, tight)).toEqual(["perRun.changes"]);
    expect(tripped({ savings: 1, duties: 2 }, tight)).toEqual(["duties.changes"]);
  });

  it("by day and by 30 days counts what was done before with what the plan would do", () => {
    const limits = { perDay: { percent: null, changes: 10 }, per30Days: { percent: 5, changes: null } };
    expect(tripped({ savings: 4, lastDay: 6, last30Days: 46 }, limits)).toEqual([]);
    expect(tripped({ savings: 4, lastDay: 7, last30Days: 46 }, limits)).toEqual(["perDay.changes"]);
    expect(tripped({ savings: 4, lastDay: 6, last30Days: 47 }, limits)).toEqual(["per30Days.percent"]);
  });

  it("by day and by 30 days holds up no duty of a plan without savings, however much was done before", () => {
    const limits = { perDay: { percent: null, changes: 10 }, per30Days: { percent: 5, changes: null } };
    expect(tripped({ savings: 0, duties: 1, lastDay: 20, last30Days: 90 }, limits)).toEqual([]);
    expect(tripped({ savings: 1, duties: 1, lastDay: 20, last30Days: 40 }, limits)).toEqual(["perDay.changes"]);
  });

  it.each([
    [25, 3, 100, 25, false],
    [25, 3, 100, 26, true],
    [25, 3, 4, 3, false],
    [25, 3, 4, 4, true],
    [25, 0, 4, 1, false],
    [25, 0, 4, 2, true],
    [0, 0, 100, 1, true],
    [0, 2, 100, 2, false],
    [0, 2, 100, 3, true],
  ])(
    "per group of %i%% with a floor of %i: of %i members, %i leaving trips it: %s",
    (percent, floor, members, leaving, trips) => {
      expect(tripped({ groups: [{ id: "g", leaving, members }] }, { perGroup: { percent, floor } })).toEqual(
        trips ? ["perGroup.percent of g"] : [],
      );
    },
  );

  it.each([
    [100, 10, 20, false],
    [100, 100, 200, false],
    [100, 100, 201, true],
    [100, 0, 10, false],
    [100, 0, 11, true],
    [20, 100, 120, false],
    [20, 100, 121, true],
    [20, 10, 20, false],
    [20, 10, 21, true],
    [0, 10, 10, false],
    [0, 10, 11, true],
    [20, 100, 5, false],
  ])(
    "on growth of %i%%: from %i to %i trips it: %s (ten more never do, unless it is 0)",
    (percent, before, now, trips) => {
      const selections = [{ scope: "unused", now, before, percent: null }];
      expect(tripped({ selections }, { growth: percent })).toEqual(trips ? ["growth.percent of unused"] : []);
      const own = [{ scope: "unused", now, before, percent }];
      expect(tripped({ selections: own }, { growth: 1000 }), "a policy's own").toEqual(
        trips ? ["growth.percent of unused"] : [],
      );
    },
  );

  it.each([
    [10, 100, 90, false],
    [10, 100, 89, true],
    [10, 3, 2, false],
    [10, 3, 1, true],
    [10, 1, 0, false],
    [0, 3, 2, true],
    [10, 3, 30, false],
  ])("on who is shielded, with limits.shrink of %i%%: from %i to %i trips it: %s", (shrink, before, now, trips) => {
    expect(tripped({ shielded: [{ scope: "EX-1", now, before }] }, { shrink })).toEqual(
      trips ? ["exemptions.percent of EX-1"] : [],
    );
  });

  it("is read with what it allows, what was counted and of how many", () => {
    const readings = readLimits({ ...nothing, savings: 60 }, { ...noLimits, perRun: { percent: 5, changes: 100 } });
    expect(readings).toEqual([
      { limit: "perRun.changes", scope: "", allowed: 100, unit: "changes", observed: 60, of: 0, tripped: false },
      { limit: "perRun.percent", scope: "", allowed: 5, unit: "percent", observed: 60, of: 1000, tripped: true },
    ]);
  });

  it("is listed by name, then by what it was read on", () => {
    const facts = { ...nothing, instances: ["b", "a"].map((id) => ({ id, lost: 1, holders: 10 })) };
    const readings = readLimits(facts, {
      ...noLimits,
      perApp: { percent: 50, changes: 5 },
      duties: { percent: 5, changes: null },
    });
    expect(readings.map(({ limit, scope }) => `${limit} ${scope}`)).toEqual([
      "duties.percent ",
      "perApp.changes a",
      "perApp.changes b",
      "perApp.percent a",
      "perApp.percent b",
    ]);
  });
});
