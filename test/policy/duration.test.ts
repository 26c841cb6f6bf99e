import { describe, expect, it } from "vitest";
import { secondsOf } from "../../src/model/time.ts";
import { momentAfter, momentBefore, parseDuration, shortestSeconds } from "../../src/policy/duration.ts";

const at = (text: string): number => secondsOf(text) ?? Number.NaN;

describe("durations", () => {
  it.each([
    ["12h", "2026-11-19T18:00:00Z"],
    ["90d", "2026-08-22T06:00:00Z"],
    ["2w", "2026-11-06T06:00:00Z"],
    ["P3M", "2026-08-20T06:00:00Z"],
    ["P1Y2M3DT4H", "2025-09-17T02:00:00Z"],
    ["PT36H", "2026-11-18T18:00:00Z"],
  ])("%s before 20 November 2026, six o'clock, is %s", (text, moment) => {
    const duration = parseDuration(text);
    expect(duration && momentBefore(at("2026-11-20T06:00:00Z"), duration)).toBe(at(moment));
  });

  it("count months by the calendar, and end with a short month", () => {
    const month = parseDuration("P1M");
    expect(month && momentBefore(at("2026-03-31T00:00:00Z"), month)).toBe(at("2026-02-28T00:00:00Z"));
    expect(month && momentAfter(at("2026-01-31T00:00:00Z"), month)).toBe(at("2026-02-28T00:00:00Z"));
  });

  it.each([
    "90",
    "0d",
    "-5d",
    "1.5d",
    "90 d",
    "90D",
    "1m",
    "P",
    "P0D",
    "P3",
    "PT",
    "-P1D",
    "P200Y",
    "99999w",
    "P1M2Y",
    "",
  ])("%s is no duration", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it("are compared by the shortest time they can be", () => {
    const seconds = (text: string): number => shortestSeconds(parseDuration(text) ?? { kind: "exact", seconds: -1 });
    expect(seconds("48h")).toBe(2 * 86_400);
    expect(seconds("P1M")).toBe(28 * 86_400);
    expect(seconds("P1Y1W1DT1H")).toBe((365 + 7 + 1) * 86_400 + 3_600);
  });
});
