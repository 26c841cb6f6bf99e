import { parseSync } from "rolldown/utils";

/** A node of the syntax tree: ESTree with TypeScript's additions, as oxc writes it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** Where a node hangs: its parent, and the parent's property that holds it. */
export interface Hook {
  readonly parent: SyntaxNode | null;
  readonly property: string;
}

/** The syntax tree of TypeScript `source`; `file` is only for the message when it does not parse. */
export function parseSource(file: string, source: string): SyntaxNode {
  const { program, errors } = parseSync(file, source);
  const first = errors[0];
  if (first !== undefined) throw new Error(`${file} does not parse: ${first.message}`);
  return program as unknown as SyntaxNode;
}

/** Calls `see` for each node, parents before children. */
export function visit(node: SyntaxNode, see: (node: SyntaxNode, hook: Hook) => void): void {
  walk(node, { parent: null, property: "" }, see);
}

function walk(node: SyntaxNode, hook: Hook, see: (node: SyntaxNode, hook: Hook) => void): void {
  see(node, hook);
  for (const [property, child] of Object.entries(node)) {
    for (const item of Array.isArray(child) ? child : [child]) {
      if (isNode(item)) walk(item, { parent: node, property }, see);
    }
  }
}

/** True for an object that is a node of the tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The text of an identifier or a string literal, else null. */
export function nameOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (typeof node["name"] === "string") return node["name"];
  return typeof node["value"] === "string" ? node["value"] : null;
}

/** Line number of an offset, from 1. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
