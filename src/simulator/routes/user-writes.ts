import type { Answer } from "../answers.ts";
import { noContent, refuse } from "../answers.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import type { MembershipState } from "../facts.ts";
import { objectBody } from "../filters.ts";
import { isOrganizationAdmin } from "../roles.ts";
import { memberOf, writeDirectory } from "./directories.ts";

const user = "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}";

/** What can be done to people in a directory. */
export const userWriteRoutes: readonly Route[] = [
  { method: "POST", pattern: `${user}/suspend`, handle: suspend },
  { method: "POST", pattern: `${user}/restore`, handle: restore },
  { method: "DELETE", pattern: user, handle: remove },
];

/** Suspend and restore want an empty JSON object: no body, or no JSON type, answers 415. */
function requireEmptyObject(call: Call): void {
  if (call.body === undefined || !call.hasJsonType) throw refuse.mediaType();
  objectBody(call.body);
}

function suspend(call: Call): Answer {
  requireEmptyObject(call);
  const directoryId = writeDirectory(call);
  const { accountId } = memberOf(call, directoryId, parameter(call, "accountId"));
  if (call.quirks.orgAdminSuspend400 && isOrganizationAdmin(call.world, accountId)) {
    throw refuse.badRoleRequest("An organization admin can't be suspended");
  }
  if (call.quirks.secondSite403 && (call.world.memberships.get(accountId)?.size ?? 0) > 1) {
    throw refuse.forbidden("The user has access on another site of the organization");
  }
  return setState(call, accountId, directoryId, "suspended");
}

function restore(call: Call): Answer {
  requireEmptyObject(call);
  const directoryId = writeDirectory(call);
  const { accountId } = memberOf(call, directoryId, parameter(call, "accountId"));
  return setState(call, accountId, directoryId, "active");
}

function setState(call: Call, accountId: string, directoryId: string, status: MembershipState): Answer {
  call.change({ kind: "membership.set", accountId, directoryId, status });
  return noContent;
}

function remove(call: Call): Answer {
  const directoryId = writeDirectory(call);
  const { accountId } = memberOf(call, directoryId, parameter(call, "accountId"));
  call.change({ kind: "membership.remove", accountId, directoryId }, call.quirks.removeIsQueued);
  return noContent;
}
