import type { Answer } from "./answers.ts";
import { accountError, applicationError, gatewayError, htmlError, lifecycleConflict, routingError } from "./answers.ts";
import { decodeCursor, encodeCursor } from "./cursors.ts";
import { camelCased, snakeCased } from "./spelling.ts";

/** `native` is the envelope that the endpoint's own API uses. */
export type Envelope = "native" | "application" | "gateway" | "routing" | "account" | "lifecycle" | "html";

export type Fault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly envelope: Envelope;
      readonly code?: string;
      /** Seconds for a `Retry-After` header; none without. */
      readonly retryAfter?: number;
      /** `after`: the work is done first. */
      readonly when?: "before" | "after";
    }
  /** The connection breaks off; `after`: the work is done and its answer lost. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** Half of the body comes at once, the rest after so many milliseconds. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** Half of the body comes: as if it were all, or with the connection breaking off. */
  | { readonly kind: "truncated"; readonly how?: "body" | "connection" }
  /** 200 and nothing else; the work is done. */
  | { readonly kind: "empty" }
  /** `links.next` leads to this page again, by the same cursor. */
  | { readonly kind: "repeatedCursor" }
  /** `links.next` leads to this page again, by another cursor. */
  | { readonly kind: "repeatedPage" }
  /** The following page comes in place of this one. */
  | { readonly kind: "droppedPage" }
  /** The first row has values that no document mentions. */
  | { readonly kind: "unknownEnum" }
  /** Field names in the naming style of the other API version. */
  | { readonly kind: "wrongCase" }
  /** The `Date` header is off by so many seconds. */
  | { readonly kind: "clock"; readonly seconds: number }
  /** Groups and roles as they were before this run's first write. */
  | { readonly kind: "stale" };

export interface FaultRequest {
  readonly method: string;
  readonly pattern: string;
  readonly path: string;
  /** Which request to this method and pattern it is, from 1. */
  readonly nth: number;
  readonly body: unknown;
}

/** Says what goes wrong with a request, if anything. It should depend on the request only, so that runs repeat. */
export type FaultPlan = (request: FaultRequest) => Fault | undefined;

/** A plan with one fault: at the nth request to a pattern, or at each one. */
export function faultAt(
  where: { readonly method?: string; readonly pattern: string; readonly nth?: number },
  fault: Fault,
): FaultPlan {
  return ({ method, pattern, nth }) => {
    const isThere = pattern === where.pattern && (where.method ?? method) === method;
    return isThere && (where.nth ?? nth) === nth ? fault : undefined;
  };
}

