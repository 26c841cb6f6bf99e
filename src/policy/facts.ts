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

function factOf(leaf: Leaf, asWritten: boolean, truth: Truth, subject: FactSubject): Fact {
  const { file, line } = leaf.place;
  return {
    filter: asWritten ? leaf.words : `not ${leaf.words}`,
    at: `${file}:${line}`,
    result: asWritten ? truth : opposite(truth),
    value: valueOf(leaf.test, subject),
  };
}

function opposite(truth: Truth): Truth {
  if (truth === "unknown") return truth;
  return truth === "true" ? "false" : "true";
}
