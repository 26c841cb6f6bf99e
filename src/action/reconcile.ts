import { exitOf } from "../commands/plan.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import { snapshotDigest } from "../disk/snapshot-file.ts";
import type { Plan } from "../model/documents.generated.ts";
import { everyChange } from "../model/plan-changes.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { DAY, momentOf, secondsOf } from "../model/time.ts";
import type { Acceptance } from "../model/ledger-view.ts";
import { acceptableIn, acceptedBy } from "../people/baseline.ts";
import type { Population } from "../people/population.ts";
import { proposePlan, type Proposed } from "../pipeline.ts";
import { shrinkLimit } from "../policy/settings.ts";
import { createNames, type Names } from "../report/people.ts";
import { renderStepSummary, stepSummaryBytes } from "../report/review-check.ts";
import { checkPower } from "../review/power.ts";
import { stillHolds } from "../review/same.ts";
import { tool } from "../version.ts";
import { checkByHand } from "./by-hand.ts";
import type { ActionKit } from "./kit.ts";
import { tellKeyEnd } from "./key-end.ts";
import { isBlind, tellLeftToDo, unitedResult } from "./left-to-do.ts";
import { readOnce } from "./organization.ts";
import { tellPlan } from "./outputs.ts";
import { whoStarted } from "./overrides.ts";
import { marksOf } from "./marks.ts";
import { askedByBefore, openPlanPullRequest, planAskedFor, proposeInPullRequest } from "./plan-pull-request.ts";
import { policiesOf, showOf } from "./policies.ts";
import { acceptanceNotice, countsNotice, earlierNotice, type Notice, united, withNotice } from "./warnings.ts";
import { wholeOf } from "./whole.ts";
import { estimatesOf } from "./estimates.ts";
import { resumeUnfinished } from "./resume.ts";
import { applyStanding } from "./standing.ts";
import { closeSettledUndos, proposeUndoPullRequest } from "./undo.ts";

/**
 * Mode `reconcile`: goes on with a run that was cut off, plans with the default branch's policies, carries out what a
 * standing policy allows, and keeps one pull request for the rest, which it closes when nothing is left. Gives the exit
 * code.
 */
export async function reconcile(action: ActionKit): Promise<number> {
  const { event, host, facts, repository, inputs } = action;
  checkPower("reconcile", {
    event: event.name,
    ref: event.ref,
    defaultBranch: facts.defaultBranch,
    headRepository: null,
    repository: host.repository,
  });
  checkByHand(action);
  const tip = await repository.commitOf(`refs/heads/${facts.defaultBranch}`);
  const policies = await policiesOf(action, await repository.filesOf(tip));
  if (inputs.undo !== null) return proposeUndoPullRequest(action, { policies, tip, run: inputs.undo });
  await warnOfSilence(action, policies.organizationId);
  const resumed = await resumeUnfinished(action, policies);
  const acceptance = await acceptanceOf(action);
  const first = await planNow(action, policies, acceptance);
  // By hand, `schedule` does not hold anything, and nobody else looks at what one person started.
  const standing = event.name === "schedule" ? await applyStanding(action, policies, first.plan) : null;
  // What was just carried out must not be proposed once more.
  const { plan, population } = standing === null ? first : await planNow(action, policies, null);
  const names = createNames(population, showOf(policies.show, facts));
  const context = { base: null, previous: null, estimates: estimatesOf(policies, plan, population) };
  const options = { maxBytes: stepSummaryBytes, whole: wholeOf(action, plan) };
  const notice = acceptance === null ? await countsNotice(action, plan) : acceptanceNotice(acceptance, first.fell);
  await action.runner.summary(withNotice(renderStepSummary(plan, names, context, options), notice));
  await keepPlanPullRequest(action, { policies, plan, population, names, tip, notice });
  await closeSettledUndos(action, policies);
  const concerns = await tellKeyEnd(action, policies);
  await tellLeftToDo(action, { plan, result: unitedResult([resumed, standing]), names, concerns });
  const worst = [standing, resumed].find((result) => result !== null && result.exit.code !== exitCodes.done);
  const planned = exitOf(plan, "plain");
  const exit = planned === exitCodes.done && worst != null ? worst.exit.code : planned;
  await tellPlan(action, plan, exit);
  return exit;
}

/**
 * Reads and plans, with the policies that are due now. `acceptance`: somebody's word that the counts are right though they
 * fell, for this reading only; `fell` is what that was. Throws OperatorError("usage") where nothing had fallen.
 */
