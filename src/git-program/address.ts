import { isAbsolute } from "node:path";
import { OperatorError } from "../model/errors.ts";
import { isLoopback } from "../model/loopback.ts";

/**
 * Throws OperatorError where a remote cannot be used, of which `what` says whose it is ("the policy repository"): an address
 * that Git could take for a program or an option, one that carries a password, or one over which a token would travel
 * readable.
 */
export function checkRemote(what: string, remote: string, token: "with token" | "without token"): void {
  const url = /^[a-z+]+:\/\//i.test(remote) && URL.canParse(remote) ? new URL(remote) : null;
  if (url === null) {
    const isPath = isAbsolute(remote);
    const isShort = /^[\w.-]+@[\w.-]+:[^:\s]+$/.test(remote);
    if (isPath || isShort) return;
    throw unusable(what, "it is no address of a repository");
  }
  if (!["https:", "http:", "ssh:", "file:"].includes(url.protocol))
    throw unusable(what, `Git is not used over ${url.protocol}`);
  if (url.password !== "" || (url.username !== "" && url.protocol.startsWith("http"))) {
    throw new OperatorError(
      "usage",
      `The address of ${what} carries a user name or a password, which would end up in logs.`,
      "Name the address without it, and hand the token over in the environment.",
    );
  }
  if (url.protocol === "http:" && token === "with token" && !isLoopback(url.hostname)) {
    throw unusable(what, "over http:// the token could be read on the way; use https://");
  }
}

function unusable(what: string, why: string): OperatorError {
  return new OperatorError(
    "usage",
    `The address of ${what} cannot be used: ${why}.`,
    "Name it as https://host/owner/repository.git, git@host:owner/repository.git or an absolute path.",
  );
}

/** Whether Git takes a text as the full name of a ref. Source: git-check-ref-format(1). */
export function isRefName(ref: string): boolean {
  const parts = ref.split("/");
  return (
    parts.length > 1 &&
    parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock")) &&
    !ref.endsWith(".") &&
    !/[\p{Cc} ~^:?*[\\]|\.\.|@\{/u.test(ref)
  );
}

/** The header that carries a token, and every text in which it could be recognised. */
export function credentialsOf(
  token: string | null | undefined,
  user: string,
): { readonly authorization: string | null; readonly secrets: readonly string[] } {
  if (token === null || token === undefined || token === "") return { authorization: null, secrets: [] };
  const pair = Buffer.from(`${user}:${token}`, "utf8").toString("base64");
  return { authorization: `Basic ${pair}`, secrets: [pair, token, encodeURIComponent(token)] };
}

/**
 * Throws OperatorError where DEBUG would have the package that starts Git print what it starts it with: the token is in
 * there.
 */
export function checkNoDebugOutput(debug: string | undefined): void {
  const patterns = (debug ?? "").split(/[\s,]+/).filter((pattern) => pattern !== "" && !pattern.startsWith("-"));
  const shows = patterns.some((pattern) => {
    const start = pattern.split("*")[0] ?? "";
    return start.startsWith("simple-git") || (pattern.includes("*") && "simple-git".startsWith(start));
  });
  if (!shows) return;
  throw new OperatorError(
    "usage",
    "The environment variable DEBUG is set so that the token for Git would be printed.",
    "Unset DEBUG, or narrow it, and run the same command again.",
  );
}

/** The one protocol that Git may speak to reach a remote which `checkRemote` let through. */
export function protocolOf(remote: string): string {
  if (isAbsolute(remote)) return "file";
  return /^([a-z]+):\/\//i.exec(remote)?.[1]?.toLowerCase() ?? "ssh";
}
