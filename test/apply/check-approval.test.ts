import { describe, expect, it } from "vitest";
import {
  type ApprovalContext,
  checkApproval,
  checkKnown,
  checkNotConsumed,
  checkSnapshotAge,
  releasesProtected,
} from "../../src/apply/check-approval.ts";
import type { Approval, Plan } from "../../src/model/documents.generated.ts";
import { DAY } from "../../src/model/time.ts";
import { approvalOf, changeFor, join, planTime, planWith, policyDigest } from "../support/apply.ts";
import { organizationId } from "../support/organization.ts";

const context: ApprovalContext = {
  organizationId,
  power: "act",
  policyDigest,
  now: planTime + 3600,
};
const taking = [changeFor("ada")];
const plan = planWith(taking);

function check(given: Plan = plan, more: Partial<ApprovalContext> = {}, approval: Approval = approvalOf(given)): void {
  checkApproval(given, approval, { ...context, ...more });
}

const tripped = {
  limit: "perRun.percent",
  scope: "",
  allowed: 5,
  unit: "percent",
  observed: 1,
  of: 2,
  tripped: true,
} as const;

describe("an approval", () => {
  it("lets its own plan be applied", () => {
    expect(() => check()).not.toThrow();
  });

  it.each<[string, () => void, string, RegExp]>([
    [
      "a plan that was edited",
      () => check({ ...plan, changes: [changeFor("eve")] }),
      "notApproved",
      /changed after it was made/,
    ],
    [
      "another organisation's plan",
      () => check(plan, { organizationId: "another" }),
      "notApproved",
      /is for organisation 8a13/,
    ],
    [
      "an approval of another digest",
      () => check(plan, {}, approvalOf(planWith([]))),
      "notApproved",
      /The approval is of sha256/,
    ],
    [
      "an approval given in another organisation",
      () => check(plan, {}, approvalOf(plan, { organization: "another" })),
      "notApproved",
      /given in organisation another/,
    ],
    ["an organisation that is only observed", () => check(plan, { power: "observe" }), "notApproved", /power: observe/],
    [
      "a plan made while only observing",
      () => check(planWith(taking, { power: "observe" })),
      "notApproved",
      /power: observe/,
    ],
    [
      "a plan past its time",
      () => check(plan, { now: planTime + 8 * DAY }),
      "notApproved",
      /until 2026-11-27T06:00:00Z/,
    ],
    [
      "a snapshot older than a day",
      () => checkSnapshotAge(plan, planTime + DAY + 1, DAY),
      "notApproved",
      /more than 24 hours old/,
    ],
    [
      "policies that have changed",
      () => check(plan, { policyDigest: `sha256:${"d".repeat(64)}` }),
      "notApproved",
      /policies have changed/,
    ],
    [
      "removals on the strength of a snapshot that is not complete",
      () => check(planWith(taking, { certificate: { state: "suspect", concerns: ["12 people are missing"] } })),
      "snapshotNotComplete",
      /suspect: 12 people are missing/,
    ],
  ])("does not cover %s", (_, act, reason, message) => {
    expect(act).toThrow(
      expect.objectContaining({ reason, message: expect.stringMatching(message), remedy: expect.stringMatching(/\w/) }),
    );
  });

  it("covers a plan to its last second, and a snapshot to its last", () => {
    expect(() => checkSnapshotAge(plan, planTime + DAY, DAY)).not.toThrow();
    expect(() => checkSnapshotAge(plan, planTime + 9 * DAY, null)).not.toThrow();
    expect(() => check(plan, { now: planTime + 7 * DAY })).not.toThrow();
  });

  it("covers additions on the strength of a snapshot that is not complete", () => {
    const give = changeFor("ada", {
      action: "addToGroup",
      direction: "give",
      seat: null,
      operations: [join("g-team")],
    });
    expect(() => check(planWith([give], { certificate: { state: "suspect", concerns: [] } }))).not.toThrow();
  });

  it("covers a plan that only gives back whatever its age and whatever the policies say", () => {
    const give = changeFor("ada", { direction: "give", operations: [join("g-jira")] });
    const undo = { origin: { kind: "undo", run: "r-1" } } as const;
    const late = { now: planTime + 300 * DAY, policyDigest: "sha256:other" };
    expect(() => check(planWith([give], undo), late)).not.toThrow();
    expect(() => checkSnapshotAge(planWith([give], undo), late.now, DAY)).not.toThrow();
    expect(() => check(planWith([give, changeFor("bob")], undo), late)).toThrow("could be applied until");
    expect(() => check(planWith([give]), late)).toThrow("could be applied until");
  });

  it("is used up with its plan", () => {
    expect(() => checkNotConsumed(null)).not.toThrow();
    expect(() => checkNotConsumed("r-1")).toThrow(
      expect.objectContaining({ reason: "notApproved", message: expect.stringContaining("r-1") }),
    );
  });
});

