import type { Approval, LimitReading, Plan } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { allowedBy } from "../plan/limits.ts";

/**
 * Limits that a plan would trip if each allowed half as much. 0 stays 0; any other limit still allows one. `groupFloor` is
 * how many may leave a small group in any case.
 */
export function trippedAtHalf(limits: readonly LimitReading[], groupFloor: number): readonly LimitReading[] {
  return limits.filter(({ limit, unit, allowed, observed, of, tripped }) => {
    if (tripped) return true;
    // What grew or shrank is no amount of removals: half of it means nothing.
    if (limit === "growth.percent" || limit === "exemptions.percent") return false;
    if (limit.startsWith("perGroup.") && observed <= groupFloor) return false;
    const half =
      unit === "percent" ? allowedBy(allowed / 2, of) : allowed === 0 ? 0 : Math.max(1, Math.floor(allowed / 2));
    return observed > half;
  });
}

/**
 * Throws OperatorError("limitTripped") where somebody alone wants to take away more than half of what a limit allows,
 * and has not overridden that limit. Giving is not limited.
 */
export function checkBreakGlass(plan: Plan, approval: Approval, groupFloor: number): void {
  const overridden = new Set(approval.overrides.map(({ limit }) => limit));
  const isReleased = plan.limits.every(({ limit, tripped }) => !tripped || overridden.has(limit));
  const changes = [...plan.changes, ...(isReleased ? plan.quarantined : [])];
  if (approval.breakGlass !== true || changes.every(({ direction }) => direction === "give")) return;
  const passed = trippedAtHalf(plan.limits, groupFloor).filter(({ limit }) => !overridden.has(limit));
  const [first] = passed;
  if (first === undefined) return;
  const names = [...new Set(passed.map(({ limit }) => limit))];
  const allowed = first.unit === "percent" ? `${first.allowed}%` : String(first.allowed);
  const on = first.scope === "" ? "" : ` of ${first.scope}`;
  throw new OperatorError(
    "limitTripped",
    `Nobody else has approved this plan, so its limits are read at half, and it passes ${names.join(", ")}: ` +
      `${first.limit}${on} allows ${allowed}, half of that here, and the plan takes ${first.observed}.`,
    approval.made === "file"
      ? "Have a second approver sign the file, or make a smaller plan."
      : "Have the plan reviewed, make a smaller one, or override each of these limits: " +
          `${names.map((name) => `--override ${name}@${plan.digest}`).join(" ")}.`,
  );
}
