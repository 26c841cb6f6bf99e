import { describe, expect, it } from "vitest";
import { planDigest } from "../../src/plan/digest.ts";
import { standingPart } from "../../src/plan/standing.ts";
import { changeFor, planWith } from "../support/apply.ts";

const asked = (...policies: readonly string[]) => ({ policies: policies.map((policy) => ({ policy, facts: [] })) });
const ids = (names: readonly string[]) => names.map((name) => changeFor(name).id).sort();

describe("the part of a plan that standing policies carry out", () => {
  const changes = [
    changeFor("standing", asked("a")),
    changeFor("both", asked("a", "b")),
    changeFor("reviewed", asked("b")),
    changeFor("shared", asked("a", "c")),
    changeFor("hazard", { ...asked("a"), hazards: ["loses-other-access"] }),
    changeFor("for-good", { ...asked("a"), undo: { possible: "none", note: "" } }),
    changeFor("roughly", { ...asked("a"), undo: { possible: "partial", note: "" } }),
  ];
  const plan = planWith(changes, { quarantined: [] });

  it("is what only they ask for, that can be undone exactly and carries no hazard", () => {
    const part = standingPart(plan, new Set(["a"]));
    expect(part?.changes.map(({ id }) => id).sort()).toEqual(ids(["standing"]));
    const more = standingPart(plan, new Set(["a", "c"]));
    expect(more?.changes.map(({ id }) => id).sort()).toEqual(ids(["standing", "shared"]));
  });

  it("is a plan with a digest of its own, and names the plan it is of", () => {
    const part = standingPart(plan, new Set(["a"]));
    expect(part?.digest).toBe(part === null ? "" : planDigest(part));
    expect(part?.digest).not.toBe(plan.digest);
    expect(part?.notes.join()).toContain(plan.digest);
  });

  it("holds nothing that waits for somebody: no quarantine, no duties on protected people", () => {
    const waiting = changeFor("waiting", asked("a"));
    const held = planWith([changeFor("standing", asked("a"))], { quarantined: [waiting], protectedDuties: [waiting] });
    expect(standingPart(held, new Set(["a"]))).toMatchObject({ quarantined: [], protectedDuties: [] });
  });

  it("is none where there is nothing", () => {
    expect(standingPart(plan, new Set())).toBeNull();
    expect(standingPart(planWith([]), new Set(["a"]))).toBeNull();
  });
});
