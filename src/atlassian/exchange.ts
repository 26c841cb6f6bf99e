import type { Dispatcher } from "undici";
import { refusedByProxy } from "../network/proxy-refusal.ts";

export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpMessage {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, already written out. */
  readonly body: string | null;
}

/** What came back for one message, sent once. */
export type HttpAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: HttpHeaders;
      /** Null where the body did not arrive whole. */
      readonly text: string | null;
      readonly why: string;
    }
  /** `sent: "no"` only where the message cannot have arrived. */
  | { readonly kind: "unanswered"; readonly sent: "no" | "perhaps"; readonly why: string };

/** Bounds of one exchange, in milliseconds and bytes. */
export interface ExchangeLimits {
  readonly connectMs: number;
  /** From the request to the answer's headers. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly bodyMs: number;
  /** The whole exchange. */
  readonly wholeMs: number;
  readonly maxBytes: number;
}

/** Generous for Atlassian's slowest searches, and short enough that a dead connection does not hold up a run. */
export const exchangeLimits: ExchangeLimits = {
  connectMs: 10_000,
  headersMs: 60_000,
  bodyMs: 30_000,
  wholeMs: 120_000,
  maxBytes: 64 * 1024 * 1024,
};

/**
 * Sends one message once and reads its answer whole. Never throws for what the network or the server does, never
 * follows a redirect. Throws the signal's reason when it is aborted from outside.
 */
export async function exchange(
  dispatcher: Dispatcher,
  message: HttpMessage,
  limits: ExchangeLimits,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const deadline = setTimeout(() => stop.abort(new DOMException("took too long", "TimeoutError")), limits.wholeMs);
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  let headers: HttpHeaders = {};
  let status: number | null = null;
  try {
    // Loaded with the first message: commands that send none start without it.
    const { request: send } = await import("undici");
    const answer = await send(message.url, {
      dispatcher,
      method: message.method,
      headers: message.headers,
      body: message.body,
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.bodyMs,
      signal: stop.signal,
    });
    status = answer.statusCode;
    headers = answer.headers;
    const text = await readAll(answer.body, limits.maxBytes);
    const why = text === null ? `an answer of more than ${limits.maxBytes} bytes` : "";
    return { kind: "answered", status, headers, text, why };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (status !== null) return { kind: "answered", status, headers, text: null, why: "an answer that was cut short" };
    return { kind: "unanswered", ...lossOf(error) };
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** The body as text, or null where it is larger than the bound. */
async function readAll(
  body: AsyncIterable<unknown> & { destroy(): unknown },
  maxBytes: number,
): Promise<string | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    const bytes = Buffer.from(piece as Uint8Array);
    size += bytes.length;
    if (size > maxBytes) {
      body.destroy();
      return null;
    }
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** Failures that happen before a connection exists: the message cannot have arrived. */
const neverSent: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host's address was not found",
  EAI_AGAIN: "the host's address could not be looked up",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  UND_ERR_PRX_CONN: "the proxy broke off before there was a way to the server",
  UND_ERR_PRX_TLS: "the proxy's certificate is for another host",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is not trusted here",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate is not trusted here",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
};

const lostOnTheWay: Readonly<Record<string, string>> = {
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  UND_ERR_SOCKET: "the connection broke off",
  UND_ERR_HEADERS_TIMEOUT: "the answer did not come in time",
  UND_ERR_BODY_TIMEOUT: "the answer did not come in time",
  ETIMEDOUT: "the answer did not come in time",
};

function lossOf(error: unknown): { readonly sent: "no" | "perhaps"; readonly why: string } {
  const code = codeOf(error);
  const before = refusedByProxy(error) ?? neverSent[code];
  if (before !== undefined) return { sent: "no", why: before };
  if (error instanceof Error && error.name === "TimeoutError") return { sent: "perhaps", why: "it took too long" };
  return { sent: "perhaps", why: lostOnTheWay[code] ?? `the connection failed${code === "" ? "" : ` (${code})`}` };
}

/** The code of an error or of what caused it; several addresses of one host fail as a group. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}
