import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Dispatcher } from "undici";
import { createDispatcher, type Environment, routeTo } from "../network/dispatcher.ts";
import type { Clock } from "../ports.ts";
import { checkedApiUrl, checkedRepository, checkedToken, type RepositoryName } from "./address.ts";
import { checkObject, type Part } from "./decode.ts";
import { failureOf, moved, notAsDocumented, plainWait, unanswered } from "./failures.ts";
import { createFetch } from "./fetch.ts";
import { type HostLimits, hostLimits } from "./limits.ts";
import { throttleOptions } from "./pace.ts";
import { type Asked, readRefusal } from "./refusals.ts";

/** What the transport tells for diagnostics. Never a body, a query or the token. */
export interface GitHubEvent {
  /** Method and path. */
  readonly request: string;
  /** HTTP status, or null where there was no answer, or a wait begins. */
  readonly status: number | null;
  readonly requestId: string | null;
  /** Milliseconds that are waited before the next try; null where there is no wait. */
  readonly waitMs: number | null;
}

export interface TransportOptions {
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** GITHUB_API_URL. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly report?: (event: GitHubEvent) => void;
  readonly limits?: Partial<HostLimits>;
  /** Closed by whoever made it. */
  readonly dispatcher?: Dispatcher;
  /** Where proxies are named. */
  readonly environment?: Environment;
}

export type Parameters = Readonly<Record<string, unknown>>;

/**
 * The one way to GitHub's REST API. Routes are as GitHub documents them, `GET /repos/{owner}/{repo}`; owner and repository
 * are filled in. Everything throws GitHubFailure, an OperatorError that names the endpoint.
 */
export interface GitHubApi {
  readonly repository: RepositoryName;
  /** Asks, again where the server failed or the answer was lost: for what comes to the same when it is done twice. */
  ask(route: string, parameters?: Parameters): Promise<Part>;
  /** The same for what must not be done twice. Sent again only where GitHub turned it away as one too many. */
  once(route: string, parameters?: Parameters): Promise<Part>;
  /** The rows of a list, page after page as they are needed. */
  rows(route: string, parameters?: Parameters): AsyncIterable<Part>;
  /** The same, all of them. */
  list(route: string, parameters?: Parameters): Promise<readonly Part[]>;
}

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** Only what GitHub itself may get over: what it refused stays refused, and rate limits have their own waits. */
const doNotRetry = Array.from({ length: 100 }, (_, index) => 400 + index).filter((status) => status !== 408);

/** More pages than any list of one repository that is asked for here has. */
const MOST_PAGES = 1_000;

/**
 * Connects to GitHub. Throws OperatorError for a token, address, repository or proxy that cannot be right, before anything is
 * sent. The token goes to the given address only.
 */
