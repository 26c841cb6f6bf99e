import type { PoliciesRead } from "../commands/policies.ts";
import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { momentOf } from "../model/time.ts";
import { standingPart } from "../plan/standing.ts";
import { approversOf } from "../review/approvers.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";

/**
 * Carries out what standing policies allow without a further approval: changes that can be undone exactly, carry no hazard
 * and are asked for by standing policies only. A policy is standing by the pull request that last changed its file, where
 * somebody approved that. Null where there is nothing.
 */
export async function applyStanding(action: ActionKit, policies: PoliciesRead, plan: Plan): Promise<RunResult | null> {
  const wanted = plan.policies.filter(({ approval }) => approval === "standing").map(({ id }) => id);
  const reviewed = new Map<string, Reviewed>();
  for (const id of wanted) {
    const found = await reviewedBy(action, policies, id);
    if (found === null) {
      action.runner.warn(
        "A standing policy was never approved",
        `${id} says \`approval: standing\`, but no approved pull request is behind the last change of its file: its changes wait for review.`,
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
  readonly approvers: readonly string[];
}

/** The reviewed change that made a policy what it is; null where there is none. */
async function reviewedBy(
  { host, repository, facts, inputs }: ActionKit,
  policies: PoliciesRead,
  id: string,
): Promise<Reviewed | null> {
  const file = policies.repository.policies.find(({ value }) => value.id === id)?.at(["id"]).file;
  if (file === undefined) return null;
  const tip = await repository.commitOf(`refs/heads/${facts.defaultBranch}`);
  const commit = await repository.lastChange(tip, inputs.folder === "." ? file : `${inputs.folder}/${file}`);
  if (commit === null) return null;
  const merged = (await host.pullRequestsOf(commit)).filter(
    ({ state, base }) => state === "merged" && base.branch === facts.defaultBranch,
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
      return { commit, url: pullRequest.url, approvers: approved.map(({ by }) => by) };
    }
  }
  return null;
}
