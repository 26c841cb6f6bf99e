import { isAbsolute } from "node:path";
import { OperatorError } from "../../model/errors.ts";

/**
 * Throws OperatorError where a remote cannot be used: an address that Git could take for a program or an option, one that
 * carries a password, or one over which a token would travel readable.
 */
export function checkRemote(remote: string, token: "with token" | "without token"): void {
  const url = /^[a-z+]+:\/\//i.test(remote) && URL.canParse(remote) ? new URL(remote) : null;
  if (url === null) {
    const isPath = isAbsolute(remote);
    const isShort = /^[\w.-]+@[\w.-]+:[^:\s]+$/.test(remote);
    if (isPath || isShort) return;
    throw unusable("it is no address of a repository");
  }
  if (!["https:", "http:", "ssh:", "file:"].includes(url.protocol))
    throw unusable(`Git is not used over ${url.protocol}`);
  if (url.password !== "" || (url.username !== "" && url.protocol.startsWith("http"))) {
    throw new OperatorError(
      "usage",
      "The address of the ledger's repository carries a user name or a password, which would end up in logs.",
      "Name the address without it, and hand the token over in the environment.",
    );
  }
  if (url.protocol === "http:" && token === "with token" && !isLoopback(url.hostname)) {
    throw unusable("over http:// the token could be read on the way; use https://");
  }
}

function unusable(why: string): OperatorError {
  return new OperatorError(
    "usage",
    `The ledger's repository cannot be reached in this way: ${why}.`,
    "Name it as https://host/owner/repository.git, git@host:owner/repository.git or an absolute path.",
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Throws OperatorError where a text can be no branch's name. Source: git-check-ref-format(1), narrower. */
export function checkBranch(branch: string): void {
  const isName = /^[\w][\w./-]*$/.test(branch) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(branch);
  if (isName) return;
  throw new OperatorError(
    "usage",
    `${JSON.stringify(branch)} cannot be the name of the ledger's branch.`,
    "Use letters, digits, dashes and slashes, as in seatwright-ledger.",
  );
}

/** The header that carries a token, and every text in which it could be recognised. */
export function credentialsOf(
  token: string | undefined,
  user: string,
): { readonly authorization: string | null; readonly secrets: readonly string[] } {
  if (token === undefined || token === "") return { authorization: null, secrets: [] };
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
    "The environment variable DEBUG is set so that the ledger's token would be printed.",
    "Unset DEBUG, or narrow it, and run the same command again.",
  );
}
