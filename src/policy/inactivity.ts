import { type Bits, noBits } from "../model/bits.ts";
import { DAY, type Seconds } from "../model/time.ts";
import { alwaysFalse, type Verdict } from "../model/verdict.ts";
import {
  type Among,
  type Answer,
  answerAt,
  type Candidates,
  candidatesOf,
  eitherOf,
  FALSE,
  type Judge,
  narrowedBy,
  ofOne,
  oneByOne,
  type PeopleTest,
  together,
  TRUE,
  UNKNOWN,
  verdictOf,
  verdictTest,
} from "../people/answers.ts";
import { noneLaterThan } from "../people/times.ts";
import { heldOn, onEachHeld } from "../people/held.ts";
import { NEVER, UNKNOWN_TIME } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import { type AnchorContext, createAnchors } from "./anchors.ts";
import { paidInstances } from "./instances.ts";
import { answerOf, isSettled, NOTHING_KNOWN, type Tally, tallied } from "./inactivity-tally.ts";
import { NOT_ASKED, notActiveAfter, type Quiet, quietHolders, timesBetween } from "./quiet.ts";

/** Seats younger than this tell nothing about being used. */
export const YOUNGEST: Seconds = 14 * DAY;

/** What tests of inactivity look at. */
export interface InactivityContext extends AnchorContext {
  readonly seats: Seats;
  /** By instance: whether its activity dates can be believed. */
  readonly signals: readonly { readonly trusted: boolean; readonly reason: string }[];
}

type InactivityKey = "unused" | "idle" | "neverActive";

/** Answers about how long seats have been held and not used. */
export interface Inactivity {
  /** Says that a test of inactivity since `before` will be asked on these instances. Answers are the same without it. */
  expect(before: Seconds, instances: readonly number[]): void;
  /** On every one of these instances on which a person holds a seat. Somebody who holds none of them: false. */
  test(key: InactivityKey, before: Seconds, instances: readonly number[]): PeopleTest;
  /**
   * On every instance on which a person holds a seat. Activity on any other instance counts against it too: somebody who
   * was in Confluence as a guest yesterday is not idle everywhere.
   */
  everywhere(key: InactivityKey, before: Seconds): PeopleTest;
  /** Whether every seat a person holds on these instances has been held since `before`. None held: false. */
  heldTest(before: Seconds, instances: readonly number[]): PeopleTest;
  /** Since when a seat counts as held, or UNKNOWN_TIME. */
  anchor(instance: number, person: number): Seconds;
}

/**
 * Idleness counts from the latest of: last activity, the day the seat was first seen, our own grant, the last restore.
 * A seat of the first baseline is older than us: there the day the person came to the organisation stands in. Counted
 * from less than 14 days ago, or from a day that is not known, nobody can tell; nor where an instance's activity dates
 * cannot be believed. A date in the future is a clock ahead of ours, and counts as activity.
 */
