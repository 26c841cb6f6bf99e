import { snapshotDigest } from "../disk/snapshot-file.ts";
import { exitOf } from "../commands/plan.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import type { Plan } from "../model/documents.generated.ts";
import { exitCodes, OperatorError, PolicyError } from "../model/errors.ts";
import { policyDigest } from "../policy/digest.ts";
import type { Population } from "../people/population.ts";
import { comparePlan, proposePlan, type Proposed, type ProposeRequest } from "../pipeline.ts";
import { createNames } from "../report/people.ts";
import { bytesOf, countsNotice, noticed, withNotice } from "./warnings.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { renderStepSummary, stepSummaryBytes } from "../report/review-check.ts";
import type { ReviewContext } from "../report/review-body.ts";
import { renderReviewComment } from "../report/review-comment.ts";
import { postedFor } from "../review/posted.ts";
import { checkPower } from "../review/power.ts";
import { stillHolds } from "../review/same.ts";
import type { PullRequest } from "../review-ports.ts";
import { tool } from "../version.ts";
import { checkByHand } from "./by-hand.ts";
import type { ActionKit } from "./kit.ts";
import { readOnce } from "./organization.ts";
import { marksOf } from "./marks.ts";
import { tellPlan } from "./outputs.ts";
import { estimatesOf } from "./estimates.ts";
import { looksSealed, plansOnly } from "./plan-branch.ts";
import { tellNothingChanged } from "./nothing-changed.ts";
import { annotationsOf, policiesOf, showBefore } from "./policies.ts";
import { postPlanCheck } from "./post-plan.ts";
import { tellNotPlanned } from "./tell-not-planned.ts";
import { wholeOf } from "./whole.ts";

/**
 * Mode `plan`: what merging this pull request into its base, as both are now, would change in the organisation. Its files
 * are read as Git objects and never checked out. Posts one comment and a sealed check run; gives the exit code. Where it
 * cannot be planned, comment and check say why. Nothing is posted on pull requests that Seatwright opened itself: what they
 * ask for is said by the run that opened them, and nobody else. Where the policies are the same with and without the pull
 * request, the organisation is not read, and there is no plan.
 */
export async function planPullRequest(action: ActionKit): Promise<number> {
  const { event, host, runner } = action;
  checkByHand(action);
  if (event.edited === "words") {
    runner.say("Only the words of the pull request were edited: its plan stays as it is.");
    return exitCodes.done;
  }
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
  try {
    return await planHead(action, pullRequest);
  } catch (error) {
    await tellNotPlanned(action, pullRequest, error);
    if (error instanceof PolicyError) return error.exitCode;
    throw error;
  }
}

async function planHead(action: ActionKit, pullRequest: PullRequest): Promise<number> {
  const { repository, runner } = action;
  const base = await repository.commitOf(`refs/heads/${pullRequest.base.branch}`);
  const head = await repository.commitOf(`refs/pull/${pullRequest.number}/head`);
  if (head !== pullRequest.head.commit) {
    runner.say("The pull request was pushed to meanwhile: the run for that push plans it.");
    return exitCodes.done;
  }
  const files = await repository.filesMerged(base, head);
  const baseFiles = await usableOrNull(() => repository.filesOf(base));
  const isSame = baseFiles !== null && policyDigest(files) === policyDigest(baseFiles);
  if (marksOf(action.inputs).isOurs(pullRequest.head.branch))
    return onOurBranch(action, pullRequest, isSame ? "same" : "other");
  if (isSame) return tellNothingChanged(action, pullRequest);
  const policies = await policiesOf(action, files);
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

/**
 * For a pull request that no job opened, from the branch that jobs push plans of this folder to. One with a plan was opened
 * by Seatwright with somebody's token. Anything else would be overwritten by the next plan, and its author is told so.
 */
async function onOurBranch(
  { host, inputs, runner }: ActionKit,
  { head }: PullRequest,
  policies: "same" | "other",
): Promise<number> {
  const posted = policies === "same" ? await host.checkRuns(head.commit, marksOf(inputs).planCheck) : [];
  if (posted.some(({ externalId }) => looksSealed(externalId))) {
    runner.say(`${head.branch} holds a plan: the run that made it posted it, and this one adds none.`);
    return exitCodes.done;
  }
  throw new OperatorError(
    "usage",
    `The branch ${head.branch} is where Seatwright itself puts its plans, and the next one overwrites what is there.`,
    "Push the commits to a branch with another name, open the pull request from there, and close this one.",
  );
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
  const keep = async (of: Plan): Promise<string> => {
    const notice = await countsNotice(action, of);
    const maxBytes = commentBytes - bytesOf(notice);
    const options = { marker: comment, maxBytes, whole: wholeOf(action, of), head: place.head.commit };
    const text = withNotice(renderReviewComment(of, names, contextOf(of), options), notice);
    return host.keepComment(pullRequest.number, comment, text);
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
  await postPlanCheck(
    noticed(action, await countsNotice(action, plan)),
    place,
    { plan, names, context: contextOf(plan), rowsUrl: url },
    annotations,
  );
}

/**
 * The plan that was posted for this very head, where it asks for what a plan made now would ask for, and nothing was said
 * under the check's name since: a run that could not plan has put other words in place of it, and an approval that came
 * after them was not of this plan.
 */
async function standingPlan(
  { host, sealer, ledger, inputs, kit }: ActionKit,
  pullRequest: PullRequest,
  plan: Plan,
): Promise<Plan | null> {
  const organization = plan.organization.id;
  const { planCheck } = marksOf(inputs);
  const posted = await postedFor(host, sealer(), { organization, check: planCheck }, pullRequest);
  if (posted === null) return null;
  const [newest] = await host.checkRuns(pullRequest.head.commit, planCheck);
  if (newest?.externalId !== posted.check.externalId) return null;
  const found = await ledger(organization).loadPlan(posted.planDigest);
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
