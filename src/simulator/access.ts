import type { Answer } from "./answers.ts";
import { accountError, applicationError, gatewayError, htmlError, routingError } from "./answers.ts";
import type { Call, Route } from "./call.ts";

/** What the simulator's own key is. */
export interface KeyFacts {
  readonly apiKey: string;
  /** A key with scopes reaches only endpoints that document one of them. Without, it reaches everything. */
  readonly scopes?: readonly string[];
  readonly expiresAt?: Date;
}

/**
 * What stands between a request and its route: the key, its scopes, the organisation. Undefined when nothing does.
 * A wrong key, a key of the other kind and an expired one look the same, as they do at Atlassian.
 */
export function obstacle(
  call: Call,
  route: Route | undefined,
  authorization: string,
  key: KeyFacts,
): Answer | undefined {
  const isAccountApi = call.path.startsWith("/users/");
  const hasExpired = key.expiresAt !== undefined && call.now >= key.expiresAt;
  if (authorization !== `Bearer ${key.apiKey}` || hasExpired) {
    return isAccountApi ? accountError(401, "unauthorized") : gatewayError(401, "Unauthorized");
  }
  if (route === undefined) return routingError(404, "Not Found", "No handler found", call.path, call.now);
  const orgId = call.parameters["orgId"];
  if (orgId !== undefined && orgId !== call.world.organization.id) {
    return routingError(404, "Not Found", "TCS validation failed", call.path, call.now);
  }
  if (key.scopes === undefined || (route.scope !== undefined && key.scopes.includes(route.scope))) return undefined;
  if (isAccountApi) return htmlError(403);
  return applicationError(401, "ADMIN-401-2", "Unauthorized", "INSUFFICIENT_SCOPE");
}
