import { hasBit, noBits, setBit } from "../model/bits.ts";

/**
 * Items by person, in the order in which people first occur. Almost everybody occurs once: nothing is kept for them, so
 * that grouping a hundred thousand items takes no room to speak of.
 */
export function* byPerson<Item>(
  items: readonly Item[],
  personOf: (item: Item) => number,
): Generator<readonly [Item, ...Item[]]> {
  const several = severalOf(items, personOf);
  for (const item of items) {
    const own = several.get(personOf(item));
    if (own === undefined) yield [item];
    else if (own[0] === item) yield own;
  }
}

/** The items of those who occur more than once. */
function severalOf<Item>(
  items: readonly Item[],
  personOf: (item: Item) => number,
): ReadonlyMap<number, readonly [Item, ...Item[]]> {
  let last = -1;
  for (const item of items) last = Math.max(last, personOf(item));
  const [once, again] = [noBits(last + 1), noBits(last + 1)];
  for (const item of items) {
    const person = personOf(item);
    setBit(hasBit(once, person) ? again : once, person);
  }
  const several = new Map<number, [Item, ...Item[]]>();
  for (const item of items) {
    const person = personOf(item);
    if (!hasBit(again, person)) continue;
    const own = several.get(person);
    if (own === undefined) several.set(person, [item]);
    else own.push(item);
  }
  return several;
}
