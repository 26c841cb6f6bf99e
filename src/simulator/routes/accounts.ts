import type { WireManage } from "../../atlassian/wire.ts";
import type { Answer } from "../answers.ts";
import { accountError, lifecycleConflict, noContent, ok, Refusal } from "../answers.ts";
import type { Call, Route } from "../call.ts";
import { parameter } from "../call.ts";
import type { Account } from "../world.ts";

const account = "/users/{accountId}/manage";

/** The user management API: managed accounts as such, whatever directory they are in. */
export const accountRoutes: readonly Route[] = [
  { method: "GET", pattern: account, handle: manage },
  { method: "POST", pattern: `${account}/lifecycle/disable`, handle: disable },
  { method: "POST", pattern: `${account}/lifecycle/enable`, handle: enable },
  { method: "POST", pattern: `${account}/lifecycle/delete`, handle: requestDeletion },
  { method: "POST", pattern: `${account}/lifecycle/cancel-delete`, handle: cancelDeletion },
  { method: "GET", pattern: `${account}/api-tokens`, handle: listTokens },
  { method: "DELETE", pattern: `${account}/api-tokens/{tokenId}`, handle: deleteToken },
];

/** Deletion can be called off for so long. */
const graceDays = 14;

/** What an identity provider owns can't be changed here. */
const ownedByProvider = new Set(["profile", "profile.write", "email.set", "lifecycle.enablement", "lifecycle.delete"]);
const profileFields = ["name", "nickname", "extended_profile.job_title", "extended_profile.department"];
const privileges = [
  "profile",
  "profile.write",
  "profile.read",
  "email.set",
  "lifecycle.enablement",
  "lifecycle.delete",
  "apiToken.read",
  "apiToken.delete",
];

/** The account of the path: 404 when unknown, 403 when the organisation doesn't manage it. */
function managedAccount(call: Call): Account {
  const found = call.world.accounts.get(parameter(call, "accountId"));
  if (found === undefined || found.accountStatus === "closed") throw new Refusal(accountError(404, "accountNotFound"));
  if (!found.managed) {
    const errorDetail = "Error: Caller must be a verified org admin of targeted account";
    throw new Refusal(accountError(403, "forbidden", { errorKey: "forbidden", errorDetail }));
  }
  return found;
}

const bySync = { allowed: false, reason: { key: "externalDirectory.scim" } } as const;

function privilegeOf({ managementSource }: Account, name: string): { readonly allowed: boolean } {
  return managementSource === "synced" && ownedByProvider.has(name) ? bySync : { allowed: true };
}

/** The account, when this key may do this to it; 403 with the reason otherwise. */
function accountFor(call: Call, privilege: string): Account {
  const found = managedAccount(call);
  const rule = privilegeOf(found, privilege);
  if (!rule.allowed) throw new Refusal(accountError(403, "forbidden.action", { context: rule }));
  return found;
}

function manage(call: Call): Answer {
  const found = managedAccount(call);
  const asked = call.query.getAll("privileges");
  if (asked.some((name) => !privileges.includes(name)))
    throw new Refusal(accountError(400, "fieldConstraintsViolated"));
  const rules: Record<string, WireManage[string]> = {};
  for (const name of asked.length > 0 ? asked : privileges) {
    const rule = privilegeOf(found, name);
    const isProfile = name === "profile" || name === "profile.write";
    rules[name] = isProfile ? Object.fromEntries(profileFields.map((field) => [field, rule])) : rule;
  }
  return ok(rules satisfies WireManage);
}

function disable(call: Call): Answer {
  const { accountId, accountStatus } = accountFor(call, "lifecycle.enablement");
  if (accountStatus === "inactive") {
    if (call.quirks.disableAgain === 204) return noContent;
    return lifecycleConflict(accountId, "accountAlreadyInactive", "The account is already inactive");
  }
  const set = { accountStatus: "inactive", deactivatedOn: call.now.toISOString() } as const;
  call.change({ kind: "account.update", accountId, set });
  return noContent;
}

function enable(call: Call): Answer {
  const { accountId, deletionRequestedAt } = accountFor(call, "lifecycle.enablement");
  if (deletionRequestedAt !== undefined) {
    return lifecycleConflict(accountId, "accountScheduledForDeletion", "Cancel the deletion of the account first");
  }
  call.change({ kind: "account.update", accountId, set: { accountStatus: "active", deactivatedOn: undefined } });
  return noContent;
}

function requestDeletion(call: Call): Answer {
  const { accountId, deletionRequestedAt } = accountFor(call, "lifecycle.delete");
  if (deletionRequestedAt !== undefined) return accountError(404, "accountNotFound");
  const at = call.now.toISOString();
  const set = { accountStatus: "inactive", deactivatedOn: at, deletionRequestedAt: at } as const;
  call.change({ kind: "account.update", accountId, set });
  return ok({ message: `AccountId ${accountId} has been deleted.` });
}

function cancelDeletion(call: Call): Answer {
  const { accountId, deletionRequestedAt } = accountFor(call, "lifecycle.delete");
  const age = call.now.getTime() - Date.parse(deletionRequestedAt ?? "");
  if (deletionRequestedAt === undefined || age > graceDays * 86_400_000) return accountError(404, "accountNotFound");
  const set = { accountStatus: "active", deactivatedOn: undefined, deletionRequestedAt: undefined } as const;
  call.change({ kind: "account.update", accountId, set });
  return ok({ message: `The deletion of AccountId ${accountId} has been cancelled.` });
}

function listTokens(call: Call): Answer {
  const { accountId } = accountFor(call, "apiToken.read");
  const tokens = call.world.tokens.get(accountId) ?? [];
  return ok(tokens.map(({ accountId: _, ...token }) => token));
}

function deleteToken(call: Call): Answer {
  const { accountId } = accountFor(call, "apiToken.delete");
  const tokenId = parameter(call, "tokenId");
  if (!(call.world.tokens.get(accountId) ?? []).some(({ id }) => id === tokenId)) return accountError(404, "notFound");
  call.change({ kind: "token.remove", accountId, tokenId });
  return noContent;
}
