import type { IncomingMessage } from "node:http";
import { createForward } from "./forward.ts";
import type { Answer, Exchange, Handlers } from "./exchange.ts";
import { Refused, notFound } from "./exchange.ts";
import { checkHandlers } from "./handlers/checks.ts";
import { contentHandlers } from "./handlers/contents.ts";
import { gitDataHandlers } from "./handlers/git-data.ts";
import { issueHandlers } from "./handlers/issues.ts";
import { mergeHandlers } from "./handlers/merge.ts";
import { pullHandlers } from "./handlers/pulls.ts";
import { repositoryHandlers } from "./handlers/repository.ts";
import { reviewerHandlers } from "./handlers/reviewers.ts";
import { reviewHandlers } from "./handlers/reviews.ts";
import { runHandlers } from "./handlers/runs.ts";
import type { Judge } from "./judge.ts";
import type { FoundOperation, OpenApi } from "./openapi.ts";
import type { Repository } from "./repository.ts";
import type { Rule } from "./rules.ts";
import { ruleOf, suppliedOnly } from "./rules.ts";
import type { Caller, World } from "./world.ts";
import { atLeast, contentRights, levelOf } from "./world.ts";

/** A request to the API, as the stage remembers it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  /** `GET /repos/{owner}/{repo}/pulls`, or null where GitHub describes no such operation. */
  readonly operation: string | null;
  /** Whose token it came with; null without a token, or with an unknown one. */
  readonly caller: string | null;
  readonly status: number;
  readonly answer: unknown;
}

export interface RawRequest {
  readonly method: string;
  /** With its query, without the prefix of an Enterprise Server. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface Proxy {
  readonly requests: readonly LoggedRequest[];
  handle(request: RawRequest): Promise<Answer>;
  /** What the API would show, unasked by anybody: nothing is logged, and all may be seen. */
  readonly look: (path: string) => Promise<unknown>;
}

const handlers: Handlers = {
  ...pullHandlers,
  ...mergeHandlers,
  ...reviewHandlers,
  ...reviewerHandlers,
  ...checkHandlers,
  ...issueHandlers,
  ...repositoryHandlers,
  ...runHandlers,
  ...gitDataHandlers,
  ...contentHandlers,
};

/**
 * What clients take for GitHub's API. It knows who calls and what they may do, answers by itself what the emulator
 * cannot, and lets the emulator answer the rest. Every request and every answer goes before the judge.
 */
export function createProxy(world: World, judge: Judge, openApi: () => OpenApi): Proxy {
  const requests: LoggedRequest[] = [];
  return {
    requests,
    look: async (path) => {
      const found = judge.find("GET", path);
      if (found === null) throw new Error(`GitHub has nothing at ${path}.`);
      const caller: Caller = { kind: "person", login: "admin", rights: "write", emulated: world.emulator.adminToken() };
      const incoming = { method: "GET", path, query: new URLSearchParams(), body: undefined, accept: "*/*", caller };
      const exchange = exchangeOf(world, found, incoming);
      const answer = await answered(exchange, found.operation.key);
      if (answer.status !== 200) throw new Error(`${path} is answered with ${answer.status}.`);
      return trimmed(openApi(), found, answer).body;
    },
    handle: async (raw) => {
      const url = new URL(raw.url, world.apiUrl);
      const found = judge.find(raw.method, url.pathname);
      const body = parsed(raw.body);
      const caller = callerOf(world, raw.headers.authorization);
      const headers = Object.fromEntries(Object.entries(raw.headers).map(([name, value]) => [name, value?.toString()]));
      judge.request(found, { method: raw.method, path: url.pathname, query: url.searchParams, headers, body });
      const incoming = {
        method: raw.method,
        path: url.pathname,
        query: url.searchParams,
        body,
        accept: headers["accept"] ?? "*/*",
        caller: caller === "unknown" ? null : caller,
      };
      const answer = await answerTo(world, judge, found, caller, incoming);
      const shown = trimmed(openApi(), found, answer);
      if (found !== null) judge.answer(found.operation, shown.status, shown.body);
      requests.push({
        method: raw.method,
        path: url.pathname,
        query: url.search,
        body,
        operation: found?.operation.key ?? null,
        caller: incoming.caller?.login ?? null,
        status: shown.status,
        answer: shown.body,
      });
      return shown;
    },
  };
}

