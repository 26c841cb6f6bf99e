import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { afterChanges } from "./changes.ts";
import { gitEnvironment } from "./git.ts";
import { refusalOfPush } from "./protection.ts";
import type { Repository } from "./repository.ts";
import { changesBetween, refsOf } from "./repository.ts";
import type { Caller, World } from "./world.ts";
import { contentRights } from "./world.ts";

/** Refuses, ref by ref, what the file says. Git runs it for each ref that a push changes. */
const updateHook = `#!/bin/sh
reason=$(grep -F "$1 " "$GIT_DIR/stage-refused" 2>/dev/null | head -n 1 | cut -d " " -f 2-)
[ -z "$reason" ] && exit 0
echo "error: $reason" >&2
exit 1
`;

export interface GitServer {
  /** Answers one request for Git; false where the path is none of Git's. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Ends what still runs. */
  close(): void;
}

/**
 * Real Git over smart HTTP: `git http-backend` behind HTTP, with the tokens of the stage.
 * https://docs.github.com/get-started/git-basics/about-remote-repositories#cloning-with-https-urls
 */
export function createGitServer(world: World, root: string): GitServer {
  const running = new Set<ReturnType<typeof spawn>>();

  const backend = async (request: IncomingMessage, url: URL, login: string): Promise<CgiAnswer> =>
    await new Promise((resolve, reject) => {
      const header = (name: string) => request.headers[name]?.toString() ?? "";
      const child = spawn("git", ["http-backend"], {
        env: {
          ...gitEnvironment(),
          GIT_PROJECT_ROOT: root,
          GIT_HTTP_EXPORT_ALL: "1",
          REQUEST_METHOD: request.method ?? "GET",
          PATH_INFO: withSuffix(url.pathname),
          QUERY_STRING: url.search.slice(1),
          CONTENT_TYPE: header("content-type"),
          GIT_PROTOCOL: header("git-protocol"),
          REMOTE_USER: login,
        },
      });
      running.add(child);
      const chunks: Buffer[] = [];
      child.stdout.on("data", (data: Buffer) => chunks.push(data));
      child.on("error", reject);
      child.on("close", () => {
        running.delete(child);
        resolve(parseCgi(Buffer.concat(chunks)));
      });
      child.stdin.on("error", () => undefined);
      const body = header("content-encoding") === "gzip" ? request.pipe(createGunzip()) : request;
      body.pipe(child.stdin);
    });

  const push = async (repository: Repository, request: IncomingMessage, url: URL, login: string) =>
    await repository.turn(async () => {
      writeRefusals(world, repository, login);
      const before = refsOf(repository);
      const answer = await backend(request, url, login);
      await afterChanges(world, repository, changesBetween(before, refsOf(repository)), { login });
      return answer;
    });

  return {
    close: () => {
      for (const child of running) child.kill();
    },
    handle: async (request, response) => {
      const url = new URL(request.url ?? "/", world.serverUrl);
      const [, owner = "", name = ""] =
        /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(?:info\/refs|git-(?:upload|receive)-pack)$/.exec(url.pathname) ?? [];
      const repository = world.repositories.get(`${owner}/${name}`);
      if (owner === "") return false;
      const caller = gitCaller(world, request.headers.authorization);
      const wants = `${url.pathname}${url.search}`.includes("git-receive-pack") ? "write" : "read";
      const refused = refusal(world, { caller, repository, wants });
      if (refused !== null || repository === undefined) {
        request.resume();
        const { status, words } = refused ?? { status: 404, words: "Repository not found." };
        response.writeHead(status, {
          "content-type": "text/plain; charset=utf-8",
          ...(status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {}),
        });
        response.end(words);
        return true;
      }
      const login = caller === null || caller === "unknown" ? "anonymous" : caller.login;
      const isPush = request.method === "POST" && wants === "write";
      const answer = await (isPush ? push(repository, request, url, login) : backend(request, url, login));
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
      return true;
    },
  };
}

/** As GitHub says it: https://docs.github.com/get-started/getting-started-with-git/troubleshooting-cloning-errors */
function refusal(
  world: World,
  {
    caller,
    repository,
    wants,
  }: { caller: Caller | null | "unknown"; repository: Repository | undefined; wants: "read" | "write" },
): { status: number; words: string } | null {
  if (caller === "unknown")
    return {
      status: 401,
      words: "Invalid username or token. Password authentication is not supported for Git operations.",
    };
  const rights = repository === undefined ? "none" : contentRights(world, caller, repository);
  if (caller === null && (rights === "none" || wants === "write"))
    return { status: 401, words: "No anonymous access." };
  if (rights === "none") return { status: 404, words: "Repository not found." };
  if (wants === "write" && rights === "read") return { status: 403, words: "Write access to repository not granted." };
  return null;
}

/** Git sends tokens as passwords, whoever the user is said to be; the checkout action does so in a header. */
function gitCaller({ callers }: World, authorization: string | undefined): Caller | null | "unknown" {
  if (authorization === undefined) return null;
  const [scheme = "", value = ""] = authorization.split(" ");
  const words = scheme.toLowerCase() === "basic" ? Buffer.from(value, "base64").toString() : `:${value}`;
  const token = words.slice(words.indexOf(":") + 1);
  return callers.get(token === "" ? words.slice(0, words.indexOf(":")) : token) ?? "unknown";
}

function writeRefusals(world: World, repository: Repository, login: string): void {
  if (repository !== world.upstream || world.protections.size === 0) return;
  const lines = [...world.protections.keys()].flatMap((ref) => {
    const reason = refusalOfPush(world, login, { ref, before: "", after: "" });
    return reason === null ? [] : [`${ref} ${reason}\n`];
  });
  writeFileSync(join(repository.folder, "stage-refused"), lines.join(""));
  const hook = join(repository.folder, "hooks/update");
  writeFileSync(hook, updateHook);
  chmodSync(hook, 0o755);
}

function withSuffix(path: string): string {
  return path.replace(/^\/([^/]+)\/([^/]+?)(?:\.git)?\//, "/$1/$2.git/");
}

interface CgiAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function parseCgi(bytes: Buffer): CgiAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0)
    return {
      status: 500,
      headers: {},
      body: Buffer.from("git http-backend did not answer: it belongs to Git, and has to be installed with it."),
    };
  const lines = bytes.subarray(0, end).toString().split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const { status = "200", ...others } = headers;
  return { status: Number.parseInt(status, 10), headers: others, body: bytes.subarray(end + 4) };
}
