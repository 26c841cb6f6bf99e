import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { OperatorError } from "../model/errors.ts";
import { isLoopback } from "../model/loopback.ts";

/** Variables of the environment, of which those of proxies are read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How long may be waited, in milliseconds. */
export interface ConnectionLimits {
  /** For a connection to come about. */
  readonly connectMs: number;
  /** For an answer, where each request does not say so itself. */
  readonly answerMs?: number;
}

/**
 * Connections to an https address, through the proxy that `https_proxy` names (else `http_proxy`; in capitals too), unless
 * `no_proxy` lists the host. What goes to this machine itself is never handed to a proxy: it may be unencrypted. Throws
 * OperatorError("usage") for a proxy that is not an http or https address, and never repeats it: there may be a password in it.
 */
export function createDispatcher(
  baseUrl: string,
  { connectMs, answerMs }: ConnectionLimits,
  environment: Environment,
): Dispatcher {
  const patience = answerMs === undefined ? {} : { headersTimeout: answerMs, bodyTimeout: answerMs };
  const options = { connect: { timeout: connectMs }, ...patience };
  const named = isLoopback(new URL(baseUrl).hostname) ? null : proxyIn(environment);
  if (named === null) return new Agent(options);
  const { name, proxy } = named;
  const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : "";
  if (protocol !== "http:" && protocol !== "https:") {
    throw new OperatorError(
      "usage",
      `The environment variable ${name} does not name a proxy that can be used: it is no http or https address.`,
      `Set it as http://host:port, or unset it. NO_PROXY lists hosts that are reached without a proxy.`,
    );
  }
  const noProxy = environment["no_proxy"] ?? environment["NO_PROXY"] ?? "";
  return new EnvHttpProxyAgent({ ...options, connectTimeout: connectMs, httpProxy: proxy, httpsProxy: proxy, noProxy });
}

/** In the order in which curl and undici look for the proxy of an https address. */
const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

function proxyIn(environment: Environment): { readonly name: string; readonly proxy: string } | null {
  for (const name of names) {
    const proxy = environment[name];
    if (proxy !== undefined && proxy !== "") return { name, proxy };
  }
  return null;
}
