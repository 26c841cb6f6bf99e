import { everyChange } from "../model/plan-changes.ts";
import type { Change, HeldBack, Operation, Plan } from "../model/documents.generated.ts";

/** The changes of a plan by what an approval does with them. */
export type ChangeLists = Pick<Plan, "changes" | "quarantined" | "protectedDuties">;

/** What of a plan follows from the policies under review, and what would be proposed without them. */
export interface Causes {
  /** Not in the plan of the base, or otherwise there: other operations or hazards, or held where it now is not. */
  readonly policy: ChangeLists;
  /** In the plan of the base just so. */
  readonly world: ChangeLists;
  /** In the plan of the base, and in no form in this one. In the order of the base. */
  readonly dropped: readonly Change[];
}

/** How two plans that were posted one after the other differ in what an approval carries out. */
export interface Difference {
  readonly added: readonly Change[];
  readonly removed: readonly Change[];
  /** The same action on the same person, carried out otherwise, with other hazards, or for another purpose. */
  readonly different: readonly Change[];
}

const lists = ["changes", "quarantined", "protectedDuties"] as const;

/**
 * Tells what the policies under review cause from what the world does. `base` is the plan of the base branch's policies on
 * the same snapshot. A change that the base quarantines and this plan lets through follows from the policies: what an
 * approval carries out is compared, not what is named. Throws where the plans are not of the same moment and organisation:
 * then nothing can be told from them.
 */
export function causesOf(plan: Plan, base: Plan): Causes {
  if (base.asOf !== plan.asOf || base.organization.id !== plan.organization.id) {
    throw new Error("the plan of the base is of another moment or organisation, so it tells no causes");
  }
  const isOfWorld = new Set(
    lists.flatMap((list) => {
      const known = keysById(base[list]);
      return plan[list].filter((change) => known.get(change.id) === contentOf(change));
    }),
  );
  const pick = (isPicked: (change: Change) => boolean): ChangeLists => ({
    changes: plan.changes.filter(isPicked),
    quarantined: plan.quarantined.filter(isPicked),
    protectedDuties: plan.protectedDuties.filter(isPicked),
  });
  const proposed = new Set(everyChange(plan).map(({ id }) => id));
  return {
    policy: pick((change) => !isOfWorld.has(change)),
    world: pick((change) => isOfWorld.has(change)),
    dropped: everyChange(base).filter(({ id }) => !proposed.has(id)),
  };
}

/** What an approval of `plan` carries out and one of `previous` would not have, and the other way round. */
export function differenceOf(plan: Plan, previous: Plan): Difference {
  const before = keysById(previous.changes);
  const now = keysById(plan.changes);
  return {
    added: plan.changes.filter(({ id }) => !before.has(id)),
    removed: previous.changes.filter(({ id }) => !now.has(id)),
    different: plan.changes.filter((change) => {
      const known = before.get(change.id);
      return known !== undefined && known !== contentOf(change);
    }),
  };
}

/** What a change and somebody held back are about, so that the one is found by the other. */
export function subjectKey({
  accountId,
  action,
  seat,
  target,
}: Pick<HeldBack, "accountId" | "action" | "seat" | "target">): string {
  return JSON.stringify([accountId, action, seat?.instance ?? null, target]);
}

function keysById(changes: readonly Change[]): ReadonlyMap<string, string> {
  return new Map(changes.map((change) => [change.id, contentOf(change)]));
}

/** What a reviewer agrees to. Names of groups are labels, and left out. */
function contentOf({ purpose, hazards, operations }: Change): string {
  return JSON.stringify([purpose, hazards, operations.map(operationParts)]);
}

function operationParts({ kind, directory, group, instance, role, message }: Operation): readonly (string | null)[] {
  return [kind, directory ?? null, group ?? null, instance ?? null, role ?? null, message ?? null];
}
