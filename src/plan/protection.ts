import { instanceLabel } from "../model/apps.ts";
import { hasBit } from "../model/bits.ts";
import type { SnapshotHeader } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { activeOrgAdmins } from "../people/admins.ts";
import { hasEntry, platformRoleBits, type Population } from "../people/population.ts";
import { grantsOn } from "../people/seats.ts";
import type { Settings } from "../policy/types.ts";

/** Why nothing may be taken from somebody. `unknown`: it cannot be told whether they must be protected. */
export interface Protection {
  readonly kind: "protected" | "unknown";
  readonly code: string;
  readonly reason: string;
}

/**
 * Whether a person is protected. No policy can lift it: organisation, site, product and user-access admins, the makers of
 * live API keys, and whomever the organisation file names. Null: not protected.
 */
export function protectionOf(population: Population, settings: Settings, person: number): Protection | null {
  const roles = population.platformRoles[person] ?? 0;
  const is = (bit: number): boolean => (roles & bit) !== 0;
  if (is(platformRoleBits.orgAdmin)) return isProtected("org-admin", "is an organisation admin");
  if (is(platformRoleBits.siteAdmin)) return isProtected("site-admin", "is a site admin");
  if (is(platformRoleBits.userAccessAdmin)) return isProtected("user-access-admin", "is a user access admin");
  if (is(platformRoleBits.other)) return isProtected("admin-role", "holds an admin role Seatwright does not know");
  const accountId = population.text("id", person) ?? "";
  if (settings.protect.accountIds.has(accountId)) return isProtected("listed", "is protected by the organisation file");
  if (population.header.keyCreators?.includes(accountId) === true) {
    return isProtected("key-creator", "made a live API key of the organisation");
  }
  for (const group of settings.protect.groups) {
    if (hasEntry(population.groups, person, group)) {
      return isProtected(
        "listed-group",
        `is in ${population.header.groups[group]?.name ?? "a group"}, protected by the organisation file`,
      );
    }
  }
  const admin = adminOf(population, person);
  if (admin !== null) return admin;
  if (is(platformRoleBits.unknown)) return unknown("roles-unknown", "it is not known whether the person is an admin");
  if (hasBit(population.groupsUnknown, person)) {
    return unknown("groups-unknown", "it is not known which groups the person is in, so whether they are protected");
  }
  const doubtful = [...settings.protect.groups, ...groupsOfAdmins(population, person)].find((group) => {
    const directory = population.header.groups[group]?.directory ?? -1;
    return population.groupProved[group] !== true && hasEntry(population.directories, person, directory);
  });
  if (doubtful === undefined) return null;
  const name = population.header.groups[doubtful]?.name ?? "a protected group";
  return unknown("membership-unknown", `it is not known whether the person is in ${name}, whose members are protected`);
}

/**
 * These people without the organisation admins among them where taking all of those would leave fewer active ones than the
 * organisation file asks for: that, nobody can override.
 */
export function keepingAdmins<Concerned extends { readonly draft: { readonly person: number } }>(
  concerned: readonly Concerned[],
  population: Population,
  { protect }: Pick<Settings, "protect">,
): readonly Concerned[] {
  const isAdmin = ({ draft: { person } }: Concerned): boolean =>
    ((population.platformRoles[person] ?? 0) & platformRoleBits.orgAdmin) !== 0;
  const admins = new Set(concerned.filter(isAdmin).map(({ draft }) => draft.person));
  if (admins.size === 0 || activeOrgAdmins(population) - admins.size >= Math.max(1, protect.minOrgAdmins))
    return concerned;
  return concerned.filter((each) => !isAdmin(each));
}

/** Roles that administer an app or a site. Source: organisations REST API, RoleId. */
const adminRoles: Readonly<Record<string, string>> = {
  "atlassian/admin": "product-admin",
  "atlassian/user-access-admin": "user-access-admin",
  "atlassian/site-admin": "site-admin",
  "atlassian/org-admin": "org-admin",
};

/** Whether a role administers an app or a site. */
export function isAdminRole(role: string): boolean {
  return Object.hasOwn(adminRoles, role);
}

interface AdminGrant {
  readonly group: number;
  readonly instance: number;
  readonly role: string;
}

const adminGrantsByHeader = new WeakMap<SnapshotHeader, readonly AdminGrant[]>();

/** What makes members of a group admins, by instance. */
function adminGrants(population: Population): readonly AdminGrant[] {
  const { header } = population;
  let grants = adminGrantsByHeader.get(header);
  if (grants === undefined) {
    grants = header.instances.flatMap((_, instance) =>
      grantsOn(population, instance).flatMap(({ group, role }) =>
        isAdminRole(role) ? [{ group, instance, role }] : [],
      ),
    );
    adminGrantsByHeader.set(header, grants);
  }
  return grants;
}

function adminOf(population: Population, person: number): Protection | null {
  const direct = population.direct.get(person) ?? [];
  const told = population.detail.get(person)?.roles ?? [];
  const held = [
    ...[...direct, ...told].map(([instance, role]) => ({ instance, role })),
    ...adminGrants(population).filter(({ group }) => hasEntry(population.groups, person, group)),
  ].filter(({ role }) => isAdminRole(role));
  const [first] = held.sort((a, b) => a.instance - b.instance || compareText(a.role, b.role));
  if (first === undefined) return null;
  const { app = "", site = "" } = population.header.instances[first.instance] ?? {};
  return isProtected(adminRoles[first.role] ?? "admin-role", `is an admin of ${instanceLabel({ app, site })}`);
}

/** Groups that may make the person an admin. Of somebody whose own call told every role: none. */
function groupsOfAdmins(population: Population, person: number): readonly number[] {
  return population.detail.has(person) ? [] : adminGrants(population).map(({ group }) => group);
}

function isProtected(code: string, reason: string): Protection {
  return { kind: "protected", code, reason };
}

function unknown(code: string, reason: string): Protection {
  return { kind: "unknown", code, reason };
}
