import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Json } from "./json.ts";
import { isObject, object, objects, text } from "./json.ts";
import type { Check } from "./json-schema.ts";
import { createCheck, trimmed } from "./json-schema.ts";

/** Which of GitHub's descriptions: the one of github.com, or the one of an Enterprise Server. */
export type Description = "api.github.com" | "ghes-3.19";

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Json;
}

export interface Operation {
  /** As GitHub's documentation writes it: `GET /repos/{owner}/{repo}/pulls`. */
  readonly key: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** Null where the operation takes no body. */
  readonly body: { readonly required: boolean; readonly schema: Json } | null;
  /** Schema of the JSON answer for each documented status; null where that answer has no JSON body. */
  readonly answers: ReadonlyMap<number, Json | null>;
}

export interface FoundOperation {
  readonly operation: Operation;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface OpenApi {
  /** The operation that GitHub describes for this method and path, or null. */
  find(method: string, path: string): FoundOperation | null;
  readonly check: Check;
  /** The value without what the schema does not describe. */
  trim(schema: Json, value: unknown): unknown;
  /** What a reference points to; the schema itself where it is none. */
  readonly resolve: (schema: Json) => Json;
}

const documents: Readonly<Record<Description, string>> = {
  "api.github.com": import.meta.resolve("@octokit/openapi/generated/api.github.com.json"),
  "ghes-3.19": import.meta.resolve("@octokit/openapi/generated/ghes-3.19.json"),
};

const loaded = new Map<Description, OpenApi>();

/**
 * GitHub's own OpenAPI description, from `@octokit/openapi`. The document has 13 MB: it is parsed when it is first asked
 * for, and of its schemas only those are compiled that a request needs.
 */
export function loadOpenApi(description: Description): OpenApi {
  const known = loaded.get(description);
  if (known !== undefined) return known;
  const created = createOpenApi(object(JSON.parse(readFileSync(fileURLToPath(documents[description]), "utf8"))));
  loaded.set(description, created);
  return created;
}

interface Template {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
  readonly operation: () => Operation;
}

function createOpenApi(document: Json): OpenApi {
  const at = (reference: string): Json =>
    object(
      reference
        .slice(2)
        .split("/")
        .reduce<unknown>((within, key) => object(within)[key.replaceAll("~1", "/").replaceAll("~0", "~")], document),
    );
  const resolve = (schema: Json): Json => {
    const reference = text(schema["$ref"]);
    return reference === null ? schema : resolve(at(reference));
  };
  const templates = templatesOf(document, resolve);
  const check = createCheck(at);
  return {
    resolve,
    check,
    trim: (schema, value) => trimmed(resolve, [schema], value),
    find: (method, path) => {
      for (const { pattern, names, operation } of templates.filter((each) => each.method === method)) {
        const values = pattern.exec(path);
        if (values === null) continue;
        const params = Object.fromEntries(names.map((name, index) => [name, decoded(values[index + 1] ?? "")]));
        return { operation: operation(), params };
      }
      return null;
    },
  };
}

/** Of two templates that fit a path, the one with more literal parts is meant. */
function templatesOf(document: Json, resolve: (schema: Json) => Json): readonly Template[] {
  return Object.entries(object(document["paths"]))
    .flatMap(([template, methods]) =>
      Object.entries(object(methods)).map(([method, described]) => {
        const verb = method.toUpperCase();
        const parameters = objects(object(described)["parameters"]).map(resolve);
        const many = new Set(
          parameters.filter((each) => each["x-multi-segment"] === true).map(({ name }) => text(name)),
        );
        const names: string[] = [];
        const pattern = template.replaceAll(/\{([^}]+)\}|[.*+?^$()|[\]\\]/g, (part, name?: string) => {
          if (name === undefined) return `\\${part}`;
          names.push(name);
          return many.has(name) ? "(.+)" : "([^/]+)";
        });
        let made: Operation | null = null;
        return {
          method: verb,
          pattern: new RegExp(`^${pattern}$`),
          names,
          literals: template.split("/").filter((part) => !part.startsWith("{")).length,
          operation: () => (made ??= operationOf(verb, template, parameters, object(described), resolve)),
        };
      }),
    )
    .sort((a, b) => b.literals - a.literals);
}

function operationOf(
  verb: string,
  template: string,
  parameters: readonly Json[],
  described: Json,
  resolve: (schema: Json) => Json,
): Operation {
  const json = (holder: Json): Json | null => {
    const schema = object(object(holder["content"])["application/json"])["schema"];
    return isObject(schema) ? schema : null;
  };
  const request = described["requestBody"] === undefined ? null : resolve(object(described["requestBody"]));
  return {
    key: `${verb} ${template}`,
    template,
    parameters: parameters.map((each) => ({
      name: text(each["name"]) ?? "",
      in: text(each["in"]) ?? "",
      required: each["required"] === true,
      schema: object(each["schema"]),
    })),
    body: request === null ? null : { required: request["required"] === true, schema: json(request) ?? {} },
    answers: new Map(
      Object.entries(object(described["responses"])).map(([status, answer]) => [
        Number(status),
        json(resolve(object(answer))),
      ]),
    ),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
