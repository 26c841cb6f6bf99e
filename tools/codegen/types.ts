import { compile } from "json-schema-to-typescript";
import { makeReadonly } from "./readonly.ts";
import { isObject, tables } from "./schemas.ts";
import type { Json, JsonObject, SchemaFile } from "./schemas.ts";

const root = "Documents";

/**
 * TypeScript for every schema: one readonly type for each title, and `Documents`, which maps the key of a document
 * (see `SchemaFile.key`) to its type.
 */
export async function generateTypes(schemas: readonly SchemaFile[], banner: string): Promise<string> {
  const source = await compile(oneSchema(schemas), root, {
    additionalProperties: false,
    bannerComment: "",
    declareExternallyReferenced: true,
    format: true,
    style: { printWidth: 120 },
    unknownAny: true,
    unreachableDefinitions: true,
  });
  return `${banner}\n${makeReadonly(tidy(source))}`;
}

/** All files as one schema, so that a `$ref` across files is a reference to a sibling. Definitions are named by title. */
function oneSchema(schemas: readonly SchemaFile[]): JsonObject {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  const claim = (place: string, name: string) => {
    const other = owners.get(name);
    if (other !== undefined)
      throw new Error(`${place} and ${other} are both called ${name}: each type needs a name of its own.`);
    owners.set(name, place);
    names.set(place, name);
  };
  claim("the list of all documents", root);
  for (const { file, schema, title, isDocument } of schemas) {
    if (isDocument) claim(`${file}#`, title);
    for (const [key, definition] of definitionsOf(schema)) {
      claim(
        `${file}#/$defs/${key}`,
        isObject(definition) && typeof definition["title"] === "string" ? definition["title"] : key,
      );
    }
  }
  const definitions: Record<string, Json> = {};
  const properties: Record<string, Json> = {};
  for (const { file, key, schema, title, isDocument } of schemas) {
    const convert = (value: Json) => forTypes(value, { file, names });
    for (const [name, definition] of definitionsOf(schema)) {
      definitions[nameOf(names, `${file}#/$defs/${name}`)] = convert(definition);
    }
    if (isDocument) {
      const { $defs: _, ...document } = schema;
      definitions[title] = convert(document);
      properties[key] = { $ref: `#/$defs/${title}` };
    }
  }
  return {
    title: root,
    description: "Every document that has a schema, by the key of its schema.",
    type: "object",
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    $defs: definitions,
  };
}

function definitionsOf(schema: JsonObject): readonly (readonly [string, Json])[] {
  return isObject(schema["$defs"]) ? Object.entries(schema["$defs"]) : [];
}

function nameOf(names: ReadonlyMap<string, string>, place: string): string {
  const name = names.get(place);
  if (name === undefined) throw new Error(`A $ref points at ${place}, which does not exist.`);
  return name;
}

/** Keywords that only narrow values and say nothing about the TypeScript type. */
const narrowing = new Set([
  "if",
  "then",
  "else",
  "not",
  "dependentRequired",
  "dependentSchemas",
  "minItems",
  "maxItems",
  "examples",
  "propertyNames",
  "contains",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
  "discriminator",
  "$comment",
  "$schema",
  "$id",
]);

/** Keywords whose value is data. */
const literals = new Set(["const", "enum", "default", "required"]);

interface Place {
  readonly file: string;
  readonly names: ReadonlyMap<string, string>;
}

/** A schema of ours in the older dialect that the type generator reads. */
function forTypes(value: Json, place: Place): Json {
  if (Array.isArray(value)) return value.map((item: Json) => forTypes(item, place));
  if (!isObject(value)) return value;
  const out: Record<string, Json> = {};
  for (const [key, child] of Object.entries(value)) {
    if (narrowing.has(key)) continue;
    if (literals.has(key)) out[key] = child;
    else if (tables.has(key) && isObject(child)) {
      out[key] = Object.fromEntries(Object.entries(child).map(([name, entry]) => [name, forTypes(entry, place)]));
    } else if (key === "$ref" && typeof child === "string")
      out[key] = `#/$defs/${nameOf(place.names, resolve(child, place.file))}`;
    else if (key === "unevaluatedProperties") out["additionalProperties"] = forTypes(child, place);
    else out[key] = forTypes(child, place);
  }
  return separateReference(asTuple(dropEmptyConditions(out)));
}

function resolve(reference: string, file: string): string {
  return reference.startsWith("#") ? `${file}${reference}` : reference.includes("#") ? reference : `${reference}#`;
}

/** `allOf` that held nothing but conditions leaves empty schemas behind, which would turn up as `unknown`. */
function dropEmptyConditions(schema: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf)) return schema;
  const parts = allOf.filter(
    (part: Json) => !isObject(part) || Object.keys(part).some((key) => key !== "required" && key !== "description"),
  );
  return parts.length === 0 ? rest : { ...rest, allOf: parts };
}

/** `prefixItems` of a fixed length, in the words that the type generator knows for a tuple. */
function asTuple(schema: JsonObject): JsonObject {
  const { prefixItems, items, ...rest } = schema;
  if (!Array.isArray(prefixItems)) return schema;
  const open = isObject(items) ? { additionalItems: items } : { additionalItems: false, maxItems: prefixItems.length };
  return { ...rest, items: prefixItems, minItems: prefixItems.length, ...open };
}

/** A description beside a `$ref` stays with the property, and the type keeps its name. */
function separateReference(schema: JsonObject): JsonObject {
  const { $ref, ...rest } = schema;
  if ($ref === undefined || Object.keys(rest).length === 0) return schema;
  return typeof rest["description"] === "string" ? { description: rest["description"], allOf: [{ $ref }] } : { $ref };
}

/**
 * The generator says of each definition which schema it was found in: here that is always the same one. And an empty
 * interface would take any value.
 */
function tidy(source: string): string {
  return source
    .replace(
      /^ \* This (interface|type) was referenced by `Documents`'s JSON-Schema\n \* via the `(definition|patternProperty)` ".*"\.\n/gm,
      "",
    )
    .replace(/^ \*\n \*\/$/gm, " */")
    .replace(/^\/\*\*\n \*\/\n/gm, "")
    .replace(/^export interface (\w+) \{\}$/gm, "export type $1 = Readonly<Record<string, never>>;");
}
