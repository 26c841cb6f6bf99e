import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { describe } from "vitest";
import { needs } from "./needs.ts";

/** Git's own CGI program for smart HTTP. Source: git-http-backend(1). */
function backend(): string | null {
  if (needs("git").path === null) return null;
  const path = join(execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(), "git-http-backend");
  return existsSync(path) ? path : null;
}

/** Repositories of tests lie in temporary directories anywhere. */
const root = "/";

/** `describe` for tests over smart HTTP; where Git came without its server half they are listed as not run. */
export function describeOverHttp(name: string, tests: () => void): void {
  const notRun = { needs: "git http-backend", required: false };
  describe(name, backend() === null ? { skip: true, meta: { notRun } } : {}, tests);
}

/** A server of Git repositories on loopback. */
export interface GitServer {
  /** What it lets in, as the password of `x-access-token`. */
  readonly token: string;
  /** The address of a repository on this machine's disk. */
  url(repository: string): string;
  /** Answers every request with this from now on; null: serves. */
  answerWith(answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | null): void;
  /** Answers as many requests with 503 before it serves again. */
  beBusyFor(requests: number): void;
  /** How many requests came in. */
  requests(): number;
  close(): Promise<void>;
}

export async function startGitServer(): Promise<GitServer> {
  const token = "ghs_secretSECRET+/=0123456789";
  const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  let forced: Parameters<GitServer["answerWith"]>[0] = null;
  let busy = 0;
  let requests = 0;

  const server = createServer((request, response) => {
    requests++;
    if (busy > 0) {
      busy--;
      response.writeHead(503).end();
    } else if (forced !== null) {
      response.writeHead(forced.status, forced.headers).end();
    } else if (request.headers.authorization !== authorization) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="Git"' }).end();
    } else {
      serve(request, response);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    token,
    url: (repository) => `http://127.0.0.1:${port}/${relative(root, repository)}`,
    answerWith(answer) {
      forced = answer;
    },
    beBusyFor(count) {
      busy = count;
    },
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const cgi = spawn(backend() ?? "", [], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REMOTE_USER: "seatwright",
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      CONTENT_TYPE: request.headers["content-type"],
      CONTENT_LENGTH: request.headers["content-length"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      HTTP_GIT_PROTOCOL: request.headers["git-protocol"] as string | undefined,
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  cgi.stdin.on("error", () => undefined);
  request.pipe(cgi.stdin);
  let head: Buffer | null = Buffer.alloc(0);
  cgi.stdout.on("data", (chunk: Buffer) => {
    if (head === null) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    const fields = head
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
    const status = fields.find(([name]) => name === "Status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields.filter(([name]) => name !== "Status")));
    response.write(head.subarray(end + 4));
    head = null;
  });
  cgi.once("close", () => response.end());
}
