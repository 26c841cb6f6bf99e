import { exitOf } from "../commands/plan.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import { snapshotDigest } from "../disk/snapshot-file.ts";
import type { Plan } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { everyChange } from "../model/plan-changes.ts";
import { proposeUndo, type Proposed } from "../pipeline.ts";
import type { PullRequest } from "../review-ports.ts";
import { createNames } from "../report/people.ts";
import { renderStepSummary, stepSummaryBytes } from "../report/review-check.ts";
import { stillHolds } from "../review/same.ts";
import { tool } from "../version.ts";
import type { ActionKit } from "./kit.ts";
import { isBlind } from "./left-to-do.ts";
import { marksOf, UNDO_BRANCHES } from "./marks.ts";
import { tellPlan } from "./outputs.ts";
import { whoStarted } from "./overrides.ts";
import { openPlanPullRequest, planAskedFor, proposeInPullRequest } from "./plan-pull-request.ts";
import { showOf } from "./policies.ts";
import { undoNotice, withNotice } from "./warnings.ts";
import { wholeOf } from "./whole.ts";

/**
 * Opens a pull request with the plan that takes a run back, approved and merged like any plan. Where it takes something
 * away, whoever started this run is as good as its author, and says so in it. Throws OperatorError where GitHub does not
 * tell who that is.
 */
export async function proposeUndoPullRequest(
  action: ActionKit,
  { policies, tip, run }: { readonly policies: PoliciesRead; readonly tip: string; readonly run: string },
): Promise<number> {
  const { facts, runner } = action;
  const by = await whoStarted(action, "ask for an undo");
  const { plan, population } = await planOfUndo(action, policies, run);
  const takes = everyChange(plan).some(({ direction }) => direction === "take");
  const notice = undoNotice(by, takes ? "takes" : "gives back only");
  const names = createNames(population, showOf(policies.show, facts));
  const context = { base: null, previous: null, estimates: [] };
  const options = { maxBytes: stepSummaryBytes, whole: wholeOf(action, plan) };
  await runner.summary(withNotice(renderStepSummary(plan, names, context, options), notice));
  await tellPlan(action, plan, exitOf(plan, "plain"));
  const branch = marksOf(action.inputs).undoBranch(run);
  const open = await openPlanPullRequest(action, branch);
  if (everyChange(plan).length === 0) {
    runner.say(`Nothing of ${run} can be taken back, or all of it was taken back already.`);
    if (open !== null) await closeIfSettled(action, open, plan);
    return exitCodes.done;
  }
  const { plan: previous } = await planAskedFor(action, open, plan.organization.id);
  if (open !== null && previous !== null && stillHolds(previous, plan, action.kit.clock.now())) {
    runner.say(`The plan in ${open.url} still holds.`);
    return exitOf(plan, "plain");
  }
  const message = `Take back ${run}`;
  await proposeInPullRequest(action, { policies, plan, population, names, tip, branch, message, previous, notice });
  return exitOf(plan, "plain");
}

/** Closes the open pull requests of this folder that would take a run back of which nothing is left to take back. */
export async function closeSettledUndos(action: ActionKit, policies: PoliciesRead): Promise<void> {
  const { host, facts, inputs, runner } = action;
  const marks = marksOf(inputs);
  for (const open of await host.openPullRequestsFrom(UNDO_BRANCHES, facts.defaultBranch)) {
    const run = marks.undoneBy(open.head.branch);
    if (run === null) continue;
    try {
      await closeIfSettled(action, open, (await planOfUndo(action, policies, run)).plan);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      runner.warn("An undo cannot be looked at again", `${open.url} stays open: ${error.message}`);
    }
  }
}

/** Closes it where its plan is empty because nothing is left, and not because too little is known. */
async function closeIfSettled({ host, repository, runner }: ActionKit, open: PullRequest, plan: Plan): Promise<void> {
  const mayCome = isBlind(plan) || plan.heldBack.some(({ kind }) => kind === "unknown");
  if (everyChange(plan).length > 0 || mayCome) return;
  await host.closePullRequest(open.number, "Nothing is left of this run that could be taken back.");
  await repository.deleteBranch(open.head.branch);
  runner.say(`Closed ${open.url}: nothing is left to take back.`);
}

/** What takes a run back, with the people as they are now. */
async function planOfUndo(
  { kit, ledger }: ActionKit,
  policies: PoliciesRead,
  run: string,
): Promise<Pick<Proposed, "plan" | "population">> {
  const { organizationId } = policies;
  const connection = kit.connect(organizationId);
  try {
    return await proposeUndo({
      policies,
      reader: connection.reader,
      ledger: ledger(organizationId),
      digestOf: snapshotDigest,
      tool,
      ...(kit.api === "loopback" ? { rehearsal: true } : {}),
      selection: { run, accountId: null, policy: null, since: null },
    });
  } finally {
    await connection.close();
  }
}
