import { isBillable } from "../model/apps.ts";
import { type Bits, hasBit, noBits, setBit } from "../model/bits.ts";
import { anyOf, type Verdict } from "../model/verdict.ts";
import { directoriesAreCertain } from "../people/directories.ts";
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
 * Whether people hold one of these roles on one of these instances, by a group or directly. Where a call for one person
 * told their roles, it decides.
 *
 * Direct roles are seen by comparing Atlassian's counts of active people with what groups explain. Where that was not done
 * (a free role without a count, somebody who is not active), not being seen with the role is unknown. So is having it for
 * somebody in several directories, as long as it is not known in which of them access is open.
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
  const counted = instances.every((instance) =>
    roles.every(
      (role) => isBillable(role) || header.holders.some((count) => count.instance === instance && count.role === role),
    ),
  );
  const yes = noBits(size);
  const unknown = noBits(size);
  const active = statuses.indexOf("active");
  for (let person = 0; person < size; person++) {
    const isActive = population.status[person] === active;
    if (hasBit(byGroup.yes, person) || hasBit(direct, person)) {
      setBit(isActive && !directoriesAreCertain(population, person) ? unknown : yes, person);
    } else if (hasBit(byGroup.unknown, person) || !counted || !isActive) {
      setBit(unknown, person);
    }
  }
  for (const [person, detail] of population.detail) {
    clearBit(yes, person);
    clearBit(unknown, person);
    if (detail.roles.some(([instance, role, how]) => how !== "inferred" && isWanted(instance, role))) {
      setBit(yes, person);
    }
  }
  return { yes, unknown };
}

function clearBit(bits: Bits, index: number): void {
  const word = index >>> 5;
  bits[word] = (bits[word] ?? 0) & ~(1 << (index & 31));
}
