import { isBillable } from "../model/apps.ts";
import type { Change, Conflict, Group } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";
import type { Action, Policy } from "../policy/types.ts";
import { accountOf, type Draft, seatRef } from "./draft.ts";

/**
 * Where a policy stands on one person, whether that needs a change or is so already. What is so already counts too:
 * otherwise one plan would take what the next one gives back.
 */
export interface Stance {
  readonly person: number;
  readonly accountId: string;
  readonly policy: string;
  readonly purpose: "saving" | "duty";
  readonly action: Change["action"];
  readonly direction: Change["direction"];
  /** Instances whose seats it is about. */
  readonly instances: readonly string[];
  /** Instances whose seats it takes, also where it is about a group. */
  readonly lost: readonly string[];
  /** Groups it joins, leaves, or wants to stay as they are; by id. */
  readonly groups: readonly string[];
  readonly wholePerson: boolean;
  readonly wish: Conflict["kept"];
  /** The proposal it needs, or null where it is so already. */
  readonly proposal: string | null;
}

const wholePersonActions: ReadonlySet<Change["action"]> = new Set([
  "suspend",
  "restore",
  "deactivate",
  "activate",
  "removeFromOrg",
]);

/** Actions that give something, or keep it; the others take. */
export const givingActions: ReadonlySet<Action["kind"]> = new Set(["grant", "addToGroup", "restore", "activate"]);

/** The stance of a policy that needs a change. */
export function stanceOfDraft(
  population: Population,
  policy: Policy,
  purpose: "saving" | "duty",
  proposal: string,
  draft: Draft,
): Stance {
  const { before, after } = draft;
  return {
    person: draft.person,
    accountId: draft.accountId,
    policy: policy.id,
    purpose,
    action: draft.action,
    direction: draft.direction,
    instances: [
      ...(draft.seat === null ? [] : [draft.seat.instance]),
      ...(draft.direction === "give" ? without(after.seats, before.seats) : []),
      ...draft.gives.map((instance) => seatRef(population, instance).instance),
    ],
    lost: draft.direction === "take" ? without(before.seats, after.seats) : [],
    groups: draft.operations.flatMap((operation) => (operation.group === undefined ? [] : [operation.group])),
    wholePerson: wholePersonActions.has(draft.action),
    wish: { policy: policy.id, action: draft.action, seat: draft.seat, target: draft.target },
    proposal,
  };
}

/** The stance of a policy whose wish needs no change: it is fulfilled already, or may be. */
export function stanceFulfilled(
  population: Population,
  policy: Policy,
  person: number,
  action: Exclude<Action, { kind: "firstOf" }>,
  own: number | null,
): Stance {
  const base = {
    person,
    accountId: accountOf(population, person),
    policy: policy.id,
    purpose: policy.purpose,
    action: action.kind,
    proposal: null,
    wholePerson: wholePersonActions.has(action.kind),
  } as const;
  const about = instancesOf(action, own);
  const group =
    action.kind === "addToGroup" || action.kind === "removeFromGroup"
      ? population.header.groups[action.group]
      : undefined;
  const given = action.kind === "addToGroup" && group !== undefined ? seatsGranted(group) : [];
  const [first] = about;
  return {
    ...base,
    direction: givingActions.has(action.kind) ? "give" : "take",
    instances: [...about, ...given].map((instance) => seatRef(population, instance).instance),
    lost: [],
    groups: group === undefined ? [] : [group.id],
    wish: {
      policy: policy.id,
      action: action.kind,
      seat: first === undefined ? null : seatRef(population, first),
      target: group?.id ?? (action.kind === "grant" || action.kind === "setRole" ? action.role : null),
    },
  };
}

/** Instances on which a group gives its members a billable role. */
export function seatsGranted(group: Group): readonly number[] {
  return group.grants.flatMap(({ instance, role }) => (isBillable(role) ? [instance] : []));
}

function instancesOf(action: Exclude<Action, { kind: "firstOf" }>, own: number | null): readonly number[] {
  if (action.kind === "grant") return [action.instance];
  if (action.kind !== "revoke" && action.kind !== "setRole") return [];
  if (action.instances !== "own") return action.instances;
  return own === null ? [] : [own];
}

function without(seats: readonly string[], others: readonly string[]): readonly string[] {
  return seats.filter((seat) => !others.includes(seat));
}
