import { noBits, setBit } from "../model/bits.ts";
import type { SeatHistory } from "../model/ledger-view.ts";
import { DAY, type Seconds } from "../model/time.ts";
import { allOf, alwaysFalse, anyOf, notOf, type Verdict } from "../model/verdict.ts";
import { NEVER, UNKNOWN_TIME } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import { paidInstances } from "./instances.ts";

/** Seats younger than this tell nothing about being used. */
export const YOUNGEST: Seconds = 14 * DAY;

/** What tests of inactivity look at. */
export interface InactivityContext {
  readonly seats: Seats;
  readonly asOf: Seconds;
  /** By instance: whether its activity dates can be believed. */
  readonly signals: readonly { readonly trusted: boolean; readonly reason: string }[];
  readonly seatHistory: (accountId: string, instance: string) => SeatHistory | null;
  /**
   * What a seat without history is: `older` than the ledger, which has no baseline yet; or `new` since the last run that
   * noted seats, so that its days begin at `asOf`. Absent: older.
   */
  readonly unseenSeats?: "older" | "new";
}

type InactivityKey = "unused" | "idle" | "neverActive";

/** Answers about how long seats have been held and not used. */
export interface Inactivity {
  /** On every one of these instances on which a person holds a seat. Somebody who holds none of them: false. */
  verdict(key: InactivityKey, before: Seconds, instances: readonly number[]): Verdict;
  /**
   * On every instance on which a person holds a seat. Activity on any other instance counts against it too: somebody who
   * was in Confluence as a guest yesterday is not idle everywhere.
   */
  everywhere(key: InactivityKey, before: Seconds): Verdict;
  /** Whether every seat a person holds on these instances has been held since `before`. None held: false. */
  heldVerdict(before: Seconds, instances: readonly number[]): Verdict;
  /** Since when a seat counts as held, or UNKNOWN_TIME. */
  anchor(instance: number, person: number): Seconds;
}

/** In a column of anchors: not asked for yet. No seat is that old. */
const NOT_ASKED = 0;

/**
 * Idleness counts from the latest of: last activity, the day the seat was first seen, our own grant, the last restore.
 * A seat of the first baseline is older than us: there the day the person came to the organisation stands in. Counted
 * from less than 14 days ago, or from a day that is not known, nobody can tell; nor where an instance's activity dates
 * cannot be believed. A date in the future is a clock ahead of ours, and counts as activity.
 */
export function createInactivity(context: InactivityContext): Inactivity {
  const { seats, asOf, signals, seatHistory, unseenSeats } = context;
  const { population } = seats;
  const { size, header } = population;
  const anchors = new Map<number, Uint32Array>();

  function anchor(instance: number, person: number): Seconds {
    let column = anchors.get(instance);
    if (column === undefined) {
      column = new Uint32Array(size);
      anchors.set(instance, column);
    }
    const known = column[person] ?? NOT_ASKED;
    if (known !== NOT_ASKED) return known;
    const history = seatHistory(population.text("id", person) ?? "", header.instances[instance]?.id ?? "");
    const added = population.added[person] ?? UNKNOWN_TIME;
    const unseen = unseenSeats === "new" ? asOf : UNKNOWN_TIME;
    const firstSeen = history === null ? unseen : (history.firstSeen ?? UNKNOWN_TIME);
    let from = firstSeen;
    if (firstSeen === UNKNOWN_TIME) from = added;
    else if (added !== UNKNOWN_TIME) from = Math.max(firstSeen, added);
    if (from !== UNKNOWN_TIME) from = Math.max(from, history?.restored ?? 0, NOT_ASKED + 1);
    column[person] = from;
    return from;
  }

  /** Calls `judge` for everybody who holds, or may hold, a seat; null is unknown. */
  function forHolders(instance: number, judge: (person: number) => boolean | null): Verdict {
    const held = seats.holders[instance] ?? alwaysFalse(size);
    const yes = noBits(size);
    const unknown = noBits(size);
    for (let word = 0; word < held.yes.length; word++) {
      let rest = (held.yes[word] ?? 0) | (held.unknown[word] ?? 0);
      while (rest !== 0) {
        const person = (word << 5) + (31 - Math.clz32(rest & -rest));
        rest &= rest - 1;
        const answer = judge(person);
        if (answer === true) setBit(yes, person);
        else if (answer === null) setBit(unknown, person);
      }
    }
    return { yes, unknown };
  }

  function inactive(key: InactivityKey, before: Seconds, instance: number): Verdict {
    const column = population.lastActive[instance];
    if (column === undefined || signals[instance]?.trusted !== true) return forHolders(instance, () => null);
    return forHolders(instance, (person) => {
      const active = column[person] ?? UNKNOWN_TIME;
      if (active === UNKNOWN_TIME) return null;
      if (active === NEVER) {
        if (key === "idle") return false;
      } else if (key === "neverActive" || active > before) return false;
      const from = anchor(instance, person);
      if (from === UNKNOWN_TIME || from > asOf - YOUNGEST) return null;
      return from <= before;
    });
  }

  /** Whether people were ever active on an instance. */
  function everActive(instance: number): Verdict {
    const column = population.lastActive[instance];
    if (column === undefined || signals[instance]?.trusted !== true) return forHolders(instance, () => null);
    return forHolders(instance, (person) => {
      const active = column[person] ?? UNKNOWN_TIME;
      return active === UNKNOWN_TIME ? null : active !== NEVER;
    });
  }

  /** True where it holds on every instance on which the person holds a seat, and there is one. */
  function onEachHeld(instances: readonly number[], verdictOn: (instance: number) => Verdict): Verdict {
    const parts = instances.map((instance) => {
      const held = seats.holders[instance] ?? alwaysFalse(size);
      const verdict = verdictOn(instance);
      return { some: allOf(size, [held, verdict]), each: anyOf(size, [notOf(size, held), verdict]) };
    });
    const some = anyOf(
      size,
      parts.map((part) => part.some),
    );
    return allOf(size, [some, ...parts.map(({ each }) => each)]);
  }

  function onHeld(key: InactivityKey, before: Seconds, instances: readonly number[]): Verdict {
    if (key !== "idle" || instances.length < 2) {
      return onEachHeld(instances, (instance) => inactive(key, before, instance));
    }
    const unusedOnEach = onEachHeld(instances, (instance) => inactive("unused", before, instance));
    const activeOnSome = instances.map((instance) =>
      allOf(size, [seats.holders[instance] ?? alwaysFalse(size), everActive(instance)]),
    );
    return allOf(size, [unusedOnEach, anyOf(size, activeOnSome)]);
  }

  /** People with a date after this on any instance, held or not, paid for or not. */
  function activeAfter(moment: Seconds): Verdict {
    const yes = noBits(size);
    for (const column of population.lastActive) {
      for (let person = 0; person < size; person++) {
        const active = column[person] ?? UNKNOWN_TIME;
        if (active !== UNKNOWN_TIME && active > moment) setBit(yes, person);
      }
    }
    return { yes, unknown: noBits(size) };
  }

  return {
    anchor,
    verdict: onHeld,
    everywhere(key, before) {
      const active = activeAfter(key === "neverActive" ? NEVER : before);
      return allOf(size, [onHeld(key, before, paidInstances(population)), notOf(size, active)]);
    },
    heldVerdict: (before, instances) =>
      onEachHeld(instances, (instance) =>
        forHolders(instance, (person) => {
          const from = anchor(instance, person);
          return from === UNKNOWN_TIME ? null : from <= before;
        }),
      ),
  };
}