describe("what is applied", () => {
  it("is a plan that the ledger holds, so that nobody applies one with a digest of their own", () => {
    const plan = planWith([changeFor("ada")]);
    expect(() => checkKnown(plan, plan)).not.toThrow();
    expect(() => checkKnown(plan, null)).toThrow(/holds no plan/);
  });
});

describe("an override", () => {
  const limited = planWith([], { quarantined: taking, limits: [tripped] });
  const override = { limit: "perRun.percent", planDigest: limited.digest, by: "second", reason: "agreed" };

  it("is for this plan", () => {
    const other = { ...override, planDigest: plan.digest };
    expect(() => check(limited, {}, approvalOf(limited, { overrides: [other] }))).toThrow("not for this plan");
    expect(() => check(limited, {}, approvalOf(limited, { overrides: [override] }))).not.toThrow();
  });

  it("is of a limit that tripped", () => {
    const idle = { ...override, limit: "perDay.changes" };
    expect(() => check(limited, {}, approvalOf(limited, { overrides: [idle] }))).toThrow("overrides nothing");
  });

  it("is by somebody who did not approve, but on the command line", () => {
    const own = { ...override, by: "ops" };
    expect(() => check(limited, {}, approvalOf(limited, { made: "pull-request", overrides: [own] }))).toThrow(
      "both approved",
    );
    expect(() => check(limited, {}, approvalOf(limited, { overrides: [own] }))).not.toThrow();
  });

  it("is refused where it releases nothing, because another limit waits too", () => {
    const both = planWith([], {
      quarantined: [changeFor("ada")],
      protectedDuties: [changeFor("eve", { purpose: "duty", hazards: ["protected"] })],
      limits: [tripped, { ...tripped, limit: "perDay.changes" }],
    });
    const given = (...limits: string[]): Approval =>
      approvalOf(both, {
        made: "pull-request",
        overrides: limits.map((limit) => ({ limit, planDigest: both.digest, by: "second", reason: "agreed" })),
      });
    for (const some of [["perDay.changes"], ["protected"], ["protected", tripped.limit]]) {
      expect(() => check(both, {}, given(...some)), some.join()).toThrow("releases nothing");
    }
    expect(() => check(both, {}, given("perDay.changes", tripped.limit))).not.toThrow();
    expect(() => check(both, {}, given("perDay.changes", tripped.limit, "protected"))).not.toThrow();
  });

  it("of protection is by a second person, and never on the command line", () => {
    const duty = changeFor("eve", { purpose: "duty", hazards: ["protected"] });
    const leaver = planWith([], { protectedDuties: [duty] });
    const second = { limit: "protected", planDigest: leaver.digest, by: "second", reason: "she has left" };
    const reviewed = (by: string): Approval =>
      approvalOf(leaver, { made: "pull-request", overrides: [{ ...second, by }] });
    expect(() => check(leaver, {}, approvalOf(leaver, { overrides: [second] }))).toThrow("two people");
    expect(() => check(leaver, {}, reviewed("ops"))).toThrow("both approved");
    expect(() => check(leaver, {}, reviewed("second"))).not.toThrow();
    expect(releasesProtected(leaver, reviewed("second"))).toBe(true);
    expect(releasesProtected(leaver, approvalOf(leaver))).toBe(false);
    const nothing = { ...second, planDigest: plan.digest };
    expect(() => check(plan, {}, approvalOf(plan, { made: "pull-request", overrides: [nothing] }))).toThrow(
      "overrides nothing",
    );
  });
});
