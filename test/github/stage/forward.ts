import type { Answer, Exchange, Forwarding } from "./exchange.ts";
import { mapTexts } from "./json.ts";
import type { Caller, World } from "./world.ts";

export interface Incoming {
  readonly method: string;
  /** Without the prefix of an Enterprise Server, and without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly accept: string;
  readonly caller: Caller | null;
}

const writing: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Puts a request to the emulator, in its words, and gives its answer in the stage's. */
export function createForward(world: World, incoming: Incoming): Exchange["forward"] {
  const { emulator, bridge, times } = world;
  return async (change: Forwarding = {}) => {
    const method = change.method ?? incoming.method;
    const path = change.path ?? incoming.path.replaceAll(/%2f/gi, "/");
    const query = new URLSearchParams(change.query ?? incoming.query).toString();
    const body = "body" in change ? change.body : change.method === undefined ? incoming.body : undefined;
    if (writing.has(method)) times.note();
    const answer = await emulator.request({
      method,
      path: bridge.toEmulator(query === "" ? path : `${path}?${query}`),
      token: change.as === "stage" ? emulator.adminToken() : (incoming.caller?.emulated ?? ""),
      // The emulator wants JSON wherever GitHub takes a body, also where GitHub needs none.
      ...(method === "GET" || (method === "DELETE" && body === undefined)
        ? {}
        : { body: JSON.parse(bridge.toEmulator(JSON.stringify(body ?? {}))) }),
      accept: incoming.accept,
    });
    const link = answer.headers.get("link");
    return {
      status: answer.status,
      body: answer.status >= 400 ? errorOf(answer.body, answer.status) : inWordsOfTheStage(world, answer.body),
      headers: link === null ? {} : { link: bridge.toGit(rehosted(world, link)) },
    };
  };
}

function errorOf(body: unknown, status: number): Answer["body"] {
  const errors = typeof body === "object" && body !== null ? body : {};
  return { ...errors, documentation_url: "https://docs.github.com/rest", status: String(status) };
}

/** Git's ids, the stage's addresses, and the stage's time in whole seconds. */
function inWordsOfTheStage(world: World, body: unknown): unknown {
  return mapTexts(body, (words, key) => {
    if (key === "body" || key === "content" || key === "message") return words;
    if (key.endsWith("_at") || key === "date") return world.times.show(words);
    if (!key.endsWith("url") && key !== "href") return world.bridge.toGit(words);
    // The [bot] of a login is written with percent signs in an address.
    return world.bridge.toGit(rehosted(world, words)).replaceAll("[", "%5B").replaceAll("]", "%5D");
  });
}

/** GitHub has the API at one address and pages and Git at another; the emulator has both at one. */
function rehosted({ emulator, apiUrl, serverUrl }: World, words: string): string {
  const host = new URL(emulator.url).host;
  return words
    .replaceAll(
      new RegExp(`http://(?:${host}|${host.replace("localhost", "127.0.0.1")})(/[a-z]+)?`, "g"),
      (_, first?: string) =>
        `${/^\/(repos|users|orgs|teams|organizations)$/.test(first ?? "") ? apiUrl : serverUrl}${first ?? ""}`,
    )
    .replaceAll(host, new URL(serverUrl).host);
}
