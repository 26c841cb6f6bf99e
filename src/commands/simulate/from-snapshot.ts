import { momentOf } from "../../model/time.ts";
import { domainOf } from "../../people/builder.ts";
import { directoriesOf } from "../../people/counterfactual.ts";
import {
  claims,
  entries,
  managementSources,
  mfaStates,
  NEVER,
  platformRoleBits,
  type Population,
  sharedText,
  type Status,
  statuses,
  UNKNOWN_TIME,
} from "../../people/population.ts";
import type {
  AccountFacts,
  ActivityFacts,
  ApiKeyFacts,
  DirectRoleFacts,
  MembershipFacts,
} from "../../simulator/facts.ts";
import { createWorld, type World } from "../../simulator/world.ts";

/**
 * The organisation of a snapshot as a simulated world, to rehearse on. What a snapshot does not tell (descriptions, API
 * tokens, who is in which directory suspended) is left out or taken from the status over all directories.
 */
export function worldFromSnapshot(population: Population): World {
  const { header } = population;
  const accounts: AccountFacts[] = [];
  const memberships: MembershipFacts[] = [];
  const directRoles: DirectRoleFacts[] = [];
  const activity: ActivityFacts[] = [];
  const members: string[][] = header.groups.map(() => []);
  for (let person = 0; person < population.size; person++) {
    const account = accountFacts(population, person);
    const { accountId } = account;
    accounts.push(account);
    memberships.push(...membershipFacts(population, person, accountId));
    for (const group of entries(population.groups, person)) members[group]?.push(accountId);
    directRoles.push(...roleFacts(population, person, accountId));
    header.instances.forEach(({ id }, instance) => {
      const at = population.lastActive[instance]?.[person] ?? UNKNOWN_TIME;
      if (at !== NEVER && at !== UNKNOWN_TIME) activity.push({ accountId, instanceId: id, at: momentOf(at) });
    });
  }
  return createWorld({
    organization: { id: header.organization.id, name: header.organization.name, domains: managedDomains(population) },
    directories: header.directories,
    instances: header.instances.map((instance, position) => {
      const directory = [...directoriesOf(population, position)][0];
      const directoryId = header.directories[directory ?? 0]?.id;
      return {
        id: instance.id,
        app: /^ari:cloud:([^:]+)::/.exec(instance.id)?.[1] ?? instance.app,
        site: instance.site,
        sandbox: instance.sandbox,
        ...(instance.url === undefined ? {} : { hostUrl: instance.url }),
        ...(instance.plan === undefined ? {} : { plan: instance.plan }),
        ...(instance.capacity === undefined ? {} : { capacity: instance.capacity }),
        ...(directoryId === undefined ? {} : { directoryId }),
      };
    }),
    accounts,
    memberships,
    groups: header.groups.map((group, position) => ({
      id: group.id,
      name: group.name,
      directoryId: header.directories[group.directory]?.id ?? "",
      synced: group.synced,
      managedBy: group.managedBy,
      grants: group.grants.map(({ instance, role }) => ({ resourceId: header.instances[instance]?.id ?? "", role })),
      members: members[position] ?? [],
    })),
    directRoles,
    activity,
    keys: keyFacts(population),
  });
}

function accountFacts(population: Population, person: number): AccountFacts {
  const status: Status = statuses[population.status[person] ?? 0] ?? "unknown";
  const accountId = population.text("id", person) ?? "";
  const email = population.text("email", person);
  const nickname = population.text("nickname", person);
  const added = population.added[person] ?? UNKNOWN_TIME;
  const source = managementSources[population.source[person] ?? 0];
  const shared = (field: "department" | "jobTitle" | "location" | "organization"): object => {
    const text = sharedText(population, field, person);
    return text === null ? {} : { [field]: text };
  };
  return {
    accountId,
    name: population.text("name", person) ?? accountId,
    ...(nickname === null ? {} : { nickname }),
    ...(email === null ? { emailHidden: true } : { email }),
    managed: claims[population.claim[person] ?? 0] === "managed",
    accountStatus: status === "deactivated" || status === "for_deletion" ? "inactive" : "active",
    managementSource: source === "unknown" || source === undefined ? null : source,
    ...(population.mfa[person] === 0 ? {} : { mfaEnabled: mfaStates[population.mfa[person] ?? 0] === "on" }),
    ...(added === UNKNOWN_TIME ? {} : { addedToOrg: momentOf(added) }),
    ...(status === "for_deletion" ? { deletionRequestedAt: population.header.asOf } : {}),
    ...shared("department"),
    ...shared("jobTitle"),
    ...shared("location"),
    ...shared("organization"),
  };
}

function membershipFacts(population: Population, person: number, accountId: string): readonly MembershipFacts[] {
  const suspended = statuses[population.status[person] ?? 0] === "suspended";
  const known = new Map(population.detail.get(person)?.membership ?? []);
  return [...entries(population.directories, person)].map((directory) => {
    const told = known.get(directory);
    return {
      accountId,
      directoryId: population.header.directories[directory]?.id ?? "",
      status: told === "suspended" || (told === undefined && suspended) ? "suspended" : "active",
    };
  });
}

function roleFacts(population: Population, person: number, accountId: string): readonly DirectRoleFacts[] {
  const { header } = population;
  const [home] = entries(population.directories, person);
  const roles: DirectRoleFacts[] = (population.direct.get(person) ?? []).map(([instance, role]) => ({
    accountId,
    resourceId: header.instances[instance]?.id ?? "",
    role,
    directoryId: header.directories[home ?? 0]?.id ?? null,
  }));
  const code = population.platformRoles[person] ?? platformRoleBits.unknown;
  const platform = (bit: number, role: string): void => {
    if ((code & platformRoleBits.unknown) !== 0 || (code & bit) === 0) return;
    roles.push({ accountId, resourceId: `ari:cloud:platform::org/${header.organization.id}`, role, directoryId: null });
  };
  platform(platformRoleBits.orgAdmin, "atlassian/org-admin");
  platform(platformRoleBits.siteAdmin, "atlassian/site-admin");
  platform(platformRoleBits.userAccessAdmin, "atlassian/user-access-admin");
  return roles;
}

function keyFacts(population: Population): readonly ApiKeyFacts[] {
  const day = 86_400_000;
  const now = Date.parse(population.header.asOf);
  return (population.header.keyCreators ?? []).map((createdBy, at) => ({
    id: `key-${at + 1}`,
    label: `key ${at + 1}`,
    createdBy,
    createdAt: new Date(now - 100 * day).toISOString(),
    expiresAt: new Date(now + 200 * day).toISOString(),
  }));
}

/** Domains of managed accounts, which the organisation must have verified. */
function managedDomains(population: Population): readonly { readonly name: string; readonly status: "verified" }[] {
  const domains = new Set<string>();
  for (let person = 0; person < population.size; person++) {
    if (claims[population.claim[person] ?? 0] !== "managed") continue;
    const email = population.text("email", person);
    const domain = email === null ? null : domainOf(email);
    if (domain !== null) domains.add(domain);
  }
  return [...domains].sort().map((name) => ({ name, status: "verified" }));
}
