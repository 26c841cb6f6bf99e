import type { Org } from "./org.ts";
import { pageDays } from "../src/model/page-data.ts";

export const sortable = ["name", "seats", "last", "status", "added"] as const;

export interface SortKey {
  readonly by: (typeof sortable)[number];
  readonly order: "ascending" | "descending";
}

const known = new WeakMap<Org, Map<string, Uint32Array>>();

/** Everybody in this order. What is not known comes last, either way round; equal ones by account id. */
export function sortedOrder(org: Org, { by, order }: SortKey): Uint32Array {
  let orders = known.get(org);
  if (orders === undefined) known.set(org, (orders = new Map()));
  const key = `${by} ${order}`;
  const found = orders.get(key) ?? sorted(org, by, order === "ascending" ? 1 : -1);
  orders.set(key, found);
  return found;
}

function sorted(org: Org, by: SortKey["by"], direction: 1 | -1): Uint32Array {
  const positions = Uint32Array.from({ length: org.size }, (_, at) => at);
  const { names } = org.head.people;
  if (by === "name" && names !== null) {
    const collator = new Intl.Collator("en-GB", { sensitivity: "base", numeric: true });
    return positions.sort((a, b) => {
      const [left, right] = [names[a] ?? null, names[b] ?? null];
      if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
      return direction * collator.compare(left, right) || a - b;
    });
  }
  const values = valuesOf(org, by);
  return positions.sort((a, b) => {
    const [left = 0, right = 0] = [values[a], values[b]];
    if (left < 0 || right < 0) return Number(left < 0) - Number(right < 0) || a - b;
    return direction * (left - right) || a - b;
  });
}

/** A number for each person; below 0 where it is not known. */
function valuesOf(org: Org, by: SortKey["by"]): Float64Array {
  const values = new Float64Array(org.size);
  const [last, added, status] = [org.codes("last"), org.codes("added"), org.codes("status")];
  for (let person = 0; person < org.size; person++) {
    if (by === "last") values[person] = last[person] === pageDays.unknown ? -1 : (last[person] ?? 0);
    else if (by === "added") values[person] = added[person] === 0 ? -1 : (added[person] ?? 0);
    else if (by === "status") values[person] = status[person] ?? 0;
    else if (by === "seats") values[person] = org.seatsOf(person).length;
    else values[person] = person;
  }
  return values;
}
