import type { Population } from "../people/population.ts";

/**
 * Who has these addresses, as positions, by address in lower case; an address that nobody has: an empty list. One pass
 * over everybody.
 */
export function peopleByAddress(
  population: Population,
  addresses: Iterable<string>,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const address of addresses) found.set(address.toLowerCase(), []);
  if (found.size === 0) return found;
  for (let person = 0; person < population.size; person++) {
    const email = population.text("email", person);
    if (email !== null) found.get(email.toLowerCase())?.push(person);
  }
  return found;
}
