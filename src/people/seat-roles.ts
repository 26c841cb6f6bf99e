import { isBillable } from "../model/apps.ts";
import { type Bits, countBits, hasBit, noBits, setBit } from "../model/bits.ts";
import { compareText } from "../model/order.ts";
import { entries, type Population, statuses } from "./population.ts";
import { grantingGroups, grantsOn } from "./seats.ts";

/** How many people hold a role that costs nothing. */
export interface FreeRole {
  /** As Atlassian calls it: `atlassian/guest`. */
  readonly role: string;
  readonly people: number;
}

/**
 * Active people who hold a free role on an instance, by group or directly, and no paid seat there: by role, in order of
 * role. Somebody with two of them is counted under both. `withPath` are those with a path to a paid seat.
 */
export function freeRoles(population: Population, instance: number, withPath: Bits): readonly FreeRole[] {
  const byRole = new Map<string, Bits>();
  const peopleOf = (role: string): Bits => {
    const known = byRole.get(role) ?? noBits(population.size);
    byRole.set(role, known);
    return known;
  };
  const active = statuses.indexOf("active");
  const counts = (person: number): boolean => population.status[person] === active && !hasBit(withPath, person);
  const granted = new Map<number, Bits[]>();
  for (const { group, role } of grantsOn(population, instance)) {
    if (isBillable(role)) continue;
    granted.set(group, [...(granted.get(group) ?? []), peopleOf(role)]);
  }
  if (granted.size > 0) {
    for (let person = 0; person < population.size; person++) {
      if (!counts(person)) continue;
      for (const group of entries(population.groups, person)) {
        for (const people of granted.get(group) ?? []) setBit(people, person);
      }
    }
  }
  for (const [person, roles] of population.direct) {
    if (!counts(person)) continue;
    for (const [at, role] of roles) if (at === instance && !isBillable(role)) setBit(peopleOf(role), person);
  }
  return [...byRole]
    .map(([role, people]): FreeRole => ({ role, people: countBits(people) }))
    .filter(({ people }) => people > 0)
    .sort((a, b) => compareText(a.role, b.role));
}

/** Suspended people who would hold a paid seat on an instance if they were restored, as far as groups and roles are known. */
export function suspendedHolders(population: Population, instance: number): Bits {
  const people = noBits(population.size);
  const suspended = statuses.indexOf("suspended");
  const granting = new Set(grantingGroups(population, instance));
  for (let person = 0; person < population.size; person++) {
    if (population.status[person] !== suspended) continue;
    const direct = population.direct.get(person) ?? [];
    const byGroup = entries(population.groups, person).some((group) => granting.has(group));
    if (byGroup || direct.some(([at, role]) => at === instance && isBillable(role))) setBit(people, person);
  }
  return people;
}
