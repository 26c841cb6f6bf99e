import { type Bits, countBits, eachBit, hasBit, noBits, setBit } from "../model/bits.ts";
import type { SeatRef } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";
import { bucketCounts, type IdleBucket, idleBuckets } from "./idle-buckets.ts";
import { claims, managementSources, NEVER, type Population } from "./population.ts";
import { countedSeats, holdersOfAny } from "./seat-holders.ts";
import { type FreeRole, freeRoles, suspendedHolders } from "./seat-roles.ts";
import { isPaidInstance, type Seats } from "./seats.ts";
import type { Signal } from "./signals.ts";

/** What is counted of some app instances together: one of them, an app's, a site's, or all. */
export interface SeatFigures {
  /** Paid seats: people who certainly hold one, summed over the instances. */
  readonly held: number;
  /** People of whom it is not known whether they hold a seat, summed over the instances. None of them is in `held`. */
  readonly unknown: number;
  /** People with a seat, each once. */
  readonly people: number;
  /** Of the people: managed, unmanaged, not known. */
  readonly accounts: Readonly<Record<(typeof claims)[number], number>>;
  /** Of the people: how they came. */
  readonly origins: Readonly<Record<(typeof managementSources)[number], number>>;
  /** Of the people: never active on any app. Whoever holds a seat where activity is not believed is not among them. */
  readonly neverAnywhere: number;
  /** Of those: came by invitation. */
  readonly invitedNever: number;
  /** Seats that come back when suspended people are restored. */
  readonly suspended: number;
  readonly freeRoles: readonly FreeRole[];
  /** Seats by when their holder was last active on their instance. Where activity is not believed it is not known. */
  readonly lastActive: Readonly<Record<IdleBucket, number>>;
  readonly withoutSignal: SeatsWithoutSignal;
}

/** The held seats of instances whose activity is not believed, those instances, and their apps, each once. */
export interface SeatsWithoutSignal {
  readonly seats: number;
  readonly apps: readonly string[];
  readonly instances: readonly SeatRef[];
}

/** A way to ask for the figures of any instances; what is counted for each is counted once. */
export interface SeatFigureSource {
  /** Instances with paid seats, ascending. */
  readonly paid: readonly number[];
  figures(instances: readonly number[]): SeatFigures;
}

/** Counts the seats of a snapshot. `signals` are by instance, `asOf` is the snapshot's moment. */
export function createSeatFigures(
  population: Population,
  seats: Seats,
  signals: readonly Signal[],
  asOf: Seconds,
): SeatFigureSource {
  const paid = population.header.instances.flatMap((_, at) => (isPaidInstance(population, at) ? [at] : []));
  const known = new Map<number, InstanceFigures>();
  const held = seats.holders.map(({ yes }) => yes);
  const unbelieved = paid.filter((at) => signals[at]?.trusted !== true);
  const beyondBelief = holdersOfAny(unbelieved, held);
  const figuresOf = (instance: number): InstanceFigures => {
    const found = known.get(instance) ?? instanceFigures(population, seats, signals, instance, asOf);
    known.set(instance, found);
    return found;
  };
  return {
    paid,
    figures(instances) {
      const parts = instances.map(figuresOf);
      const people = holdersOfAny(instances, held);
      const never = neverActive(population, people, beyondBelief);
      const dark = unbelieved.filter((at) => instances.includes(at));
      const sum = (of: (part: InstanceFigures) => number): number => parts.reduce((total, part) => total + of(part), 0);
      return {
        held: sum(({ held }) => held),
        unknown: sum(({ unknown }) => unknown),
        people: countBits(people),
        accounts: tally(people, population.claim, claims),
        origins: tally(people, population.source, managementSources),
        neverAnywhere: countBits(never),
        invitedNever: tally(never, population.source, managementSources).invited,
        suspended: sum(({ suspended }) => suspended),
        freeRoles: summed(parts.flatMap((part) => part.freeRoles)),
        lastActive: record(idleBuckets, (_, at) => sum(({ lastActive }) => lastActive[at] ?? 0)),
        withoutSignal: {
          seats: dark.reduce((total, at) => total + figuresOf(at).held, 0),
          ...placesOf(population, dark),
        },
      };
    },
  };
}

/** These instances by app, site, id, and their apps. */
function placesOf({ header }: Population, instances: readonly number[]): Omit<SeatsWithoutSignal, "seats"> {
  const places = instances
    .map((at): SeatRef => {
      const { id = "", app = "", site = "" } = header.instances[at] ?? {};
      return { instance: id, app, site };
    })
    .sort((a, b) => compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance));
  return { apps: [...new Set(places.map(({ app }) => app))], instances: places };
}

interface InstanceFigures {
  readonly held: number;
  readonly unknown: number;
  readonly suspended: number;
  readonly freeRoles: readonly FreeRole[];
  /** In the order of `idleBuckets`. */
  readonly lastActive: Uint32Array;
}

function instanceFigures(
  population: Population,
  seats: Seats,
  signals: readonly Signal[],
  instance: number,
  asOf: Seconds,
): InstanceFigures {
  const verdict = seats.holders[instance];
  const withPath = seats.withPath[instance];
  if (verdict === undefined || withPath === undefined) {
    throw new Error(`there is no instance ${instance} in the snapshot`);
  }
  return {
    ...countedSeats(seats, instance),
    suspended: countBits(suspendedHolders(population, instance)),
    freeRoles: freeRoles(population, instance, withPath),
    lastActive: lastActiveCounts(population, verdict.yes, instance, signals[instance], asOf),
  };
}

/**
 * How many of these holders of an instance were last active there when, in the order of `idleBuckets`. Where the instance's
 * activity is not believed, it is not known of anybody, whatever date there is.
 */
export function lastActiveCounts(
  population: Population,
  holders: Bits,
  instance: number,
  signal: Signal | undefined,
  asOf: Seconds,
): Uint32Array {
  const activity = population.lastActive[instance];
  if (activity === undefined) throw new Error(`there is no instance ${instance} in the snapshot`);
  if (signal?.trusted === true) return bucketCounts(holders, activity, asOf);
  return Uint32Array.from(idleBuckets, (bucket) => (bucket === "unknown" ? countBits(holders) : 0));
}

/** Who of these people was never active on any app. Of those in `unclear` it is not known. */
function neverActive(population: Population, people: Bits, unclear: Bits): Bits {
  const never = noBits(population.size);
  eachBit(people, (person) => {
    if (!hasBit(unclear, person) && population.lastActive.every((column) => column[person] === NEVER))
      setBit(never, person);
  });
  return never;
}

/** How many of these people have each value of a coded column. */
function tally<Value extends string>(
  people: Bits,
  codes: Uint8Array,
  values: readonly Value[],
): Readonly<Record<Value, number>> {
  const counts = new Uint32Array(values.length);
  eachBit(people, (person) => {
    const code = codes[person] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  });
  return record(values, (_, at) => counts[at] ?? 0);
}

function summed(roles: readonly FreeRole[]): readonly FreeRole[] {
  const byRole = new Map<string, number>();
  for (const { role, people } of roles) byRole.set(role, (byRole.get(role) ?? 0) + people);
  return [...byRole].map(([role, people]) => ({ role, people })).sort((a, b) => compareText(a.role, b.role));
}

function record<Key extends string>(
  keys: readonly Key[],
  valueOf: (key: Key, at: number) => number,
): Readonly<Record<Key, number>> {
  return Object.fromEntries(keys.map((key, at) => [key, valueOf(key, at)])) as Record<Key, number>;
}
