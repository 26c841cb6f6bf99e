import type { ApiProblem } from "./problem.ts";

/** What became of a request, after all its tries. */
export type ApiAnswer =
  | { readonly kind: "ok"; readonly status: number; readonly body: unknown; readonly requestId: string | null }
  | { readonly kind: "refused"; readonly problem: ApiProblem }
  /** A success whose body cannot be used: cut short, no JSON, or none where there should be one. */
  | {
      readonly kind: "unreadable";
      readonly status: number;
      readonly empty: boolean;
      readonly why: string;
      readonly requestId: string | null;
    }
  /** No answer. `sent: "no"` only where the request cannot have arrived. */
  | { readonly kind: "unanswered"; readonly sent: "no" | "perhaps"; readonly why: string };

/** Why Atlassian refused, as far as status, code and words tell. */
export type Cause =
  | "key-rejected"
  | "key-has-scopes"
  | "forbidden"
  | "other-organization"
  | "old-user-management"
  | "not-found"
  | "already-so"
  | "licence-limit"
  | "conflict"
  | "not-an-account-we-manage"
  | "throttled"
  | "unavailable"
  | "moved"
  | "rejected";

/**
 * Sorts a refusal. Source: organisations REST API, ApplicationError and ApiError codes; user management REST API, keys;
 * "TCS validation failed" is the routing layer's answer to an organisation the key does not belong to.
 */
export function causeOf(problem: ApiProblem): Cause {
  const { status, words, envelope } = problem;
  const code = problem.code ?? "";
  if (status === 429) return "throttled";
  if (status >= 500) return "unavailable";
  if (status === 401) return code === "ADMIN-401-2" || /scope/i.test(words) ? "key-has-scopes" : "key-rejected";
  if (status === 403) {
    if (envelope === "account" && /verified org admin|^forbidden/.test(`${code} ${words}`))
      return "not-an-account-we-manage";
    return /scope/i.test(words) ? "key-has-scopes" : "forbidden";
  }
  if (code === "ADMIN-400-4") return "old-user-management";
  if (status === 404) {
    const isOrganization = envelope === "routing" || code === "ADMIN-404-2" || code === "ADMIN-UAM-404-2";
    if (isOrganization) return "other-organization";
    return envelope === "errors" || envelope === "account" ? "not-found" : "rejected";
  }
  if (status === 409) {
    if (code === "ADMIN-UAM-409-2") return "already-so";
    if (code === "ADMIN-UAM-409-3" || code === "ADMIN-409-3") return "licence-limit";
    return "conflict";
  }
  if (status >= 300 && status < 400) return "moved";
  return "rejected";
}
