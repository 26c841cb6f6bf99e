/** A request as messages name it. */
export interface Asked {
  readonly method: string;
  /** From the root of the API. */
  readonly path: string;
}

/** What an error of the client says, where it is about a request. */
export interface ReadRefusal extends Asked {
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** GitHub's own words on one line, cut short; where there was no answer, the machine's. Never the token. */
  readonly words: string;
}

type Fields = Readonly<Record<string, unknown>>;

const MOST_WORDS = 300;

/** Reads an error that Octokit threw. Null for one that is about no request, such as our own. */
export function readRefusal(error: unknown, asked: Asked, token: string): ReadRefusal | null {
  if (!(error instanceof Error) || error.name !== "HttpError") return null;
  const { status, response } = error as Error & { readonly status?: unknown; readonly response?: unknown };
  const answer = fieldsOf(response);
  const clean = (text: string) => oneLine(text.replaceAll(token, "(token)"));
  if (answer === null || typeof status !== "number") {
    return { ...asked, status: null, headers: {}, words: clean(error.message) };
  }
  const headers = (fieldsOf(answer["headers"]) ?? {}) as ReadRefusal["headers"];
  return { ...asked, status, headers, words: clean(wordsOf(answer["data"])) };
}

/**
 * `message`, and what `errors` adds to it.
 * Source: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
 */
function wordsOf(data: unknown): string {
  const body = fieldsOf(data);
  if (body === null) return "";
  const message = typeof body["message"] === "string" ? body["message"] : "";
  const errors = Array.isArray(body["errors"]) ? (body["errors"] as readonly unknown[]) : [body["errors"]];
  const details = errors.map(detailOf).filter((detail) => detail !== "" && !message.includes(detail));
  return [message, ...details].filter((part) => part !== "").join(": ");
}

function detailOf(error: unknown): string {
  if (typeof error === "string") return error;
  const { message, field, code } = fieldsOf(error) ?? {};
  if (typeof message === "string" && message !== "") return message;
  return [field, code].filter((part) => typeof part === "string").join(" is ");
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, " ").trim();
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line;
}
