import { type Bits, countBits, eachBit, hasBit, noBits, setBit } from "../model/bits.ts";
import type { HeldBack } from "../model/documents.generated.ts";
import type { Verdict } from "../model/verdict.ts";
import { NEVER } from "../people/population.ts";
import type { Policy } from "../policy/types.ts";
import { type Deliberation, deliberate, type Matter } from "./deliberate.ts";
import { matchesOf } from "./wishes.ts";

/**
 * What would become of a held seat that is unused. `now`: a plan frees it. `identityProvider`: only the identity provider can.
 * `blocked`: another group, or another seat, is in the way. `exempt`, `protected`, `held`, `unknown`: as in plans.
 */
export const reclaimClasses = ["now", "identityProvider", "blocked", "exempt", "protected", "held", "unknown"] as const;

export type ReclaimClass = (typeof reclaimClasses)[number];

/** The held seats of one instance, by how long they are unused and what would become of them. */
export interface InstanceReclaim {
  /** Position of the instance. */
  readonly instance: number;
  /** Used in this time. */
  readonly active: number;
  /** Certainly unused, of somebody who was active once. */
  readonly idle: number;
  /** Certainly unused, of somebody who never was. */
  readonly neverActive: number;
  /** The seat is held, and it cannot be told whether it is unused. */
  readonly unknown: number;
  /** Whether the seat is held is not known, and it is not certainly in use: in none of the other numbers. */
  readonly seatUnknown: number;
  /** Of the unused and the unknown, each once. */
  readonly classes: Readonly<Record<ReclaimClass, number>>;
  /** Whose seats are `now`, and whose are `now` or `identityProvider`. */
  readonly freed: { readonly now: Bits; readonly withProvider: Bits };
}

/** Something about the organisation as a whole for which a plan takes nothing from anybody. */
export interface Obstacle {
  readonly code: string;
  readonly reason: string;
}

export interface Reclaim {
  /** By instance, ascending: those the policy can match. */
  readonly instances: readonly InstanceReclaim[];
  /** Why a plan made now would not free what is `now`; null: nothing is in the way. */
  readonly obstacle: Obstacle | null;
}

/** Reasons of a held change that lie in the organisation as a whole. */
const obstacles: ReadonlySet<string> = new Set(["snapshot-not-complete", "no-baseline", "freeze"]);

/**
 * What a seat policy would free, counted from the deliberation that plans are made of: so that a count and a plan cannot
 * disagree. Pace and limits, which look at a plan as a whole, are left out; what stands in the way of everything is told
 * apart. The policy has one action.
 */
export function reclaimBy(matter: Matter, policy: Policy): Reclaim {
  const { population } = matter;
  const deliberation = deliberate(matter);
  const positions = new Map(population.header.instances.map(({ id }, at) => [id, at]));
  const tallies = new Map(policy.instances.map((instance) => [instance, newTally(population.size)]));
  const tallyOf = (instance: string | undefined): Tally | undefined =>
    instance === undefined ? undefined : tallies.get(positions.get(instance) ?? -1);
  const isHeld = (accountId: string, instance: string | undefined): boolean => {
    const holders = deliberation.seats.holders[positions.get(instance ?? "") ?? -1];
    return holders !== undefined && hasBit(holders.yes, population.find(accountId));
  };
  let obstacle: Obstacle | null = null;

  for (const { draft, policies } of deliberation.proposals) {
    const tally = draft.instance === null ? undefined : tallies.get(draft.instance);
    if (tally !== undefined && policies.some(({ id }) => id === policy.id)) count(tally, "now", draft.person);
  }
  for (const held of deliberation.heldBack) {
    const tally = held.policy === policy.id ? tallyOf(held.seat?.instance) : undefined;
    if (tally === undefined || !isHeld(held.accountId, held.seat?.instance)) continue;
    const stopped = held.kind === "held" && obstacles.has(held.code);
    if (stopped) obstacle ??= { code: held.code, reason: held.reason };
    const group = stopped ? "now" : classOf(held);
    const needsPerson = group === "now" || group === "identityProvider";
    count(tally, group, needsPerson ? population.find(held.accountId) : -1);
  }
  for (const { gaveWay } of deliberation.conflicts) {
    const tally = gaveWay.policy === policy.id ? tallyOf(gaveWay.seat?.instance) : undefined;
    if (tally !== undefined) count(tally, "held", -1);
  }
  return {
    instances: [...tallies].map(([instance, tally]) => instanceReclaim(matter, deliberation, policy, instance, tally)),
    obstacle,
  };
}

function classOf({ kind, code }: HeldBack): ReclaimClass {
  switch (kind) {
    case "blocked":
      return code === "synced-group" ? "identityProvider" : "blocked";
    case "exempt":
    case "protected":
    case "unknown":
      return kind;
    case "held":
    case "waiting":
    case "quarantined":
      return "held";
  }
}

interface Tally {
  readonly classes: Record<ReclaimClass, number>;
  readonly now: Bits;
  readonly withProvider: Bits;
}

function newTally(size: number): Tally {
  const classes = Object.fromEntries(reclaimClasses.map((name) => [name, 0])) as Record<ReclaimClass, number>;
  return { classes, now: noBits(size), withProvider: noBits(size) };
}

/** `person` is needed of the seats that can be freed; -1 elsewhere. */
function count(tally: Tally, group: ReclaimClass, person: number): void {
  tally.classes[group]++;
  if (group === "now") setBit(tally.now, person);
  if (group === "now" || group === "identityProvider") setBit(tally.withProvider, person);
}

function instanceReclaim(
  { population }: Matter,
  { seats, evaluator }: Deliberation,
  policy: Policy,
  instance: number,
  { classes, now, withProvider }: Tally,
): InstanceReclaim {
  const unused = matchesOf({ population, seats, evaluator }, policy, instance);
  const held = seats.holders[instance];
  const column = population.lastActive[instance];
  if (held === undefined || column === undefined) throw new Error(`there is no instance ${instance}`);
  let neverActive = 0;
  eachBit(unused.yes, (person) => {
    if (column[person] === NEVER) neverActive++;
  });
  const yes = countBits(unused.yes);
  const unknown = countBits(unused.unknown.map((word, at) => word & (held.yes[at] ?? 0)));
  // Doubts that many share are told once for the instance and not by person: they are what is left.
  const told = reclaimClasses.reduce((sum, name) => sum + classes[name], 0);
  return {
    instance,
    active: countUsed(held, unused),
    idle: yes - neverActive,
    neverActive,
    unknown,
    seatUnknown: countBits(unused.unknown) - unknown,
    classes: { ...classes, unknown: classes.unknown + yes + unknown - told },
    freed: { now, withProvider },
  };
}

/** People who certainly hold a seat, and for whom the filter is false. */
function countUsed(held: Verdict, unused: Verdict): number {
  return countBits(held.yes.map((word, at) => word & ~((unused.yes[at] ?? 0) | (unused.unknown[at] ?? 0))));
}
