import { type Bits, hasBit } from "../model/bits.ts";
import { type GrowingNumbers, growingNumbers, pushNumber, usedNumbers } from "./grow.ts";
import type { ListColumn } from "./population.ts";

/** Lists that are collected a row at a time: row r's entries are `values[starts[r] .. starts[r + 1] - 1]`, ascending. */
export interface GrowingLists {
  readonly starts: GrowingNumbers;
  readonly values: GrowingNumbers;
  /** Whose each row is; null while every row is the next person's. */
  owners: GrowingNumbers | null;
}

export function growingLists(): GrowingLists {
  const starts = growingNumbers();
  pushNumber(starts, 0);
  return { starts, values: growingNumbers(), owners: null };
}

/** Adds a row of the person `owner`, each entry once. Every person's first row comes before any second one's. */
export function pushRow(lists: GrowingLists, owner: number, entries: readonly number[]): void {
  for (const entry of entries) pushNumber(lists.values, entry);
  closeRow(lists, owner);
}

/** Ends a row whose entries were pushed: they come into order, each once. */
export function closeRow(lists: GrowingLists, owner: number): void {
  const { starts, values } = lists;
  const row = starts.length - 1;
  const start = starts.values[row] ?? 0;
  values.length = start + orderedOnce(values.values.subarray(start, values.length));
  pushNumber(starts, values.length);
  if (lists.owners === null && owner !== row) {
    lists.owners = growingNumbers();
    for (let earlier = 0; earlier < row; earlier++) pushNumber(lists.owners, earlier);
  }
  if (lists.owners !== null) pushNumber(lists.owners, owner);
}

/** Ends the next person's first row at `end`, where its entries stand in order, each once. */
export function closeOrderedRow({ starts, values, owners }: GrowingLists, end: number): void {
  if (owners !== null) throw new Error("rows are no longer one for each person");
  values.length = end;
  pushNumber(starts, end);
}

/** Puts entries in order and drops what is there twice; how many are left, at the front. */
function orderedOnce(entries: Uint32Array): number {
  let used = 0;
  let ascending = true;
  for (let at = 1; at < entries.length && ascending; at++) ascending = (entries[at - 1] ?? 0) < (entries[at] ?? 0);
  if (ascending) return entries.length;
  let last = -1;
  for (const entry of entries.sort()) {
    if (entry === last) continue;
    entries[used++] = entry;
    last = entry;
  }
  return used;
}

/** Each person's entries ascending, each once; `rank` gives a person's final position, null: as they came. */
export function finishLists(lists: GrowingLists, size: number, rank: Uint32Array | null): ListColumn {
  const { starts, values, owners } = lists;
  if (owners === null && rank === null) return { starts: usedNumbers(starts), values: usedNumbers(values) };
  const rows = starts.length - 1;
  const ownerOf = (row: number): number => {
    const person = owners === null ? row : (owners.values[row] ?? 0);
    return rank === null ? person : (rank[person] ?? 0);
  };
  const first = new Uint32Array(size + 1);
  for (let row = 0; row < rows; row++) {
    const next = ownerOf(row) + 1;
    first[next] = (first[next] ?? 0) + (starts.values[row + 1] ?? 0) - (starts.values[row] ?? 0);
  }
  for (let person = 1; person <= size; person++) first[person] = (first[person] ?? 0) + (first[person - 1] ?? 0);
  const free = first.slice();
  const gathered = new Uint32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const person = ownerOf(row);
    const own = values.values.subarray(starts.values[row], starts.values[row + 1]);
    gathered.set(own, free[person]);
    free[person] = (free[person] ?? 0) + own.length;
  }
  return owners === null ? { starts: first, values: gathered } : distinct(first, gathered, size);
}

/** The same lists with each person's entries in order, each once. */
function distinct(starts: Uint32Array, values: Uint32Array, size: number): ListColumn {
  let used = 0;
  const packed = new Uint32Array(size + 1);
  for (let person = 0; person < size; person++) {
    const own = values.subarray(starts[person] ?? 0, starts[person + 1] ?? 0);
    const left = orderedOnce(own);
    values.set(own.subarray(0, left), used);
    used += left;
    packed[person + 1] = used;
  }
  return { starts: packed, values: values.subarray(0, used) };
}

/** The same lists, with those of these people empty. */
export function withoutEntries(list: ListColumn, people: Bits): ListColumn {
  const size = list.starts.length - 1;
  const isListed = (person: number): boolean => (list.starts[person] ?? 0) < (list.starts[person + 1] ?? 0);
  let some = false;
  for (let person = 0; person < size && !some; person++) some = hasBit(people, person) && isListed(person);
  if (!some) return list;
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
