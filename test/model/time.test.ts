import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf, momentOf, secondsOf } from "../../src/model/time.ts";

describe("the seconds of a text", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0],
    ["2026-11-20T06:00:00Z", 1_795_154_400],
    ["2026-11-20T07:30:00+01:30", 1_795_154_400],
    ["2026-11-20T00:00:00-06:00", 1_795_154_400],
    ["2026-11-20T06:00:00.999Z", 1_795_154_400],
    ["2026-11-20T06:00:00.123456789Z", 1_795_154_400],
    ["2024-02-29T00:00:00Z", 1_709_164_800],
    ["1969-12-31T23:59:59.500Z", -1],
  ])("are read from %s", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each([
    ["no zone", "2026-11-20T06:00:00"],
    ["a date alone", "2026-11-20"],
    ["no seconds", "2026-11-20T06:00Z"],
    ["a space for the T", "2026-11-20 06:00:00Z"],
    ["something before", " 2026-11-20T06:00:00Z"],
    ["something behind", "2026-11-20T06:00:00Z\n"],
    ["another order", "20-11-2026T06:00:00Z"],
    ["a 30 February", "2026-02-30T06:00:00Z"],
    ["a 29 February of an ordinary year", "2026-02-29T06:00:00Z"],
    ["a 31 April", "2026-04-31T06:00:00Z"],
    ["month 13", "2026-13-01T06:00:00Z"],
    ["day 0", "2026-01-00T06:00:00Z"],
    ["24 o'clock", "2026-11-20T24:00:00Z"],
    ["a leap second", "2026-12-31T23:59:60Z"],
    ["an impossible zone", "2026-11-20T06:00:00+99:00"],
    ["words", "yesterday"],
    ["nothing", ""],
  ])("are refused where there is %s", (_, text) => {
    expect(secondsOf(text)).toBeNull();
  });

  it("come back from the moment that is written for them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xfffffffe }), (seconds) => {
        expect(secondsOf(momentOf(seconds))).toBe(seconds);
        expect(secondsOf(`${dayOf(seconds)}T00:00:00Z`)).toBe(seconds - (seconds % 86_400));
      }),
    );
  });
});

describe("a moment", () => {
  it("is written in UTC, to the second", () => {
    expect(momentOf(1_795_154_400)).toBe("2026-11-20T06:00:00Z");
    expect(dayOf(1_795_154_400)).toBe("2026-11-20");
  });
});
