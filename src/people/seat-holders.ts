import { type Bits, countBits } from "../model/bits.ts";
import type { Seats } from "./seats.ts";

/** How many hold a seat on an instance, and of how many it is not known: nobody is in both. */
export function countedSeats(
  { holders }: Seats,
  instance: number,
): { readonly held: number; readonly unknown: number } {
  const verdict = holders[instance];
  if (verdict === undefined) throw new Error(`there is no instance ${instance} in the snapshot`);
  return { held: countBits(verdict.yes), unknown: countBits(verdict.unknown) };
}

/**
 * Everybody who holds a seat on one of these instances, each once. `held` is by instance who holds a seat there; of
 * `without`, by instance, the seats are gone.
 */
export function holdersOfAny(
  instances: readonly number[],
  held: readonly Bits[],
  without: readonly (Bits | undefined)[] = [],
): Bits {
  const united = new Uint32Array(held[0]?.length ?? 0);
  for (const at of instances) {
    const own = held[at];
    const gone = without[at];
    for (let word = 0; word < united.length; word++) {
      united[word] = (united[word] ?? 0) | ((own?.[word] ?? 0) & ~(gone?.[word] ?? 0));
    }
  }
  return united;
}
