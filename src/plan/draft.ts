import type {
  Change,
  HeldBack,
  Operation,
  SeatRef,
  SeatState,
  SnapshotHeader,
  Undo,
} from "../model/documents.generated.ts";
import { type Difference, noDifference, pathsAfter, seatsAfter, statusAfter } from "../people/counterfactual.ts";
import { NEVER, type Population, UNKNOWN_TIME } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import type { Settings } from "../policy/types.ts";
import { momentOf } from "../model/time.ts";
import { alike, alikeDifference } from "./alike.ts";

/** A change before it is known which policies ask for it. */
export interface Draft {
  readonly person: number;
  /** The seat's instance, or null for an action on the person. */
  readonly instance: number | null;
  readonly action: Change["action"];
  readonly direction: Change["direction"];
  readonly accountId: string;
  readonly seat: SeatRef | null;
  readonly target: string | null;
  readonly operations: readonly Operation[];
  readonly difference: Difference;
  readonly hazards: readonly Change["hazards"][number][];
  readonly undo: Undo;
  readonly before: SeatState;
  readonly after: SeatState;
  /** On the seat's instance; for an action on the person, on all on which a seat is held, or on any where none is. */
  readonly lastActive: string;
  /** Instances whose seats go along; each must be taken by a change of its own. */
  readonly alongWith: readonly number[];
  /** Instances on which it gives a seat, or one more path to a seat that is held already. */
  readonly gives: readonly number[];
}

/** Why an action is not taken on somebody. */
export interface Refusal {
  readonly kind: HeldBack["kind"];
  readonly code: string;
  readonly reason: string;
  readonly owner: string | null;
  readonly handoff: boolean;
  readonly seat: SeatRef | null;
  readonly target: string | null;
}

/** What becomes of one action on one person. `nothing`: it is so already. */
export type Compiled =
  | { readonly kind: "change"; readonly draft: Draft }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "nothing" };

export const nothing: Compiled = { kind: "nothing" };

/** What compiling an action reads. */
export interface CompileContext {
  readonly population: Population;
  readonly seats: Seats;
  readonly settings: Settings;
}

/** What a draft must say that its operations do not. */
export interface DraftParts {
  readonly person: number;
  readonly instance: number | null;
  readonly action: Change["action"];
  readonly direction: Change["direction"];
  readonly target: string | null;
  readonly operations: readonly Operation[];
  readonly difference: Difference;
  readonly hazards?: readonly Change["hazards"][number][];
  readonly undo: Undo;
  readonly alongWith?: readonly number[];
  readonly gives?: readonly number[];
}

const seatsByHeader = new WeakMap<SnapshotHeader, readonly SeatRef[]>();

/** The reference to an instance's seat. */
export function seatRef({ header }: Population, instance: number): SeatRef {
  let seats = seatsByHeader.get(header);
  if (seats === undefined) {
    seats = header.instances.map(({ id, app, site }) => ({ instance: id, app, site }));
    seatsByHeader.set(header, seats);
  }
  const found = seats[instance];
  if (found === undefined) throw new Error(`there is no instance ${instance} in the snapshot`);
  return found;
}

export function refused(
  kind: Refusal["kind"],
  code: string,
  reason: string,
  details: { readonly owner?: string | null; readonly seat?: SeatRef | null; readonly target?: string | null } = {},
): Compiled {
  const { owner = null, seat = null, target = null } = details;
  return { kind: "refused", refusal: { kind, code, reason, owner, handoff: false, seat, target } };
}

/** A change with its states before and after worked out. */
export function drafted(context: CompileContext, parts: DraftParts): Compiled {
  const { population } = context;
  const { person, instance, difference } = parts;
  const before = stateOf(population, person, instance, noDifference);
  const after = stateOf(population, person, instance, difference);
  const touched = instance === null ? touchedBy(population, before) : [instance];
  return {
    kind: "change",
    draft: {
      person,
      instance,
      action: parts.action,
      direction: parts.direction,
      accountId: accountOf(population, person),
      seat: instance === null ? null : seatRef(population, instance),
      target: parts.target,
      operations: alike(population, parts.operations),
      difference: alikeDifference(population, difference),
      hazards: alike(population, [...new Set(parts.hazards ?? [])].sort()),
      undo: alike(population, parts.undo),
      before,
      after,
      lastActive: latestActivity(population, person, touched),
      alongWith: parts.alongWith ?? none,
      gives: parts.gives ?? none,
    },
  };
}

const none: readonly number[] = [];

/** Instances that an action on the person touches: those of their seats, or any where there is none. */
function touchedBy(population: Population, { seats }: SeatState): readonly number[] {
  const everywhere = [...population.header.instances.keys()];
  const held = everywhere.filter((at) => seats.includes(population.header.instances[at]?.id ?? ""));
  return held.length > 0 ? held : everywhere;
}

export function accountOf(population: Population, person: number): string {
  const id = population.text("id", person);
  if (id === null) throw new Error(`person ${person} of the snapshot has no account id`);
  return id;
}

function stateOf(population: Population, person: number, instance: number | null, difference: Difference): SeatState {
  const paths =
    instance === null
      ? []
      : pathsAfter(population, person, instance, difference).map((path) =>
          path.via === "direct" ? `direct (${path.role})` : `${groupName(population, path.group)} (${path.role})`,
        );
  return alike(population, {
    status: statusAfter(population, person, difference),
    seats: seatsAfter(population, person, difference)
      .map((at) => population.header.instances[at]?.id ?? "")
      .sort(),
    paths: paths.sort(),
  });
}

export function groupName(population: Population, group: number): string {
  return population.header.groups[group]?.name ?? "";
}

/** The latest activity on these instances: a moment, `never`, or `unknown` where one of them is not known. */
export function latestActivity(population: Population, person: number, instances: readonly number[]): string {
  let latest = NEVER;
  for (const instance of instances) {
    const at = population.lastActive[instance]?.[person] ?? UNKNOWN_TIME;
    if (at === UNKNOWN_TIME) return "unknown";
    latest = Math.max(latest, at);
  }
  return latest === NEVER ? "never" : momentOf(latest);
}
