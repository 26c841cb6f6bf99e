import { exitCodes, OperatorError } from "../model/errors.ts";
import { policyDigest } from "../policy/digest.ts";
import type { PolicyFileBytes } from "../ports.ts";
import type { PullRequest } from "../review-ports.ts";
import { approvalOf } from "../review/approval.ts";
import { isWithdrawn, postedFor, requirePosted } from "../review/posted.ts";
import { checkPower } from "../review/power.ts";
import { checkByHand } from "./by-hand.ts";
import { changedPolicies } from "./as-reviewed.ts";
import { behindPlan } from "./behind.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";
import { tellKeyEnd } from "./key-end.ts";
import { tellLeftToDo } from "./left-to-do.ts";
import { tellResult } from "./outputs.ts";
import { overridesOf } from "./overrides.ts";
import { policiesOf } from "./policies.ts";
import { marksOf } from "./marks.ts";
import { plansOnly } from "./plan-branch.ts";
import { tellOutcome } from "./tell-outcome.ts";
import { tellRefusal } from "./tell-refusal.ts";

/**
 * Mode `apply`: carries out the plan that was approved on the pull request this push merged, as far as it is still true.
 * Who approved is asked of GitHub now. Posts what came of it, or why nothing did; gives the exit code.
 */
export async function applyMerged(action: ActionKit): Promise<number> {
  const { event, host, facts, runner } = action;
  checkPower("apply", {
    event: event.name,
    ref: event.ref,
    defaultBranch: facts.defaultBranch,
    headRepository: null,
    repository: host.repository,
  });
  let pullRequest: PullRequest | null = null;
  try {
    checkByHand(action);
    pullRequest = await subjectOf(action);
    runner.say(`Pull request #${pullRequest.number}: ${pullRequest.title} (${pullRequest.url})`);
    return await applyPlanOf(action, pullRequest);
  } catch (error) {
    if (error instanceof OperatorError) await tellRefusal(action, pullRequest, error);
    throw error;
  }
}

/** The pull request that a push merged, or that a run by hand names. */
async function subjectOf({ event, host, inputs }: ActionKit): Promise<PullRequest> {
  if (event.name === "workflow_dispatch") {
    const found = inputs.pullRequest === null ? null : await host.pullRequest(inputs.pullRequest);
    if (found !== null) return found;
    throw new OperatorError(
      "usage",
      inputs.pullRequest === null
        ? "Which pull request is to be applied was not said."
        : `There is no pull request #${inputs.pullRequest}.`,
      "Give the number of a merged pull request in the input `pull-request`.",
    );
  }
  const found = (await host.pullRequestsOf(event.commit)).filter(
    ({ state, mergeCommit }) => state === "merged" && mergeCommit === event.commit,
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  throw new OperatorError(
    "notApproved",
    only === undefined
      ? `Commit ${event.commit.slice(0, 7)} came by no merged pull request, so nothing about it is approved.`
      : `Commit ${event.commit.slice(0, 7)} is the merge of several pull requests: ${found.map(({ number }) => `#${number}`).join(", ")}.`,
    "Nothing was applied. What the policies ask for is in the next scheduled plan, for review.",
  );
}

async function applyPlanOf(action: ActionKit, pullRequest: PullRequest): Promise<number> {
  const { host, repository, facts, sealer } = action;
  const tip = await repository.commitOf(`refs/heads/${facts.defaultBranch}`);
  const { mergeCommit } = pullRequest;
  const isMerged = pullRequest.state === "merged";
  if (isMerged && (mergeCommit === null || !(await repository.contains(tip, mergeCommit)))) {
    throw new OperatorError(
      "notApproved",
      `${facts.defaultBranch} does not hold the merge of pull request #${pullRequest.number}: its history was rewritten.`,
      "Nothing was applied. What the policies ask for is in the next scheduled plan, for review.",
    );
  }
  const files = await repository.filesOf(tip);
  const policies = await policiesOf(action, files);
  const { organizationId } = policies;
  if (await concernsOthers(action, pullRequest, organizationId, files)) {
    action.runner.say(
      `Pull request #${pullRequest.number} changes no policy of ${organizationId}, and has no plan for it.`,
    );
    return exitCodes.done;
  }
  const plans = { organization: organizationId, check: marksOf(action.inputs).planCheck };
  const posted = await requirePosted(host, sealer(), plans, pullRequest);
  const plan = await action.ledger(organizationId).loadPlan(posted.planDigest);
  if (plan === null) {
    throw new OperatorError(
      "notApproved",
      `The ledger does not hold the plan ${posted.planDigest} that was posted on pull request #${pullRequest.number}.`,
      "Put the ledger's branch back, or have the next scheduled plan reviewed.",
    );
  }
  const made = plansOnly(pullRequest) ? "plan-pull-request" : "pull-request";
  if (made === "pull-request" && isMerged && !(await changedPolicies(action, pullRequest))) {
    throw new OperatorError(
      "notApproved",
      `Merging pull request #${pullRequest.number} changed no policy: ${facts.defaultBranch} said the same before it, so there was nothing to approve.`,
      "Nothing was applied. What the policies ask for is in the next scheduled plan, for review.",
    );
  }
  const approval = await approvalOf(host, {
    organization: organizationId,
    pullRequest,
    posted,
    defaultBranch: facts.defaultBranch,
    repository: host.repository,
    made,
    behind: await behindPlan(action, policies, { plan, posted, tip, made }),
    overrides: await overridesOf(action),
  });
  const { result, names } = await carryOut(action, policies, plan, approval);
  const concerns = await tellKeyEnd(action, policies);
  const issue = await tellLeftToDo(action, { plan, result, names, concerns });
  await tellOutcome(action, { pullRequest, names, plan, approval, result, issue });
  tellResult(action, result, plan);
  return result.exit.code;
}

/**
 * Whether a push has nothing to do with these policies: no plan was posted for them, and they are as they were before it. In
 * a repository with several organisations, most pushes are another's.
 */
async function concernsOthers(
  { event, host, repository, sealer, inputs }: ActionKit,
  pullRequest: PullRequest,
  organizationId: string,
  files: readonly PolicyFileBytes[],
): Promise<boolean> {
  const marks = marksOf(inputs);
  if (event.name !== "push" || event.before === null || marks.isOurs(pullRequest.head.branch)) return false;
  const plans = { organization: organizationId, check: marks.planCheck };
  if ((await postedFor(host, sealer(), plans, pullRequest)) !== null) return false;
  // Somebody may have approved the plan that is void: they are told.
  if (await isWithdrawn(host, sealer(), plans, pullRequest)) return false;
  return policyDigest(await repository.filesOf(event.before)) === policyDigest(files);
}
