import { instanceLabel } from "../model/apps.ts";
import type { Change, HeldBack, Operation, SeatRef } from "../model/documents.generated.ts";
import { type Difference, noDifference, roleKey } from "../people/counterfactual.ts";
import { hasEntry, managementSources, type Population, statuses } from "../people/population.ts";
import { changeId } from "./digest.ts";
import { type CompileContext, type Draft, drafted } from "./draft.ts";
import { groupObstacle } from "./group-actions.ts";
import { observe } from "./observe.ts";
import { gives, inWords } from "./operations.ts";
import { accountObstacle } from "./person-actions.ts";
import { isAdminRole, protectionOf } from "./protection.ts";
import { lostSeats } from "./revoke.ts";

/** Operations that take back what we did about one person, as one change that a reviewer reads. */
export interface Inverse {
  readonly accountId: string;
  readonly action: Change["action"];
  readonly direction: Change["direction"];
  readonly seat: SeatRef | null;
  readonly target: string | null;
  readonly operations: readonly Operation[];
  readonly policies: Change["policies"];
  /** Instances whose seats may come back: what the person held before. */
  readonly mayGive: readonly string[];
}

/** What can be done of an inverse now, and what of it cannot, with the reason of each. */
export interface Reconsidered {
  readonly change: Change | null;
  readonly draft: Draft | null;
  readonly heldBack: readonly HeldBack[];
}

/**
 * Looks at an inverse with the person as they are now. Of each operation only what is still as we left it is taken back;
 * nothing is given that was not there before, and what takes something away is refused for the protected.
 */
export function reconsider(context: CompileContext, inverse: Inverse): Reconsidered {
  const { population } = context;
  const person = population.find(inverse.accountId);
  const heldBack: HeldBack[] = [];
  const hold = (kind: HeldBack["kind"], code: string, reason: string, owner: string | null = null): void => {
    heldBack.push(heldInverse(inverse, { kind, code, reason, owner }));
  };
  if (person === -1) {
    hold("blocked", "not-in-organization", "the person is no longer in the organisation; invite them again by hand");
    return { change: null, draft: null, heldBack };
  }
  // What stood in for something is taken only where that something comes back.
  let givesAll = true;
  const possible = inverse.operations.filter((operation) => {
    const sight = observe(operation, inverse.accountId, population);
    if (sight === "so")
      hold("held", "changed-since", `it is so already: ${inWords(operation)} was done by somebody else`);
    if (sight === "unknown")
      hold("unknown", "state-unknown", `it cannot be told whether ${inWords(operation)} is needed`);
    const obstacle = sight === "not-so" ? obstacleOf(context, person, operation) : null;
    if (obstacle !== null) hold(obstacle.kind, obstacle.code, obstacle.reason, obstacle.owner);
    if (gives(operation) && (sight === "unknown" || obstacle !== null)) givesAll = false;
    return sight === "not-so" && obstacle === null;
  });
  const operations = possible.filter((operation) => inverse.direction === "take" || gives(operation) || givesAll);
  if (operations.length === 0) return { change: null, draft: null, heldBack };
  const shield = inverse.direction === "take" ? protectionOf(population, context.settings, person) : null;
  if (shield !== null) {
    hold(shield.kind, shield.code, shield.reason);
    return { change: null, draft: null, heldBack };
  }
  const draft = draftOf(context, person, inverse, operations);
  const beyond = draft.after.seats.filter(
    (seat) => !draft.before.seats.includes(seat) && !inverse.mayGive.includes(seat),
  );
  if (beyond.length > 0) {
    const names = beyond.map((seat) => instanceName(population, seat)).join(", ");
    hold("blocked", "gives-more", `it would by now also give ${names}, which the person did not hold before`);
    return { change: null, draft: null, heldBack };
  }
  const lost = draft.before.seats.filter((seat) => !draft.after.seats.includes(seat));
  if (inverse.direction === "give" && lost.length > 0) {
    hold(
      "blocked",
      "takes-seat",
      `by now it would take ${lost.map((seat) => instanceName(population, seat)).join(", ")}`,
    );
    return { change: null, draft: null, heldBack };
  }
  return { change: changeOf(draft, inverse), draft, heldBack };
}

/** An inverse, or a part of it, that is not carried out. */
export function heldInverse(
  { accountId, action, seat, target, policies }: Inverse,
  why: Pick<HeldBack, "kind" | "code" | "reason" | "owner">,
): HeldBack {
  const policy = policies[0]?.policy ?? "";
  return { accountId, policy, action, seat, target, ...why, owed: false, handoff: false };
}

/** A change of an undo plan as the inverse it was made from, for the look again before it is carried out. */
export function inverseIn(change: Change): Inverse {
  const { accountId, action, direction, seat, target, operations, policies, after } = change;
  return { accountId, action, direction, seat, target, operations, policies, mayGive: after.seats };
}

