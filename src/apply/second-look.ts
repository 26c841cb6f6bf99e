import type { Change, Operation } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { type Seconds, WRITE_MAX } from "../model/time.ts";
import { ACTIVITY_SOURCE } from "../people/certificate.ts";
import type { Population } from "../people/population.ts";
import { inWords, operationKey } from "../plan/operations.ts";
import type { Clock } from "../ports.ts";
import { type Narrowed, narrow, type Reproposal } from "./narrow.ts";
import { accountsOf } from "./order.ts";
import { type Eyes, isBlind } from "./sight.ts";

/** A look older than this proves nothing about a write. */
const LOOK_MAX_AGE: Seconds = 60;
/** A write begins on a look no older than this, so that the look counts even at the write's last try. */
export const LOOK_STARTS_WITHIN: Seconds = LOOK_MAX_AGE - WRITE_MAX;

/** What a second look needs. */
export interface LookDependencies {
  readonly eyes: Eyes;
  readonly clock: Clock;
  /** The planner over a few people, without limits and pace. */
  readonly repropose: (population: Population) => Reproposal;
  /**
   * The same population with the authoritative activity of these people: unknown where it could not be read. Absent: the
   * activity of the search is believed.
   */
  readonly confirmActivity?: (population: Population, accountIds: readonly string[]) => Promise<Population>;
}

/** What a few people are like now, and what would be proposed for them. */
export interface Look {
  readonly at: Seconds;
  readonly seen: { readonly population: Population; readonly again: Reproposal } | { readonly blind: string };
}

/** Reads the people of some changes again and asks the planner. A read that fails blinds the look, and harms nobody. */
export async function lookAgain(dependencies: LookDependencies, changes: readonly Change[]): Promise<Look> {
  const { eyes, clock, repropose, confirmActivity } = dependencies;
  const at = clock.now();
  const read = await eyes.see(accountsOf(changes));
  if (isBlind(read)) return { at, seen: read };
  const losers = accountsOf(changes.filter(({ direction }) => direction === "take"));
  let population = read;
  if (confirmActivity !== undefined && losers.length > 0) {
    try {
      population = await confirmActivity(read, losers);
    } catch (error) {
      if (!(error instanceof OperatorError) || error.reason === "credentials") throw error;
      return { at, seen: { blind: error.message } };
    }
  }
  return { at, seen: { population, again: repropose(population) } };
}

/** How many reads of a look failed, and why: one where nobody could be read, else one for each person's activity. */
export function failuresOf({ seen }: Look): { readonly count: number; readonly why: string } {
  if ("blind" in seen) return { count: 1, why: seen.blind };
  const check = seen.population.header.certificate.checks.find((each) => each.check === ACTIVITY_SOURCE);
  return { count: (check?.expected ?? 0) - (check?.seen ?? 0), why: check?.message ?? "" };
}

/** Why an operation of a change that has begun is not wanted any more, or null. */
export function whyNotAnyMore(look: Look, change: Change, operation: Operation): string | null {
  const narrowed = narrowBy(look, change);
  if (narrowed.kind === "already-so") return null;
  if (narrowed.kind !== "carry") return narrowed.reason;
  const isWanted = narrowed.operations.some((wanted) => operationKey(wanted) === operationKey(operation));
  return isWanted ? null : `${inWords(operation)} is no longer proposed`;
}

/** What is left of a change after a look. Whoever could not be looked at is left alone. */
export function narrowBy(look: Look, change: Change): Narrowed {
  if ("blind" in look.seen) {
    const reason = `could not be looked at again: ${look.seen.blind}`;
    return { kind: "unconfirmed", reason, owed: change.purpose === "duty" };
  }
  return narrow(change, look.seen.again, look.seen.population);
}