/** A plan that does what the first of these plans has to say. */
export function anyFault(...plans: readonly FaultPlan[]): FaultPlan {
  return (request) => {
    for (const plan of plans) {
      const fault = plan(request);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** The faults that every endpoint should be tried with, by name. */
export const faultCatalogue: Readonly<Record<string, Fault>> = {
  "401": { kind: "status", status: 401, envelope: "gateway" },
  "403 JSON": { kind: "status", status: 403, envelope: "native", code: "ADMIN-UAM-403-1" },
  "403 HTML": { kind: "status", status: 403, envelope: "html" },
  "404": { kind: "status", status: 404, envelope: "native", code: "ADMIN-UAM-404-1" },
  "404 routing": { kind: "status", status: 404, envelope: "routing" },
  "409 already so": { kind: "status", status: 409, envelope: "application", code: "ADMIN-UAM-409-2" },
  "409 licence limit": { kind: "status", status: 409, envelope: "application", code: "ADMIN-UAM-409-3" },
  "409 lifecycle": { kind: "status", status: 409, envelope: "lifecycle" },
  "415": { kind: "status", status: 415, envelope: "application", code: "ADMIN-UAM-415-1" },
  "429 with Retry-After": { kind: "status", status: 429, envelope: "gateway", retryAfter: 1 },
  "429 without Retry-After": { kind: "status", status: 429, envelope: "gateway" },
  "500": { kind: "status", status: 500, envelope: "application", code: "ADMIN-500-1" },
  "500 after the work": { kind: "status", status: 500, envelope: "application", code: "ADMIN-500-1", when: "after" },
  "503": { kind: "status", status: 503, envelope: "gateway" },
  "reset before the work": { kind: "reset", when: "before" },
  "reset after the work": { kind: "reset", when: "after" },
  "slow body": { kind: "slow", milliseconds: 50 },
  "truncated JSON": { kind: "truncated", how: "body" },
  "truncated connection": { kind: "truncated", how: "connection" },
  "empty 200": { kind: "empty" },
  "repeated cursor": { kind: "repeatedCursor" },
  "page repeated": { kind: "repeatedPage" },
  "page dropped": { kind: "droppedPage" },
  "unknown value": { kind: "unknownEnum" },
  "wrong case": { kind: "wrongCase" },
  "clock an hour ahead": { kind: "clock", seconds: 3600 },
  "clock an hour behind": { kind: "clock", seconds: -3600 },
  "group read lag": { kind: "stale" },
};

/** The answer of a `status` fault. */
export function statusAnswer(fault: Fault & { readonly kind: "status" }, path: string, now: Date): Answer {
  const headers = fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) };
  return { ...enveloped(fault, path, now), headers };
}

function enveloped({ status, envelope, code }: Fault & { readonly kind: "status" }, path: string, now: Date): Answer {
  const isAccountApi = path.startsWith("/users/");
  switch (envelope === "native" ? (isAccountApi ? "account" : "application") : envelope) {
    case "gateway":
      return gatewayError(status, status === 429 ? "Rate limit exceeded" : `Gateway error ${status}`);
    case "routing":
      return routingError(status, status === 404 ? "Not Found" : "Error", "TCS validation failed", path, now);
    case "account": {
      const keys: Readonly<Record<number, string>> = { 401: "unauthorized", 403: "forbidden", 404: "accountNotFound" };
      return accountError(status, keys[status] ?? "error");
    }
    case "lifecycle":
      return lifecycleConflict(path.split("/")[2] ?? "", "accountNotEligible", "The account isn't eligible");
    case "html":
      return htmlError(status);
    default:
      return applicationError(status, code ?? `ADMIN-${status}-1`, "Error", "Something went wrong");
  }
}

/** What a fault makes of an answer. `again` answers the same request for another cursor. */
export function spoiled(
  answer: Answer,
  fault: Fault,
  request: { readonly path: string; readonly cursor: string | undefined },
  again: (cursor: string) => Answer,
): Answer {
  switch (fault.kind) {
    case "empty":
      return { status: 200 };
    case "unknownEnum":
      return { ...answer, body: withOddRow(answer.body) };
    case "wrongCase": {
      const isSnake = request.path.startsWith("/admin/v1/") || request.path.startsWith("/users/");
      return { ...answer, body: (isSnake ? camelCased : snakeCased)(answer.body) };
    }
    case "droppedPage": {
      const next = nextCursor(answer);
      return next === undefined ? { ...answer, body: withoutRows(answer.body) } : again(next);
    }
    case "repeatedCursor":
      return withNext(answer, request.cursor ?? sameAgain(answer, {}));
    case "repeatedPage":
      return withNext(answer, sameAgain(answer, { again: 2 }));
    default:
      return answer;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nextCursor({ body }: Answer): string | undefined {
  const links = isFields(body) ? body["links"] : undefined;
  const next = isFields(links) ? links["next"] : undefined;
  if (typeof next !== "string" || next === "") return undefined;
  return /[?&]cursor=([^&]+)/.exec(next)?.[1] ?? next;
}

/** A cursor for the page that this answer is, worked out from the one for the page after it. */
function sameAgain(answer: Answer, mark: { readonly again?: number }): string | undefined {
  const next = nextCursor(answer);
  const state = next === undefined ? undefined : decodeCursor(next);
  if (state === undefined || state.before === null) return undefined;
  return encodeCursor({ ...state, start: state.before, before: null, page: state.page - 1, ...mark });
}

function withNext(answer: Answer, cursor: string | undefined): Answer {
  const old = nextCursor(answer);
  if (cursor === undefined || old === undefined || !isFields(answer.body)) return answer;
  const links = answer.body["links"] as Fields;
  const next = String(links["next"]).replace(old, cursor);
  return { ...answer, body: { ...answer.body, links: { ...links, next } } };
}

function withoutRows(body: unknown): unknown {
  return isFields(body) && Array.isArray(body["data"]) ? { ...body, data: [] } : body;
}

const enumerated = new Set([
  "status",
  "accountStatus",
  "membershipStatus",
  "claimStatus",
  "account_status",
  "managedBy",
]);

function withOddRow(body: unknown): unknown {
  if (!isFields(body)) return body;
  const { data } = body;
  if (!Array.isArray(data)) return isFields(data) ? { ...body, data: odd(data) } : odd(body);
  return { ...body, data: data.map((row: unknown, at) => (at === 0 ? odd(row) : row)) };
}

function odd(value: unknown): unknown {
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (enumerated.has(name) && typeof field === "string") return [name, "hibernating"];
      if (name === "role" || name === "key") return [name, `${String(field)}-unheard-of`];
      if ((name === "roles" || name === "platformRoles") && Array.isArray(field)) {
        return [name, [...(field as unknown[]), "atlassian/apprentice"]];
      }
      if (name === "roleAssignments" && Array.isArray(field)) return [name, field.map(odd)];
      return [name, name === "attributes" ? odd(field) : field];
    }),
  );
}
