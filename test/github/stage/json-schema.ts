import { Ajv } from "ajv";
import type { ErrorObject } from "ajv";
import formats from "ajv-formats";
import type { Json } from "./json.ts";
import { isObject, object, objects, text, texts } from "./json.ts";

/** What is wrong with a value by a schema of the description; nothing where it is right. */
export type Check = (schema: Json, value: unknown) => readonly string[];

/** Compiles schemas when they are asked for, and only them. `at` gives what a reference points to. */
export function createCheck(at: (reference: string) => Json): Check {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const added = new Set<string>();
  const compiled = new Map<Json, ReturnType<Ajv["compile"]>>();
  const id = (reference: string) => `stage:${reference.slice(2).replaceAll("/", ".")}`;

  const add = (reference: string): void => {
    if (added.has(reference)) return;
    added.add(reference);
    ajv.addSchema(Object(jsonSchema(at(reference), id, add)), id(reference));
  };

  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(Object(jsonSchema(schema, id, add)));
    compiled.set(schema, validate);
    return validate(value) ? [] : [...new Set((validate.errors ?? []).map(faultInWords))];
  };
}

const leftOut: ReadonlySet<string> = new Set([
  "example",
  "examples",
  "discriminator",
  "description",
  "title",
  "nullable",
]);

/**
 * OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and `oneOf` becomes `anyOf`, because GitHub's description has
 * alternatives that both fit.
 */
function jsonSchema(schema: unknown, id: (reference: string) => string, needs: (reference: string) => void): unknown {
  if (Array.isArray(schema)) return schema.map((each) => jsonSchema(each, id, needs));
  if (!isObject(schema)) return schema;
  const reference = text(schema["$ref"]);
  if (reference !== null) {
    needs(reference);
    return { $ref: id(reference) };
  }
  const converted: Json = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, value]) => [key === "oneOf" ? "anyOf" : key, partOf(key, value, id, needs)]),
  );
  if (schema["nullable"] !== true) return converted;
  const { type, enum: values } = converted;
  if (typeof type !== "string") return { anyOf: [{ type: "null" }, converted] };
  return { ...converted, type: [type, "null"], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

function partOf(key: string, value: unknown, id: (reference: string) => string, needs: (reference: string) => void) {
  if (key === "enum" || key === "required" || key === "default") return value;
  if (key !== "properties") return jsonSchema(value, id, needs);
  const named = Object.entries(object(value)).map(([name, each]) => [name, jsonSchema(each, id, needs)]);
  return Object.fromEntries(named);
}

/**
 * A value without what its schema does not describe. Of several schemas that may be meant, each key that one of them
 * knows stays.
 */
export function trimmed(resolve: (schema: Json) => Json, schemas: readonly Json[], value: unknown): unknown {
  const meant = schemas.flatMap((schema) => alternatives(resolve, schema));
  if (Array.isArray(value)) {
    const items = meant.flatMap((schema) => (isObject(schema["items"]) ? [schema["items"]] : []));
    return items.length === 0 ? value : value.map((each) => trimmed(resolve, items, each));
  }
  if (!isObject(value)) return value;
  const described = meant.filter((schema) => isObject(schema["properties"]));
  const isOpen = meant.some(
    (schema) => schema["additionalProperties"] === true || isObject(schema["additionalProperties"]),
  );
  if (described.length === 0) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const known = described.flatMap((schema) => {
        const property = object(schema["properties"])[key];
        return isObject(property) ? [property] : [];
      });
      if (known.length > 0) return [[key, trimmed(resolve, known, each)]];
      return isOpen ? [[key, each]] : [];
    }),
  );
}

function alternatives(resolve: (schema: Json) => Json, schema: Json): readonly Json[] {
  const own = resolve(schema);
  const others = [...objects(own["anyOf"]), ...objects(own["oneOf"]), ...objects(own["allOf"])];
  return [own, ...others.flatMap((other) => alternatives(resolve, other))];
}

function faultInWords({ instancePath, message, params }: ErrorObject): string {
  const allowed = texts(object(params)["allowedValues"]);
  const where = instancePath === "" ? "it" : instancePath;
  return `${where} ${message ?? "is wrong"}${allowed.length > 0 ? ` (${allowed.join(", ")})` : ""}`;
}
