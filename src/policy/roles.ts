import { isBillable } from "../model/apps.ts";
import { noBits, setBit } from "../model/bits.ts";
import { anyOf, type Verdict } from "../model/verdict.ts";
import { type Population, statuses } from "../people/population.ts";
import { grantsOn, type Seats } from "../people/seats.ts";
import { memberVerdict } from "./columns.ts";

/** Whether people hold a paid seat on any of these instances. */
export function holdsVerdict({ population, holders }: Seats, instances: readonly number[]): Verdict {
  return anyOf(
    population.size,
    instances.map(
      (instance) => holders[instance] ?? { yes: noBits(population.size), unknown: noBits(population.size) },
    ),
  );
}

/**
 * Whether people hold one of these roles on one of these instances, by a group or directly.
 *
 * Direct roles are seen by comparing Atlassian's counts of active people with what groups explain. Where that was not done
 * (a free role without a count, somebody who is not active), not being seen with the role is unknown, unless a call for
 * this one person told all of their roles.
 */
export function roleVerdict(population: Population, instances: readonly number[], roles: readonly string[]): Verdict {
  const { size, header } = population;
  const isWanted = (instance: number, role: string): boolean => instances.includes(instance) && roles.includes(role);
  const groups = instances.flatMap((instance) =>
    grantsOn(population, instance).flatMap(({ group, role }) => (roles.includes(role) ? [group] : [])),
  );
  const byGroup = memberVerdict(population, [...new Set(groups)]);
  const direct = noBits(size);
  for (const [person, held] of population.direct) {
    if (held.some(([instance, role]) => isWanted(instance, role))) setBit(direct, person);
  }
  const told = noBits(size);
  for (const [person, detail] of population.detail) {
    setBit(told, person);
    if (detail.roles.some(([instance, role, how]) => how !== "inferred" && isWanted(instance, role))) {
      setBit(direct, person);
    }
  }
  const counted = instances.every((instance) =>
    roles.every(
      (role) => isBillable(role) || header.holders.some((count) => count.instance === instance && count.role === role),
    ),
  );
  const unseen = noBits(size);
  const active = statuses.indexOf("active");
  for (let person = 0; person < size; person++) {
    if (!counted || population.status[person] !== active) setBit(unseen, person);
  }
  for (let word = 0; word < unseen.length; word++) {
    const yes = (byGroup.yes[word] ?? 0) | (direct[word] ?? 0);
    direct[word] = yes;
    unseen[word] = ((byGroup.unknown[word] ?? 0) | ((unseen[word] ?? 0) & ~(told[word] ?? 0))) & ~yes;
  }
  return { yes: direct, unknown: unseen };
}
