import type { Change, Plan } from "../model/documents.generated.ts";
import { everyChange } from "../model/plan-changes.ts";
import { DAY, type Seconds, secondsOf } from "../model/time.ts";
import { canonicalJson } from "../plan/digest.ts";

/**
 * Whether two plans ask an approver for the same: the same policies, and the same changes with the same operations and
 * hazards. When they were made and the facts behind them may differ. One whose quarantine or certificate differs is
 * another.
 */
export function sameProposal(a: Plan, b: Plan): boolean {
  return a.policyDigest === b.policyDigest && canonicalJson(essence(a)) === canonicalJson(essence(b));
}

/**
 * Whether a plan that was posted may stay where it is: it asks for what a plan made now would ask for, and may be applied
 * for a day yet.
 */
export function stillHolds(posted: Plan, plan: Plan, now: Seconds): boolean {
  return sameProposal(posted, plan) && (secondsOf(posted.notAfter) ?? 0) - now > DAY;
}

function essence(plan: Plan): unknown {
  const { origin, power, certificate, changes, quarantined, protectedDuties } = plan;
  const idsOf = (list: readonly Change[]): readonly string[] => list.map(({ id }) => id);
  return {
    origin,
    power,
    certificate: certificate.state,
    lists: [idsOf(changes), idsOf(quarantined), idsOf(protectedDuties)],
    changes: everyChange(plan).map(({ id, operations, hazards }) => ({ id, operations, hazards })),
  };
}
