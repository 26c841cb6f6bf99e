import { OperatorError } from "../model/errors.ts";
import { isLoopback } from "../model/loopback.ts";

/** The repository that everything is about. */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
  /** `owner/name`. */
  readonly full: string;
}

const TOKEN_REMEDY =
  "In a workflow, hand the action github-token: ${{ github.token }}; elsewhere, a token that may read and write this repository's pull requests, issues and checks.";

/** The two parts of `owner/name`. Throws OperatorError("usage") for anything else. */
export function checkedRepository(given: string): RepositoryName {
  const [, owner, name] = /^([A-Za-z0-9][A-Za-z0-9_-]*)\/([A-Za-z0-9._-]+)$/.exec(given) ?? [];
  if (owner === undefined || name === undefined || name === "." || name === "..") {
    throw new OperatorError(
      "usage",
      "The repository on GitHub is not named as owner/name.",
      "GitHub Actions sets GITHUB_REPOSITORY; elsewhere set it to the repository of the policies, such as acme/policies.",
    );
  }
  return { owner, name, full: given };
}

/**
 * The token as it goes into a header. Throws OperatorError("credentials") for what cannot be one, before anything is sent.
 * Never repeats it.
 */
export function checkedToken(given: string): string {
  const token = given.trim();
  if (token === "") throw new OperatorError("credentials", "There is no token for GitHub.", TOKEN_REMEDY);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new OperatorError(
      "credentials",
      "The token for GitHub holds a space, a line break or a letter that no token has. It was probably copied with something around it.",
      TOKEN_REMEDY,
    );
  }
  return token;
}

/**
 * The base URL of the REST API without a slash at its end: `https://api.github.com`, or `https://HOST/api/v3` of an
 * Enterprise Server. Throws OperatorError("usage") for what is no URL, and for one that would send the token unencrypted
 * to another machine.
 */
export function checkedApiUrl(given: string): string {
  const remedy =
    "GitHub Actions sets GITHUB_API_URL. Elsewhere leave it empty for github.com, or set it to https://HOST/api/v3 of your Enterprise Server.";
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new OperatorError("usage", "The address of GitHub's API is not an http or https address.", remedy);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new OperatorError("usage", "The address of GitHub's API holds more than a host and a path.", remedy);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new OperatorError("usage", `The address ${url.origin} would send the token for GitHub unencrypted.`, remedy);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
