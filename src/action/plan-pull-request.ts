import type { PoliciesRead } from "../commands/policies.ts";
import type { Plan } from "../model/documents.generated.ts";
import { everyChange } from "../model/plan-changes.ts";
import { secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import type { PullRequest } from "../review-ports.ts";
import type { Names } from "../report/people.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { type AskedReviewer, renderPlanPullRequest } from "../report/review-pull-request.ts";
import { postedFor } from "../review/posted.ts";
import { unreviewedBehind } from "./behind.ts";
import { estimatesOf } from "./estimates.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { tellOtherOrganizations } from "./nothing-changed.ts";
import { planFile } from "./plan-branch.ts";
import { postPlanCheck } from "./post-plan.ts";
import { bytesOf, noticed, type Notice, united, unreviewedNotice, withNotice } from "./warnings.ts";
import { wholeOf } from "./whole.ts";

/** The open pull request into the default branch from this branch of ours; null: there is none. */
export async function openPlanPullRequest(
  { host, facts }: Pick<ActionKit, "host" | "facts">,
  branch: string,
): Promise<PullRequest | null> {
  const open = await host.openPullRequests(branch);
  return open.find(({ base }) => base.branch === facts.defaultBranch) ?? null;
}

/** What an open plan pull request asks to have approved. */
export interface AskedFor {
  /** Null where its head has none of ours. */
  readonly plan: Plan | null;
  /** At whose word the plan is what it is. */
  readonly askedBy: readonly string[];
}

/** The plan that an open plan pull request asks to have approved, if there is one. */
export async function planAskedFor(
  { host, sealer, ledger, inputs }: ActionKit,
  open: PullRequest | null,
  organization: string,
): Promise<AskedFor> {
  const plans = { organization, check: marksOf(inputs).planCheck };
  const posted = open === null ? null : await postedFor(host, sealer(), plans, open);
  if (posted === null) return { plan: null, askedBy: [] };
  return { plan: await ledger(organization).loadPlan(posted.planDigest), askedBy: posted.askedBy };
}

/**
 * At whose word the plan was that this branch asked for last, where its pull request was closed without being merged and that
 * plan could still be applied: whoever closes it does not come to approve the next one.
 */
export async function askedByBefore(
  action: ActionKit,
  branch: string,
  organization: string,
): Promise<readonly string[]> {
  const last = await action.host.newestPullRequest(branch);
  if (last?.state !== "closed") return [];
  const { plan, askedBy } = await planAskedFor(action, last, organization);
  return plan !== null && (secondsOf(plan.notAfter) ?? 0) > action.kit.clock.now() ? askedBy : [];
}

export interface PlanToReview {
  readonly policies: PoliciesRead;
  readonly plan: Plan;
  readonly population: Population;
  readonly names: Names;
  /** The commit of the default branch that the plan goes on top of. */
  readonly tip: string;
  readonly branch: string;
  /** Of the commit with the plan document. */
  readonly message: string;
  /** The plan that the branch held before. */
  readonly previous: Plan | null;
  /** What its reviewers are told besides, and at whose word the plan is what it is. */
  readonly notice: Notice;
}

/**
 * Puts a plan on a branch of its own, opens its pull request or brings it up to date, asks the owners of its policies, and
 * posts its check run: a pull request opened with the job's token starts no workflow that could.
 */
export async function proposeInPullRequest(action: ActionKit, what: PlanToReview): Promise<PullRequest> {
  const { host, repository, facts, inputs, runner } = action;
  const { policies, plan, population, names, tip, branch, message, previous } = what;
  const unreviewed = unreviewedNotice(await unreviewedBehind(action, policies, plan, tip));
  const notice = united([what.notice, unreviewed]);
  const file = { path: planFile(plan, inputs.folder), text: `${JSON.stringify(plan, null, 2)}\n` };
  const commit = await repository.pushBranch(branch, tip, [file], message);
  const asked = askedFor(plan);
  const context = { previous, estimates: estimatesOf(policies, plan, population) };
  const superseded = previous === null ? "" : supersededWords(previous);
  const maxBytes = commentBytes - Buffer.byteLength(superseded) - bytesOf(notice);
  const options = { marker: marksOf(inputs).body, maxBytes, whole: wholeOf(action, plan) };
  const describe = (notAsked: readonly string[]): ReturnType<typeof renderPlanPullRequest> => {
    const { title, body } = renderPlanPullRequest(plan, names, { ...context, asked, notAsked }, options);
    return { title, body: withNotice(`${body}${superseded}`, notice) };
  };
  const place = { headBranch: branch, baseBranch: facts.defaultBranch };
  const kept = await host.keepPullRequest({ ...place, ...describe([]) });
  const notAsked = await host.requestReviewers(
    kept.number,
    asked.map(({ owner }) => owner),
  );
  if (notAsked.length > 0) await host.keepPullRequest({ ...place, ...describe(notAsked) });
  const head = { ...kept.head, commit };
  const shown = { plan, names, context: { ...context, base: null }, rowsUrl: kept.url };
  await postPlanCheck(noticed(action, notice), { number: kept.number, head }, shown, []);
  await tellOtherOrganizations(action, { tip, commit });
  runner.say(`The plan is in ${kept.url}.`);
  return kept;
}

/** Which plan this pull request asked for before. Its commit is not the head any more, so nothing given to it counts. */
function supersededWords({ asOf, digest }: Plan): string {
  return `\nIt takes the place of the plan of ${asOf}, \`${digest}\`: that one is not applied any more, and approvals that were given to it do not count.\n`;
}

/** Who owns the policies that change something, in order, each with their policies. */
function askedFor(plan: Plan): readonly AskedReviewer[] {
  const acting = new Set(everyChange(plan).flatMap(({ policies }) => policies.map(({ policy }) => policy)));
  const byOwner = Map.groupBy(
    plan.policies.filter(({ id }) => acting.has(id)),
    ({ owner }) => owner,
  );
  return [...byOwner]
    .map(([owner, policies]) => ({ owner, policies: policies.map(({ id }) => id) }))
    .sort((a, b) => (a.owner < b.owner ? -1 : 1));
}
