import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import {
  basePath,
  type DocumentName,
  documentNames,
  type Documents,
  followed,
  type Operation,
  type Parameter,
  type Schema,
} from "./documents.ts";
import type { Exchange } from "./proxy.ts";
import { closed, definitionsOf, type Direction } from "./schemas.ts";

/** Holds exchanges against Atlassian's documents. */
export interface Judge {
  /** The operation that an exchange uses, as `GET /admin/v1/orgs`; null where no document mentions it. */
  operationOf(exchange: Pick<Exchange, "method" | "path">): string | null;
  /** What of an exchange the documents do not allow; empty where they allow all of it. */
  violations(exchange: Exchange): readonly string[];
  /** The same for its answer alone: for a request that is meant to be wrong. */
  answerViolations(exchange: Exchange): readonly string[];
  /** Whether a document has an operation for this method and this path with parameters in braces. */
  has(method: string, pattern: string): boolean;
}

interface Known {
  readonly name: DocumentName;
  readonly method: string;
  /** From the root of the host, with the document's parameter names. */
  readonly pattern: string;
  readonly operation: Operation;
}

const anyError: Schema = {
  anyOf: [{ $ref: "#/components/schemas/Errors" }, { $ref: "#/components/schemas/ProxyError" }],
};

/** Creates a judge by these documents. */
export function createJudge(documents: Documents): Judge {
  const known = documentNames.flatMap((name) => operationsOf(name, documents));
  const ajv = new Ajv2020.default({ allErrors: true, strict: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addFormat("int", true);
  for (const name of documentNames) ajv.addSchema({ $id: `doc:${name}`, $defs: definitionsOf(documents[name]) });
  const compiled = new Map<Schema, Map<Direction, ValidateFunction>>();

  function validator(name: DocumentName, schema: Schema, direction: Direction): ValidateFunction {
    const ready = compiled.get(schema)?.get(direction);
    if (ready !== undefined) return ready;
    const converted = JSON.parse(
      JSON.stringify(closed(documents[name], schema, direction)).replaceAll('"#/$defs/', `"doc:${name}#/$defs/`),
    ) as object;
    const made = ajv.compile(converted);
    compiled.set(schema, new Map([...(compiled.get(schema) ?? []), [direction, made]]));
    return made;
  }

  /** What is wrong with a value, each with its place in words. */
  function complaints(
    { name }: Known,
    schema: Schema,
    value: unknown,
    { direction, where }: { readonly direction: Direction; readonly where: string },
  ): readonly string[] {
    const validate = validator(name, schema, direction);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const at = instancePath.replace(/\/\d+/g, "/*");
      const field = "unevaluatedProperty" in params ? ` (${String(params["unevaluatedProperty"])})` : "";
      return `${where}${at} ${message ?? "is wrong"}${field}`;
    });
  }

  function parametersOf(found: Known): readonly Parameter[] {
    return (found.operation.parameters ?? []).map((parameter) => followed(documents[found.name], parameter));
  }

  function pathViolations(found: Known, exchange: Exchange): readonly string[] {
    const given = exchange.path.split("/");
    return found.pattern.split("/").flatMap((segment, at) => {
      if (!segment.startsWith("{")) return [];
      const parameter = parametersOf(found).find((known) => known.in === "path" && `{${known.name}}` === segment);
      if (parameter === undefined) return [`path ${segment} is described by no parameter`];
      const value = decodeURIComponent(given[at] ?? "");
      return complaints(found, parameter.schema, value, { direction: "request", where: `path ${segment}` });
    });
  }

  function queryViolations(found: Known, exchange: Exchange): readonly string[] {
    const described = parametersOf(found).filter((parameter) => parameter.in === "query");
    const names = new Set(described.map(({ name }) => name));
    const unknown = [...new Set(exchange.query.keys())].filter((name) => !names.has(name));
    return [
      ...unknown.map((name) => `query ${name} is not documented`),
      ...described.flatMap((parameter) => {
        const texts = exchange.query.getAll(parameter.name);
        if (texts.length === 0) return parameter.required === true ? [`query ${parameter.name} is missing`] : [];
        const schema = followed(documents[found.name], parameter.schema);
        const value = schema["type"] === "array" ? texts : plainValue(texts[0] ?? "", schema["type"]);
        return complaints(found, parameter.schema, value, { direction: "request", where: `query ${parameter.name}` });
      }),
    ];
  }

  function requestViolations(found: Known, exchange: Exchange): readonly string[] {
    const { requestBody } = found.operation;
    const { requestText: text } = exchange;
    if (requestBody === undefined) return text === "" ? [] : ["request body where none is documented"];
    if (text === "") return requestBody.required === true ? ["request body is missing"] : [];
    if (!exchange.requestType.startsWith("application/json")) return ["request body is not announced as JSON"];
    const schema = requestBody.content["application/json"]?.schema;
    if (schema === undefined) return [];
    return complaints(found, schema, parsed(text), { direction: "request", where: "request body " });
  }

  function answerViolations(found: Known, exchange: Exchange): readonly string[] {
    const { status, answerText: text, answerType: type } = exchange;
    const listed = found.operation.responses[String(status)];
    if (listed === undefined) return [`status ${status} is not documented`];
    const content = followed(documents[found.name], listed).content;
    const schema = content?.["application/json"]?.schema;
    if (schema === undefined) {
      if (status < 300) return text === "" ? [] : [`status ${status} has a body where none is documented`];
      // Many errors are described in words only: the envelopes that the document has for others must do.
      return complaints(found, anyError, parsed(text), { direction: "response", where: `status ${status} ` });
    }
    if (!type.startsWith("application/json")) return [`status ${status} is answered with ${type || "no type"}`];
    return complaints(found, schema, parsed(text), { direction: "response", where: `status ${status} ` });
  }

  const find = (exchange: Pick<Exchange, "method" | "path">): Known | undefined =>
    known.find(({ method, pattern }) => method === exchange.method && fits(pattern, exchange.path));

  function judged(
    exchange: Exchange,
    checks: readonly ((found: Known, exchange: Exchange) => readonly string[])[],
  ): readonly string[] {
    const found = find(exchange);
    if (found === undefined) return ["no document mentions this endpoint"];
    return [...new Set(checks.flatMap((check) => check(found, exchange)))];
  }

  return {
    operationOf: (exchange) => {
      const found = find(exchange);
      return found === undefined ? null : `${found.method} ${found.pattern}`;
    },
    violations(exchange) {
      const checks = [pathViolations, queryViolations, requestViolations, answerViolations];
      return judged(exchange, checks);
    },
    answerViolations: (exchange) => judged(exchange, [answerViolations]),
    has: (method, pattern) => known.some((one) => one.method === method && unnamed(one.pattern) === unnamed(pattern)),
  };
}

function operationsOf(name: DocumentName, documents: Documents): readonly Known[] {
  const document = documents[name];
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => ["get", "post", "put", "patch", "delete"].includes(method))
      .map(([method, operation]) => ({
        name,
        method: method.toUpperCase(),
        pattern: `${basePath(document)}${path}`,
        operation,
      })),
  );
}

function unnamed(pattern: string): string {
  return pattern.replaceAll(/\{\w+\}/g, "{}");
}

/** Whether a path is one of a pattern. A word of a path that other patterns spell out is no parameter's value. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) =>
      segment.startsWith("{") ? !["count", "stats", "search"].includes(given[at] ?? "") : segment === given[at],
    )
  );
}

function plainValue(text: string, type: unknown): unknown {
  if ((type === "integer" || type === "number") && text.trim() !== "") return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