async function planNow(
  action: ActionKit,
  policies: PoliciesRead,
  acceptance: Acceptance | null,
): Promise<Proposed & { readonly fell: readonly string[] }> {
  const { kit, event } = action;
  const ledger = action.ledger(policies.organizationId);
  const rehearsal = kit.api === "loopback" ? ({ rehearsal: true } as const) : {};
  const scheduled = event.name === "schedule" ? ({ scheduled: true } as const) : {};
  const proposed = await readOnce(action, policies.organizationId, async (population, reader, report) => {
    const fell = acceptance === null ? [] : await fellSince(action, policies, population);
    const made = await proposePlan({
      policies,
      population: acceptance === null ? population : acceptedBy(population, acceptance, fell),
      reader,
      ledger,
      digestOf: snapshotDigest,
      tool,
      report,
      ...rehearsal,
      ...scheduled,
    });
    return { ...made, fell };
  });
  await ledger.recordSnapshot(proposed.population, acceptance, policies.history);
  return proposed;
}

/** What fell against the last good counts. Throws OperatorError("usage") for nothing: then there is nothing to accept. */
async function fellSince(
  { ledger }: ActionKit,
  { organizationId, repository }: PoliciesRead,
  population: Population,
): Promise<readonly string[]> {
  const view = await ledger(organizationId).view(secondsOf(population.header.asOf) ?? undefined);
  const fell = acceptableIn(population, view, shrinkLimit(repository.organization.value.limits));
  if (fell.length > 0) return fell;
  throw new OperatorError(
    "usage",
    view.lastGood === null
      ? "There are no earlier counts of this organisation, so the input `accept-counts` has nothing to accept."
      : `Nothing fell against the last good counts, of ${momentOf(view.lastGood.asOf)}, so the input \`accept-counts\` has nothing to accept.`,
    "Leave the input out. If the snapshot is doubted for another reason, its message says what to do.",
  );
}

/** Whose word it is that counts which fell are right, and why. Only a run by hand can give it. */
async function acceptanceOf(action: ActionKit): Promise<Acceptance | null> {
  const reason = action.inputs.acceptCounts;
  return reason === null ? null : { by: await whoStarted(action, "accept counts that fell"), reason };
}

interface Situation {
  readonly policies: PoliciesRead;
  readonly plan: Plan;
  readonly population: Population;
  readonly names: Names;
  readonly tip: string;
  readonly notice: Notice;
}

/** One open pull request with the plan, on one branch: opened, brought up to date, left as it is, or closed. */
async function keepPlanPullRequest(
  action: ActionKit,
  { policies, plan, population, names, tip, notice }: Situation,
): Promise<void> {
  const { host, repository, runner, inputs } = action;
  const { planBranch } = marksOf(inputs);
  const open = await openPlanPullRequest(action, planBranch);
  if (everyChange(plan).length === 0) {
    if (open === null) return;
    if (isBlind(plan)) {
      runner.say(`${open.url} stays open: this run could not tell what is left to change.`);
      return;
    }
    await host.closePullRequest(open.number, "Nothing is left to change: this plan is not needed any more.");
    await repository.deleteBranch(planBranch);
    runner.say(`Closed ${open.url}: nothing is left to change.`);
    return;
  }
  const organization = plan.organization.id;
  const { plan: previous, askedBy } =
    open === null
      ? { plan: null, askedBy: await askedByBefore(action, planBranch, organization) }
      : await planAskedFor(action, open, organization);
  // A plan that was posted before somebody accepted the counts does not name them.
  const isNamed = notice.askedBy.every((login) => askedBy.includes(login));
  if (open !== null && previous !== null && isNamed && stillHolds(previous, plan, action.kit.clock.now())) {
    runner.say(`The plan in ${open.url} still holds.`);
    return;
  }
  const message = `Plan of ${plan.asOf}: ${plan.changes.length === 1 ? "1 change" : `${plan.changes.length} changes`}`;
  await proposeInPullRequest(action, {
    policies,
    plan,
    population,
    names,
    tip,
    branch: planBranch,
    message,
    previous,
    notice: united([notice, earlierNotice(askedBy.filter((login) => !notice.askedBy.includes(login)))]),
  });
}

/** Says when the last good run was, and warns where that is too long ago: a schedule that stopped makes no noise. */
async function warnOfSilence({ ledger, runner, inputs, kit }: ActionKit, organizationId: string): Promise<void> {
  const { lastGood } = await ledger(organizationId).view();
  const now = kit.clock.now();
  const days = lastGood === null ? null : Math.floor((now - lastGood.asOf) / DAY);
  runner.output("last-good-run", lastGood === null ? "" : momentOf(lastGood.asOf));
  runner.output("days-since-last-good-run", days ?? "");
  if (days === null) runner.say("No earlier run has counted this organisation: this one is the baseline.");
  else if (days >= inputs.warnAfterDays) {
    runner.warn(
      "Seatwright was silent",
      `The last run that read the organisation whole was ${days} days ago. Was the schedule switched off? GitHub stops schedules of quiet repositories after 60 days.`,
    );
  }
}
