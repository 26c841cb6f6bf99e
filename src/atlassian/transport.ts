import type { Dispatcher } from "undici";
import type { Seconds } from "../model/time.ts";
import { createDispatcher, type Environment, routeTo } from "../network/dispatcher.ts";
import type { Clock } from "../ports.ts";
import type { ApiAnswer } from "./answer.ts";
import { checkedApiKey, checkedBaseUrl, DEFAULT_BASE_URL } from "./credentials.ts";
import { type Endpoint, labelOf, type PathParameters, pathOf } from "./endpoints.ts";
import { exchange, type ExchangeLimits, exchangeLimits, type HttpAnswer, type HttpMessage } from "./exchange.ts";
import { createGate, type Gate, type Turn } from "./gate.ts";
import { readProblem } from "./problem.ts";
import { askedWait, backoff, headerOf, mayResend, patience, type Patience, serverTime } from "./waits.ts";

export interface ApiRequest {
  readonly endpoint: Endpoint;
  readonly parameters: PathParameters;
  /** An array is its name repeated. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Of a POST; `{}` is sent where it is left out. */
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** What the transport tells for diagnostics. Never a body, an address or the key. */
export interface TransportEvent {
  readonly request: string;
  readonly sends: number;
  /** HTTP status, or null where there was no answer. */
  readonly status: number | null;
  readonly requestId: string | null;
  /** Milliseconds until the next try, or null where there is none. */
  readonly waitMs: number | null;
  readonly why: string;
}

/** What the server's clock said, against ours. */
export interface ServerClock {
  /** `Date` of the latest answer that had one. */
  readonly latest: Seconds | null;
  /** The largest distance from our clock over all answers, in seconds; negative where the server is behind. */
  readonly skew: Seconds;
  /** What was asked for in the answer with that distance; null before the first. */
  readonly skewedBy: string | null;
}

export interface Transport {
  /** Sends a request, again where its kind allows, and says what became of it. Throws only when aborted. */
  request(request: ApiRequest): Promise<ApiAnswer>;
  serverClock(): ServerClock;
  /** Messages sent so far, every try counted. */
  sends(): number;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly apiKey: string;
  readonly clock: Clock;
  /** From 0 to 1, for backoff. */
  readonly random: () => number;
  readonly baseUrl?: string;
  readonly userAgent?: string;
  /** Closed by whoever made it. */
  readonly dispatcher?: Dispatcher;
  /** Where proxies are named. */
  readonly environment?: Environment;
  readonly gate?: Gate;
  readonly limits?: Partial<ExchangeLimits>;
  readonly patience?: Partial<Patience>;
  readonly report?: (event: TransportEvent) => void;
}

/**
 * The one way to Atlassian's APIs. Throws OperatorError for a key, a base URL or a proxy that cannot be right, before anything
 * is sent.
 */
export function createTransport(options: TransportOptions): Transport {
  const { clock, random, report = () => undefined, environment = process.env } = options;
  const apiKey = checkedApiKey(options.apiKey);
  const baseUrl = checkedBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL);
  const route = routeTo(baseUrl, environment);
  const limits = { ...exchangeLimits, ...options.limits };
  const bounds = { ...patience, ...options.patience };
  const gate = options.gate ?? createGate(clock);
  let own: Promise<Dispatcher> | null = null;
  const headers = {
    authorization: `Bearer ${apiKey}`,
    accept: "application/json",
    "user-agent": options.userAgent ?? "seatwright",
  };
  // What an answer says of itself goes into messages and logs, and something on the way may repeat what it was sent.
  const withoutKey = (text: string): string => text.replaceAll(apiKey, "(key)");
  let latest: Seconds | null = null;
  let skew: Seconds = 0;
  let skewedBy: string | null = null;
  let sends = 0;

  function noteTime(answer: HttpAnswer, { endpoint, parameters }: ApiRequest): void {
    const at = answer.kind === "answered" ? serverTime(answer.headers) : null;
    if (at === null) return;
    latest = at;
    const distance = at - clock.now();
    if (Math.abs(distance) <= Math.abs(skew)) return;
    skew = distance;
    skewedBy = labelOf(endpoint, parameters);
  }

  /** Sends it once. Also says for how long nobody will start, going by the answer. */
  async function sendOnce(
    turn: Turn,
    request: ApiRequest,
    message: HttpMessage,
  ): Promise<{ readonly answer: HttpAnswer; readonly rest: number }> {
    let answer: HttpAnswer | null = null;
    let rest = 0;
    try {
      sends++;
      const dispatcher =
        options.dispatcher ?? (await (own ??= createDispatcher(route, { connectMs: limits.connectMs })));
      answer = await exchange(dispatcher, message, limits, request.signal);
      noteTime(answer, request);
    } finally {
      rest = turn.leave(answer);
    }
    return { answer, rest };
  }

