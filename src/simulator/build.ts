import { organizationResource } from "./apps.ts";
import type {
  AccountFacts,
  ActivityFacts,
  ApiKeyFacts,
  DirectRoleFacts,
  GroupFacts,
  InstanceFacts,
  MembershipFacts,
  MembershipState,
} from "./facts.ts";
import {
  accountIdOf,
  appKeyOf,
  cloudIdOf,
  directoryIdOf,
  groupIdOf,
  instanceIdOf,
  roleIdOf,
  splitInstance,
} from "./names.ts";
import type { World } from "./world.ts";
import { createWorld } from "./world.ts";
import type { GroupSpec, InstanceSpec, PersonSpec, WorldSpec } from "./world-spec.ts";

/** The organisation id of every built world that doesn't say otherwise. Not a strict UUID, like the real ones. */
export const builtOrganizationId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";

/**
 * Builds a small world from a compact description. Ids follow from names (`names.ts`), so they never change. Instances
 * exist as soon as somebody mentions them; one organisation admin with an API key is there unless declined.
 */
export function buildWorld(spec: WorldSpec): World {
  const directories = spec.directories ?? ["main"];
  const main = directories[0] ?? "main";
  const organizationId = spec.organization?.id ?? builtOrganizationId;
  const admin: PersonSpec = { email: "admin@example.com", name: "Org Admin", platform: ["org-admin"] };
  const hasOwnAdmin = spec.people?.some(({ email }) => email === admin.email) === true;
  const isDeclined = spec.administrator === "none" || hasOwnAdmin;
  const people = [...(isDeclined ? [] : [admin]), ...(spec.people ?? [])];
  const keys = spec.keys ?? (spec.administrator === "none" ? [] : [{ createdBy: admin.email }]);
  requireGroupNames(spec);
  return createWorld({
    organization: {
      id: organizationId,
      name: spec.organization?.name ?? "Acme",
      domains: (spec.organization?.domains ?? ["example.com"]).map((name) => ({ name })),
    },
    directories: directories.map((name) => ({ id: directoryIdOf(name), name })),
    instances: instancesOf(spec, people, main),
    accounts: people.map(accountOf),
    memberships: people.flatMap((person) => membershipsOf(person, main)),
    groups: (spec.groups ?? []).map((group) => groupOf(group, people, main)),
    directRoles: people.flatMap((person) => directRolesOf(person, spec, { main, organizationId })),
    activity: people.flatMap(activityOf),
    keys: keys.map((key, at) => keyOf(key, at, people)),
  });
}

function requireGroupNames(spec: WorldSpec): void {
  const known = new Set(spec.groups?.map(({ name }) => name));
  for (const { email, groups = [] } of spec.people ?? []) {
    const unknown = groups.find((name) => !known.has(name));
    if (unknown !== undefined) throw new Error(`${email} is in group ${unknown}, which isn't described`);
  }
}

function idOf({ id, email }: PersonSpec): string {
  return id ?? accountIdOf(email);
}

function instancesOf(spec: WorldSpec, people: readonly PersonSpec[], main: string): readonly InstanceFacts[] {
  const byName = new Map<string, InstanceSpec>();
  const mention = (name: string, directory = main): void => {
    const { app, site } = splitInstance(name);
    const full = `${app}@${site}`;
    if (!byName.has(full)) byName.set(full, { name: full, directory });
  };
  for (const instance of spec.instances ?? []) {
    const given = typeof instance === "string" ? { name: instance } : instance;
    const { app, site } = splitInstance(given.name);
    byName.set(`${app}@${site}`, given);
  }
  for (const group of spec.groups ?? []) for (const [name] of group.grants ?? []) mention(name, group.directory);
  for (const person of people) {
    const directory = Object.keys(statesOf(person, main))[0];
    for (const [name] of person.direct ?? []) mention(name, directory);
    for (const name of Object.keys(person.active ?? {})) mention(name, directory);
  }
  return [...byName].map(([name, given]) => {
    const { app, site } = splitInstance(name);
    const isBitbucket = app === "bitbucket";
    const host = `https://${site}.atlassian.net${app === "confluence" ? "/wiki" : ""}`;
    return {
      id: instanceIdOf(name),
      app: appKeyOf(app),
      site,
      hostUrl: isBitbucket ? `https://bitbucket.org/${site}` : host,
      directoryId: directoryIdOf(given.directory ?? main),
      ...(given.capacity === undefined ? {} : { capacity: given.capacity }),
      ...(given.sandbox === undefined ? {} : { sandbox: given.sandbox }),
      ...(given.status === undefined ? {} : { status: given.status }),
      ...(given.plan === undefined ? {} : { plan: given.plan }),
    };
  });
}

