import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { Agent } from "undici";
import { onTestFinished } from "vitest";
import { createReviewHost } from "../../src/github/host.ts";
import type { GitHubEvent, TransportOptions } from "../../src/github/transport.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { Clock } from "../../src/ports.ts";
import type { ReviewHost } from "../../src/review-ports.ts";

/** A token that no scanner takes for a real one. */
export const token = "a-token-of-these-tests";

/** A clock whose sleeps take no time and are written down, in seconds. */
export function quickClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 1_800_000_000,
    sleep: async (milliseconds) => {
      slept.push(milliseconds / 1000);
      await turn();
    },
  };
}

export interface Served {
  readonly host: ReviewHost;
  /** `GET /repos/acme/policies?per_page=100`, in order. */
  readonly asked: readonly string[];
  readonly bodies: readonly string[];
  readonly headers: readonly IncomingMessage["headers"][];
  readonly slept: readonly number[];
  readonly events: readonly GitHubEvent[];
  readonly url: string;
}

export type Handle = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A host that talks to a server of the test's own; both end with the test. */
export async function serve(handle: Handle, options: Partial<TransportOptions> = {}): Promise<Served> {
  const asked: string[] = [];
  const bodies: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const events: GitHubEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      bodies.push(Buffer.concat(chunks).toString());
      headers.push(request.headers);
      handle(request, response, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dispatcher = new Agent();
  onTestFinished(async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const clock = quickClock();
  const host = createReviewHost({
    repository: "acme/policies",
    token,
    apiUrl: url,
    clock,
    userAgent: "seatwright/test",
    dispatcher,
    limits: { retryMs: 1, writeSpacingMs: 0 },
    report: (event) => events.push(event),
    ...options,
  });
  return { host, asked, bodies, headers, slept: clock.slept, events, url };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

/** The operator error that this ends in. */
export async function errorOf(work: Promise<unknown>): Promise<OperatorError> {
  const error: unknown = await work.then(
    () => new Error("it went well"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof OperatorError) return error;
  throw error;
}

export const sha = (digit: string): string => digit.repeat(40);

/** A review as GitHub shows one. */
export function review(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 1,
    user: { login: "bob", type: "User" },
    state: "APPROVED",
    commit_id: sha("a"),
    submitted_at: "2026-11-20T09:00:00Z",
    html_url: "https://github.com/acme/policies/pull/7#pullrequestreview-1",
    ...fields,
  };
}

/** A pull request as GitHub shows one by itself. */
export function pull(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const repo = { full_name: "acme/policies" };
  return {
    number: 7,
    html_url: "https://github.com/acme/policies/pull/7",
    title: "Free seats",
    user: { login: "ada", type: "User" },
    state: "open",
    draft: false,
    merged: false,
    merged_by: null,
    merge_commit_sha: sha("f"),
    labels: [{ name: "policy" }],
    head: { sha: sha("a"), ref: "seats", repo },
    base: { sha: sha("b"), ref: "main", repo },
    ...fields,
  };
}
