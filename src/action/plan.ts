import { snapshotDigest } from "../disk/snapshot-file.ts";
import { exitOf } from "../commands/plan.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import type { Plan } from "../model/documents.generated.ts";
import { exitCodes, OperatorError, PolicyError } from "../model/errors.ts";
import { policyDigest } from "../policy/digest.ts";
import type { Population } from "../people/population.ts";
import { comparePlan, proposePlan, type Proposed, type ProposeRequest } from "../pipeline.ts";
import { createNames } from "../report/people.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { checkBytes, renderStepSummary, stepSummaryBytes } from "../report/review-check.ts";
import type { ReviewContext } from "../report/review-body.ts";
import { renderReviewComment } from "../report/review-comment.ts";
import { renderPolicyErrors } from "../report/review-refusals.ts";
import { postedFor } from "../review/posted.ts";
import { checkPower } from "../review/power.ts";
import { stillHolds } from "../review/same.ts";
import type { PolicyFileBytes, PullRequest } from "../ports.ts";
import { tool } from "../version.ts";
import { checkByHand } from "./by-hand.ts";
import type { ActionKit } from "./kit.ts";
import { readOnce } from "./organization.ts";
import { marksOf } from "./marks.ts";
import { tellExit, tellPlan } from "./outputs.ts";
import { estimatesOf } from "./estimates.ts";
import { plansOnly } from "./plan-branch.ts";
import { tellNothingChanged } from "./nothing-changed.ts";
import { annotationsOf, policiesOf, showBefore } from "./policies.ts";
import { postPlanCheck } from "./post-plan.ts";
import { runOf, wholeOf } from "./whole.ts";

/**
 * Mode `plan`: what merging this pull request into its base, as both are now, would change in the organisation. Its files
 * are read as Git objects and never checked out. Posts one comment and a sealed check run; gives the exit code. Nothing is
 * posted on branches for plans: what a plan pull request asks for is said by the run that opened it, and nobody else. Where
 * the policies are the same with and without the pull request, the organisation is not read, and there is no plan.
 */
export async function planPullRequest(action: ActionKit): Promise<number> {
  const { event, host, repository, runner } = action;
  checkByHand(action);
  const pullRequest = await subjectOf(action);
  checkPower("plan", {
    event: event.name,
    ref: event.ref,
    defaultBranch: action.facts.defaultBranch,
    headRepository: pullRequest.head.repository,
    repository: host.repository,
  });
  if (plansOnly(pullRequest)) {
    runner.say(
      `${pullRequest.head.branch} is a branch for plans: the run that made the plan posted it, and this one adds none.`,
    );
    return exitCodes.done;
  }
  const base = await repository.commitOf(`refs/heads/${pullRequest.base.branch}`);
  const head = await repository.commitOf(`refs/pull/${pullRequest.number}/head`);
  if (head !== pullRequest.head.commit) {
    runner.say("The pull request was pushed to meanwhile: the run for that push plans it.");
    return exitCodes.done;
  }
  const files = await repository.filesMerged(base, head);
  const baseFiles = await usableOrNull(() => repository.filesOf(base));
  if (baseFiles !== null && policyDigest(files) === policyDigest(baseFiles)) {
    return tellNothingChanged(action, pullRequest);
  }
  const policies = await soundPolicies(action, pullRequest, files);
  if (policies === null) return exitCodes.policyInvalid;
  const basePolicies = baseFiles === null ? null : await usableOrNull(() => policiesOf(action, baseFiles));

  const { proposed, before } = await readOnce(action, policies.organizationId, async (read, reader, report) => {
    const request = requestFor(action, policies, read, { reader, report });
    const made = await proposePlan(request);
    return { proposed: made, before: await planOfBase(basePolicies, { ...request, population: made.population }) };
  });
  // What is kept of people is for the default branch to say: this pull request is not merged.
  await action.ledger(policies.organizationId).recordSnapshot(proposed.population, null, basePolicies?.history);
  await post(
    action,
    { pullRequest, policies, show: showBefore(basePolicies, policies, action.facts), before },
    proposed,
  );
  return exitOf(proposed.plan, "plain");
}

async function subjectOf({ event, host }: ActionKit): Promise<PullRequest> {
  const found = event.pullRequest === null ? null : await host.pullRequest(event.pullRequest);
  if (found !== null) return found;
  throw new OperatorError(
    "usage",
    `The event ${event.name} is not about a pull request of ${host.repository}.`,
    "Use mode `plan` in a workflow for `pull_request_target`.",
  );
}

