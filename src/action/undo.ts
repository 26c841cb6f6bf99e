import { exitOf } from "../commands/plan.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import { snapshotDigest } from "../disk/snapshot-file.ts";
import { exitCodes } from "../model/errors.ts";
import { everyChange } from "../model/plan-changes.ts";
import { proposeUndo } from "../pipeline.ts";
import { createNames } from "../report/people.ts";
import { renderStepSummary, stepSummaryBytes } from "../report/review-check.ts";
import { tool } from "../version.ts";
import type { ActionKit } from "./kit.ts";
import { tellPlan } from "./outputs.ts";
import { marksOf } from "./marks.ts";
import { showOf } from "./policies.ts";
import { proposeInPullRequest } from "./plan-pull-request.ts";
import { wholeOf } from "./whole.ts";

/** Opens a pull request with the plan that takes a run back. Merging it is the approval, as for any plan. */
export async function proposeUndoPullRequest(
  action: ActionKit,
  { policies, tip, run }: { readonly policies: PoliciesRead; readonly tip: string; readonly run: string },
): Promise<number> {
  const { kit, facts, runner } = action;
  const { organizationId } = policies;
  const connection = kit.connect(organizationId);
  try {
    const { plan, population } = await proposeUndo({
      policies,
      reader: connection.reader,
      ledger: action.ledger(organizationId),
      digestOf: snapshotDigest,
      tool,
      ...(kit.api === "loopback" ? { rehearsal: true } : {}),
      selection: { run, accountId: null, policy: null, since: null },
    });
    const names = createNames(population, showOf(policies.show, facts));
    const context = { base: null, previous: null, estimates: [] };
    const options = { maxBytes: stepSummaryBytes, whole: wholeOf(action, plan) };
    await runner.summary(renderStepSummary(plan, names, context, options));
    await tellPlan(action, plan, exitOf(plan, "plain"));
    if (everyChange(plan).length === 0) {
      runner.say(`Nothing of ${run} can be taken back, or all of it was taken back already.`);
      return exitCodes.done;
    }
    const message = `Take back ${run}`;
    const branch = marksOf(action.inputs).undoBranch(run);
    await proposeInPullRequest(action, { policies, plan, population, names, tip, branch, message, previous: null });
    return exitOf(plan, "plain");
  } finally {
    await connection.close();
  }
}