export function createTransport(options: TransportOptions): GitHubApi {
  const { clock, report = () => undefined } = options;
  const limits = { ...hostLimits, ...options.limits };
  const repository = checkedRepository(options.repository);
  const token = checkedToken(options.token);
  const baseUrl = checkedApiUrl(options.apiUrl);
  const route = routeTo(baseUrl, options.environment ?? process.env);
  const dispatcher = options.dispatcher ?? createDispatcher(route, limits);
  const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const octokit = new Client({
    auth: token,
    baseUrl,
    userAgent: options.userAgent,
    log: silent,
    request: { fetch: createFetch(dispatcher, limits), log: silent },
    retry: { doNotRetry, retries: limits.retries, retryAfterBaseValue: limits.retryMs },
    throttle: throttleOptions(clock, limits, (request, seconds) => {
      const { method, path } = askedOf(request);
      report({ request: `${method} ${path}`, status: null, requestId: null, waitMs: seconds * 1000 });
    }),
  });

  /** Method and path of a request, which must go to the API's own address. */
  function askedOf(request: object): Asked {
    const parsed: { method: string; url: string } = octokit.request.endpoint.parse(request as never);
    const { method, url } = parsed;
    const { href, pathname } = new URL(url);
    if (!href.startsWith(`${baseUrl}/`)) {
      throw notAsDocumented(
        `${method} ${pathname}`,
        "a list of GitHub goes on at another address, where the token must not go",
      );
    }
    return { method, path: pathname.slice(new URL(baseUrl).pathname.replace(/\/$/, "").length) };
  }

  // Registered last, so that it is outermost: what the plugins did not get over becomes an error of ours here, and an
  // answer they would read kindly (a 409 or an empty body as an empty list) does not reach them.
  octokit.hook.wrap("request", async (request, settings) => {
    const asked = askedOf(settings);
    const label = `${asked.method} ${asked.path}`;
    settings.headers["x-github-api-version"] = "2022-11-28";
    for (let waits = 0; ; waits++) {
      try {
        const answer = await request(settings);
        const requestId = answer.headers["x-github-request-id"] ?? null;
        report({ request: label, status: answer.status, requestId, waitMs: null });
        checkAnswer(label, answer);
        return answer;
      } catch (error) {
        const refusal = readRefusal(error, asked, token);
        if (refusal === null) throw error;
        const { status } = refusal;
        report({ request: label, status, requestId: refusal.headers["x-github-request-id"] ?? null, waitMs: null });
        if (status === null) throw unanswered(label, refusal.words);
        const wait = plainWait({ ...refusal, status });
        if (wait === null || wait > limits.longestWait || waits >= limits.waits) {
          throw failureOf({ ...refusal, status }, clock.now());
        }
        report({ request: label, status, requestId: null, waitMs: wait * 1000 });
        await clock.sleep(wait * 1000);
      }
    }
  });

  const whole = (route: string, parameters: Parameters): Parameters => ({
    ...(route.includes("{owner}") ? { owner: repository.owner, repo: repository.name } : {}),
    ...parameters,
  });
  const labelOf = (route: string, parameters: Parameters): string => {
    const { method, path } = askedOf(octokit.request.endpoint.merge(route, whole(route, parameters)));
    return `${method} ${path}`;
  };
  const send = async (route: string, parameters: Parameters): Promise<Part> => {
    const { data } = await octokit.request(route, whole(route, parameters));
    return { label: labelOf(route, parameters), row: null, path: "", value: data as unknown };
  };
  async function* rows(route: string, parameters: Parameters = {}): AsyncGenerator<Part> {
    const label = labelOf(route, parameters);
    const pages = octokit.paginate.iterator(route, whole(route, { per_page: 100, ...parameters }));
    const seen = new Set<string>();
    let row = 0;
    for await (const { data, url } of pages) {
      if (seen.has(url) || seen.size >= MOST_PAGES) throw notAsDocumented(label, "the list does not come to an end");
      seen.add(url);
      const values: unknown = data;
      if (!Array.isArray(values)) throw notAsDocumented(label, "the answer is no list where one is documented");
      for (const value of values as readonly unknown[]) {
        row++;
        const part: Part = { label, row, path: "", value };
        checkObject(part);
        yield part;
      }
    }
  }

  return {
    repository,
    ask: async (route, parameters = {}) => await send(route, parameters),
    once: async (route, parameters = {}) => await send(route, { ...parameters, request: { retries: 0 } }),
    rows,
    async list(route, parameters) {
      const found: Part[] = [];
      for await (const each of rows(route, parameters)) found.push(each);
      return found;
    },
  };
}

/** An answer with nothing in it is right after a deletion only. */
function checkAnswer(label: string, { status, data }: { readonly status: number; readonly data: unknown }): void {
  if (status >= 300) throw moved(label, status);
  if (status === 204 || (typeof data === "object" && data !== null && !(data instanceof ArrayBuffer))) return;
  const isPage = typeof data === "string" && /^\s*</.test(data);
  const what = data === "" ? "nothing" : isPage ? "a web page instead of data" : "data that breaks off or is no JSON";
  throw notAsDocumented(label, `the answer (${status}) is ${what}`);
}

function nothing(): void {}