async function answerTo(
  world: World,
  judge: Judge,
  found: FoundOperation | null,
  caller: Caller | null | "unknown",
  incoming: Parameters<typeof createForward>[1],
): Promise<Answer> {
  try {
    // https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api: an unknown token is refused, whatever is asked.
    if (caller === "unknown") throw new Refused(401, "Bad credentials");
    if (found === null) throw notFound();
    const { key } = found.operation;
    const rule = ruleOf(key);
    const exchange = exchangeOf(world, found, incoming);
    if (rule !== null) authorise(rule, key, exchange);
    const supplied = world.supplied.find((each) => each.key === key && each.times > 0);
    if (supplied !== undefined) {
      supplied.times -= 1;
      return { status: supplied.status, body: supplied.body };
    }
    if (rule === null || suppliedOnly.has(key)) {
      judge.report({
        side: "request",
        operation: key,
        what: "The stage does not play this operation: supply an answer.",
      });
      throw new Refused(501, `The stage does not play ${key}: supply an answer with stage.answer().`);
    }
    return await answered(exchange, key);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

async function answered(exchange: Exchange, key: string): Promise<Answer> {
  const handler = handlers[key];
  return await (handler === undefined ? exchange.forward() : handler(exchange));
}

function exchangeOf(
  world: World,
  { params, operation }: FoundOperation,
  incoming: Parameters<typeof createForward>[1],
): Exchange {
  const names = operation.template.startsWith("/repos/{owner}/{repo}");
  const repository = names ? findRepository(world, `${params["owner"] ?? ""}/${params["repo"] ?? ""}`) : world.upstream;
  if (repository === undefined) throw notFound();
  return { world, params, repository, ...incoming, forward: createForward(world, incoming) };
}

/** GitHub's names are not case sensitive. */
function findRepository({ repositories }: World, fullName: string): Repository | undefined {
  return [...repositories.values()].find((each) => each.fullName.toLowerCase() === fullName.toLowerCase());
}

/**
 * Whoever may not see a repository is told that there is none; whoever sees it and asks for more is refused:
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource
 */
function authorise(rule: Rule, key: string, { caller, world, repository }: Exchange): void {
  if (rule.person === "anyone") return;
  if (caller?.kind === "job") {
    const allowed = Array.isArray(rule.job) && rule.job.some((each) => has(caller.permissions, each));
    if (repository !== world.upstream && contentRights(world, caller, repository) === "none") throw notFound();
    if (!allowed) throw new Refused(403, "Resource not accessible by integration");
    return;
  }
  if (contentRights(world, caller, repository) === "none") throw notFound();
  if (rule.person === "never") throw new Refused(403, "You must authenticate via a GitHub App.");
  if (caller === null) {
    if (rule.person === "read" && key.startsWith("GET ")) return;
    throw new Refused(401, "Requires authentication");
  }
  if (caller.rights === "read" && !key.startsWith("GET "))
    throw new Refused(403, "Resource not accessible by personal access token");
  if (rule.person === "signed in") return;
  const level = levelOf(world, caller.login, repository);
  if (!atLeast(level, rule.person)) throw new Refused(403, `Must have ${rule.person} access to the repository.`);
}

function has(permissions: Readonly<Record<string, string>>, wanted: string): boolean {
  const [name = "", level = ""] = wanted.split(":");
  const given = name === "metadata" ? "read" : permissions[name];
  return given === "write" || given === level;
}

/** https://docs.github.com/rest/authentication/authenticating-to-the-rest-api: `Bearer` or `token`. */
function callerOf({ callers }: World, authorization: string | undefined): Caller | null | "unknown" {
  if (authorization === undefined || authorization === "") return null;
  const token = /^(?:bearer|token)\s+(.+)$/i.exec(authorization)?.[1];
  return (token === undefined ? undefined : callers.get(token)) ?? "unknown";
}

function parsed(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes.toString();
  }
}

/** Nothing reaches a client that GitHub does not describe, so that nobody comes to rely on it. */
function trimmed(openApi: OpenApi, found: FoundOperation | null, answer: Answer): Answer {
  const schema = found?.operation.answers.get(answer.status) ?? null;
  if (schema === null || typeof answer.body === "string") return answer;
  return { ...answer, body: openApi.trim(schema, answer.body) };
}
