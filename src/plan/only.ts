import type { Policy, PolicySet } from "../policy/types.ts";
import type { Deliberation } from "./deliberate.ts";
import { givingActions } from "./stance.ts";

/**
 * The policies that a one-off is weighed against: itself, and those that give or keep something. What other policies would
 * take is left for their own plan, and stands against nothing in this one. Without a one-off: all.
 */
export function weighedFor(policies: PolicySet, only: string | undefined): PolicySet {
  if (only === undefined) return policies;
  const keeps = ({ actions }: Policy): boolean => actions.some(({ kind }) => givingActions.has(kind));
  return { ...policies, policies: policies.policies.filter((policy) => policy.id === only || keeps(policy)) };
}

/** What follows for one policy, after others were weighed against it: whatever keeps somebody from its action still does. */
export function onlyFor(deliberation: Deliberation, policy: string): Deliberation {
  const isOwn = ({ policies }: { readonly policies: readonly Pick<Policy, "id">[] }): boolean =>
    policies.some(({ id }) => id === policy);
  return {
    ...deliberation,
    selections: deliberation.selections.filter((selection) => selection.policy.id === policy),
    proposals: deliberation.proposals.filter(isOwn),
    protectedDuties: deliberation.protectedDuties.filter(isOwn),
    heldBack: deliberation.heldBack.filter((held) => held.policy === policy),
    conflicts: deliberation.conflicts.filter(({ kept, gaveWay }) => [kept.policy, gaveWay.policy].includes(policy)),
  };
}
