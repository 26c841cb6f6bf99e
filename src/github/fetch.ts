import { type Dispatcher, fetch, Headers, Response } from "undici";
import { refusedByProxy } from "../network/proxy-refusal.ts";
import type { HostLimits } from "./limits.ts";

/** As much of fetch as a client of GitHub needs. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * A fetch that gives whole answers only: where the body breaks off it fails as if there were no answer, so that a page of
 * which half arrived is never taken for a short one. Redirects come back as they are. What is no JSON is marked as text.
 */
export function createFetch(dispatcher: Dispatcher | Promise<Dispatcher>, limits: Pick<HostLimits, "answerMs">): Fetch {
  return async (url, { method, headers, body }) => {
    const answer = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      dispatcher: await dispatcher,
      signal: AbortSignal.timeout(limits.answerMs),
      ...(body === undefined ? {} : { body }),
    }).catch((error: unknown) => {
      throw plainer(error);
    });
    const bytes = await answer.arrayBuffer().catch((error: unknown) => {
      throw plainer(error);
    });
    const told = new Headers(answer.headers);
    const isJson = /^application\/([\w.+-]*\+)?json\b/i.test(told.get("content-type") ?? "");
    told.set("content-type", isJson ? "application/json" : "text/plain; charset=utf-8");
    const isBodiless = answer.status === 204 || answer.status === 205 || answer.status === 304;
    const whole = new Response(isBodiless ? null : bytes, { status: answer.status, headers: told });
    // The pagination plugin reads the address it was answered from.
    return Object.defineProperty(whole, "url", { value: answer.url });
  };
}

/** The reason under "fetch failed" and "terminated"; a time-out is no abort that somebody asked for. */
function plainer(error: unknown): Error {
  if (!(error instanceof Error)) return new Error("the connection failed");
  if (error.name === "TimeoutError") return new Error("it took too long");
  const { cause } = error;
  // A host with several addresses fails with one error for each.
  const reason: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const refused = refusedByProxy(error);
  if (refused !== null) return new Error(refused);
  return new Error(reason instanceof Error && reason.message !== "" ? reason.message : error.message);
}
