import Ajv2020 from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { isObject, tables } from "./schemas.ts";
import type { Json, JsonObject, SchemaFile } from "./schemas.ts";

/**
 * A CommonJS module with one compiled validator for each document, under the document's key. CommonJS because the code
 * that ajv writes calls `require`, also where it is asked for ES modules.
 *
 * Errors are ajv's: all of them, each with instancePath, schemaPath, keyword and params. Schemas in which ajv's strict
 * mode finds a doubtful spot (an unknown keyword, a `required` that no property answers) throw.
 */
export function generateValidators(
  schemas: readonly SchemaFile[],
  banner: string,
  use: SchemaFile["use"] = "read",
): string {
  const ajv = new Ajv2020.default({
    allErrors: true,
    strict: true,
    strictTypes: true,
    allowUnionTypes: true,
    strictTuples: true,
    strictRequired: false,
    messages: true,
    discriminator: true,
    // A shared definition becomes one function instead of a copy at each place that refers to it.
    inlineRefs: false,
    code: { source: true, esm: false, lines: true, optimize: 2 },
  });
  addFormats.default(ajv);
  for (const { file, schema } of schemas) ajv.addSchema({ ...withoutTexts(schema), $id: file });
  const documents = Object.fromEntries(
    schemas.filter((schema) => schema.isDocument && schema.use === use).map(({ key, file }) => [key, file]),
  );
  return `${banner}\n${standalone.default(ajv, documents)}\n`;
}

/** Declarations for the module that `generateValidators` writes. `typesModule` is the import path of the types. */
export function generateDeclarations(
  schemas: readonly SchemaFile[],
  typesModule: string,
  banner: string,
  use: SchemaFile["use"] = "read",
): string {
  const documents = schemas.filter((schema) => schema.isDocument && schema.use === use);
  const names = [...new Set(documents.map(({ title }) => title))].sort();
  return `${banner}
import type { ${names.join(", ")} } from "${typesModule}" with { "resolution-mode": "import" };

/** What a schema found wrong. Source: ajv's ErrorObject. */
export interface SchemaError {
  /** Where in the value, as a JSON pointer; empty for the value itself. */
  readonly instancePath: string;
  /** Which keyword of which schema. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
  readonly message?: string;
}

/** True when the value keeps to its schema; otherwise \`errors\` holds all that is wrong, until the next call. */
export interface Validator<Document> {
  (value: unknown): value is Document;
  readonly errors?: readonly SchemaError[] | null;
}

${documents.map(({ key, title }) => `export const ${key}: Validator<${title}>;`).join("\n")}
`;
}

const texts = new Set(["title", "description", "examples", "$comment"]);

/** The schema without the texts for readers, which ajv would copy into the module. */
function withoutTexts(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).filter(([keyword]) => !texts.has(keyword));
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, convert(keyword, value)]));
}

function convert(keyword: string, value: Json): Json {
  if (keyword === "const" || keyword === "enum" || keyword === "default") return value;
  if (Array.isArray(value)) return value.map((item: Json) => (isObject(item) ? withoutTexts(item) : item));
  if (!isObject(value)) return value;
  if (!tables.has(keyword)) return withoutTexts(value);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, convert("", entry)]));
}