/** The policies, or null where they have mistakes, which are shown where they stand. */
async function soundPolicies(
  action: ActionKit,
  { number, head }: PullRequest,
  files: readonly PolicyFileBytes[],
): Promise<PoliciesRead | null> {
  const { host, inputs, runner, event } = action;
  try {
    return await policiesOf(action, files);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const annotations = annotationsOf(error.findings, inputs.folder);
    for (const annotation of annotations) runner.annotate(annotation);
    const { comment, planCheck } = marksOf(inputs);
    const marked = { marker: comment, whole: runOf(action) };
    const { title, body } = renderPolicyErrors(error.findings, { ...marked, maxBytes: commentBytes });
    await host.keepComment(number, comment, body);
    await host.postCheckRun({
      commit: head.commit,
      name: planCheck,
      // Without a seal: there is no plan to approve.
      externalId: "no-plan",
      conclusion: "failure",
      title,
      summary: renderPolicyErrors(error.findings, { ...marked, maxBytes: checkBytes }).body,
      annotations,
      detailsUrl: event.runUrl,
    });
    tellExit(action, error.exitCode);
    return null;
  }
}

function requestFor(
  action: ActionKit,
  policies: PoliciesRead,
  population: Population,
  { reader, report }: Pick<ProposeRequest, "reader" | "report">,
): ProposeRequest {
  const rehearsal = action.kit.api === "loopback" ? ({ rehearsal: true } as const) : {};
  const ledger = action.ledger(policies.organizationId);
  return { policies, population, reader, ledger, digestOf: snapshotDigest, tool, report, ...rehearsal };
}

/** What the base branch's own policies propose on the same snapshot; null where there are none that can be used. */
async function planOfBase(policies: PoliciesRead | null, request: ProposeRequest): Promise<Plan | null> {
  if (policies === null) return null;
  return usableOrNull(async () => (await comparePlan({ ...request, policies })).plan);
}

/** What is asked of the base branch's policies; null where they cannot be used: a pull request may be what mends them. */
async function usableOrNull<Result>(ask: () => Promise<Result>): Promise<Result | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OperatorError && error.reason === "policyInvalid") return null;
    throw error;
  }
}

interface Posting {
  readonly pullRequest: PullRequest;
  readonly policies: PoliciesRead;
  readonly show: PoliciesRead["show"];
  /** What the base's policies propose on the same snapshot. */
  readonly before: Plan | null;
}

async function post(
  action: ActionKit,
  { pullRequest, policies, show, before: base }: Posting,
  { plan, population, findings }: Proposed,
): Promise<void> {
  const { host, runner, inputs } = action;
  const names = createNames(population, show);
  const place = { number: pullRequest.number, head: pullRequest.head };
  const annotations = annotationsOf([...policies.findings, ...findings], inputs.folder);
  for (const annotation of annotations) runner.annotate(annotation);
  const previous = await previousPlan(action, pullRequest, plan);
  const contextOf = (of: Plan): ReviewContext => ({
    // A plan that still holds was made at another moment, and asks for the same: what causes it is the same too.
    base: base === null ? null : { ...base, asOf: of.asOf },
    previous,
    estimates: estimatesOf(policies, of, population),
  });
  const whole = wholeOf(action, plan);
  await runner.summary(renderStepSummary(plan, names, contextOf(plan), { maxBytes: stepSummaryBytes, whole }));
  await tellPlan(action, plan, exitOf(plan, "plain"));
  const { comment } = marksOf(inputs);
  const keep = (of: Plan): Promise<string> => {
    const options = { marker: comment, maxBytes: commentBytes, whole: wholeOf(action, of) };
    return host.keepComment(pullRequest.number, comment, renderReviewComment(of, names, contextOf(of), options));
  };
  const standing = await standingPlan(action, pullRequest, plan);
  if (standing !== null) {
    runner.say(`The plan posted for this commit still holds: ${standing.digest}.`);
    // Somebody may have edited or deleted what reviewers read.
    await keep(standing);
    return;
  }
  const url = await keep(plan);
  runner.say(`Wrote the plan to ${url}.`);
  // Last: an approval counts from here on, and whoever gives it can have read the comment.
  await postPlanCheck(action, place, { plan, names, context: contextOf(plan), rowsUrl: url }, annotations);
}

/** The plan that was posted for this very head, where it asks for what a plan made now would ask for. */
async function standingPlan(
  { host, sealer, ledger, inputs, kit }: ActionKit,
  pullRequest: PullRequest,
  plan: Plan,
): Promise<Plan | null> {
  const organization = plan.organization.id;
  const posted = await postedFor(host, sealer(), { organization, check: marksOf(inputs).planCheck }, pullRequest);
  const found = posted === null ? null : await ledger(organization).loadPlan(posted.planDigest);
  return found !== null && stillHolds(found, plan, kit.clock.now()) ? found : null;
}

/** The plan that was posted for the head before this push, to tell what is different. */
async function previousPlan(
  { event, host, sealer, ledger, inputs }: ActionKit,
  { number, head }: PullRequest,
  plan: Plan,
): Promise<Plan | null> {
  if (event.before === null) return null;
  const organization = plan.organization.id;
  try {
    const plans = { organization, check: marksOf(inputs).planCheck };
    const posted = await postedFor(host, sealer(), plans, { number, head: { ...head, commit: event.before } });
    return posted === null ? null : await ledger(organization).loadPlan(posted.planDigest);
  } catch (error) {
    // It only tells what is different: a commit that is gone, or a plan that is damaged, must not keep the new one back.
    if (error instanceof OperatorError) return null;
    throw error;
  }
}
