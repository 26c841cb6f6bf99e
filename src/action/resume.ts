import type { PoliciesRead } from "../commands/policies.ts";
import type { RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";

/**
 * Goes on with a run that was killed or stopped before its plan was through, on the approval it was begun with, which must
 * carry our seal: whoever may push could write any approval into the ledger's branch. Null where there is none, or where it
 * may not be gone on with: then whatever is left of it is in the next plan.
 */
export async function resumeUnfinished(action: ActionKit, policies: PoliciesRead): Promise<RunResult | null> {
  const ledger = action.ledger(policies.organizationId);
  const left = await ledger.unfinishedRun();
  if (left === null) return null;
  const plan = await ledger.loadPlan(left.planDigest);
  const approval = left.events.findLast(({ event }) => event.type === "approval")?.event.approval;
  if (plan === null || approval === undefined) return null;
  if (!action.sealer().isOurApproval(approval)) {
    action.runner.warn(
      "A run that was cut off cannot be gone on with",
      `${left.run}: the ledger's record of its approval was not written by this action with the organisation's present key. Nothing of it is carried out here; what is left is in the next plan. If nobody ran Seatwright from a command line, find out who pushed to the ledger's branch.`,
    );
    return null;
  }
  action.runner.say(`Run ${left.run} was cut off; going on with it.`);
  try {
    return await carryOut(action, policies, plan, approval);
  } catch (error) {
    if (!(error instanceof OperatorError) || !refusals.has(error.reason)) throw error;
    action.runner.warn(
      "A run that was cut off cannot be gone on with",
      `${left.run}: ${error.message} ${error.remedy}`,
    );
    return null;
  }
}

/** Reasons for which nothing was done, and what is left goes into the next plan. */
const refusals: ReadonlySet<OperatorError["reason"]> = new Set(["notApproved", "snapshotNotComplete", "limitTripped"]);
