import { isNode, lineAt, nameOf, parseSource, visit } from "../syntax.ts";
import type { Hook, SyntaxNode } from "../syntax.ts";
import { folderOf } from "./sources.ts";
import type { SourceFile } from "./sources.ts";

/** Folders whose result depends on their arguments alone: no clock, chance, machine, locale or time zone. */
const pureFolders: ReadonlySet<string> = new Set(["model", "documents", "people", "policy", "plan", "report"]);

/** Folders that may do I/O, but take time and randomness as arguments. */
const steeredFolders: ReadonlySet<string> = new Set(["simulator"]);

const machine: ReadonlySet<string> = new Set([
  "process",
  "globalThis",
  "performance",
  "fetch",
  "console",
  "crypto",
  "navigator",
  "WebSocket",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
]);

const chance: ReadonlySet<string> = new Set([
  "randomUUID",
  "randomBytes",
  "randomInt",
  "randomFillSync",
  "getRandomValues",
  "webcrypto",
]);

const clocksAndDice: ReadonlySet<string> = new Set(["Date.now", "Math.random", "Temporal.Now"]);

/** Methods that answer differently with the machine's language or time zone. */
const local =
  /^(localeCompare|toLocale\w*|getTimezoneOffset|[gs]et(Hours|Minutes|Date|Day|Month|FullYear)|to(Date|Time)String)$/;

/**
 * What keeps a module of a pure floor from giving the same answer tomorrow, elsewhere or again: one line each. Nothing for
 * modules of other folders.
 */
export function checkPurity({ path, text }: SourceFile): readonly string[] {
  const pure = pureFolders.has(folderOf(path));
  if ((!pure && !steeredFolders.has(folderOf(path))) || path.endsWith(".generated.cjs")) return [];
  const findings: string[] = [];
  visit(parseSource(path, text), (node, hook) => {
    const found = clockOrChance(node) ?? (pure ? machineOrLocale(node, hook) : null);
    if (found !== null) findings.push(`${path}:${lineAt(text, node.start)} uses ${found}: hand it in as an argument.`);
  });
  return findings;
}

function clockOrChance(node: SyntaxNode): string | null {
  if (node.type === "MemberExpression") {
    const member = `${nameOf(node["object"]) ?? ""}.${nameOf(node["property"]) ?? ""}`;
    if (clocksAndDice.has(member)) return member;
    return chance.has(nameOf(node["property"]) ?? "") ? member : null;
  }
  if (node.type === "ImportSpecifier" && chance.has(nameOf(node["imported"]) ?? ""))
    return String(nameOf(node["imported"]));
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return null;
  if (nameOf(node["callee"]) !== "Date" || !isNode(node["callee"]) || node["callee"].type !== "Identifier") return null;
  if (node.type === "CallExpression") return "Date()";
  const given = Array.isArray(node["arguments"]) ? node["arguments"].length : 0;
  if (given === 0) return "new Date() without a moment";
  return given > 1 ? "new Date() from local parts" : null;
}

function machineOrLocale(node: SyntaxNode, hook: Hook): string | null {
  if (node.type !== "Identifier") return null;
  const name = String(node["name"]);
  const isMember =
    hook.property === "property" && hook.parent?.type === "MemberExpression" && hook.parent["computed"] !== true;
  if (isMember) return local.test(name) ? `.${name}(), which depends on the machine's language or time zone` : null;
  return machine.has(name) && !isOnlyAKey(hook) ? name : null;
}

/** A key of an object, type or class is a name of its own; the variable in `{ process }` is visited as its value. */
function isOnlyAKey({ parent, property }: Hook): boolean {
  return property === "key" && parent?.["computed"] !== true;
}