function changeOf(draft: Draft, { policies }: Inverse): Change {
  const { action, direction, accountId, seat, target, operations, hazards, undo, before, after, lastActive } = draft;
  return {
    id: changeId(draft),
    action,
    direction,
    purpose: "saving",
    accountId,
    seat,
    target,
    policies,
    operations,
    hazards,
    undo,
    before,
    after,
    lastActive,
    fresh: false,
  };
}

function draftOf(context: CompileContext, person: number, inverse: Inverse, operations: readonly Operation[]): Draft {
  const { population } = context;
  const at = population.header.instances.findIndex(({ id }) => id === inverse.seat?.instance);
  const instance = at === -1 ? null : at;
  const difference = differenceOf(population, operations);
  const compiled = drafted(context, {
    person,
    instance,
    action: inverse.action,
    direction: inverse.direction,
    target: inverse.target,
    operations,
    difference,
    hazards: inverse.direction === "take" ? hazardsOf(population, person, instance, difference) : [],
    undo: { possible: "exact", note: "What this undo does is taken back again." },
  });
  if (compiled.kind !== "change") throw new Error("an inverse that has operations is a change");
  return compiled.draft;
}

function hazardsOf(
  population: Population,
  person: number,
  instance: number | null,
  difference: Difference,
): readonly Change["hazards"][number][] {
  const isSynced = managementSources[population.source[person] ?? 0] === "synced";
  return [
    ...(difference.closed.size > 0 && isSynced ? (["idp-may-reverse"] as const) : []),
    ...(difference.leave.size > 0 && lostSeats(population, person, instance, difference).length > 0
      ? (["takes-more-seats"] as const)
      : []),
  ];
}

/** What would be different about a person after these operations. */
function differenceOf(population: Population, operations: readonly Operation[]): Difference {
  const { groups, instances, directories } = population.header;
  const only = <Entry>(kind: Operation["kind"], of: (operation: Operation) => Entry): ReadonlySet<Entry> =>
    new Set(operations.filter((operation) => operation.kind === kind).map(of));
  const group = (operation: Operation): number => groups.findIndex(({ id }) => id === operation.group);
  const directory = (operation: Operation): number => directories.findIndex(({ id }) => id === operation.directory);
  const role = (operation: Operation): string =>
    roleKey(
      instances.findIndex(({ id }) => id === operation.instance),
      operation.role ?? "",
    );
  const has = (kind: Operation["kind"]): boolean => operations.some((operation) => operation.kind === kind);
  return {
    ...noDifference,
    join: only("joinGroup", group),
    leave: only("leaveGroup", group),
    assign: only("assignRole", role),
    revoke: only("revokeRole", role),
    closed: only("suspend", directory),
    opened: only("restore", directory),
    account: has("activate") ? "opened" : has("deactivate") ? "closed" : "as-is",
  };
}

interface Obstacle {
  readonly kind: HeldBack["kind"];
  readonly code: string;
  readonly reason: string;
  readonly owner: string | null;
}

/** Why an operation cannot be carried out as things are now, or null. */
function obstacleOf(context: CompileContext, person: number, operation: Operation): Obstacle | null {
  const { population } = context;
  const blocked = (code: string, reason: string): Obstacle => ({ kind: "blocked", code, reason, owner: null });
  const status = statuses[population.status[person] ?? 0];
  switch (operation.kind) {
    case "joinGroup":
    case "leaveGroup": {
      const position = population.header.groups.findIndex(({ id }) => id === operation.group);
      const group = population.header.groups[position];
      const name = operation.groupName ?? operation.group ?? "the group";
      if (group === undefined) return blocked("group-gone", `${name} no longer exists`);
      const found = groupObstacle(context, position, operation.kind === "joinGroup" ? "joined" : "left");
      if (found?.kind === "refused") return found.refusal;
      if (operation.kind === "leaveGroup") return null;
      if (!hasEntry(population.directories, person, group.directory)) {
        return blocked("other-directory", `${group.name} is in a directory the person is no longer in`);
      }
      const admin = group.grants.find(({ role }) => isAdminRole(role));
      return admin === undefined ? null : blocked("gives-admin", `${group.name} by now makes its members admins`);
    }
    case "restore":
    case "suspend": {
      if (status === "deactivated" || status === "for_deletion") {
        return blocked("deactivated", "the account was deactivated since");
      }
      const position = population.header.directories.findIndex(({ id }) => id === operation.directory);
      if (hasEntry(population.directories, person, position)) return null;
      return blocked("not-in-directory", "the person is no longer in that directory");
    }
    case "activate":
    case "deactivate": {
      if (status === "for_deletion")
        return blocked("for-deletion", "the account is waiting for deletion; cancel that first");
      const found = accountObstacle(context, person, operation.kind);
      return found?.kind === "refused" ? found.refusal : null;
    }
    case "assignRole":
      return status === "active" || operation.role === undefined
        ? null
        : blocked("not-active", `the account is ${status}: roles are given to active accounts only`);
    default:
      return null;
  }
}

function instanceName(population: Population, id: string): string {
  const found = population.header.instances.find((instance) => instance.id === id);
  return found === undefined ? id : instanceLabel(found);
}
