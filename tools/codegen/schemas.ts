import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One file of schemas/. A file that only holds `$defs` is shared vocabulary and no document of its own. */
export interface SchemaFile {
  /** File name, which is also how other schemas refer to it. */
  readonly file: string;
  /** Camel-cased file name without its ending: `audit-event.schema.json` is `auditEvent`. */
  readonly key: string;
  readonly isDocument: boolean;
  /**
   * Whether Seatwright reads such documents, policy files apart from others since some commands read nothing else, or only
   * writes them: then only tests need to check one.
   */
  readonly use: "policy file" | "read" | "only written";
  /** The name of its TypeScript type. */
  readonly title: string;
  readonly schema: JsonObject;
}

/** Keywords whose value is a table of names: a key in there is a name, not a keyword. */
export const tables: ReadonlySet<string> = new Set(["properties", "patternProperties", "dependentSchemas", "$defs"]);

const ending = ".schema.json";

/** Every schema in `folder`, sorted by file name. Throws when a file is not JSON or has no title. */
export function readSchemas(folder: string): readonly SchemaFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => {
      const schema = parse(file, readFileSync(join(folder, file), "utf8"));
      const { title } = schema;
      if (typeof title !== "string") throw new Error(`${file} has no title: its type is named after it.`);
      return {
        file,
        key: camelCase(file.slice(0, -ending.length)),
        isDocument: isDocument(schema),
        use: useOf(schema),
        title,
        schema,
      };
    });
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(file: string, text: string): JsonObject {
  const value: Json = JSON.parse(text);
  if (!isObject(value)) throw new Error(`${file} is not a JSON object.`);
  return value;
}

function isDocument(schema: JsonObject): boolean {
  return ["type", "$ref", "oneOf", "anyOf", "allOf", "properties"].some((keyword) => keyword in schema);
}

function useOf({ $comment }: JsonObject): SchemaFile["use"] {
  if (typeof $comment !== "string") return "read";
  if ($comment.startsWith("A file of a policy repository")) return "policy file";
  return $comment.startsWith("Only written") ? "only written" : "read";
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
