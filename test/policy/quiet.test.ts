import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NEVER, UNKNOWN_TIME } from "../../src/people/population.ts";
import { timesBetween } from "../../src/policy/quiet.ts";

describe("times between two others", () => {
  it("are found as comparing each finds them, unknown ones too, whatever the year", () => {
    const edges = [NEVER, 1, 1_700_000_000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffffd, 0xfffffffe, UNKNOWN_TIME];
    const time = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: UNKNOWN_TIME }));
    const latest = fc.oneof(time, fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }));
    fc.assert(
      fc.property(fc.array(time), fc.constantFrom(NEVER, NEVER + 1), latest, (times, earliest, until) => {
        const places = new Uint32Array(times.length);
        const count = timesBetween(places, Uint32Array.from(times), earliest, until);
        const wanted = times.flatMap((each, at) =>
          each === UNKNOWN_TIME || (each >= earliest && each <= until) ? [at] : [],
        );
        expect([...places.subarray(0, count)]).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });
});
