/** What an answer that is not a success says, whichever of Atlassian's shapes it came in. */
export interface ApiProblem {
  readonly status: number;
  /** Atlassian's code, such as `ADMIN-UAM-409-3`, or a key such as `forbidden`. */
  readonly code: string | null;
  /** Atlassian's own words on one line, cut short, with addresses taken out; empty where there are none. */
  readonly words: string;
  readonly requestId: string | null;
  readonly envelope: "errors" | "gateway" | "routing" | "account" | "page" | "other";
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_WORDS = 160;

/** Reads an error answer. Understands the five envelopes and an HTML page; anything else is `other`. Never fails. */
export function readProblem(status: number, text: string, requestId: string | null): ApiProblem {
  const plain = { status, code: null, words: "", requestId };
  if (/^\s*</.test(text)) return { ...plain, envelope: "page" };
  const body = parsed(text);
  if (body === null) return { ...plain, envelope: "other" };
  const first = Array.isArray(body["errors"]) ? fieldsOf(body["errors"][0]) : null;
  if (first !== null) {
    const words = oneLine(textOf(first["title"]), textOf(first["detail"]));
    return {
      ...plain,
      code: codeOf(first["code"]),
      words,
      requestId: requestId ?? codeOf(first["id"]),
      envelope: "errors",
    };
  }
  const key = codeOf(body["key"]);
  if (key !== null) {
    const context = fieldsOf(body["context"]);
    const words = oneLine(textOf(body["errorDetail"]), textOf(context?.["message"]));
    return { ...plain, code: key, words, envelope: "account" };
  }
  if (typeof body["error"] === "string") {
    const words = oneLine(textOf(body["message"]) ?? body["error"]);
    return { ...plain, words, requestId: requestId ?? codeOf(body["requestId"]), envelope: "routing" };
  }
  if (body["code"] !== undefined || typeof body["message"] === "string") {
    return { ...plain, code: codeOf(body["code"]), words: oneLine(textOf(body["message"])), envelope: "gateway" };
  }
  return { ...plain, envelope: "other" };
}

function parsed(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function codeOf(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[A-Za-z0-9._:-]{1,80}$/.test(text) ? text : null;
}

function oneLine(...parts: readonly (string | undefined)[]): string {
  const text = parts
    .filter((part) => part !== undefined && part !== "")
    .join(": ")
    .replace(/[^\s@]+@[^\s@]+/g, "(address)")
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text;
}
