import { everyChange } from "../model/plan-changes.ts";
import type { Approval, LimitReading, Plan } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { SIGNERS_OF_A_REVIEW } from "../model/signers.ts";
import { DAY, momentOf, type Seconds, secondsOf } from "../model/time.ts";
import { planDigest } from "../plan/digest.ts";
import { checkBreakGlass, trippedAtHalf } from "./break-glass.ts";

/** How old the snapshot under a plan may be when the plan is applied. */
export const SNAPSHOT_MAX_AGE: Seconds = DAY;

/** What the plan and its approval are held against: the world at the moment of applying. */
export interface ApprovalContext {
  readonly organizationId: string;
  /** Of the organisation file as it is now. */
  readonly power: Plan["power"];
  /** Of the policy repository as it is now. */
  readonly policyDigest: string;
  readonly now: Seconds;
  /** How many may leave a small group in any case; absent: none. */
  readonly groupFloor?: number;
}

/**
 * Throws OperatorError where this approval does not let this plan be applied here and now: an edited plan, another
 * organisation's, one that is too old or made from other policies, an approval of something else. A plan that only gives
 * back what a run took is free of age and of changed policies.
 */
export function checkApproval(plan: Plan, approval: Approval, context: ApprovalContext): void {
  if (planDigest(plan) !== plan.digest) {
    refuse("The plan was changed after it was made: it does not have the digest it names.", newPlan);
  }
  if (plan.organization.id !== context.organizationId) {
    refuse(
      `The plan is for organisation ${plan.organization.id}; this is ${context.organizationId}.`,
      "Use the plan, key and policies of one organisation.",
    );
  }
  if (approval.planDigest !== plan.digest) {
    refuse(
      `The approval is of ${approval.planDigest}; the plan's digest is ${plan.digest}.`,
      "Review this plan and approve its own digest.",
    );
  }
  if (approval.organization !== plan.organization.id) {
    refuse(
      `The approval was given in organisation ${approval.organization}, not in the plan's.`,
      "Have the plan approved where it belongs.",
    );
  }
  checkSigners(approval);
  if (context.power === "act" && plan.power === "observe") {
    refuse("The plan was made while the organisation file said `power: observe`.", newPlan);
  }
  if (context.power === "observe") {
    refuse(
      "The organisation file says `power: observe`: plans can be read but not applied.",
      "Where changes are wanted, set `power: act` in seatwright.yaml in a reviewed commit and make a new plan.",
    );
  }
  const groupFloor = context.groupFloor ?? 0;
  checkOverrides(plan, approval, groupFloor);
  checkBreakGlass(plan, approval, groupFloor);
  if (onlyGivesBack(plan)) return;
  if (context.now > (secondsOf(plan.notAfter) ?? 0)) {
    refuse(`The plan could be applied until ${plan.notAfter}; it is ${momentOf(context.now)}.`, newPlan);
  }
  if (plan.policyDigest !== context.policyDigest) {
    refuse("The policies have changed since the plan was made.", newPlan);
  }
  const waits = plan.changes.length === 0 && !isReleased(plan, approval);
  if (waits && plan.quarantined.length > 0) {
    throw new OperatorError(
      "limitTripped",
      `A limit tripped, and all that this plan would do waits for it: ${plan.quarantined.length === 1 ? "1 removal" : `${plan.quarantined.length} removals`}.`,
      `If the number is right, add ${[...new Set(tripped(plan).map(({ limit }) => `--override ${limit}@${plan.digest}`))].join(" ")}; otherwise find out why it is so high. The plan is not used up.`,
    );
  }
  if (plan.changes.length + plan.quarantined.length === 0 && plan.protectedDuties.length > 0) {
    if (!releasesProtected(plan, approval)) throw onlyProtected(plan);
  }
  const takes = plan.changes.some(({ direction }) => direction === "take");
  if (plan.certificate.state !== "complete" && takes) {
    throw new OperatorError(
      "snapshotNotComplete",
      `The plan takes things away, but the snapshot it was made from is ${plan.certificate.state}: ${plan.certificate.concerns.join("; ")}.`,
      "Read the organisation again; when the snapshot is complete, make a new plan.",
    );
  }
}

/**
 * Throws OperatorError where the snapshot under a plan is too old to begin with. A run that was interrupted may go on as
 * long as the plan is valid: everybody is looked at again. `maxAge` is in seconds; null: no bound.
 */
export function checkSnapshotAge(plan: Plan, now: Seconds, maxAge: Seconds | null): void {
  if (maxAge === null || onlyGivesBack(plan) || now - (secondsOf(plan.asOf) ?? 0) <= maxAge) return;
  refuse(`The snapshot under the plan is of ${plan.asOf}: more than ${Math.round(maxAge / 3600)} hours old.`, newPlan);
}

/**
 * Throws OperatorError where the ledger does not hold this plan. Whoever edits a plan can give it a digest of its own; the
 * planner keeps what it made, and nothing else is applied.
 */
export function checkKnown(plan: Plan, kept: Plan | null): void {
  if (kept !== null) return;
  refuse(
    `The ledger holds no plan ${plan.digest}: it was not made with this ledger, or it was changed and given a digest of its own.`,
    "Make the plan with the ledger that it is applied with (--ledger), have it reviewed, and apply that.",
  );
}

