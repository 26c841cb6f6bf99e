import type { Approval, Plan } from "../../src/model/documents.generated.ts";
import type { ReviewContext } from "../../src/report/review-body.ts";
import { accounts, change, daysAgo, fakeDigest, held, planOf, policy } from "./plan-parts.ts";
import { smallPlan } from "./plans.ts";

const since = daysAgo(12);
const handoffId = "h-00000000000000a1";

/** The small plan as a planner with a hand-off file gives it: Jonas is handed over since twelve days, Kofi since now. */
export function reviewedPlan(): Plan {
  const plan = smallPlan();
  return {
    ...plan,
    heldBack: plan.heldBack.map((each) => {
      if (!each.handoff) return each;
      return { ...each, handoffId, since: each.accountId === accounts.jonas ? since : plan.asOf };
    }),
  };
}

/** What the policies without the pull request propose: no Ada, Fatima by another group, and Dana, who is protected by it. */
export function basePlan(): Plan {
  const plan = reviewedPlan();
  return {
    ...plan,
    digest: fakeDigest(21),
    policies: plan.policies.map((each) =>
      each.id === "unused-seats" ? policy("unused-seats", { matched: 21, unknown: 4, changes: 9 }) : each,
    ),
    changes: [
      ...plan.changes
        .filter(({ id }) => !id.endsWith("3"))
        .map((each) => (each.id.endsWith("7") ? change({ number: 7, accountId: accounts.fatima }) : each)),
      change({ number: 30, accountId: accounts.dana }),
    ],
  };
}

/** The plan of the push before: without Haruto, with Kofi, and with Ben by a direct role too. */
export function previousPlan(): Plan {
  const plan = reviewedPlan();
  return {
    ...plan,
    digest: fakeDigest(22),
    asOf: "2026-11-19T06:00:00Z",
    changes: [
      ...plan.changes
        .filter(({ id }) => !id.endsWith("6"))
        .map((each) =>
          each.accountId === accounts.ben
            ? { ...each, operations: [...each.operations, { kind: "revokeRole", role: "atlassian/user" } as const] }
            : each,
        ),
      change({ number: 31, accountId: accounts.kofi }),
    ],
  };
}

export const estimate = {
  label: "estimate",
  currency: "USD",
  period: "month",
  before: 1_089_620,
  after: 1_029_620,
  from: "2026-12-01",
} as const;

export function contextOf(parts: Partial<ReviewContext> = {}): ReviewContext {
  return { base: null, previous: null, estimates: [], ...parts };
}

/** Everything a review can know. */
export function fullContext(): ReviewContext {
  return { base: basePlan(), previous: previousPlan(), estimates: [estimate] };
}

export function approvalOf(plan: Plan, parts: Partial<Approval> = {}): Approval {
  return {
    kind: "approval",
    version: 1,
    organization: plan.organization.id,
    planDigest: plan.digest,
    made: "pull-request",
    approvers: ["ada-o", "ben-w"],
    reason: "Reviewed",
    at: "2026-11-20T06:10:00Z",
    overrides: [],
    ...parts,
  };
}

/** A plan whose only content is a duty on somebody protected: listed as owed, and kept apart for an override. */
export function protectedDutyPlan(): Plan {
  const duty = change({
    number: 40,
    accountId: accounts.dana,
    action: "deactivate",
    purpose: "duty",
    seat: null,
    policies: [{ policy: "leavers", facts: [] }],
    operations: [{ kind: "deactivate" }],
    hazards: ["protected"],
  });
  return planOf({
    policies: [policy("leavers", { purpose: "duty", because: "ITGC-07", owner: "@acme/identity" })],
    protectedDuties: [duty],
    heldBack: [
      held({
        accountId: accounts.dana,
        policy: "leavers",
        action: "deactivate",
        seat: null,
        kind: "protected",
        reason: "administers the organisation",
        owed: true,
      }),
    ],
  });
}
