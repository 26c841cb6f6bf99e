import type { Change, Plan } from "../model/documents.generated.ts";
import { planDigest } from "./digest.ts";
import { expectedSeconds } from "./expected.ts";

/**
 * The part of a plan that standing policies carry out without a further approval, as a plan of its own: changes that only
 * those policies ask for, that can be undone exactly and carry no hazard. Pace and limits are the whole plan's: where one
 * tripped, nothing that takes is among its changes. Null where there is nothing.
 */
export function standingPart(plan: Plan, standing: ReadonlySet<string>): Plan | null {
  const isStanding = ({ policies, hazards, undo }: Change): boolean =>
    policies.every(({ policy }) => standing.has(policy)) && hazards.length === 0 && undo.possible === "exact";
  const changes = plan.changes.filter(isStanding);
  if (changes.length === 0) return null;
  const { digest: _, ...rest } = plan;
  const part: Omit<Plan, "digest"> = {
    ...rest,
    // Limits were read on the whole; what tripped waits there.
    limits: plan.limits.filter(({ tripped }) => !tripped),
    changes,
    quarantined: [],
    protectedDuties: [],
    expectedSeconds: expectedSeconds(changes),
    heldBack: [],
    conflicts: [],
    notes: [`The part of plan ${plan.digest} that standing policies carry out.`],
  };
  return { ...part, digest: planDigest(part) };
}
