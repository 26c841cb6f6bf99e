import { followed, type OpenApi, type Schema } from "./documents.ts";

/** A request may not hold what only the server sets; an answer may not hold what only the client sends. */
export type Direction = "request" | "response";

type JsonSchema = Readonly<Record<string, unknown>>;

/** Words that mean the same in OpenAPI 3.0 and in JSON Schema. */
const same = [
  "type",
  "enum",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
];

/** Every named schema of a document as JSON Schema 2020-12, under `$defs/<direction>`. */
export function definitionsOf(document: OpenApi): JsonSchema {
  const all = (direction: Direction): JsonSchema =>
    Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, schema]) => [name, open(document, schema, direction)]),
    );
  return { request: all("request"), response: all("response") };
}

/**
 * A schema as JSON Schema 2020-12 that also refuses fields no document mentions: where nearly every field is optional,
 * that is what finds a misspelt one.
 */
export function closed(document: OpenApi, schema: Schema, direction: Direction): JsonSchema {
  const converted = open(document, schema, direction);
  return namesFields(document, schema) ? { ...converted, unevaluatedProperties: false } : converted;
}

function open(document: OpenApi, schema: Schema, direction: Direction): JsonSchema {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    return { $ref: reference.replace("#/components/schemas/", `#/$defs/${direction}/`) };
  }
  const kept = Object.fromEntries(Object.entries(schema).filter(([word]) => same.includes(word)));
  const converted: Record<string, unknown> = { ...kept, ...fieldsOf(document, schema, direction) };
  if (isSchema(schema["items"])) converted["items"] = closed(document, schema["items"], direction);
  for (const word of ["allOf", "anyOf", "oneOf"]) {
    const members = schema[word];
    if (!Array.isArray(members)) continue;
    const isChoice = word !== "allOf" && schema["properties"] === undefined && schema["allOf"] === undefined;
    converted[word] = (members as Schema[]).map((member) => (isChoice ? closed : open)(document, member, direction));
  }
  return schema["nullable"] === true ? orNull(converted) : converted;
}

function fieldsOf(document: OpenApi, schema: Schema, direction: Direction): JsonSchema {
  const { properties, required, additionalProperties: others } = schema;
  const hidden = direction === "request" ? "readOnly" : "writeOnly";
  const fields = Object.entries((properties ?? {}) as Record<string, Schema>).filter(
    ([, field]) => followed(document, field)[hidden] !== true,
  );
  const names = new Set(fields.map(([name]) => name));
  const isKnown = (name: string): boolean => properties === undefined || names.has(name);
  return {
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(fields.map(([name, field]) => [name, closed(document, field, direction)])) }),
    ...(Array.isArray(required) ? { required: (required as string[]).filter(isKnown) } : {}),
    ...(others === undefined
      ? {}
      : { additionalProperties: isSchema(others) ? closed(document, others, direction) : others }),
  };
}

function orNull(schema: Readonly<Record<string, unknown>>): JsonSchema {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== "string") return { anyOf: [schema, { type: "null" }] };
  return {
    ...rest,
    type: [type, "null"],
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  };
}

/** Whether a schema says what its fields are called, itself or by what it is put together from. */
function namesFields(document: OpenApi, schema: Schema): boolean {
  const { properties, allOf } = followed(document, schema);
  if (properties !== undefined) return true;
  return Array.isArray(allOf) && (allOf as Schema[]).some((member) => namesFields(document, member));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}
