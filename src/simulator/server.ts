import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { KeyFacts } from "./access.ts";
import { obstacle } from "./access.ts";
import type { Answer } from "./answers.ts";
import { gatewayError, Refusal, refuse } from "./answers.ts";
import type { Call } from "./call.ts";
import type { Change } from "./facts.ts";
import type { FaultPlan } from "./faults.ts";
import { spoiled, statusAnswer } from "./faults.ts";
import type { LaggingView } from "./lag.ts";
import { lagBehind } from "./lag.ts";
import type { RateLimits } from "./limits.ts";
import { createLimiter } from "./limits.ts";
import type { Quirks } from "./quirks.ts";
import { quirkDefaults } from "./quirks.ts";
import { matchRoute } from "./router.ts";
import { bodyOf, breakOff, parse, send } from "./transport.ts";
import type { World } from "./world.ts";
import { createWriteQueue } from "./writes.ts";

export interface SimulatorOptions {
  readonly world: World;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly clock: () => Date;
  readonly quirks?: Partial<Quirks>;
  readonly faults?: FaultPlan;
  readonly apiKey?: string;
  /** Makes the key one with scopes. */
  readonly keyScopes?: readonly string[];
  readonly keyExpiresAt?: Date;
  readonly rateLimit?: RateLimits;
  /** How long each answer takes, on the machine's own clock. */
  readonly latencyMs?: number;
  /** How many requests are remembered; the oldest go first. 0 remembers none. */
  readonly rememberRequests?: number;
}

export interface RecordedRequest {
  readonly method: string;
  /** The route's pattern, or the path where nothing serves it. */
  readonly pattern: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  /** 0 while unanswered, and for good where the connection was broken off. */
  readonly status: number;
}

export interface Simulator {
  /** What replaces `https://api.atlassian.com`. */
  readonly url: string;
  readonly orgId: string;
  readonly apiKey: string;
  readonly world: World;
  readonly requests: readonly RecordedRequest[];
  /** Carries out what is queued although its time hasn't come. */
  settle(): void;
  /** Breaks off every connection and frees the port; again, does nothing. */
  close(): Promise<void>;
}

