import type { PoliciesRead } from "../commands/policies.ts";
import type { Approval, RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import type { PullRequest } from "../review-ports.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";
import { openLeftToDo } from "./left-to-do.ts";
import { tellOutcome } from "./tell-outcome.ts";
import { tellRefusal } from "./tell-refusal.ts";

/**
 * Goes on with a run that was killed or stopped before its plan was through, on the approval it was begun with, which must
 * carry our seal: whoever may push could write any approval into the ledger's branch. What comes of it is told where the
 * plan was approved. Null where there is none, or where it may not be gone on with: then whatever is left of it is in the
 * next plan.
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
  const pullRequest = await approvedIn(action, approval);
  try {
    const { result, names } = await carryOut(action, policies, plan, approval);
    if (pullRequest !== null) {
      // Whether anything else is left is not known before the organisation was read.
      const issue = await openLeftToDo(action, { plan, result, names });
      await tellOutcome(action, { pullRequest, names, plan, approval, result, issue });
    }
    return result;
  } catch (error) {
    if (!(error instanceof OperatorError) || !refusals.has(error.reason)) throw error;
    action.runner.warn(
      "A run that was cut off cannot be gone on with",
      `${left.run}: ${error.message} ${error.remedy}`,
    );
    if (pullRequest !== null) await tellRefusal(action, pullRequest, error);
    return null;
  }
}

/** The pull request of this repository that a sealed approval names; null: a standing one names none. */
async function approvedIn({ host }: ActionKit, { evidence = {} }: Approval): Promise<PullRequest | null> {
  const [, number] = /\/pull\/([1-9]\d{0,8})$/.exec(evidence["pullRequest"] ?? "") ?? [];
  if (number === undefined || evidence["repository"] !== host.repository) return null;
  return host.pullRequest(Number(number));
}

/** Reasons for which nothing was done, and what is left goes into the next plan. */
const refusals: ReadonlySet<OperatorError["reason"]> = new Set(["notApproved", "snapshotNotComplete", "limitTripped"]);
