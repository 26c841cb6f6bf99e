import type { SnapshotHeader } from "../model/documents.generated.ts";
import type { Difference } from "../people/counterfactual.ts";
import type { Population } from "../people/population.ts";

/** What thousands of a plan's entries have in common, each once. */
interface Common {
  readonly texts: Map<string, string>;
  /** By their JSON. */
  readonly values: Map<string, unknown>;
  readonly differences: Map<string, Difference>;
}

const commonByHeader = new WeakMap<SnapshotHeader, Common>();

function commonOf({ header }: Population): Common {
  let common = commonByHeader.get(header);
  if (common === undefined) {
    common = { texts: new Map(), values: new Map(), differences: new Map() };
    commonByHeader.set(header, common);
  }
  return common;
}

/**
 * An equal value of the same snapshot's plan where one was asked for before, else this one: a plan of a hundred thousand
 * entries holds few different states and operations. For plain data that nobody changes.
 */
export function alike<Value extends object>(population: Population, value: Value): Value {
  return once(commonOf(population).values as Map<string, Value>, JSON.stringify(value), value);
}

/** The same for a text. */
export function alikeText(population: Population, text: string): string {
  return once(commonOf(population).texts, text, text);
}

/** The same for a difference. */
export function alikeDifference(population: Population, difference: Difference): Difference {
  const { leave, join, revoke, assign, closed, removed, opened, account } = difference;
  const sets = [leave, join, revoke, assign, closed, removed, opened].map((set) => [...set].join());
  return once(commonOf(population).differences, `${account} ${sets.join(" / ")}`, difference);
}

function once<Value>(known: Map<string, Value>, key: string, value: Value): Value {
  const same = known.get(key);
  if (same !== undefined) return same;
  known.set(key, value);
  return value;
}
