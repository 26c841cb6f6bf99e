import type { Caller, World } from "./world.ts";
import type { Repository } from "./repository.ts";

export interface Answer {
  readonly status: number;
  /** A text is sent as it is, null not at all, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a request is put to the emulator, where that differs from how it came. */
export interface Forwarding {
  readonly method?: string;
  /** Without its query. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** "stage": with an organisation admin's token instead of the caller's. */
  readonly as?: "caller" | "stage";
}

/** One request to the API, after it was allowed. */
export interface Exchange {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined where there is none. */
  readonly body: unknown;
  readonly accept: string;
  readonly caller: Caller | null;
  /** The repository of the path; the upstream one where the path names none. */
  readonly repository: Repository;
  /** Lets the emulator answer, with Git's ids, the stage's addresses and the stage's time in what it says. */
  readonly forward: (change?: Forwarding) => Promise<Answer>;
}

export type Handlers = Readonly<Record<string, (exchange: Exchange) => Promise<Answer>>>;

/** An answer with which a request is turned down. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "Refused";
    this.answer = {
      status,
      body: { message, ...more, documentation_url: "https://docs.github.com/rest", status: String(status) },
    };
  }
}

export function notFound(): Refused {
  return new Refused(404, "Not Found");
}

/** https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
export function invalid(...errors: readonly Readonly<Record<string, string>>[]): Refused {
  return new Refused(422, "Validation Failed", { errors });
}

/**
 * Texts of issues, pull requests, comments and reviews have at most 65,536 characters:
 * https://docs.github.com/rest/issues/comments#create-an-issue-comment answers 422 beyond.
 */
export function isTooLong(body: unknown): boolean {
  return typeof body === "string" && body.length > 65_536;
}

/** Refuses a text that is too long, in the words of most operations. */
export function checkLength(resource: string, body: unknown): void {
  if (isTooLong(body))
    throw invalid({
      resource,
      code: "unprocessable",
      field: "data",
      message: "Body is too long (maximum is 65536 characters)",
    });
}

/** https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api: `per_page`, `page` and `Link`. */
export function page<T>(
  { query, world }: Exchange,
  path: string,
  all: readonly T[],
): { items: T[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30) || 30));
  const number = Math.max(1, Number(query.get("page") ?? 1) || 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string) => {
    const asked = new URLSearchParams(query);
    asked.set("page", String(to));
    return `<${world.apiUrl}${path}?${asked.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first")] : []),
  ];
  return {
    items: all.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

/** The caller's login; refuses requests without a token. */
export function loginOf({ caller }: Exchange): string {
  if (caller === null) throw new Refused(401, "Requires authentication");
  return caller.login;
}
