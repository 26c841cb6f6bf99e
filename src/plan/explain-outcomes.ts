import type { Change, Conflict, ExplainedOutcome, HeldBack, Plan } from "../model/documents.generated.ts";
import type { Truth } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import type { Action, Policy } from "../policy/types.ts";
import { type DoubtContext, doubtOf, type Fold } from "./doubts.ts";
import { accountOf, seatRef } from "./draft.ts";

/** An action on one person, as changes, conflicts and people held back name it. */
interface Asked extends Pick<HeldBack, "action" | "seat" | "target"> {}

/**
 * What comes of what one policy wants for one person: everything the plan says about the two, and what it need not say
 * because it is so already, or tells once for everybody. Never empty, unless the filter is false.
 */
export function outcomesFor(
  context: DoubtContext,
  plan: Plan,
  policy: Policy,
  scope: number | null,
  person: number,
  result: Truth,
): readonly ExplainedOutcome[] {
  if (result === "false") return [];
  const { population } = context;
  const accountId = accountOf(population, person);
  const own = scope === null ? null : seatRef(population, scope).instance;
  const isHere = ({ seat }: Pick<Asked, "seat">): boolean => own === null || seat === null || seat.instance === own;
  const isOurs = (change: Change): boolean =>
    change.accountId === accountId && change.policies.some((reason) => reason.policy === policy.id) && isHere(change);
  const changed = [
    ...plan.changes.filter(isOurs).map((change) => fromChange(change, "change")),
    ...plan.quarantined.filter(isOurs).map((change) => fromChange(change, "quarantined")),
    ...plan.protectedDuties.filter(isOurs).map((change) => fromChange(change, "protected-duty")),
  ];
  const shown = new Set(changed.map(keyOf));
  const held = plan.heldBack
    .filter((entry) => entry.accountId === accountId && entry.policy === policy.id && isHere(entry))
    // What is quarantined, or done only by two people, stands among the changes.
    .filter((entry) => !(shown.has(keyOf(entry)) && (entry.kind === "quarantined" || entry.kind === "protected")))
    .map((entry): ExplainedOutcome => {
      const { action, seat, target, reason, owner } = entry;
      return { action, seat, target, comes: "held-back", change: null, reason, owner };
    });
  const gaveWay = plan.conflicts
    .filter((conflict) => conflict.accountId === accountId && isHere(conflict.gaveWay))
    .filter(
      ({ gaveWay }) =>
        gaveWay.policy === policy.id || (result === "true" && isAlsoAsked(population, gaveWay, policy, scope, held)),
    )
    .map(({ gaveWay: { action, seat, target }, kept, reason }): ExplainedOutcome => {
      const why = `${kept.policy} goes first: ${reason}`;
      return { action, seat, target, comes: "gave-way", change: null, reason: why, owner: null };
    });
  const found = [...changed, ...held, ...gaveWay];
  if (found.length > 0) return found;
  const seat = scope === null ? null : seatRef(population, scope);
  const [first] = policy.actions;
  const rest = { action: first === undefined ? "" : plainAction(first).kind, seat, target: null, change: null };
  if (result === "true") return [{ ...rest, comes: "already-so", reason: null, owner: null }];
  const { fold, words } = doubtOf(context, policy, scope, person);
  const signal = scope === null ? "" : (context.signals[scope]?.reason ?? "");
  const reason = fold === null ? `cannot tell: ${words}` : foldedReason[fold](signal);
  return [{ ...rest, comes: "cannot-tell", reason, owner: null }];
}

const foldedReason: Readonly<Record<Fold, (signal: string) => string>> = {
  "no-date": () => "its source has no date for this person that could be read",
  "address-hidden": () => "the person's address is hidden, so it cannot be told whether the source lists them",
  signal: (reason) => reason,
};

function fromChange(change: Change, comes: "change" | "quarantined" | "protected-duty"): ExplainedOutcome {
  const { id, action, seat, target } = change;
  return { action, seat, target, comes, change: id, reason: null, owner: null };
}

function keyOf({ action, seat, target }: Asked): string {
  return JSON.stringify([action, seat?.instance ?? null, target]);
}

/**
 * Whether a policy asked for what gave way under another policy's name: policies that want exactly the same are one
 * proposal, and a conflict names the first of them only. What was held back of it was never part of the proposal.
 */
function isAlsoAsked(
  population: Population,
  gaveWay: Conflict["gaveWay"],
  policy: Policy,
  scope: number | null,
  held: readonly Asked[],
): boolean {
  return policy.actions.some((action) => {
    const isHeld = held.some(
      (entry) =>
        entry.action === action.kind && (entry.seat === null || entry.seat.instance === gaveWay.seat?.instance),
    );
    const choices = action.kind === "firstOf" ? action.of : [action];
    return (
      !isHeld && choices.some((each) => each.kind === gaveWay.action && isSameTarget(population, gaveWay, each, scope))
    );
  });
}

function isSameTarget(
  { header }: Population,
  { seat, target }: Conflict["gaveWay"],
  action: Action,
  scope: number | null,
): boolean {
  const isAt = (instances: readonly number[]): boolean =>
    instances.some((at) => header.instances[at]?.id === seat?.instance);
  switch (action.kind) {
    case "revoke":
    case "setRole": {
      const own = scope === null ? [] : [scope];
      const isSameRole = action.kind === "revoke" || action.role === target;
      return isSameRole && isAt(action.instances === "own" ? own : action.instances);
    }
    case "grant":
      return action.role === target && isAt([action.instance]);
    case "addToGroup":
    case "removeFromGroup":
      return header.groups[action.group]?.id === target;
    case "suspend":
    case "restore":
    case "removeFromOrg":
      return (action.directory === null ? null : (header.directories[action.directory]?.id ?? null)) === target;
    case "deactivate":
    case "activate":
      return true;
    case "firstOf":
      return false;
  }
}

function plainAction(action: Action): Action {
  return action.kind === "firstOf" && action.of[0] !== undefined ? plainAction(action.of[0]) : action;
}
