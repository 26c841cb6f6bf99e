import { OperatorError } from "../model/errors.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { neededPermissions } from "./permissions.ts";

/** In which way GitHub did not do what it was asked. */
export type FailureKind =
  | "unauthorised"
  | "forbidden"
  | "absent"
  | "invalid"
  | "limited"
  | "unavailable"
  | "unanswered"
  | "moved"
  | "odd";

/** A request to GitHub that did not succeed. */
export class GitHubFailure extends OperatorError {
  readonly kind: FailureKind;
  /** GitHub's own words on one line, empty where it gave none. */
  readonly words: string;

  constructor(kind: FailureKind, words: string, message: string, remedy: string) {
    super(kind === "unauthorised" || kind === "forbidden" ? "credentials" : "usage", message, remedy);
    this.name = "GitHubFailure";
    this.kind = kind;
    this.words = words;
  }
}

/** An answer that is no success, as far as messages need it. */
export interface Refusal {
  readonly method: string;
  /** From the root of the API. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly words: string;
}

const AGAIN = "Run the same again in a while.";
const REPORT =
  "Run again; if it stays, GitHub answers differently from its documents: tell the Seatwright project, naming the endpoint and what is said here.";

/** The error for a refusal. `now` is for saying how long a rate limit lasts. */
export function failureOf(refusal: Refusal, now: Seconds): GitHubFailure {
  const { method, path, status, headers, words } = refusal;
  const label = `${method} ${path}`;
  const said = `${status}${words === "" ? "" : `, “${words}”`}`;
  if (isRateLimit(refusal)) {
    return new GitHubFailure(
      "limited",
      words,
      `GitHub does not take more requests from this token for now (${label}: ${said}).`,
      `Run the same again ${untilWhen(headers, now)}. What was written before stays, and is updated then.`,
    );
  }
  if (status === 401) {
    return new GitHubFailure(
      "unauthorised",
      words,
      `GitHub does not accept the token: it is wrong, expired or revoked (${label}: ${said}).`,
      "A workflow's own token ends with its job: hand the action github-token: ${{ github.token }} in the same job. Renew a token of another kind.",
    );
  }
  if (status === 403) return forbidden(refusal, label, said);
  if (status === 404 || status === 410) {
    return new GitHubFailure(
      "absent",
      words,
      `GitHub does not find what ${label} asks for, or does not show it to this token (${said}).`,
      `Check that it is there, and that the job's permissions: hold ${neededPermissions(method, path, accepted(headers))}.`,
    );
  }
  if (status === 422 || status === 409 || status === 400) {
    return new GitHubFailure(
      "invalid",
      words,
      `GitHub refused ${label} (${said}).`,
      "Do what GitHub's message asks for, and run again.",
    );
  }
  if (status >= 500) {
    return new GitHubFailure("unavailable", words, `GitHub could not answer ${label} (${said}).`, AGAIN);
  }
  return new GitHubFailure("invalid", words, `GitHub refused ${label} (${said}).`, REPORT);
}

/** The error for an answer that never came, or broke off. `why` is the reason as the machine tells it. */
export function unanswered(label: string, why: string): GitHubFailure {
  const isUnproved = /certificate/i.test(why);
  return new GitHubFailure(
    "unanswered",
    "",
    `${label} got no answer: ${why}.`,
    isUnproved
      ? "The server could not prove who it is. Name the authority that signs its certificate in NODE_EXTRA_CA_CERTS. Do not switch the check off."
      : `Check the connection to GitHub, and GITHUB_API_URL. ${AGAIN} What was already written is found then, and not repeated.`,
  );
}

/** The error for a redirect, which is not followed: the token would go along, and a write would become a read. */
export function moved(label: string, status: number): GitHubFailure {
  return new GitHubFailure(
    "moved",
    "",
    `${label} was answered with a redirect (${status}): the repository was renamed or moved, or something stands in between.`,
    "Use the repository's present name, and check GITHUB_API_URL.",
  );
}

/** The error for an answer that is not what GitHub's documents promise. `what` says where and how it differs. */
export function notAsDocumented(label: string, what: string): GitHubFailure {
  return new GitHubFailure("odd", "", `${label}: ${what}.`, REPORT);
}

/**
 * Seconds to wait that an answer names in Retry-After, where it is a rate limit of a kind that says nothing else; null
 * otherwise.
 */
export function plainWait({ status, headers, words }: Refusal): number | null {
  if ((status !== 429 && status !== 403) || /\bsecondary rate\b/i.test(words)) return null;
  if (headers["x-ratelimit-remaining"] === "0") return null;
  const asked = headers["retry-after"] ?? "";
  return /^\d+$/.test(asked) ? Number(asked) : null;
}

function isRateLimit({ status, headers, words }: Refusal): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["x-ratelimit-remaining"] === "0" ||
    headers["retry-after"] !== undefined ||
    /\brate limit\b|\babuse detection\b/i.test(words)
  );
}

function untilWhen(headers: Refusal["headers"], now: Seconds): string {
  const wait = headers["retry-after"] ?? "";
  if (/^\d{1,6}$/.test(wait)) return `after ${momentOf(now + Number(wait))}`;
  const reset = headers["x-ratelimit-reset"] ?? "";
  if (headers["x-ratelimit-remaining"] === "0" && /^\d{9,11}$/.test(reset)) return `after ${momentOf(Number(reset))}`;
  return "in an hour";
}

function forbidden({ method, path, headers, words }: Refusal, label: string, said: string): GitHubFailure {
  const fail = (message: string, remedy: string) => new GitHubFailure("forbidden", words, message, remedy);
  if (/not permitted to create or approve pull requests/i.test(words)) {
    return fail(
      `GitHub does not let workflows open pull requests in this repository (${label}: ${said}).`,
      "Switch on “Allow GitHub Actions to create and approve pull requests” under Settings > Actions > General, in the repository and in its organisation; or hand the action a token of an app of your own.",
    );
  }
  if (/\bSAML\b|\bSSO\b/.test(words)) {
    return fail(
      `GitHub wants this token to be authorised for the organisation's single sign-on (${label}: ${said}).`,
      "Authorise the token for the organisation, or use the workflow's own token.",
    );
  }
  if (/must authenticate via a GitHub App/i.test(words)) {
    return fail(
      `GitHub takes ${label} from apps only (${said}).`,
      "Use the workflow's own token, github-token: ${{ github.token }}, or the token of a GitHub App; a person's token cannot do this.",
    );
  }
  const needed = neededPermissions(method, path, accepted(headers));
  return fail(
    `GitHub does not allow this token to do ${label} (${said}).`,
    `Add ${needed} to the job's permissions: in the workflow. A token of another kind needs the same right. Pull requests from forks never get it.`,
  );
}

function accepted(headers: Refusal["headers"]): string | null {
  return headers["x-accepted-github-permissions"] ?? null;
}
