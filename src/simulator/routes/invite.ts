import type { Answer } from "../answers.ts";
import { Refusal, refuse } from "../answers.ts";
import { appFacts, billableRoles } from "../apps.ts";
import type { Call, Route } from "../call.ts";
import { objectBody } from "../filters.ts";
import { stableUuid } from "../ids.ts";
import { accountsByEmail, groupsByResource } from "../indexes.ts";
import { requireSeats } from "./group-writes.ts";
import { requirePaid } from "./organization.ts";

/** Inviting people, which adds them to directories, groups and apps. */
export const inviteRoutes: readonly Route[] = [
  { method: "POST", pattern: "/admin/v2/orgs/{orgId}/users/invite", handle: invite },
];

interface Outcome {
  readonly status: "INVITED" | "ERROR";
  readonly statusReason?: string;
}

interface RoleRule {
  readonly resource: string;
  readonly role: string;
}

function invite(call: Call): Answer {
  requirePaid(call);
  const body = objectBody(call.body);
  const emails = textsOf(body["emails"], "emails");
  if (emails.length === 0) throw refuse.badRequest("emails must not be empty");
  const groupIds = textsOf(body["additionalGroups"] ?? [], "additionalGroups");
  const rules = rulesOf(body["permissionRules"] ?? []);
  if (groupIds.some((id) => !call.world.groups.has(id))) throw refuse.noGroup();
  if (rules.some(({ resource }) => !call.world.instances.has(resource))) throw refuse.noResource("Unknown resource");
  const data = emails.map((email) => {
    const id = accountFor(call, email);
    const roleAssignmentResult = rules.map((rule) => ({ ...rule, ...attempt(() => giveRole(call, id, rule)) }));
    const groupAssignmentResult = groupIds.map((group) => ({ group, ...attempt(() => joinGroup(call, id, group)) }));
    return { email, id, results: [{ roleAssignmentResult, groupAssignmentResult }] };
  });
  const outcomes: Outcome[] = data.flatMap(({ results }) =>
    results.flatMap(({ roleAssignmentResult, groupAssignmentResult }) => [
      ...roleAssignmentResult,
      ...groupAssignmentResult,
    ]),
  );
  const failed = outcomes.filter(({ status }) => status === "ERROR");
  const isFull = failed.length > 0 && failed.length === outcomes.length;
  if (isFull && failed.every(({ statusReason }) => statusReason === "ADMIN-UAM-409-3")) throw refuse.noSeatsLeft();
  return { status: failed.length > 0 ? 206 : 200, body: { data } };
}

function textsOf(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) {
    throw refuse.badRequest(`${name} must be an array of text`);
  }
  return value as string[];
}

function rulesOf(value: unknown): readonly RoleRule[] {
  if (!Array.isArray(value)) throw refuse.badRequest("permissionRules must be an array");
  return value.map((rule: unknown) => {
    const { resource, role } = objectBody(rule);
    if (typeof resource !== "string" || typeof role !== "string") {
      throw refuse.badRequest("permissionRules need resource and role");
    }
    return { resource, role };
  });
}

/** The account with this address, created when there is none: never active, address not verified. */
function accountFor(call: Call, email: string): string {
  const [known] = accountsByEmail(call.world).get(email.toLowerCase()) ?? [];
  if (known !== undefined) return known.accountId;
  const accountId = `712020:${stableUuid(`invited ${email.toLowerCase()}`)}`;
  const domain = email.slice(email.indexOf("@") + 1).toLowerCase();
  const domains = call.world.organization.domains ?? [];
  const isManaged = domains.some(({ name, status = "verified" }) => name === domain && status === "verified");
  const account = { accountId, name: email.split("@")[0] ?? email, email, emailVerified: false, managed: isManaged };
  call.change({
    kind: "account.add",
    account: { ...account, addedToOrg: call.now.toISOString(), ...(isManaged ? { managementSource: "invited" } : {}) },
  });
  return accountId;
}

function attempt(act: () => void): Outcome {
  try {
    act();
    return { status: "INVITED" };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { errors } = error.answer.body as { readonly errors: readonly { readonly code: string }[] };
    return { status: "ERROR", statusReason: errors[0]?.code ?? "ERROR" };
  }
}

/** Puts the person into the default group of that app and role where there is one; else they get the role directly. */
function giveRole(call: Call, accountId: string, { resource, role }: RoleRule): void {
  const instance = call.world.instances.get(resource);
  if (instance === undefined) throw refuse.noResource("Unknown resource");
  if (!(instance.roles ?? appFacts(instance.app).roles).includes(role)) throw refuse.wrongRole();
  const landing = groupsByResource(call.world)
    .get(resource)
    ?.find(
      ({ group, role: granted }) => granted === role && group.grants.some((grant) => isDefaultOf(grant, resource)),
    );
  if (landing !== undefined) return joinGroup(call, accountId, landing.group.id);
  const [first] = call.world.directories.keys();
  const directoryId = instance.directoryId ?? first;
  if (directoryId === undefined) throw refuse.noDirectory();
  joinDirectory(call, accountId, directoryId);
  if (billableRoles.includes(role)) requireSeats(call, directoryId, [accountId], [resource]);
  call.change({ kind: "role.add", accountId, resourceId: resource, role, directoryId });
}

function isDefaultOf(grant: { readonly resourceId: string; readonly isDefault?: boolean }, resource: string): boolean {
  return grant.isDefault === true && grant.resourceId === resource;
}

function joinGroup(call: Call, accountId: string, groupId: string): void {
  const group = call.world.groups.get(groupId);
  if (group === undefined) throw refuse.noGroup();
  if (group.synced === true) throw refuse.forbidden("The group is synced from an identity provider");
  const seats = group.grants.filter(({ role }) => billableRoles.includes(role)).map(({ resourceId }) => resourceId);
  requireSeats(call, group.directoryId, [accountId], seats);
  joinDirectory(call, accountId, group.directoryId);
  call.change({ kind: "member.add", groupId, accountId });
}

function joinDirectory(call: Call, accountId: string, directoryId: string): void {
  if (call.world.memberships.get(accountId)?.has(directoryId)) return;
  call.change({ kind: "membership.set", accountId, directoryId, status: "active" });
}
