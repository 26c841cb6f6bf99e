import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { sameProposal } from "../../src/review/same.ts";
import { fakeDigest } from "../support/plan-parts.ts";
import { smallPlan } from "../support/plans.ts";

const plan = smallPlan();
const [first, ...rest] = plan.changes;
if (first === undefined) throw new Error("The small plan has changes.");

describe("two plans ask for the same", () => {
  it.each<[string, Partial<Plan>]>([
    [
      "made at another moment",
      { asOf: "2027-01-01T00:00:00Z", notAfter: "2027-01-08T00:00:00Z", digest: fakeDigest(9) },
    ],
    ["of another snapshot", { snapshotDigest: fakeDigest(9) }],
    ["with other people held back", { heldBack: [] }],
    ["with other facts behind a change", { changes: [{ ...first, policies: [] }, ...rest] }],
  ])("when one is %s", (_, other) => {
    expect(sameProposal(plan, { ...plan, ...other })).toBe(true);
  });

  it.each<[string, Partial<Plan>]>([
    ["has other policies", { policyDigest: fakeDigest(9) }],
    ["has a change less", { changes: rest }],
    ["has a change more", { changes: [...plan.changes, { ...first, id: "c-0000000000000000" }] }],
    ["does a change by another operation", { changes: [{ ...first, operations: [] }, ...rest] }],
    ["has another hazard", { changes: [{ ...first, hazards: [...first.hazards, "takes-more-seats"] }, ...rest] }],
    ["holds a change in quarantine", { changes: rest, quarantined: [...plan.quarantined, first] }],
    ["has another power", { power: plan.power === "act" ? "observe" : "act" }],
    ["was made on a snapshot worth less", { certificate: { ...plan.certificate, state: "incomplete" } }],
    ["takes something back", { origin: { kind: "undo", runs: ["run-1"] } as unknown as Plan["origin"] }],
  ])("not when one %s", (_, other) => {
    expect(sameProposal(plan, { ...plan, ...other })).toBe(false);
  });
});
