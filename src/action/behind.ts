import type { PoliciesRead } from "../commands/policies.ts";
import type { Plan } from "../model/documents.generated.ts";
import { secondsOf } from "../model/time.ts";
import { everyChange } from "../model/plan-changes.ts";
import type { Account, Push } from "../review-ports.ts";
import type { Behind } from "../review/approvers.ts";
import type { Posted } from "../review/posted.ts";
import { bringerOf, isSameLogin, pushersOf } from "../review/pushers.ts";
import type { ActionKit } from "./kit.ts";
import { reviewsAt, type Unreviewed, unreviewedOf } from "./reviewed.ts";

/** A change of the policies that nobody approved who counts, and whose it is. */
export interface UnreviewedChange extends Unreviewed {
  /** Whoever wrote or brought it, as far as that is known. */
  readonly by: readonly Account[];
  /** Whether somebody else may be behind it. */
  readonly isKnown: boolean;
}

/**
 * The files that the policies behind a plan depend on and whose last change nobody approved who counts: pushed to the default
 * branch past a review, or merged without one. None for an undo, which follows from what a run did.
 */
export async function unreviewedBehind(
  action: ActionKit,
  policies: PoliciesRead,
  plan: Plan,
  tip: string,
): Promise<readonly UnreviewedChange[]> {
  if (plan.origin.kind === "undo") return [];
  const acting = new Set(everyChange(plan).flatMap((change) => change.policies.map(({ policy }) => policy)));
  const history = { tip, reviewsOf: reviewsAt(action, tip) };
  const found = new Map<string, Unreviewed>();
  for (const id of acting) {
    for await (const each of unreviewedOf(action, policies, id, history)) found.set(each.path, each);
  }
  if (found.size === 0) return [];
  const pushes = await action.host.pushesTo(action.facts.defaultBranch);
  const known = new Map<string, Promise<Pick<UnreviewedChange, "by" | "isKnown">>>();
  const changes: UnreviewedChange[] = [];
  for (const each of found.values()) {
    const { commit } = each;
    if (commit === null) {
      changes.push({ ...each, by: [], isKnown: false });
      continue;
    }
    const asked = known.get(commit) ?? peopleBehind(action, commit, pushes);
    known.set(commit, asked);
    changes.push({ ...each, ...(await asked) });
  }
  return changes;
}

/** Who brought a commit into the default branch, and who wrote and pushed the pull request that it came by. */
async function peopleBehind(
  { host, facts, repository }: ActionKit,
  commit: string,
  pushes: readonly Push[] | null,
): Promise<Pick<UnreviewedChange, "by" | "isKnown">> {
  const found: Account[] = [];
  const bringer = await bringerOf(pushes, commit, (tip) => repository.contains(tip, commit));
  let isKnown = bringer !== null;
  if (bringer !== null) found.push(bringer);
  for (const { state, base, head, author, authorKind } of await host.pullRequestsOf(commit)) {
    if (state !== "merged" || base.branch !== facts.defaultBranch) continue;
    found.push({ login: author, kind: authorKind });
    const pushers = pushersOf(await host.pushesTo(head.branch), head.commit);
    if (pushers === null) isKnown = false;
    found.push(...(pushers ?? []));
  }
  const by = found.filter(({ login }, at) => found.findIndex((each) => isSameLogin(each.login, login)) === at);
  return { by, isKnown: isKnown && by.every(({ kind }) => kind === "person") };
}

/** Whose a posted plan is, besides whoever wrote its pull request. */
export async function behindPlan(
  action: ActionKit,
  policies: PoliciesRead,
  {
    plan,
    posted,
    tip,
    made,
  }: {
    readonly plan: Plan;
    readonly posted: Posted;
    readonly tip: string;
    readonly made: "pull-request" | "plan-pull-request";
  },
): Promise<Behind> {
  // What is in a pull request of somebody's own is reviewed with its plan; the rest of the files was there before it.
  const unreviewed = made === "plan-pull-request" ? await unreviewedBehind(action, policies, plan, tip) : [];
  const asked = await askedFor(action, plan, posted);
  return {
    people: [
      ...asked,
      ...unreviewed.flatMap(({ path, by }) =>
        by.map(({ login }) => ({
          login,
          why: `wrote or pushed the last change of ${path}, which nobody else approved`,
        })),
      ),
    ],
    doubts: unreviewed
      .filter(({ isKnown }) => !isKnown)
      .map(({ path }) => `nobody approved the last change of ${path}, and whose it is cannot be told`),
  };
}

/** At whose word the plan is what it is. Whoever asked for an undo that takes nothing may approve it too. */
async function askedFor(
  { ledger }: Pick<ActionKit, "ledger">,
  plan: Plan,
  { askedBy }: Posted,
): Promise<Behind["people"]> {
  if (plan.origin.kind === "undo") {
    const takes = everyChange(plan).some(({ direction }) => direction === "take");
    return takes ? askedBy.map((login) => ({ login, why: "asked for this undo, which takes something away" })) : [];
  }
  // The counts that the plan was held against, which somebody may have accepted before it was made.
  const { lastGood } = await ledger(plan.organization.id).view(secondsOf(plan.asOf) ?? undefined);
  const acceptors = [...askedBy, ...(lastGood?.accepted === undefined ? [] : [lastGood.accepted.by])];
  return acceptors.map((login) => ({ login, why: "accepted the counts that the plan was made on, though they fell" }));
}