function accountOf(person: PersonSpec): AccountFacts {
  const { email, status = "active", managed = true } = person;
  const isInactive = status === "deactivated" || status === "for_deletion";
  const fields = {
    nickname: person.name,
    mfaEnabled: person.mfa,
    emailHidden: person.emailHidden,
    department: person.department,
    jobTitle: person.jobTitle,
    location: person.location,
    organization: person.organization,
    deactivatedOn: isInactive ? "2026-01-01T00:00:00.000Z" : undefined,
    deletionRequestedAt: status === "for_deletion" ? "2026-01-01T00:00:00.000Z" : undefined,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    accountId: idOf(person),
    name: person.name ?? nameFrom(email),
    email,
    managed,
    managementSource: person.source === undefined ? (managed ? "invited" : null) : person.source,
    accountStatus: isInactive ? "inactive" : "active",
    addedToOrg: momentOf(person.added ?? "2024-01-01"),
    ...Object.fromEntries(given),
  };
}

function nameFrom(email: string): string {
  const words = (email.split("@")[0] ?? email).split(/[._-]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}

function momentOf(text: string): string {
  return new Date(text).toISOString();
}

function statesOf({ directories, status }: PersonSpec, main: string): Readonly<Record<string, MembershipState>> {
  if (status === "not_invited") return {};
  const state = status === "suspended" ? "suspended" : "active";
  if (directories === undefined) return { [main]: state };
  if (!isList(directories)) return directories;
  return Object.fromEntries(directories.map((name) => [name, state]));
}

function isList(value: readonly string[] | Readonly<Record<string, string>>): value is readonly string[] {
  return Array.isArray(value);
}

function membershipsOf(person: PersonSpec, main: string): readonly MembershipFacts[] {
  const accountId = idOf(person);
  return Object.entries(statesOf(person, main)).map(([name, status]) => ({
    accountId,
    directoryId: directoryIdOf(name),
    status,
  }));
}

function groupOf(group: GroupSpec, people: readonly PersonSpec[], main: string): GroupFacts {
  const directory = group.directory ?? main;
  const idByEmail = new Map(people.map((person) => [person.email, idOf(person)]));
  const named = (group.members ?? []).map((email) => {
    const accountId = idByEmail.get(email);
    if (accountId === undefined) throw new Error(`${email} is in group ${group.name} but not among the people`);
    return accountId;
  });
  const joined = people
    .filter((person) => person.groups?.includes(group.name) === true && directory in statesOf(person, main))
    .map(idOf);
  return {
    id: groupIdOf(group.name, directory),
    name: group.name,
    directoryId: directoryIdOf(directory),
    type: group.team === true ? "TEAM" : "GROUP",
    synced: group.synced === true,
    ...(group.description === undefined ? {} : { description: group.description }),
    grants: (group.grants ?? []).map(([instance, role, isDefault]) => ({
      resourceId: instanceIdOf(instance),
      role: roleIdOf(role),
      ...(isDefault === undefined ? {} : { isDefault: true }),
    })),
    members: [...new Set([...named, ...joined])],
  };
}

function directRolesOf(
  person: PersonSpec,
  spec: WorldSpec,
  { main, organizationId }: { readonly main: string; readonly organizationId: string },
): readonly DirectRoleFacts[] {
  const accountId = idOf(person);
  const own = Object.keys(statesOf(person, main));
  const direct = (person.direct ?? []).map(([name, role]) => {
    const listed = (spec.instances ?? []).find((given) => typeof given !== "string" && given.name === name);
    const serving = typeof listed === "object" ? listed.directory : undefined;
    const directory = serving !== undefined && own.includes(serving) ? serving : (own[0] ?? main);
    return { accountId, resourceId: instanceIdOf(name), role: roleIdOf(role), directoryId: directoryIdOf(directory) };
  });
  const platform = (person.platform ?? []).map((text) => {
    const [role = "", site] = text.split("@");
    const resourceId =
      site === undefined ? organizationResource(organizationId) : `ari:cloud:platform::site/${cloudIdOf(site)}`;
    return { accountId, resourceId, role: roleIdOf(role), directoryId: null };
  });
  return [...direct, ...platform];
}

function activityOf(person: PersonSpec): readonly ActivityFacts[] {
  return Object.entries(person.active ?? {}).map(([name, at]) => ({
    accountId: idOf(person),
    instanceId: instanceIdOf(name),
    at: momentOf(at),
  }));
}

function keyOf(
  key: Partial<ApiKeyFacts> & { readonly createdBy: string },
  at: number,
  people: readonly PersonSpec[],
): ApiKeyFacts {
  const creator = people.find(({ email }) => email === key.createdBy);
  const createdBy = creator === undefined ? key.createdBy : idOf(creator);
  return {
    id: `key-${at + 1}`,
    label: at === 0 ? "seatwright" : `key ${at + 1}`,
    createdAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2027-01-01T00:00:00.000Z",
    ...key,
    createdBy,
  };
}
