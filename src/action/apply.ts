import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { policyDigest } from "../policy/digest.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import type { PolicyFileBytes, PullRequest } from "../ports.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { renderResultComment } from "../report/result-comment.ts";
import { renderRefusal } from "../report/review-refusals.ts";
import { createNames } from "../report/people.ts";
import { approvalOf, type GivenOverride } from "../review/approval.ts";
import { mayWrite } from "../review/approvers.ts";
import { postedFor, requirePosted } from "../review/posted.ts";
import { checkPower } from "../review/power.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";
import { tellLeftToDo } from "./left-to-do.ts";
import { tellResult } from "./outputs.ts";
import { policiesOf, showOf } from "./policies.ts";
import { marksOf } from "./marks.ts";
import { plansOnly } from "./plan-branch.ts";
import { runOf, wholeOf } from "./whole.ts";

const APPLY_CHECK = "Seatwright apply";

/**
 * Mode `apply`: carries out the plan that was approved on the pull request this push merged, as far as it is still true.
 * Who approved is asked of GitHub now. Posts what came of it; gives the exit code.
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
  const pullRequest = await subjectOf(action);
  runner.say(`Pull request #${pullRequest.number}: ${pullRequest.title} (${pullRequest.url})`);
  try {
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
  const posted = await requirePosted(host, sealer(), organizationId, pullRequest);
  const plan = await action.ledger(organizationId).loadPlan(posted.planDigest);
  if (plan === null) {
    throw new OperatorError(
      "notApproved",
      `The ledger does not hold the plan ${posted.planDigest} that was posted on pull request #${pullRequest.number}.`,
      "Put the ledger's branch back, or have the next scheduled plan reviewed.",
    );
  }
  const approval = await approvalOf(host, {
    organization: organizationId,
    pullRequest,
    posted,
    defaultBranch: facts.defaultBranch,
    repository: host.repository,
    made: plansOnly(pullRequest) ? "plan-pull-request" : "pull-request",
    overrides: await overridesOf(action),
    now: action.kit.clock.now(),
  });
  const result = await carryOut(action, policies, plan, approval);
  await tellOutcome(action, { pullRequest, policies, plan, approval, result });
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
  if (event.name !== "push" || event.before === null || marksOf(inputs).isOurs(pullRequest.head.branch)) return false;
  if ((await postedFor(host, sealer(), organizationId, pullRequest)) !== null) return false;
  return policyDigest(await repository.filesOf(event.before)) === policyDigest(files);
}

/** Limits that whoever set this run off lets pass: somebody with write permission, whose login is what GitHub says of the run. */
async function overridesOf({ event, host, inputs }: ActionKit): Promise<readonly GivenOverride[]> {
  if (inputs.overrides.length === 0) return [];
  if (event.name !== "workflow_dispatch") {
    throw new OperatorError(
      "usage",
      `A run set off by ${event.name} cannot override a limit.`,
      "Start the workflow by hand, with the inputs `pull-request`, `override` and `reason`.",
    );
  }
  const { reason } = inputs;
  if (reason === null) {
    throw new OperatorError(
      "usage",
      "An override needs a reason.",
      "Give it in the input `reason`; the audit log keeps it.",
    );
  }
  const by = (await host.workflowRun(event.runId))?.triggeredBy ?? null;
  if (by === null) {
    throw new OperatorError(
      "notApproved",
      `GitHub does not tell who started run ${event.runId}, so nobody overrides anything.`,
      "Start the workflow again by hand.",
    );
  }
  if (!mayWrite(await host.permission(by))) {
    throw new OperatorError(
      "notApproved",
      `${by} started this run and has no write permission of their own, so they override nothing.`,
      "Somebody with write permission, who did not approve the plan, starts the workflow by hand. A workflow cannot.",
    );
  }
  return inputs.overrides.map((text) => {
    const [, limit, planDigest] = /^([A-Za-z0-9.]+)@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
    if (limit !== undefined && planDigest !== undefined) return { limit, planDigest, by, reason };
    throw new OperatorError(
      "usage",
      `The input \`override\` has ${text}, which does not name a limit and a plan.`,
      "Write perRun.percent@sha256:…, one to a line, with the limit as the plan names it and the plan's digest.",
    );
  });
}

interface Outcome {
  readonly pullRequest: PullRequest;
  readonly policies: PoliciesRead;
  readonly plan: Plan;
  readonly approval: Approval;
  readonly result: RunResult;
}

async function tellOutcome(
  action: ActionKit,
  { pullRequest, policies, plan, approval, result }: Outcome,
): Promise<void> {
  const { host, runner, event, facts } = action;
  const names = createNames(null, showOf(policies.show, facts));
  const issue = await tellLeftToDo(action, { plan, result, names });
  const undoCommand = result.outcomes.some(({ outcome }) => hadEffect.has(outcome)) ? undoWords(result) : null;
  const comment = renderResultComment(
    result,
    plan,
    names,
    {
      approval,
      issue,
      auditPath: `audit/${result.run}.jsonl on the branch ${action.inputs.ledgerBranch}`,
      undoCommand,
    },
    { marker: marksOf(action.inputs).result, maxBytes: commentBytes, whole: wholeOf(action, plan) },
  );
  await runner.summary(comment);
  tellResult(action, result, plan);
  await host.keepComment(pullRequest.number, marksOf(action.inputs).result, comment);
  await host.postCheckRun({
    commit: pullRequest.mergeCommit ?? event.commit,
    name: APPLY_CHECK,
    externalId: result.run,
    conclusion: result.exit.code === 0 ? "success" : "failure",
    title: result.exit.reason,
    summary: comment,
    annotations: [],
    detailsUrl: event.runUrl,
  });
}

/** Outcomes after which something is not as it was. */
const hadEffect: ReadonlySet<string> = new Set(["done", "done-not-yet-visible", "partial"]);

/** How a run is taken back from GitHub. */
function undoWords({ run }: RunResult): string {
  return `gh workflow run seatwright.yml -f mode=reconcile -f undo=${run}`;
}

/** Says on the pull request that nothing, or no more, was applied, and why. */
async function tellRefusal(action: ActionKit, pullRequest: PullRequest, error: OperatorError): Promise<void> {
  const { host, event, runner } = action;
  const comment = renderRefusal(
    { message: error.message, remedy: remedyFor(error, pullRequest) },
    {
      marker: marksOf(action.inputs).refusal,
      maxBytes: commentBytes,
      whole: runOf(action),
      title: error.reason === "appliedPartially" ? "Seatwright stopped in the middle" : "Seatwright applied nothing",
      runUrl: event.runUrl,
    },
  );
  await runner.summary(comment);
  try {
    await host.keepComment(pullRequest.number, marksOf(action.inputs).refusal, comment);
  } catch (trouble) {
    // The refusal itself is what matters; it ends the run.
    if (!(trouble instanceof OperatorError)) throw trouble;
    runner.warn("Seatwright could not comment", trouble.message);
  }
}

/** What to do about an error, in the words of GitHub where the command line has others. */
function remedyFor({ reason, remedy }: OperatorError, { number }: PullRequest): string {
  const overrides = [...remedy.matchAll(/--override (\S+)/g)].map(([, given]) => given);
  if (!["limitTripped", "dutiesOwed"].includes(reason) || overrides.length === 0) return remedy;
  return (
    `If the number is right, somebody with write permission who did not approve starts the workflow by hand, with mode apply, pull-request ${number}, ` +
    `a reason, and override ${overrides.join(" ")}; otherwise find out why it is so high. The plan is not used up.`
  );
}
