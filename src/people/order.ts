import { type Bits, noBits, setBit } from "../model/bits.ts";
import type { SnapshotHeader } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { ListColumn } from "./population.ts";

/** Pairs of instance and role in order, each once. */
export function distinctRoles(pairs: readonly (readonly [number, string])[]): readonly (readonly [number, string])[] {
  return [...pairs]
    .sort((a, b) => a[0] - b[0] || compareText(a[1], b[1]))
    .filter(([at, role], index, sorted) => sorted[index - 1]?.[0] !== at || sorted[index - 1]?.[1] !== role);
}

/** The people whose flag is 1. */
export function bitsOf(flags: Uint8Array): Bits {
  const bits = noBits(flags.length);
  for (let person = flags.indexOf(1); person !== -1; person = flags.indexOf(1, person + 1)) setBit(bits, person);
  return bits;
}

/** By group: whether as many were seen in it as Atlassian counts. */
export function provedGroups(header: SnapshotHeader, { values }: ListColumn): readonly boolean[] {
  const seen = new Uint32Array(header.groups.length);
  for (let at = 0; at < values.length; at++) {
    const group = values[at] ?? 0;
    seen[group] = (seen[group] ?? 0) + 1;
  }
  return header.groups.map((group, position) => seen[position] === group.members);
}

/** People by account id, in order of code units. */
export function orderById(size: number, idOf: (person: number) => string): Uint32Array {
  const order = Uint32Array.from({ length: size }, (_, person) => person);
  const ids = Array.from(order, idOf);
  return order.sort((a, b) => compareText(ids[a] ?? "", ids[b] ?? ""));
}

/** The same values at the positions that `rank` gives (null: at their own), ascending. */
export function reranked<Value>(
  byPerson: ReadonlyMap<number, Value>,
  rank: Uint32Array | null,
): ReadonlyMap<number, Value> {
  const moved = [...byPerson].map(([person, value]) => [rank === null ? person : (rank[person] ?? 0), value] as const);
  return new Map(moved.sort((a, b) => a[0] - b[0]));
}

/** The position of an account id among ids in order, or -1. */
export function search(size: number, id: string, idOf: (person: number) => string): number {
  let low = 0;
  let high = size - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = idOf(middle);
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
