import type { Population } from "../people/population.ts";
import type { Evaluator } from "./evaluate.ts";
import type { Filter, Leaf, SourceTable } from "./types.ts";

/**
 * Why a filter cannot be answered for somebody. `no-date`: a source lists them, and says nothing in a date that the
 * filter looks at. `address-hidden`: a source tells people by address, and theirs is hidden. `other`: anything else, or
 * anything besides.
 */
export type Doubt = "no-date" | "address-hidden" | "other";

/** The doubt that makes a filter unknown for one person. */
export function doubtAt(
  evaluator: Evaluator,
  population: Population,
  sources: ReadonlyMap<string, SourceTable>,
  filter: Filter,
  instance: number | null,
  person: number,
): Doubt {
  const doubts = new Set<Doubt>();
  for (const leaf of leavesOf(filter)) {
    if (evaluator.truthOf(leaf, instance, person) === "unknown") doubts.add(doubtOf(population, sources, leaf, person));
  }
  if (doubts.size === 0 || doubts.has("other")) return "other";
  return doubts.has("no-date") ? "no-date" : "address-hidden";
}

function leavesOf(filter: Filter): readonly Leaf[] {
  if (filter.kind === "leaf") return [filter];
  return filter.kind === "not" ? leavesOf(filter.of) : filter.of.flatMap(leavesOf);
}

function doubtOf(
  population: Population,
  sources: ReadonlyMap<string, SourceTable>,
  { test }: Leaf,
  person: number,
): Doubt {
  const names =
    test.key === "in" ? test.sources : "source" in test && typeof test.source === "string" ? [test.source] : [];
  const rows = names.map((name) => sources.get(name)?.byPerson.get(person));
  if (rows.length === 0 || rows.includes("ambiguous")) return "other";
  const isHidden = population.text("email", person) === null;
  if (rows.every((row) => row === undefined)) return isHidden ? "address-hidden" : "other";
  if (test.key !== "date" && test.key !== "during") return "other";
  const dates = test.key === "date" ? [test.date] : [test.from, test.to];
  const [row] = rows;
  const unread = row !== undefined && row !== "ambiguous" && dates.some((date) => row.dates[date] === null);
  return unread ? "other" : "no-date";
}
