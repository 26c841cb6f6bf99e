import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Finding, Place } from "../model/finding.ts";
import type { FileBytes } from "./digest.ts";
import { readNodes, tooDeep } from "./yaml-nodes.ts";
import { errorAt, type Part, type Path, type Written } from "./written.ts";

/** A file as data, or null where it cannot be read as one; then the findings say why. */
export interface ParsedYaml {
  readonly written: Written<unknown> | null;
  readonly findings: readonly Finding[];
}

/** Files larger than this are no policies. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Reads one YAML 1.2 file strictly: UTF-8, one document, text keys that stand once each, no tags, few aliases. Nothing in
 * it is ever executed or resolved to anything but text, numbers, true, false, null, lists and mappings.
 */
export function parseYaml({ path: file, bytes }: FileBytes): ParsedYaml {
  const start: Place = { file, line: 1, column: 1 };
  const refuse = (finding: Finding): ParsedYaml => ({ written: null, findings: [finding] });
  if (bytes.byteLength > MOST_BYTES) {
    return refuse(
      errorAt(start, "yaml-size", "The file is larger than 16 MiB.", "Split it, or keep long lists in a source."),
    );
  }
  const text = decoded(bytes);
  if (text === null) {
    return refuse(
      errorAt(
        { ...start, line: lineNotUtf8(bytes) },
        "yaml-encoding",
        "The file is not UTF-8 text.",
        "Save it as UTF-8, without a legacy encoding such as UTF-16 or Windows-1252.",
      ),
    );
  }
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    strict: true,
    version: "1.2",
    schema: "core",
    merge: false,
    logLevel: "silent",
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined) return refuse(emptyFile(start));
  if (second !== undefined && document.errors.length === 0) {
    return refuse(
      errorAt(
        placeAt(second.range[0]),
        "yaml-documents",
        "The file holds several YAML documents.",
        "Keep one document in each file: remove the `---` or `...` between them, or split the file.",
      ),
    );
  }
  const broken = syntaxFindings(document.errors, placeAt);
  if (broken.length > 0) return { written: null, findings: broken };
  if (document.directives?.yaml.version !== "1.2" || Object.keys(document.directives.tags).length > 1) {
    return refuse(
      errorAt(start, "yaml-version", "The file starts with a % directive.", "Remove it: policies are YAML 1.2."),
    );
  }
  if (document.contents === null || isMissing(document.contents)) {
    return refuse(emptyFile(start));
  }
  const reading = readNodes(document, placeAt);
  if (reading.findings.length > 0) return { written: null, findings: reading.findings };
  const root = document.contents;
  return {
    findings: [],
    written: {
      value: reading.value,
      file,
      at: (path, part) => placeAt(offsetOf(document, root, path, part ?? "value")),
    },
  };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? null : text;
  } catch {
    return null;
  }
}

function lineNotUtf8(bytes: Uint8Array): number {
  let line = 1;
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf(10, from);
    const next = end === -1 ? bytes.length : end + 1;
    if (decoded(bytes.subarray(from, next)) === null) return line;
    from = next;
    line++;
  }
  return 1;
}

function emptyFile(place: Place): Finding {
  return errorAt(place, "yaml-empty", "The file is empty.", "Write its contents, or delete the file.");
}

/** Every key that stands twice, and of the rest the first: one slip makes a parser complain of all that follows it. */
function syntaxFindings(errors: readonly YAMLError[], placeAt: (offset: number) => Place): readonly Finding[] {
  const twice = errors.filter(({ code }) => code === "DUPLICATE_KEY");
  const first = errors.find(({ code }) => code !== "DUPLICATE_KEY");
  const findings = twice.map(({ pos }) =>
    errorAt(
      placeAt(pos[0]),
      "yaml-duplicate-key",
      "This key stands twice in the same mapping.",
      "Keep one of the two; of several values write a list.",
    ),
  );
  if (first === undefined) return findings;
  if (first.code === "RESOURCE_EXHAUSTION") return [...findings, tooDeep(placeAt(first.pos[0]))];
  const remedy = syntaxRemedies[first.code] ?? "Check the indentation, quotes and brackets around this place.";
  return [
    ...findings,
    errorAt(placeAt(first.pos[0]), "yaml-syntax", `This is not valid YAML: ${sentence(first.message)}`, remedy),
  ];
}

const syntaxRemedies: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BAD_SCALAR_START: 'Put the text in quotes, for example "@acme/it".',
  BAD_ALIAS: 'A text that starts with * needs quotes, for example "*-bot@example.com".',
  MISSING_CHAR: "Close the quote or bracket.",
  BLOCK_AS_IMPLICIT_KEY: "Put a text with a colon in quotes, or start the inner mapping on its own line.",
};

function sentence(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.endsWith(".") ? line : `${line}.`;
}

/** Where the part at `path` starts, or the nearest part around it. */
function offsetOf(document: Document.Parsed, root: Node, path: Path, part: Part): number {
  let node: Node = root;
  let offset = node.range?.[0] ?? 0;
  for (const [depth, segment] of path.entries()) {
    const target: Node | undefined = isAlias(node) ? node.resolve(document) : node;
    const last = depth === path.length - 1;
    const pair = isMap(target) ? pairOf(target, segment) : undefined;
    const next: unknown = isSeq(target) && typeof segment === "number" ? target.items[segment] : pair?.value;
    const key = pair !== undefined && isNode(pair.key) ? pair.key : null;
    if (!isNode(next)) return key?.range?.[0] ?? offset;
    node = next;
    const valueOffset = isMissing(next) ? undefined : next.range?.[0];
    offset = (last && part === "key" ? key?.range?.[0] : undefined) ?? valueOffset ?? key?.range?.[0] ?? offset;
  }
  return offset;
}

/** Nothing written where a value could be. */
function isMissing(node: Node): boolean {
  return isScalar(node) && node.value === null && node.range !== undefined && node.range?.[0] === node.range?.[1];
}

function pairOf(map: YAMLMap, segment: string | number): Pair | undefined {
  return map.items.find((pair): pair is Pair => isPair(pair) && isScalar(pair.key) && pair.key.value === segment);
}
