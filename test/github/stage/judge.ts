import type { Json } from "./json.ts";
import { isObject, object, objects, text } from "./json.ts";
import type { FoundOperation, OpenApi, Operation } from "./openapi.ts";

export interface Violation {
  /** Whether the client or the stage's own answer breaks GitHub's description. */
  readonly side: "request" | "answer";
  /** `POST /repos/{owner}/{repo}/check-runs`, or method and path where GitHub describes no such operation. */
  readonly operation: string;
  readonly what: string;
}

export interface JudgedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined where the request has none. */
  readonly body: unknown;
}

/** Holds every request, and every answer of the stage, against GitHub's own OpenAPI description. */
export interface Judge {
  readonly violations: readonly Violation[];
  find(method: string, path: string): FoundOperation | null;
  request(found: FoundOperation | null, request: JudgedRequest): void;
  answer(operation: Operation, status: number, body: unknown): void;
  /** For what the description cannot say: a request that the stage does not know how to answer, say. */
  report(violation: Violation): void;
}

/** Statuses that GitHub gives for any operation, whether its description lists them or not. */
const everywhere: ReadonlySet<number> = new Set([400, 401, 403, 404, 422, 429, 500, 501, 502, 503]);

/** The description is loaded with the first request. */
export function createJudge(load: () => OpenApi): Judge {
  const violations: Violation[] = [];
  return {
    violations,
    find: (method, path) => load().find(method, path),
    report: (violation) => violations.push(violation),
    request: (found, request) => {
      const say = (what: string) =>
        violations.push({
          side: "request",
          operation: found?.operation.key ?? `${request.method} ${request.path}`,
          what,
        });
      if (found === null) say("GitHub describes no such operation.");
      for (const what of headerFaults(request)) say(what);
      if (found === null) return;
      for (const what of parameterFaults(load(), found, request)) say(what);
      for (const what of bodyFaults(load(), found.operation, request.body)) say(what);
    },
    answer: (operation, status, body) => {
      const schema = operation.answers.get(status);
      if (schema === undefined) {
        if (!everywhere.has(status))
          violations.push({ side: "answer", operation: operation.key, what: `GitHub does not answer with ${status}.` });
        return;
      }
      if (schema === null || typeof body === "string") return;
      for (const what of load().check(schema, body))
        violations.push({ side: "answer", operation: operation.key, what: `${status}: ${what}` });
    },
  };
}

/** https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api: user agent and media types. */
function* headerFaults({ headers, body }: JudgedRequest): Generator<string> {
  if ((headers["user-agent"] ?? "") === "") yield "There is no User-Agent header: GitHub refuses such requests.";
  const accept = headers["accept"] ?? "*/*";
  if (!accept.split(",").some((type) => /^\s*(\*\/\*|application\/(vnd\.github|json)|text\/)/.test(type)))
    yield `GitHub offers nothing of the type that Accept asks for: ${accept}.`;
  const type = headers["content-type"] ?? "";
  if (body !== undefined && !type.includes("json")) yield `The body is sent as "${type}" instead of JSON.`;
}

function* parameterFaults(openApi: OpenApi, found: FoundOperation, { query }: JudgedRequest): Generator<string> {
  const { parameters } = found.operation;
  const known = new Map(parameters.filter((each) => each.in === "query").map((each) => [each.name, each]));
  for (const name of new Set(query.keys())) {
    if (!known.has(name)) yield `The query parameter "${name}" is unknown: GitHub ignores it.`;
  }
  for (const parameter of parameters) {
    const value = parameter.in === "query" ? query.get(parameter.name) : found.params[parameter.name];
    if (value === null || value === undefined) {
      if (parameter.required && parameter.in === "query") yield `The query parameter "${parameter.name}" is missing.`;
      continue;
    }
    const schema = openApi.resolve(parameter.schema);
    for (const what of openApi.check(parameter.schema, fromText(value, schema)))
      yield `The parameter "${parameter.name}" is "${value}": ${what}.`;
    if (parameter.name === "per_page" && Number(value) > 100) yield "GitHub gives at most 100 to a page.";
  }
}

function fromText(value: string, schema: Json): unknown {
  if ((schema["type"] === "integer" || schema["type"] === "number") && /^-?\d+(\.\d+)?$/.test(value))
    return Number(value);
  if (schema["type"] === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}

function* bodyFaults(openApi: OpenApi, operation: Operation, body: unknown): Generator<string> {
  if (operation.body === null) {
    if (body !== undefined) yield "There is a body, and GitHub takes none here.";
    return;
  }
  if (body === undefined) {
    if (operation.body.required) yield "There is no body, and GitHub needs one here.";
    return;
  }
  yield* openApi.check(operation.body.schema, body);
  yield* strangers(openApi, operation.body.schema, body, "");
}

/** Keys that the description does not know: GitHub ignores them, and whoever sent them thinks that they do something. */
function strangers(openApi: OpenApi, schema: Json, value: unknown, path: string): readonly string[] {
  const described = openApi.resolve(schema);
  if (Array.isArray(value)) {
    const items = object(described["items"]);
    return value.flatMap((each, index) => strangers(openApi, items, each, `${path}/${index}`));
  }
  if (!isObject(value)) return [];
  const choices = [...objects(described["oneOf"]), ...objects(described["anyOf"])];
  const parts = objects(described["allOf"]).map(openApi.resolve);
  const properties = Object.assign({}, ...[described, ...parts].map((each) => object(each["properties"])));
  if (choices.length > 0 && Object.keys(properties).length === 0) {
    const found = choices.map((choice) => strangers(openApi, choice, value, path));
    return found.find((each) => each.length === 0) ?? found[0] ?? [];
  }
  const more = described["additionalProperties"];
  if ((Object.keys(properties).length === 0 && text(described["type"]) !== "object") || isObject(more)) return [];
  const ofChoices = new Set(choices.flatMap((choice) => Object.keys(object(openApi.resolve(choice)["properties"]))));
  return Object.entries(value).flatMap(([key, each]) => {
    const known = properties[key];
    if (isObject(known)) return strangers(openApi, known, each, `${path}/${key}`);
    return more === true || ofChoices.has(key) ? [] : [`${path}/${key} is unknown: GitHub ignores it`];
  });
}