/** Throws OperatorError where a limit has tripped since the plan was made, by what other runs have taken meanwhile. */
export function checkLimitsNow(
  readings: readonly LimitReading[],
  { overrides, breakGlass }: Pick<Approval, "overrides" | "breakGlass">,
): void {
  const exceeded = breakGlass === true ? readings : readings.filter(({ tripped: trips }) => trips);
  const [first] = exceeded.filter(({ limit }) => overrides.every((given) => given.limit !== limit));
  if (first === undefined) return;
  const { limit, observed, allowed, unit, of } = first;
  const most = unit === "percent" ? `${allowed} % of ${of}` : String(allowed);
  throw new OperatorError(
    "limitTripped",
    `Other runs have taken from people since this plan was made: with it, ${limit} would be at ${observed}, and may be at ${most}${breakGlass === true ? ", half of it where nobody else has approved" : ""}.`,
    "Nothing was changed and the plan is not used up. Wait until the limit has room, or make a new plan, which shows the limit for review.",
  );
}

/** Throws OperatorError where this plan was used up by an earlier run. A digest is consumed once. */
export function checkNotConsumed(consumedBy: string | null): void {
  if (consumedBy === null) return;
  refuse(
    `This plan has been applied already, by run ${consumedBy}.`,
    "A plan is used up once. If something of it is still to change, make a new plan.",
  );
}

/** Whether a plan only takes back what a run took: such a plan is never too old. */
export function onlyGivesBack(plan: Plan): boolean {
  return plan.origin.kind === "undo" && everyChange(plan).every((change) => change.direction === "give");
}

/**
 * Whether every tripped limit is overridden by this approval, which releases what the plan holds in quarantine. True
 * where no limit tripped.
 */
export function isReleased(plan: Plan, approval: Approval): boolean {
  const overridden = new Set(approval.overrides.map(({ limit }) => limit));
  return tripped(plan).every(({ limit }) => overridden.has(limit));
}

/** Names the protection of people in an override. */
export const PROTECTED = "protected";

/** Whether a second person lets this plan's duties on protected people through. */
export function releasesProtected(plan: Plan, approval: Approval): boolean {
  const isOverridden = approval.overrides.some(({ limit }) => limit === PROTECTED);
  // An alarming plan is alarming as a whole.
  return plan.protectedDuties.length > 0 && isOverridden && isReleased(plan, approval);
}

/** Applied without the override, the plan would be used up and the override come too late. */
function onlyProtected({ protectedDuties, digest }: Plan): OperatorError {
  const duties = protectedDuties.length === 1 ? "1 duty" : `${protectedDuties.length} duties`;
  return new OperatorError(
    "dutiesOwed",
    `All that this plan would do is on protected people (${duties}), and that takes a second person.`,
    `Somebody else than the approver adds --override ${PROTECTED}@${digest}. The plan is not used up.`,
  );
}

function tripped(plan: Plan): readonly LimitReading[] {
  return plan.limits.filter((reading) => reading.tripped);
}

function checkOverrides(plan: Plan, approval: Approval, groupFloor: number): void {
  const passed = approval.breakGlass === true ? trippedAtHalf(plan.limits, groupFloor) : tripped(plan);
  const names = new Set(passed.map(({ limit }) => limit));
  if (plan.protectedDuties.length > 0) names.add(PROTECTED);
  for (const override of approval.overrides) {
    if (override.planDigest !== plan.digest) {
      refuse(
        `The override of ${override.limit} is for ${override.planDigest}, not for this plan.`,
        `Name this plan: --override ${override.limit}@${plan.digest}.`,
      );
    }
    if (!names.has(override.limit)) {
      refuse(
        `The override of ${override.limit} overrides nothing: that limit has not tripped in this plan.`,
        names.size === 0 ? "Leave the override out." : `What can be overridden here: ${[...names].join(", ")}.`,
      );
    }
    const waitsStill = passed.find(({ limit }) => approval.overrides.every((given) => given.limit !== limit));
    if (waitsStill !== undefined) {
      refuse(
        `The override of ${override.limit} releases nothing: the limit ${waitsStill.limit} has tripped too, and a plan waits as a whole.`,
        `Override each limit that tripped, where each number is right, or none: ${[...names].join(", ")}.`,
      );
    }
    if (override.limit === PROTECTED && (approval.made === "command-line" || approval.breakGlass === true)) {
      refuse(
        "Whoever is protected can be touched only where two people want it, and here one person alone approved.",
        "Have the plan reviewed, and have somebody who did not approve it override `protected`. Or change whom the organisation file protects, in a reviewed commit.",
      );
    }
    if (approval.made !== "command-line" && approval.approvers.includes(override.by)) {
      refuse(
        `${override.by} both approved the plan and overrode its limit ${override.limit}.`,
        "Ask a second person to override the limit.",
      );
    }
  }
}

/** A file is a review where enough people signed it; with fewer it is break-glass, whatever it says of itself. */
function checkSigners({ made, breakGlass, approvers }: Approval): void {
  if (made !== "file" || breakGlass === true) return;
  const people = new Set(approvers.map((login) => login.toLowerCase()));
  if (people.size >= SIGNERS_OF_A_REVIEW) return;
  refuse(
    `The approval file has the approval of ${people.size === 1 ? "one person" : "nobody"}; a review is that of two.`,
    "Have a second of the `approvers` sign the same file with `seatwright approve`.",
  );
}

const newPlan = "Make a new plan, have it reviewed, and apply that.";

function refuse(message: string, remedy: string): never {
  throw new OperatorError("notApproved", message, remedy);
}
