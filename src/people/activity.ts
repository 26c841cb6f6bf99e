import { growingNumbers } from "./grow.ts";
import { NEVER, UNKNOWN_TIME } from "./population.ts";

/** Collects when people were last active on which instance, in any order. */
export interface ActivityBuilder {
  push(person: number, instance: number, at: number): void;
  /**
   * By instance, then person at the position `rank` gives: the latest time, NEVER where there is none. Of people in
   * `missing` (by final position, 1 for each) nothing is known. The builder is spent.
   */
  finish(instances: number, rank: Uint32Array, missing: Uint32Array): readonly Uint32Array[];
}

export function activityBuilder(): ActivityBuilder {
  const people = growingNumbers();
  const places = growingNumbers();
  const times = growingNumbers();
  return {
    push(person, instance, at) {
      people.push(person);
      places.push(instance);
      times.push(at);
    },
    finish(instances, rank, missing) {
      const columns = Array.from({ length: instances }, () => new Uint32Array(rank.length).fill(NEVER));
      const owners = people.view();
      const instanceAt = places.view();
      const timeAt = times.view();
      for (let at = 0; at < owners.length; at++) {
        const column = columns[instanceAt[at] ?? 0];
        const person = rank[owners[at] ?? 0] ?? 0;
        if (column === undefined) continue;
        // UNKNOWN_TIME is the largest: an entry without a time makes the instance unknown, whatever another row says.
        column[person] = Math.max(column[person] ?? NEVER, timeAt[at] ?? NEVER);
      }
      missing.forEach((flag, person) => {
        if (flag === 1) for (const column of columns) column[person] = UNKNOWN_TIME;
      });
      return columns;
    },
  };
}
