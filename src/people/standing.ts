import { type Bits, clearBit, noBits } from "../model/bits.ts";
import { type Population, statuses } from "./population.ts";

/** Sets of people that decide whether a role counts. */
export interface Standing {
  readonly active: Bits;
  /** Active, or of a status that is not known. */
  readonly perhapsActive: Bits;
  /** In several directories, and it is not known in which of them access is open. See `directoriesAreCertain`. */
  readonly inSeveral: Bits;
}

const standings = new WeakMap<Population, Standing>();

export function standingOf(population: Population): Standing {
  let standing = standings.get(population);
  if (standing === undefined) {
    standing = readStanding(population);
    standings.set(population, standing);
  }
  return standing;
}

function readStanding({ size, status, directories: { starts }, detail }: Population): Standing {
  const active = noBits(size);
  const perhapsActive = noBits(size);
  const inSeveral = noBits(size);
  const activeCode = statuses.indexOf("active");
  for (let word = 0; word < active.length; word++) {
    const first = word << 5;
    const end = Math.min(first + 32, size);
    let is = 0;
    let unknown = 0;
    let several = 0;
    for (let person = first; person < end; person++) {
      const code = status[person] ?? 0;
      const bit = 1 << (person & 31);
      if (code === activeCode) is |= bit;
      else if (code === 0) unknown |= bit;
      if ((starts[person + 1] ?? 0) - (starts[person] ?? 0) > 1) several |= bit;
    }
    active[word] = is;
    perhapsActive[word] = is | unknown;
    inSeveral[word] = several;
  }
  for (const person of detail.keys()) clearBit(inSeveral, person);
  return { active, perhapsActive, inSeveral };
}
