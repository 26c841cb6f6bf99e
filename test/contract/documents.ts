import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One OpenAPI 3.0 document, as far as it is read here. */
export interface OpenApi {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Record<string, PathItem>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly parameters?: Record<string, Parameter>;
    readonly responses?: Record<string, Response>;
  };
}

export type PathItem = Record<string, Operation>;

export interface Operation {
  readonly parameters?: readonly (Parameter | Reference)[];
  requestBody?: { required?: boolean; readonly content: Content };
  readonly responses: Record<string, Response | Reference>;
}

export interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Response {
  readonly content?: Content;
}

export interface Reference {
  readonly $ref: string;
}

export type Content = Record<string, { readonly schema?: Schema }>;

/** An OpenAPI 3.0 schema: JSON Schema with words of its own. */
export type Schema = Record<string, unknown>;

export const documentNames = ["organization", "user-management"] as const;

export type DocumentName = (typeof documentNames)[number];

export type Documents = Readonly<Record<DocumentName, OpenApi>>;

/** Atlassian's documents from a folder that holds them as `<name>.openapi.json`; parsed anew each time. */
export function readDocuments(folder: string): Documents {
  const read = (name: DocumentName): OpenApi =>
    JSON.parse(readFileSync(join(folder, `${name}.openapi.json`), "utf8")) as OpenApi;
  return { organization: read("organization"), "user-management": read("user-management") };
}

/** The path under which a document's paths lie: `/admin` or nothing. */
export function basePath({ servers }: OpenApi): string {
  return new URL(servers[0]?.url ?? "").pathname.replace(/\/$/, "");
}

/** What a reference of a document leads to, or the value itself where it is none. */
export function followed<Value extends object>(document: OpenApi, value: Value | Reference): Value {
  if (!("$ref" in value) || typeof value.$ref !== "string") return value as Value;
  let found: unknown = document;
  for (const part of value.$ref.replace("#/", "").split("/")) found = (found as Record<string, unknown>)[part];
  return followed(document, found as Value | Reference);
}
