import { isObject } from "./schemas.ts";
import type { Json, JsonObject, SchemaFile } from "./schemas.ts";

/** Reads definitions across the schema files, as one place to ask. */
export interface Lexicon {
  /** The schema with its `$ref` followed; what stands beside the `$ref` wins. */
  readonly follow: (schema: Json | undefined) => JsonObject;
  /** A definition by file and name. Throws where there is none. */
  readonly definition: (file: string, name: string) => JsonObject;
  /** A document's schema by file. Throws where there is none. */
  readonly document: (file: string) => JsonObject;
}

/** The lexicon of these schema files. References inside a file are found whichever file they are followed from. */
export function createLexicon(schemas: readonly SchemaFile[]): Lexicon {
  const files = new Map(schemas.map(({ file, schema }) => [file, withFile(schema, file) as JsonObject]));
  const document = (file: string): JsonObject => {
    const found = files.get(file);
    if (found === undefined) throw new Error(`There is no schema ${file}.`);
    return found;
  };
  const definition = (file: string, name: string): JsonObject => {
    const definitions = document(file)["$defs"];
    const found = isObject(definitions) ? definitions[name] : undefined;
    if (!isObject(found)) throw new Error(`${file} defines no ${name}.`);
    return found;
  };
  const follow = (schema: Json | undefined): JsonObject => {
    if (!isObject(schema)) throw new Error("A schema is expected here.");
    const { $ref, ...beside } = schema;
    if (typeof $ref !== "string") return schema;
    const [file = "", name = ""] = $ref.split("#/$defs/");
    return follow({ ...definition(file, name), ...beside });
  };
  return { follow, definition, document };
}

/** The same schema, in which every reference names its file. */
function withFile(value: Json, file: string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withFile(item, file));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (key === "$ref" && typeof child === "string" && child.startsWith("#")) return [key, `${file}${child}`];
      return [key, withFile(child, file)];
    }),
  );
}

const day = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const time = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
const percentage = "^(100|[1-9]?[0-9])%$";

/** What a value may be, in words for a table: `a text or a list`, `a whole number, at least 1`. */
export function valueWords(lexicon: Lexicon, schema: Json | undefined): string {
  const found = lexicon.follow(schema);
  if (Array.isArray(found["enum"])) return oneOf(found["enum"]);
  if ("const" in found) return code(found["const"]);
  const types = [found["type"]].flat();
  const parts: string[] = [];
  if (types.includes("string") && types.includes("array")) parts.push(singleOrList(lexicon, found));
  else if (types.includes("string")) parts.push(textWords(lexicon, found));
  else if (types.includes("array")) parts.push(`a list of ${plural(valueWords(lexicon, found["items"]))}`);
  if (types.includes("object")) parts.push(mappingWords(lexicon, found));
  if (types.includes("boolean")) parts.push("`true` or `false`");
  if (types.includes("integer")) parts.push(numberWords("a whole number", found));
  if (types.includes("number")) parts.push(numberWords("a number", found));
  if (parts.length === 0) throw new Error(`No words for ${JSON.stringify(schema)}.`);
  return parts.join(", or ");
}

function singleOrList(lexicon: Lexicon, schema: JsonObject): string {
  const item = lexicon.follow(schema["items"]);
  if (Array.isArray(item["enum"])) return `one or a list of ${item["enum"].map(code).join(", ")}`;
  return "a text or a list";
}

function textWords(lexicon: Lexicon, schema: JsonObject): string {
  const pattern = schema["pattern"];
  const duration = lexicon.definition("common.schema.json", "Duration")["pattern"];
  if (pattern === duration) return "a [duration](#durations)";
  if (pattern === day) return "a day: `2027-03-31`";
  if (pattern === time) return "a time: `18:00`";
  if (pattern === percentage) return "a percentage: `20%`";
  const words = typeof pattern === "string" ? /^\^\(?([a-z_|-]+)\)?\$$/.exec(pattern)?.[1]?.split("|") : undefined;
  return words === undefined ? "a text" : oneOf(words);
}

function mappingWords(lexicon: Lexicon, schema: JsonObject): string {
  const { properties, additionalProperties } = schema;
  if (isObject(properties)) {
    const keys = Object.keys(properties).map((key) => `\`${key}:\``);
    return keys.length === 1
      ? `${keys.join("")} and ${valueWords(lexicon, Object.values(properties)[0])}`
      : `a mapping of ${keys.join(", ")}`;
  }
  if (isObject(additionalProperties)) return `a mapping of names, each to ${valueWords(lexicon, additionalProperties)}`;
  return "`{}`";
}

function numberWords(kind: string, schema: JsonObject): string {
  const { minimum, maximum } = schema;
  if (typeof minimum === "number" && typeof maximum === "number") return `${kind} from ${minimum} to ${maximum}`;
  return typeof minimum === "number" && minimum > 0 ? `${kind}, at least ${minimum}` : kind;
}

function plural(words: string): string {
  return words.replace(/^a text\b/, "texts").replace(/^a \[duration\]/, "[durations]");
}

function oneOf(values: readonly Json[]): string {
  return values
    .map(code)
    .join(", ")
    .replace(/, (?=[^,]*$)/, " or ");
}

function code(value: Json): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** A value as YAML on one line: `[a, b]`, `{everywhere: 180d}`, `90d`. */
export function inlineYaml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(", ")}]`;
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([key, child]) => `${key}: ${inlineYaml(child)}`)
      .join(", ")}}`;
  }
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[A-Za-z][A-Za-z0-9 ._-]*$|^[0-9]+[hdw]$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
