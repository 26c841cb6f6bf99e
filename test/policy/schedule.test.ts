import { describe, expect, it } from "vitest";
import type { Schedule } from "../../src/model/documents.generated.ts";
import { secondsOf } from "../../src/model/time.ts";
import { notDue, whenDue } from "../../src/policy/schedule.ts";
import { organization } from "../support/people.ts";
import { policy, policySet } from "../support/policies.ts";

const at = (text: string): number => secondsOf(text) ?? 0;

describe("a policy's schedule", () => {
  // 2026-11-20 is a Friday.
  it.each<[string, Schedule, boolean]>([
    ["2026-11-20T06:00:00Z", { days: ["fri"] }, true],
    ["2026-11-20T06:00:00Z", { days: ["mon", "thu"] }, false],
    ["2026-11-19T23:30:00Z", { days: ["fri"], zone: "Europe/Berlin" }, true],
    ["2026-11-19T23:30:00Z", { days: ["fri"] }, false],
    ["2026-11-20T06:00:00Z", { months: [11, 12] }, true],
    ["2026-11-20T06:00:00Z", { months: [1] }, false],
    ["2026-11-20T06:00:00Z", { start: "2026-11-20" }, true],
    ["2026-11-20T06:00:00Z", { start: "2026-11-21" }, false],
    ["2026-11-20T06:00:00Z", { interval: "2w", start: "2026-11-06" }, true],
    ["2026-11-20T06:00:00Z", { interval: "2w", start: "2026-11-13" }, false],
    ["2026-11-20T06:00:00Z", { interval: "1d" }, true],
    ["2026-11-30T06:00:00Z", { interval: "P1M", start: "2026-08-31" }, true],
    ["2026-11-29T06:00:00Z", { interval: "P1M", start: "2026-08-31" }, false],
    ["2026-11-20T06:00:00Z", { window: { from: "06:00", to: "07:00" } }, true],
    ["2026-11-20T07:00:00Z", { window: { from: "06:00", to: "07:00" } }, false],
    ["2026-11-20T05:59:59Z", { window: { from: "06:00", to: "07:00" } }, false],
    ["2026-11-20T23:00:00Z", { window: { from: "22:00", to: "02:00" } }, true],
    ["2026-11-20T01:59:00Z", { window: { from: "22:00", to: "02:00" } }, true],
    ["2026-11-20T12:00:00Z", { window: { from: "22:00", to: "02:00" } }, false],
    ["2026-11-20T06:00:00Z", { days: ["fri"], months: [12] }, false],
  ])("at %s, %j: due %s", (moment, schedule, due) => {
    expect(notDue(schedule, at(moment)) === null).toBe(due);
  });

  it("holds the policy's changes on a scheduled run where it is not due, and says when it is", () => {
    const population = organization({ people: { ada: {} } });
    const policies = [policy("mondays", { schedule: { days: ["mon"] } }), policy("always")];
    const set = whenDue(policySet(population, { policies }), at("2026-11-20T06:00:00Z"));
    expect(set.policies.map(({ holds }) => holds)).toEqual([["not due on this scheduled run: due on mon only"], []]);
  });
});
