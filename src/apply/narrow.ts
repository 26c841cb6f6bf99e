import type { Change, HeldBack, Operation } from "../model/documents.generated.ts";
import { dayOf, secondsOf } from "../model/time.ts";
import { ACTIVITY_SOURCE } from "../people/certificate.ts";
import { NEVER, type Population, UNKNOWN_TIME } from "../people/population.ts";
import { observe } from "../plan/observe.ts";
import { allInWords, gives, operationKey } from "../plan/operations.ts";

/** What the planner says of a few people, just read again: without limits and pace, which the approved plan has passed. */
export interface Reproposal {
  readonly changes: readonly Change[];
  readonly heldBack: readonly HeldBack[];
}

/** What is left of an approved change after the second look. `owed`: a duty that stays to be done. */
export type Narrowed =
  | {
      readonly kind: "carry";
      readonly operations: readonly Operation[];
      /** What would have been given, is not so, and is not proposed any more: the change is done in part. */
      readonly without: readonly Operation[];
    }
  | {
      readonly kind: "already-so" | "withdrawn" | "left-alone" | "unconfirmed";
      readonly reason: string;
      readonly owed: boolean;
    };

/**
 * Approved and still proposed: the same change, with those of its approved operations that are proposed again, and no
 * hazard that was not approved. Anything wider is withdrawn and waits for a plan of its own.
 */
export function narrow(approved: Change, again: Reproposal, population: Population): Narrowed {
  const fresh = again.changes.find(({ id }) => id === approved.id);
  if (fresh !== undefined) return intersect(approved, fresh, population);
  const isDuty = approved.purpose === "duty";
  if (population.find(approved.accountId) === -1) {
    const reason = "the account is no longer in the organisation";
    return { kind: approved.direction === "take" ? "already-so" : "withdrawn", reason, owed: false };
  }
  if (approved.operations.every((operation) => observe(operation, approved.accountId, population) === "so")) {
    return { kind: "already-so", reason: "somebody has done it since the plan was made", owed: false };
  }
  const held = heldAs(approved, again.heldBack);
  if (held !== undefined && held.kind !== "unknown") {
    return { kind: "withdrawn", reason: `${heldWords[held.kind]}: ${held.reason}`, owed: isDuty && held.owed };
  }
  const since = cameBack(approved, population);
  if (since !== null) {
    return { kind: "left-alone", reason: `came back: active on ${since} on what would be lost`, owed: isDuty };
  }
  if (held !== undefined) {
    const why = [held.reason, ...unconfirmed(population)].join("; ");
    return { kind: "unconfirmed", reason: `could not be looked at again: ${why}`, owed: isDuty };
  }
  return { kind: "withdrawn", reason: "no longer proposed: the policy does not ask for it any more", owed: false };
}

/** Why somebody's activity could not be confirmed at its source, in the words of whoever read it. */
function unconfirmed({ header }: Population): readonly string[] {
  const checks = header.certificate.checks.filter(
    ({ check, state }) => check === ACTIVITY_SOURCE && state !== "passed",
  );
  return checks.map(({ message }) => message);
}

function intersect(approved: Change, fresh: Change, population: Population): Narrowed {
  const isDuty = approved.purpose === "duty";
  const hazards = fresh.hazards.filter((hazard) => !approved.hazards.includes(hazard));
  if (hazards.length > 0) {
    return wider(`it has come to carry a hazard that was not approved (${hazards.join(", ")})`, isDuty);
  }
  const mayDo = new Set(approved.operations.map(operationKey));
  const beyond = fresh.operations.filter((operation) => !mayDo.has(operationKey(operation)));
  if (beyond.length > 0) return wider(`it would need ${allInWords(beyond)}, which was not approved`, isDuty);
  if (fresh.accountId !== approved.accountId || fresh.direction !== approved.direction) {
    return wider("it is not about the same person and direction", isDuty);
  }
  const still = new Set(fresh.operations.map(operationKey));
  const dropped = approved.operations.filter((operation) => !still.has(operationKey(operation)));
  // Less than approved is right where the rest is so already or not needed any more; where that cannot be told, it would be
  // half of a change.
  const unseen = dropped.filter((operation) => observe(operation, approved.accountId, population) === "unknown");
  if (unseen.length > 0) {
    const reason = `could not be looked at again: ${allInWords(unseen)} is not proposed any more, and it cannot be told whether it is so already`;
    return { kind: "unconfirmed", reason, owed: isDuty };
  }
  const without = dropped.filter(
    (operation) => gives(operation) && observe(operation, approved.accountId, population) === "not-so",
  );
  return {
    kind: "carry",
    operations: approved.operations.filter((operation) => still.has(operationKey(operation))),
    without,
  };
}

function wider(what: string, owed: boolean): Narrowed {
  return { kind: "withdrawn", reason: `wider than approved: ${what}; it waits for a new plan`, owed };
}

const heldWords: Readonly<Record<HeldBack["kind"], string>> = {
  exempt: "exempt by now",
  protected: "protected by now",
  unknown: "unknown by now",
  blocked: "blocked by now",
  waiting: "waits its turn",
  held: "held by now",
  quarantined: "quarantined by now",
};

function heldAs(approved: Change, heldBack: readonly HeldBack[]): HeldBack | undefined {
  const mine = heldBack.filter(
    (held) =>
      held.accountId === approved.accountId &&
      (held.seat === null || approved.seat === null || held.seat.instance === approved.seat.instance) &&
      approved.policies.some(({ policy }) => policy === held.policy),
  );
  return mine.find(({ action }) => action === approved.action) ?? mine[0];
}

/** The day of an activity later than the plan knew, on what the change takes; null where there is none. */
function cameBack(approved: Change, population: Population): string | null {
  if (approved.direction !== "take" || approved.lastActive === "unknown") return null;
  const person = population.find(approved.accountId);
  const known = approved.lastActive === "never" ? NEVER : (secondsOf(approved.lastActive) ?? UNKNOWN_TIME);
  const taken = approved.seat === null ? lostSeats(approved) : [approved.seat.instance];
  let latest = NEVER;
  population.header.instances.forEach(({ id }, instance) => {
    const at = population.lastActive[instance]?.[person] ?? UNKNOWN_TIME;
    if (taken.includes(id) && at !== UNKNOWN_TIME) latest = Math.max(latest, at);
  });
  return latest > known ? dayOf(latest) : null;
}

function lostSeats({ before, after }: Change): readonly string[] {
  return before.seats.filter((seat) => !after.seats.includes(seat));
}
