import type { PoliciesRead } from "../commands/policies.ts";
import type { Approval, Change, Plan, RunResult } from "../model/documents.generated.ts";
import { momentOf } from "../model/time.ts";
import { standingPart } from "../plan/standing.ts";
import { carryOut } from "./carry-out.ts";
import type { ActionKit } from "./kit.ts";
import { type Reviewed, reviewedBy, reviewsAt } from "./reviewed.ts";

/**
 * Carries out what standing policies allow without a further approval: changes that can be undone exactly, carry no hazard,
 * take nothing without notice, and are asked for by standing policies only. A policy is standing by the pull request that last changed its file, where
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
  const part = standingPart(
    { ...plan, changes: plan.changes.filter(mayStand(action, policies)) },
    new Set(reviewed.keys()),
  );
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
  return (await carryOut(action, policies, part, approval)).result;
}

/**
 * Whether a change may be carried out without a further review: what gives may, and what takes where every policy that asks
 * for it says `notice: none`. Notice of some days is not carried out by this version, and nobody is taken from unawares.
 */
function mayStand({ runner }: ActionKit, { repository }: PoliciesRead): (change: Change) => boolean {
  const withoutNotice = new Set(
    repository.policies.flatMap(({ value: { id, notice } }) => (notice === "none" ? [id] : [])),
  );
  const told = new Set<string>();
  return ({ direction, policies }) => {
    const waiting = direction === "give" ? [] : policies.filter(({ policy }) => !withoutNotice.has(policy));
    for (const { policy } of waiting) {
      if (told.has(policy)) continue;
      told.add(policy);
      runner.warn(
        "A standing policy takes without notice",
        `${policy} says \`approval: standing\` and takes something, without \`notice: none\`: what it takes waits for review.`,
      );
    }
    return waiting.length === 0;
  };
}
