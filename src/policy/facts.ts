import type { Fact } from "../model/documents.generated.ts";
import type { Truth } from "../model/verdict.ts";
import { type FactSubject, valueOf } from "./fact-values.ts";
import type { Filter, Leaf } from "./types.ts";

/** `deciding`: the parts that made the filter what it is for the person. `every`: all parts. */
export type WhichFacts = "deciding" | "every";

/**
 * The parts of a filter in its order, each with what came out for one person. A part under `not` is told as its opposite:
 * the words begin with "not" and the result is turned.
 */
export function factsOf(
  filter: Filter,
  which: WhichFacts,
  truthOf: (filter: Filter) => Truth,
  subject: FactSubject,
): readonly Fact[] {
  const facts: Fact[] = [];
  collect(filter, true);
  return facts;

  function collect(part: Filter, asWritten: boolean): void {
    if (part.kind === "leaf") {
      facts.push(factOf(part, asWritten, truthOf(part), subject));
    } else if (part.kind === "not") {
      collect(part.of, !asWritten);
    } else {
      // In Kleene's logic the parts that made a whole what it is are those that came out the same.
      const truth = truthOf(part);
      for (const child of part.of) {
        if (which === "every" || truthOf(child) === truth) collect(child, asWritten);
      }
    }
  }
}

/** What was told of a part, by how it was told and what came out, then by value: one fact for all of whom it is the same. */
interface Told {
  readonly at: string;
  readonly opposite: string;
  readonly facts: Record<"as written" | "turned", Record<Truth, Map<string | null, Fact>>>;
}

const toldOfLeaf = new WeakMap<Leaf, Told>();

function factOf(leaf: Leaf, asWritten: boolean, truth: Truth, subject: FactSubject): Fact {
  let told = toldOfLeaf.get(leaf);
  if (told === undefined) {
    const { words, place } = leaf;
    told = {
      at: `${place.file}:${place.line}`,
      opposite: `not ${words}`,
      facts: { "as written": nothingTold(), turned: nothingTold() },
    };
    toldOfLeaf.set(leaf, told);
  }
  const byValue = told.facts[asWritten ? "as written" : "turned"][truth];
  const value = valueOf(leaf.test, subject);
  let fact = byValue.get(value);
  if (fact === undefined) {
    const [filter, result] = asWritten ? [leaf.words, truth] : [told.opposite, opposite(truth)];
    fact = { filter, at: told.at, result, value };
    byValue.set(value, fact);
  }
  return fact;
}

function nothingTold(): Record<Truth, Map<string | null, Fact>> {
  return { true: new Map(), false: new Map(), unknown: new Map() };
}

function opposite(truth: Truth): Truth {
  if (truth === "unknown") return truth;
  return truth === "true" ? "false" : "true";
}
