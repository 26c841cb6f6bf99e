import { describe, expect, it } from "vitest";
import { seatChange, summedChange } from "../../src/people/history-counts.ts";

const counted = (held: number, unknown: number | null) => ({ held, unknown });

describe("the change between two counts of seats", () => {
  it.each([
    ["nobody was unknown", [100, 0], [80, 0], { least: -20, most: -20 }],
    ["as many were unknown", [100, 9], [80, 9], { least: -20, most: -20 }],
    ["more were unknown, who may hold a seat still", [100, 0], [45, 10], { least: -55, most: -45 }],
    ["fewer were unknown, who may have held one before", [45, 10], [55, 0], { least: 0, most: 10 }],
  ] as const)("where %s, is at least and at most", (_, [heldThen, unknownThen], [heldNow, unknownNow], change) => {
    expect(seatChange(counted(heldThen, unknownThen), counted(heldNow, unknownNow))).toEqual(change);
  });

  it("is not known where one of them does not say how many were unknown", () => {
    expect(seatChange(counted(5, null), counted(5, 0))).toBeNull();
    expect(seatChange(counted(5, 0), counted(5, null))).toBeNull();
  });

  it("of several instances is the sum of both ends, so that one unknown more and one less do not cancel out", () => {
    const [more, fewer] = [seatChange(counted(9, 0), counted(8, 1)), seatChange(counted(9, 1), counted(9, 0))];
    expect(summedChange([more, fewer])).toEqual({ least: -2, most: 0 });
    expect(summedChange([more, null])).toBeNull();
    expect(summedChange([])).toEqual({ least: 0, most: 0 });
  });
});