/** Starts an Atlassian Cloud on the loopback address. It answers until it is closed. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { world, clock, apiKey = "ATCTT-simulator-key", latencyMs = 0, rememberRequests = 50_000 } = options;
  const quirks = { ...quirkDefaults, ...options.quirks };
  const key: KeyFacts = {
    apiKey,
    ...(options.keyScopes === undefined ? {} : { scopes: options.keyScopes }),
    ...(options.keyExpiresAt === undefined ? {} : { expiresAt: options.keyExpiresAt }),
  };
  const limiter = createLimiter(options.rateLimit ?? {});
  const views = viewsOf(world, quirks);
  const requests: { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }[] = [];
  const counted = new Map<string, number>();
  const writes = createWriteQueue(world, options.faults === undefined ? "no copy" : "keep a copy");
  let baseUrl = "";
  let closed: Promise<void> | undefined;

  function answer(call: Call, authorization: string): Answer {
    const match = matchRoute(call.method, call.path);
    const blocked = obstacle(call, match?.route, authorization, key);
    if (blocked !== undefined || match === undefined) return blocked ?? gatewayError(404, "Not Found");
    const limit = limiter.admit(call);
    const headers: Record<string, string> = {};
    if (limit !== undefined && quirks.rateLimitHeaders) {
      headers["X-RateLimit-Limit"] = String(limit.limit);
      headers["X-RateLimit-Remaining"] = String(limit.remaining);
      headers["X-RateLimit-Reset"] = limit.reset.toISOString();
    }
    if (limit?.isExceeded === true) {
      if (quirks.retryAfter) headers["Retry-After"] = String(limit.retryAfterSeconds);
      return { ...gatewayError(429, "Rate limit exceeded"), headers };
    }
    const done = attempt(() => match.route.handle(call));
    return { ...done, headers: { ...headers, ...done.headers } };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://loopback");
    const text = await bodyOf(request);
    const now = clock();
    writes.carryOut(now.getTime());
    const method = request.method ?? "GET";
    const match = matchRoute(method, url.pathname);
    const pattern = match?.route.pattern ?? url.pathname;
    const parsed = parse(text);
    const nth = (counted.get(`${method} ${pattern}`) ?? 0) + 1;
    counted.set(`${method} ${pattern}`, nth);
    const record = { method, pattern, path: url.pathname, query: url.search, body: parsed.body, status: 0 };
    if (rememberRequests > 0) requests.push(record);
    if (requests.length > rememberRequests * 1.1) requests.splice(0, requests.length - rememberRequests);
    const fault = options.faults?.({ method, pattern, path: url.pathname, nth, body: parsed.body });
    if (latencyMs > 0) await pause(latencyMs, undefined, { ref: false });
    if (fault?.kind === "reset" && fault.when === "before") return breakOff(request);
    const stale = fault?.kind === "stale" ? writes.beforeFirstWrite() : undefined;
    const call: Call = {
      method,
      pattern,
      path: url.pathname,
      parameters: match?.parameters ?? {},
      query: url.searchParams,
      body: parsed.body,
      hasJsonType: (request.headers["content-type"] ?? "").startsWith("application/json"),
      baseUrl,
      now,
      quirks,
      world,
      reads: stale ?? views.reads(now),
      counts: stale ?? views.counts(now),
      change: (what, afterSeconds = 0) => writes.add(what, now, afterSeconds),
    };
    const authorization = request.headers.authorization ?? "";
    const respond = (to: Call): Answer =>
      parsed.isBroken ? refuse.badRequest("The body is not valid JSON").answer : answer(to, authorization);
    let result: Answer;
    if (fault?.kind === "status" && fault.when !== "after") result = statusAnswer(fault, url.pathname, now);
    else {
      result = respond(call);
      if (fault?.kind === "status") result = statusAnswer(fault, url.pathname, now);
      else if (fault !== undefined && result.status < 300) {
        const cursor = cursorOf(call);
        result = spoiled(result, fault, { path: url.pathname, cursor }, (to) => respond(withCursor(call, to)));
      }
    }
    if (fault?.kind === "reset") return breakOff(request);
    record.status = result.status;
    const skew = quirks.clockSkewSeconds + (fault?.kind === "clock" ? fault.seconds : 0);
    await send(response, result, new Date(now.getTime() + skew * 1000), fault);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain" });
      response.end(`simulator bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: baseUrl,
    orgId: world.organization.id,
    apiKey,
    world,
    requests,
    settle: () => writes.carryOut(Number.POSITIVE_INFINITY),
    close: () => (closed ??= closeAll(server)),
  };
}

/** Stops listening and breaks off every connection, also idle ones that a client keeps for later. */
function closeAll(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

/** What lists and counts show: the world itself where nothing lags. */
function viewsOf(world: World, quirks: Quirks): { reads(now: Date): World; counts(now: Date): World } {
  const secondsOf = ({ kind }: Change): number => {
    if (kind === "group.create") return quirks.groupCreateLagSeconds;
    if (kind.startsWith("role.") || kind.startsWith("grant.")) return quirks.roleLagSeconds;
    return kind.startsWith("member") ? quirks.readLagSeconds : 0;
  };
  const { readLagSeconds, roleLagSeconds, groupCreateLagSeconds, countsLagSeconds } = quirks;
  const hasLag = readLagSeconds + roleLagSeconds + groupCreateLagSeconds > 0;
  const reads: LaggingView = hasLag ? lagBehind(world, secondsOf) : { at: () => world };
  const counts = countsLagSeconds > 0 ? lagBehind(world, () => countsLagSeconds) : reads;
  return { reads: (now) => reads.at(now), counts: (now) => counts.at(now) };
}

function attempt(handle: () => Answer): Answer {
  try {
    return handle();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function cursorOf(call: Call): string | undefined {
  const fromQuery = call.query.get("cursor");
  if (fromQuery !== null) return fromQuery;
  const cursor = typeof call.body === "object" && call.body !== null && "cursor" in call.body ? call.body.cursor : null;
  return typeof cursor === "string" ? cursor : undefined;
}

function withCursor(call: Call, cursor: string): Call {
  if (call.method === "GET") return { ...call, query: new URLSearchParams({ cursor }) };
  return { ...call, body: { cursor } };
}
