import { posix } from "node:path";
import { isNode, lineAt, nameOf, parseSource, visit } from "../syntax.ts";
import type { SyntaxNode } from "../syntax.ts";
import { folderOf } from "./sources.ts";
import type { SourceFile } from "./sources.ts";

const adapterFolders: ReadonlySet<string> = new Set(["atlassian", "git", "github", "ledger", "ssh"]);

/** House rules of src/ that no linter knows: one line for each place that breaks one. */
export function checkConventions({ path, text }: SourceFile): readonly string[] {
  if (path.includes(".generated.")) return [];
  const findings: string[] = [];
  const say = (node: SyntaxNode, message: string) => findings.push(`${path}:${lineAt(text, node.start)} ${message}`);
  visit(parseSource(path, text), (node) => {
    if (node.type === "ExportAllDeclaration")
      say(node, "exports everything of another module: import from where things are.");
    if (isClass(node) && !nameOf(node["superClass"])?.endsWith("Error")) {
      say(node, "declares a class that is no error: use functions and plain data.");
    }
    for (const parameter of booleanParameters(node)) {
      say(
        parameter,
        "has a boolean parameter in an exported function: take an option with a name, or write two functions.",
      );
    }
    if (buildsAdapter(node, path)) say(node, "builds an adapter: only src/wiring.ts and src/wiring-action.ts do that.");
  });
  return findings;
}

function isClass(node: SyntaxNode): boolean {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

function booleanParameters(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type !== "ExportNamedDeclaration" || !isNode(node["declaration"])) return [];
  return functionsOf(node["declaration"]).flatMap((declared) => nodes(declared["params"]).filter(isBoolean));
}

function functionsOf(declaration: SyntaxNode): readonly SyntaxNode[] {
  if (declaration.type === "FunctionDeclaration") return [declaration];
  const values = nodes(declaration["declarations"]).map((declarator) => declarator["init"]);
  return values
    .filter(isNode)
    .filter(({ type }) => type === "ArrowFunctionExpression" || type === "FunctionExpression");
}

function isBoolean(parameter: SyntaxNode): boolean {
  if (parameter.type === "AssignmentPattern") {
    const fallback = parameter["right"];
    return (
      (isNode(fallback) && typeof fallback["value"] === "boolean") ||
      (isNode(parameter["left"]) && isBoolean(parameter["left"]))
    );
  }
  const annotation = parameter["typeAnnotation"];
  return (
    isNode(annotation) &&
    isNode(annotation["typeAnnotation"]) &&
    annotation["typeAnnotation"].type === "TSBooleanKeyword"
  );
}

/** The composition roots, of the command line and of the action. */
const wirings: ReadonlySet<string> = new Set(["src/wiring.ts", "src/wiring-action.ts"]);

/** True for an import that brings a `createX` of an adapter, or all of an adapter, to a module that wires none. */
function buildsAdapter(node: SyntaxNode, path: string): boolean {
  if (wirings.has(path) || node["importKind"] === "type") return false;
  if (node.type !== "ImportDeclaration" && node.type !== "ImportExpression" && node.type !== "ExportNamedDeclaration")
    return false;
  const from = nameOf(node["source"]);
  if (from === null || !from.startsWith(".")) return false;
  const folder = folderOf(posix.join(posix.dirname(path), from));
  if (!adapterFolders.has(folder) || folder === folderOf(path)) return false;
  if (node.type === "ImportExpression") return true;
  return nodes(node["specifiers"]).some(
    (specifier) =>
      specifier.type === "ImportNamespaceSpecifier" ||
      (specifier["importKind"] !== "type" &&
        /^create[A-Z]/.test(nameOf(specifier["imported"] ?? specifier["local"]) ?? "")),
  );
}

function nodes(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}
