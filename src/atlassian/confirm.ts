import { OperatorError } from "../model/errors.ts";
import { NEVER, type Population, UNKNOWN_TIME } from "../people/population.ts";
import { readLastActive } from "./activity.ts";
import { createInstanceFinder } from "./instances.ts";
import type { Source } from "./source.ts";

/**
 * The same population with the authoritative activity of these people. Where it could not be read, or Atlassian does not
 * know the person, their activity is unknown; where a search told of later activity, the later one stays. Throws
 * OperatorError only where the key is the matter.
 */
export async function confirmActivity(
  source: Source,
  population: Population,
  accountIds: readonly string[],
): Promise<Population> {
  const finder = createInstanceFinder(population.header.instances);
  const lastActive = population.lastActive.map((column) => column.slice());
  await Promise.all(
    [...new Set(accountIds)].map(async (accountId) => {
      const person = population.find(accountId);
      if (person < 0) return;
      const found = await ifReadable(readLastActive(source, finder, accountId));
      lastActive.forEach((column, instance) => {
        column[person] = found === null ? UNKNOWN_TIME : later(column[person], found.byInstance.get(instance));
      });
    }),
  );
  return { ...population, lastActive };
}

/** `undefined` from the authority is never; null is an entry without a time. */
function later(before: number | undefined, told: number | null | undefined): number {
  if (told === null || before === undefined) return UNKNOWN_TIME;
  const authoritative = told ?? NEVER;
  return before === UNKNOWN_TIME ? authoritative : Math.max(before, authoritative);
}

async function ifReadable<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof OperatorError && error.reason !== "credentials") return null;
    throw error;
  }
}