export function createInactivity(context: InactivityContext): Inactivity {
  const { seats, asOf, signals } = context;
  const { population } = seats;
  const { size } = population;
  const anchor = createAnchors(population, context);
  const quiet = new Map<number, Quiet>();
  /** By instance: the latest moment that tests ask for. */
  const expected = new Map<number, Seconds>();
  const nobody = alwaysFalse(size);

  /** The activity dates of an instance, where they can be believed. */
  function trusted(instance: number): Uint32Array | null {
    return signals[instance]?.trusted === true ? (population.lastActive[instance] ?? null) : null;
  }

  /** What a seat's age tells where its activity does not contradict. */
  function judgedByAge(from: Seconds, before: Seconds): Answer {
    if (from === UNKNOWN_TIME || from > asOf - YOUNGEST) return UNKNOWN;
    return from <= before ? TRUE : FALSE;
  }

  function judgeOf(key: InactivityKey, before: Seconds, instance: number): Judge {
    const column = trusted(instance);
    if (column === null) return () => UNKNOWN;
    return (person) => {
      const active = column[person] ?? UNKNOWN_TIME;
      if (active === UNKNOWN_TIME) return UNKNOWN;
      return wasUsed(key, before, active) ? FALSE : judgedByAge(anchor(instance, person), before);
    };
  }

  /** Those who hold a seat, or may, and of whom no activity after `before` is known; and perhaps some more. */
  function quietOn(instance: number, column: Uint32Array, before: Seconds): Quiet {
    const known = quiet.get(instance);
    if (known !== undefined && known.since >= before) return known;
    const list = quietHolders(heldOn(seats, instance), column, Math.max(before, expected.get(instance) ?? before));
    quiet.set(instance, list);
    return list;
  }

  function unknownForHolders(instance: number): Verdict {
    const held = heldOn(seats, instance);
    return { yes: nobody.yes, unknown: eitherOf(held.yes, held.unknown) };
  }

  /** Those for whom it is not false on one instance: who perhaps holds a seat is perhaps inactive on it. */
  function inactiveHolders(key: InactivityKey, before: Seconds, instance: number): Candidates {
    const column = trusted(instance);
    if (column === null) return candidatesOf(unknownForHolders(instance));
    const { people, certain, active, anchors } = quietOn(instance, column, before);
    const some = new Uint32Array(people.length);
    const answers = new Uint8Array(people.length);
    const count = timesBetween(
      some,
      active,
      key === "idle" ? NEVER + 1 : NEVER,
      key === "neverActive" ? NEVER : before,
    );
    const young = asOf - YOUNGEST;
    let used = 0;
    for (let found = 0; found < count; found++) {
      const at = some[found] ?? 0;
      let answer: Answer = UNKNOWN;
      if (active[at] !== UNKNOWN_TIME) {
        let held = anchors[at] ?? NOT_ASKED;
        if (held === NOT_ASKED) anchors[at] = held = anchor(instance, people[at] ?? 0);
        if (held <= before && held <= young) answer = certain[at] === 1 ? TRUE : UNKNOWN;
        else if (judgedByAge(held, before) === FALSE) continue;
      }
      some[used] = people[at] ?? 0;
      answers[used++] = answer;
    }
    return { people: some.subarray(0, used), answers: answers.subarray(0, used) };
  }

  /** On every one of several instances on which a person holds a seat. `idle`: and was active on one of them once. */
  function onSeveral(key: InactivityKey, before: Seconds, instances: readonly number[]): Among {
    const lookedFor = key === "idle" ? "unused" : key;
    const parts = instances.map((instance) => ({ instance, held: heldOn(seats, instance), column: trusted(instance) }));
    /** What is known of a person with one more instance looked at. */
    function further(known: Tally, { instance, held, column }: (typeof parts)[number], person: number): Tally {
      const holds = answerAt(held, person);
      if (holds === FALSE) return known;
      const active = column === null ? UNKNOWN_TIME : (column[person] ?? UNKNOWN_TIME);
      if (active === UNKNOWN_TIME) return tallied(known, holds, UNKNOWN, UNKNOWN);
      const wasEver = active === NEVER ? FALSE : holds;
      if (wasUsed(lookedFor, before, active)) return tallied(known, holds, FALSE, wasEver);
      return tallied(known, holds, judgedByAge(anchor(instance, person), before), wasEver);
    }
    /** One instance after another, so that what each looks at comes from memory for many at once. */
    return (people, count) => {
      const found = new Uint8Array(count).fill(NOTHING_KNOWN);
      for (const part of parts) {
        for (let at = 0; at < count; at++) {
          const known = found[at] ?? NOTHING_KNOWN;
          if (!isSettled(known)) found[at] = further(known, part, people[at] ?? 0);
        }
      }
      for (let at = 0; at < count; at++) found[at] = answerOf(key, found[at] ?? NOTHING_KNOWN);
      return found;
    };
  }

  /** A test that only those can pass who are perhaps inactive on these. */
  function testOfFew(among: Among, before: Seconds, instances: readonly number[]): PeopleTest {
    const perhaps = (): Bits => perhapsInactive(before, instances);
    const verdict = (): Verdict => narrowedBy({ yes: perhaps(), unknown: nobody.unknown }, among, size);
    return { judge: ofOne(among), among, perhaps, verdict };
  }

  /** Those who hold a seat on one of these, or may, and certainly none on which they were active after `before`. */
  function perhapsInactive(before: Seconds, instances: readonly number[]): Bits {
    const parts = instances.map((instance) => {
      const column = trusted(instance);
      return {
        held: heldOn(seats, instance),
        quiet: column === null ? null : notActiveAfter(before, quietOn(instance, column, before), size),
      };
    });
    const people = noBits(size);
    for (let word = 0; word < people.length; word++) {
      let may = 0;
      let used = 0;
      for (const { held, quiet: isQuiet } of parts) {
        const holds = held.yes[word] ?? 0;
        may |= holds | (held.unknown[word] ?? 0);
        if (isQuiet !== null) used |= holds & ~(isQuiet[word] ?? 0);
      }
      people[word] = may & ~used;
    }
    return people;
  }

  return {
    anchor,
    expect(before, instances) {
      for (const instance of instances) {
        expected.set(instance, Math.max(before, expected.get(instance) ?? before));
      }
    },
    test(key, before, instances) {
      const [only] = instances;
      if (only === undefined || instances.length > 1) {
        return testOfFew(onSeveral(key, before, instances), before, instances);
      }
      if (trusted(only) === null) return verdictTest(() => unknownForHolders(only));
      return {
        judge: onEachHeld(seats, instances, (instance) => judgeOf(key, before, instance)),
        verdict() {
          const found = inactiveHolders(key, before, only);
          return verdictOf(found, found.people.length, size);
        },
        candidates: () => inactiveHolders(key, before, only),
      };
    },
    everywhere(key, before) {
      const paid = paidInstances(population);
      const noneAfter = noneLaterThan(key === "neverActive" ? NEVER : before, population.lastActive);
      return testOfFew(together("all", [noneAfter, onSeveral(key, before, paid)]), before, paid);
    },
    heldTest(before, instances) {
      const judge = onEachHeld(seats, instances, (instance) => (person) => {
        const from = anchor(instance, person);
        return from === UNKNOWN_TIME ? UNKNOWN : from <= before ? TRUE : FALSE;
      });
      const holders = instances.map((instance) => heldOn(seats, instance));
      const anybody = holders.reduce((all, { yes, unknown }) => eitherOf(eitherOf(all, yes), unknown), nobody.yes);
      const among = oneByOne(judge);
      return { judge, among, verdict: () => narrowedBy({ yes: anybody, unknown: nobody.unknown }, among, size) };
    },
  };
}

/** Whether a known time of last activity says by itself that a test of inactivity does not hold. */
function wasUsed(key: InactivityKey, before: Seconds, active: Seconds): boolean {
  return active === NEVER ? key === "idle" : key === "neverActive" || active > before;
}
