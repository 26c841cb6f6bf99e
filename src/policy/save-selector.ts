import { type Document, isMap, isPair, isScalar, parseDocument, stringify, type YAMLMap } from "yaml";
import type { Where } from "../model/documents.generated.ts";

const opening = `# yaml-language-server: $schema=../schemas/policies.schema.json
# Named filters. Policies and exemptions refer to them with \`selector\`.
version: 1
selectors:
`;

/**
 * A file of policies with one more named filter, everything else in it as it was, comments included; without a file, a new
 * one. The file is sound and does not have the name.
 */
export function withSelector(text: string | null, name: string, where: Where): string {
  if (text === null) return opening + entryText(name, where, 2);
  const document = parseDocument(text);
  const added = insertedText(text, document, name, where);
  if (added !== null && saysTheSame(added, document, name, where)) return added;
  // A layout that cannot be added to by a line: written anew by the parser, which keeps comments.
  document.setIn(["selectors", name], document.createNode(where));
  return document.toString({ lineWidth: 0 });
}

/** The text with the entry on lines of its own, or null where the file is not laid out so. */
function insertedText(text: string, document: Document, name: string, where: Where): string | null {
  const root = document.contents;
  if (!isMap(root) || root.flow === true) return null;
  const selectors = valueOf(root, "selectors");
  if (selectors === undefined) {
    const end = text === "" || text.endsWith("\n") ? "" : "\n";
    return `${text}${end}selectors:\n${entryText(name, where, 2)}`;
  }
  if (!isMap(selectors) || selectors.flow === true) return null;
  const indent = indentOf(text, selectors);
  const end = selectors.range?.[1];
  if (indent === null || end === undefined) return null;
  const before = text.slice(0, end).replace(/\s+$/, "");
  return `${before}\n${entryText(name, where, indent)}${text.slice(before.length).replace(/^[^\S\n]*\n/, "")}`;
}

function valueOf(map: YAMLMap, key: string): unknown {
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key)?.value;
}

/** How far the names of a block of filters stand from the margin, or null where that cannot be told. */
function indentOf(text: string, map: YAMLMap): number | null {
  const key = map.items[0]?.key;
  const offset = isScalar(key) ? key.range?.[0] : undefined;
  if (offset === undefined) return null;
  const indent = offset - (text.lastIndexOf("\n", offset - 1) + 1);
  return text.slice(offset - indent, offset).trim() === "" ? indent : null;
}

function entryText(name: string, where: Where, indent: number): string {
  const margin = " ".repeat(indent);
  const lines = stringify({ [name]: where }, { lineWidth: 0 })
    .trimEnd()
    .split("\n");
  return lines.map((line) => `${margin}${line}\n`).join("");
}

/** Whether a text says what the document says, and the new name besides. */
function saysTheSame(text: string, document: Document, name: string, where: Where): boolean {
  const again = parseDocument(text);
  if (again.errors.length > 0) return false;
  const wanted = document.clone();
  wanted.setIn(["selectors", name], wanted.createNode(where));
  return JSON.stringify(sorted(again.toJS())) === JSON.stringify(sorted(wanted.toJS()));
}

/** A value with the keys of its mappings in order, for comparing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}