  return {
    async request(request) {
      const { endpoint, parameters } = request;
      const message = messageFor(baseUrl, headers, request);
      const askedAt = clock.now();
      let turn = await gate.enter(endpoint.lane, request.signal);
      // A write goes by a look that was taken before it was asked for, so its time in line counts as well.
      const startedAt = endpoint.kind === "write" ? askedAt : clock.now();
      const whole = endpoint.kind === "write" ? bounds.writeSeconds : bounds.wholeSeconds;
      for (let sent = 1; ; sent++) {
        if (endpoint.kind === "write" && clock.now() - askedAt > whole) {
          turn.leave(null);
          return { kind: "unanswered", sent: "no", why: `it would have had to wait for more than ${whole} seconds` };
        }
        const { answer: raw, rest } = await sendOnce(turn, request, message);
        const answer = answerOf(endpoint, raw, withoutKey);
        const verdict = mayResend(endpoint.kind, answer);
        const asked = raw.kind === "answered" ? askedWait(raw.status, raw.headers, clock.now()) : 0;
        const wait = verdict === "throttled" ? Math.max(asked, rest) : asked > 0 ? asked : backoff(sent, random());
        const most = verdict === "throttled" ? bounds.throttledTries : bounds.tries;
        const spent = clock.now() - startedAt + wait / 1000;
        const goesOn = verdict !== "no" && sent < most && spent <= whole;
        report(eventOf(labelOf(endpoint, parameters), sent, raw, answer, goesOn ? wait : null));
        if (!goesOn) return answer;
        if (verdict !== "throttled") await clock.sleep(wait, request.signal);
        turn = await turn.again();
      }
    },
    serverClock: () => ({ latest, skew, skewedBy }),
    sends: () => sends,
    async close() {
      await (await own)?.close();
    },
  };
}

function messageFor(baseUrl: string, headers: Readonly<Record<string, string>>, request: ApiRequest): HttpMessage {
  const { endpoint, parameters, query = {}, body = {} } = request;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  }
  const question = search.size === 0 ? "" : `?${search.toString()}`;
  const posts = endpoint.method === "POST";
  return {
    method: endpoint.method,
    url: `${baseUrl}${pathOf(endpoint, parameters)}${question}`,
    headers: posts ? { ...headers, "content-type": "application/json" } : headers,
    body: posts ? JSON.stringify(body) : null,
  };
}

function answerOf(endpoint: Endpoint, raw: HttpAnswer, withoutKey: (text: string) => string): ApiAnswer {
  if (raw.kind === "unanswered") return raw;
  const { status, headers, text, why } = raw;
  const traced = headerOf(headers, "x-request-id") ?? headerOf(headers, "atl-traceid");
  const requestId = traced === null ? null : withoutKey(traced);
  if (status < 200 || status > 299) {
    return { kind: "refused", problem: readProblem(status, withoutKey(text ?? ""), requestId) };
  }
  const unreadable = (what: string, empty: boolean): ApiAnswer => ({
    kind: "unreadable",
    status,
    empty,
    why: what,
    requestId,
  });
  if (text === null) return unreadable(why, false);
  if (text === "") {
    return endpoint.kind === "write" && status === 204
      ? { kind: "ok", status, body: null, requestId }
      : unreadable(`${status} and nothing else`, true);
  }
  try {
    return { kind: "ok", status, body: JSON.parse(text) as unknown, requestId };
  } catch {
    return unreadable(/^\s*</.test(text) ? "a web page instead of data" : "data that breaks off or is no JSON", false);
  }
}

function eventOf(
  request: string,
  sends: number,
  raw: HttpAnswer,
  answer: ApiAnswer,
  waitMs: number | null,
): TransportEvent {
  const status = raw.kind === "answered" ? raw.status : null;
  switch (answer.kind) {
    case "ok":
      return { request, sends, status, requestId: answer.requestId, waitMs, why: "" };
    case "refused":
      return { request, sends, status, requestId: answer.problem.requestId, waitMs, why: answer.problem.code ?? "" };
    case "unreadable":
      return { request, sends, status, requestId: answer.requestId, waitMs, why: answer.why };
    case "unanswered":
      return { request, sends, status, requestId: null, waitMs, why: answer.why };
  }
}
