import type { PoliciesRead } from "../commands/policies.ts";
import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { momentOf } from "../model/time.ts";
import { standingPart } from "../plan/standing.ts";
import type { ReviewHost } from "../ports.ts";
import { approversOf } from "../review/approvers.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";

/**
 * Carries out what standing policies allow without a further approval: changes that can be undone exactly, carry no hazard
 * and are asked for by standing policies only. A policy is standing by the pull request that last changed its file, where
 * somebody approved that, and every other file with it or after it. Null where there is nothing.
 */
export async function applyStanding(action: ActionKit, policies: PoliciesRead, plan: Plan): Promise<RunResult | null> {
  const wanted = plan.policies.filter(({ approval }) => approval === "standing").map(({ id }) => id);
  if (wanted.length === 0) return null;
  const tip = await action.repository.commitOf(`refs/heads/${action.facts.defaultBranch}`);
  const history = { tip, reviewsOf: reviewsAt(action, tip) };
  const reviewed = new Map<string, Reviewed>();
  for (const id of wanted) {
    const found = await reviewedBy(action, policies, id, history);
    if ("unreviewed" in found) {
      action.runner.warn(
        "A standing policy is not approved",
        `${id} says \`approval: standing\`, but no approved pull request is behind the last change of ${found.unreviewed}, on which it depends: its changes wait for review.`,
      );
    } else reviewed.set(id, found);
  }
  const part = standingPart(plan, new Set(reviewed.keys()));
  if (part === null) return null;
  await action.ledger(policies.organizationId).storePlan(part);
  const used = [...reviewed].filter(([id]) =>
    part.changes.some((change) => change.policies.some(({ policy }) => policy === id)),
  );
  const approval: Approval = {
    kind: "approval",
    version: 1,
    organization: part.organization.id,
    planDigest: part.digest,
    made: "standing",
    approvers: [...new Set(used.flatMap(([, { approvers }]) => approvers))].sort(),
    reason: `standing policies: ${used.map(([id]) => id).join(", ")}`,
    at: momentOf(action.kit.clock.now()),
    evidence: Object.fromEntries(used.map(([id, { commit, url }]) => [id, `${url} (commit ${commit})`])),
    overrides: [],
  };
  return carryOut(action, policies, part, approval);
}

interface Reviewed {
  readonly commit: string;
  readonly url: string;
  /** What the reviewers saw. */
  readonly head: string;
  readonly approvers: readonly string[];
}

/** Tells of a path how it last changed on the default branch; each commit's reviews are asked for once. */
type Reviews = (path: string) => Promise<{ readonly commit: string; readonly review: Reviewed | null } | null>;

function reviewsAt({ host, repository, facts }: ActionKit, tip: string): Reviews {
  const known = new Map<string, Promise<Reviewed | null>>();
  const reviewOf = (commit: string): Promise<Reviewed | null> => {
    const asked = known.get(commit) ?? reviewBehind(host, facts.defaultBranch, commit);
    known.set(commit, asked);
    return asked;
  };
  return async (path) => {
    const commit = await repository.lastChange(tip, path);
    return commit === null ? null : { commit, review: await reviewOf(commit) };
  };
}

/**
 * The reviewed change that made a policy what it is, or the file without one. What a policy does hangs on every other file
 * too (an exemption that is gone, a list with another row): each must be as the reviewers of the policy saw it, or have been
 * reviewed since.
 */
async function reviewedBy(
  action: ActionKit,
  policies: PoliciesRead,
  id: string,
  { tip, reviewsOf }: { readonly tip: string; readonly reviewsOf: Reviews },
): Promise<Reviewed | { readonly unreviewed: string }> {
  const { repository, inputs } = action;
  const inRepository = (file: string): string => (inputs.folder === "." ? file : `${inputs.folder}/${file}`);
  const file = policies.repository.policies.find(({ value }) => value.id === id)?.at(["id"]).file ?? "";
  const own = (await reviewsOf(inRepository(file)))?.review ?? null;
  if (own === null) return { unreviewed: file };
  const paths = [...(await repository.filesOf(tip)), ...(await repository.filesOf(own.head))].map(({ path }) => path);
  for (const path of [...new Set(paths)].sort(compareText)) {
    const changed = await reviewsOf(inRepository(path));
    const isSound =
      changed !== null && (changed.review !== null || (await repository.contains(own.head, changed.commit)));
    if (!isSound) return { unreviewed: path };
  }
  return own;
}

/** The approved pull request by which a commit came into the default branch; null where there is none. */
async function reviewBehind(host: ReviewHost, defaultBranch: string, commit: string): Promise<Reviewed | null> {
  const merged = (await host.pullRequestsOf(commit)).filter(
    ({ state, base }) => state === "merged" && base.branch === defaultBranch,
  );
  for (const pullRequest of merged) {
    const reviews = await host.reviews(pullRequest.number);
    const logins = [...new Set(reviews.map(({ by }) => by))];
    const permissions = new Map(
      await Promise.all(logins.map(async (login) => [login, await host.permission(login)] as const)),
    );
    const pusher = await host.pusherOf(pullRequest.head.branch, pullRequest.head.commit);
    const { approved, objections } = approversOf({
      pullRequest,
      made: "pull-request",
      reviews,
      permissions,
      pusher,
      postedAt: 0,
    });
    if (approved.length > 0 && objections.length === 0) {
      const { url, head } = pullRequest;
      return { commit, url, head: head.commit, approvers: approved.map(({ by }) => by) };
    }
  }
  return null;
}
