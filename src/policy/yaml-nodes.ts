import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Finding, Place } from "../model/finding.ts";
import { errorAt, shown } from "./written.ts";

/** How often anchors may be used in one file. */
const MOST_ALIASES = 20;
/** How many values a file may hold once its aliases are followed. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 64;

/** The plain value of a document, or what is wrong with it. */
export interface Reading {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/** Turns nodes into plain values, counting as it goes. The first slip ends the reading. */
export function readNodes(document: Document.Parsed, placeAt: (offset: number) => Place): Reading {
  const findings: Finding[] = [];
  const open = new Set<Node>();
  let aliases = 0;
  let values = 0;
  const refuse = (node: Node | null, rule: string, message: string, remedy: string): null => {
    findings.push(errorAt(placeAt(node?.range?.[0] ?? 0), rule, message, remedy));
    return null;
  };

  function keyOf(pair: Pair): string | null {
    const key = isNode(pair.key) ? pair.key : null;
    if (isScalar(key) && typeof key.value === "string" && key.tag === undefined) {
      if (key.value !== "__proto__") return key.value;
    }
    return refuse(key, "yaml-key", "A key here is not plain text.", 'Write keys as text; put numbers in quotes: "1".');
  }

  function read(node: unknown, depth: number): unknown {
    if (node === null || node === undefined || !isNode(node) || findings.length > 0) return null;
    if (++values > MOST_VALUES || open.has(node)) {
      return refuse(node, "yaml-alias", "Aliases make this file grow without end.", "Write out what is repeated.");
    }
    if (depth > DEEPEST) {
      findings.push(tooDeep(placeAt(node.range?.[0] ?? 0)));
      return null;
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) {
        const remedy = `Define the anchor before this place; if a text was meant, quote it: "*${node.source}".`;
        return refuse(node, "yaml-alias", `There is no anchor ${shown(node.source)} to repeat.`, remedy);
      }
      if (++aliases > MOST_ALIASES) {
        const remedy = "Write out what is repeated, or name a filter once under `selectors`.";
        return refuse(
          node,
          "yaml-alias",
          `The file repeats itself by aliases more than ${MOST_ALIASES} times.`,
          remedy,
        );
      }
      return read(target, depth + 1);
    }
    if (node.tag !== undefined && node.tag !== "") {
      const remedy = 'Remove the word that starts with `!`; if it belongs to the text, put the text in quotes: "!x".';
      return refuse(node, "yaml-tag", `The tag ${shown(node.tag)} is not allowed.`, remedy);
    }
    if (isScalar(node)) return typeof node.value === "bigint" ? Number(node.value) : node.value;
    open.add(node);
    const value = isSeq(node) ? node.items.map((item) => read(item, depth + 1)) : readMap(node, depth);
    open.delete(node);
    return value;
  }

  function readMap(node: Node, depth: number): unknown {
    const result: Record<string, unknown> = {};
    if (!isMap(node)) return result;
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (key !== null) result[key] = read(pair.value, depth + 1);
    }
    return result;
  }

  const value = read(document.contents, 0);
  return { value, findings };
}

/** The finding for a file that no policy needs to be as deep as. */
export function tooDeep(place: Place): Finding {
  return errorAt(
    place,
    "yaml-depth",
    "The file is nested too deeply.",
    "Simplify it; name inner filters as selectors.",
  );
}
