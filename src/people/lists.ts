import { type Bits, hasBit } from "../model/bits.ts";
import { growingNumbers } from "./grow.ts";
import type { ListColumn } from "./population.ts";

/** Collects [person, entry] pairs in any order. */
export interface ListBuilder {
  push(person: number, value: number): void;
  /** Each person's entries ascending, each once; `rank` gives a person's final position. The builder is spent. */
  finish(size: number, rank: Uint32Array): ListColumn;
}

export function listBuilder(): ListBuilder {
  const people = growingNumbers();
  const values = growingNumbers();
  return {
    push(person, value) {
      people.push(person);
      values.push(value);
    },
    finish(size, rank) {
      const starts = new Uint32Array(size + 1);
      const owners = people.view();
      const entries = values.view();
      for (const person of owners) {
        const at = (rank[person] ?? 0) + 1;
        starts[at] = (starts[at] ?? 0) + 1;
      }
      for (let at = 1; at <= size; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
      const next = starts.slice();
      const sorted = new Uint32Array(entries.length);
      for (let at = 0; at < entries.length; at++) {
        const person = rank[owners[at] ?? 0] ?? 0;
        sorted[next[person] ?? 0] = entries[at] ?? 0;
        next[person] = (next[person] ?? 0) + 1;
      }
      return distinct(starts, sorted, size);
    },
  };
}

function distinct(starts: Uint32Array, values: Uint32Array, size: number): ListColumn {
  let used = 0;
  const packed = new Uint32Array(size + 1);
  for (let person = 0; person < size; person++) {
    const own = values.subarray(starts[person] ?? 0, starts[person + 1] ?? 0).sort();
    let last = -1;
    for (const value of own) {
      if (value === last) continue;
      values[used++] = value;
      last = value;
    }
    packed[person + 1] = used;
  }
  return { starts: packed, values: values.subarray(0, used) };
}

/** The same lists, with those of these people empty. */
export function withoutEntries(list: ListColumn, people: Bits): ListColumn {
  if (people.every((word) => word === 0)) return list;
  const size = list.starts.length - 1;
  const starts = new Uint32Array(size + 1);
  const values = new Uint32Array(list.values.length);
  let used = 0;
  for (let person = 0; person < size; person++) {
    if (!hasBit(people, person)) {
      const own = list.values.subarray(list.starts[person] ?? 0, list.starts[person + 1] ?? 0);
      values.set(own, used);
      used += own.length;
    }
    starts[person + 1] = used;
  }
  return { starts, values: values.subarray(0, used) };
}
