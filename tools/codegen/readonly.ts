import { parseSource, visit } from "../syntax.ts";

/** `source`, in which every property, array and tuple of a type is readonly. */
export function makeReadonly(source: string): string {
  const inserts: { readonly at: number; readonly text: string }[] = [];
  visit(parseSource("types.ts", source), (node, { parent }) => {
    if (node.type === "TSPropertySignature" || node.type === "TSIndexSignature") {
      if (node["readonly"] !== true) inserts.push({ at: node.start, text: "readonly " });
    } else if (node.type === "TSArrayType" || node.type === "TSTupleType") {
      const needsBrackets = parent?.type === "TSArrayType";
      inserts.push({ at: node.start, text: needsBrackets ? "(readonly " : "readonly " });
      if (needsBrackets) inserts.push({ at: node.end, text: ")" });
    }
  });
  // From the end to the start; where an outer and an inner type start together the outer word has to land first.
  const ordered = inserts.reverse().sort((a, b) => b.at - a.at);
  return ordered.reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), source);
}
