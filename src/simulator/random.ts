import { uuidFrom } from "./ids.ts";

/** Numbers that look random and follow from a seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Picks by weight. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item;
  /** Normally distributed around 0, with a deviation of 1. */
  normal(): number;
  hex(digits: number): string;
  uuid(): string;
}

/** Creates a generator; the same seed gives the same numbers on every machine (the algorithm is sfc32). */
export function createRandom(seed: number): Random {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const step = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) step();
  const fraction = (): number => step() / 2 ** 32;
  const below = (limit: number): number => Math.floor(fraction() * limit);
  const hex = (digits: number): string => {
    let text = "";
    while (text.length < digits) text += step().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  };
  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    weighted: (items) => {
      let rest = fraction() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        rest -= weight;
        if (rest < 0) return item;
      }
      const last = items.at(-1);
      if (last === undefined) throw new Error("nothing to pick from");
      return last[0];
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction()),
    hex,
    uuid: () => uuidFrom(hex(32)),
  };
}
