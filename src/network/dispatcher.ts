import type { Dispatcher } from "undici";
import { OperatorError } from "../model/errors.ts";
import { isLoopback } from "../model/loopback.ts";

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How connections to a server come about. */
export interface Route {
  /** An http or https address; null: straight to the server. */
  readonly proxy: string | null;
  /** Hosts that are reached without it, as `NO_PROXY` lists them. */
  readonly except: string;
}

/** In the order in which undici looks for the proxy of an https address. */
const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

/**
 * The way to an https address: through the proxy that `https_proxy` names (else `http_proxy`; in capitals too), unless
 * `no_proxy` lists the host. What goes to this machine itself is never handed to a proxy: it may be unencrypted. Throws
 * OperatorError("usage") for a proxy that is no http or https address, and never repeats it: there may be a password in it.
 */
export function routeTo(baseUrl: string, environment: Environment): Route {
  const name = names.find((each) => (environment[each] ?? "") !== "");
  if (name === undefined || isLoopback(new URL(baseUrl).hostname)) return { proxy: null, except: "" };
  const proxy = environment[name] ?? "";
  if (!isUsable(proxy)) {
    throw new OperatorError(
      "usage",
      `The environment variable ${name} does not name a proxy that can be used: it is no http or https address.`,
      "Set it as http://host:port or http://name:password@host:port, in which a % of the password is written %25, or unset it. NO_PROXY lists hosts that are reached without a proxy.",
    );
  }
  return { proxy, except: environment["no_proxy"] ?? environment["NO_PROXY"] ?? "" };
}

function isUsable(proxy: string): boolean {
  try {
    const { protocol, username, password } = new URL(proxy);
    decodeURIComponent(username + password);
    return protocol === "http:" || protocol === "https:";
  } catch {
    return false;
  }
}

/** How long may be waited, in milliseconds. */
export interface ConnectionLimits {
  /** For a connection to come about. */
  readonly connectMs: number;
  /** For an answer, where each request does not say so itself. */
  readonly answerMs?: number;
}

/** Connections that come about in this way. Whoever makes it closes it. */
export async function createDispatcher(
  { proxy, except }: Route,
  { connectMs, answerMs }: ConnectionLimits,
): Promise<Dispatcher> {
  // Loaded with the first message: commands that send none start without it.
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const patience = answerMs === undefined ? {} : { headersTimeout: answerMs, bodyTimeout: answerMs };
  const options = { connect: { timeout: connectMs }, ...patience };
  if (proxy === null) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    connectTimeout: connectMs,
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: except,
  });
}
