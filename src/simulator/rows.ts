import type { WireGroup, WireLastActive, WireManagedAccount, WireUser } from "../atlassian/wire.ts";
import { appFacts, bareIdOf, ownerOf } from "./apps.ts";
import type { Quirks } from "./quirks.ts";
import { isInShare } from "./quirks.ts";
import { membershipStatusOf, personStatusOf, platformRolesOf, rolesOf } from "./roles.ts";
import type { Account, Activity, Group, World } from "./world.ts";

/** Moment and lag decide which activity is reported. */
export interface Reporting {
  readonly world: World;
  readonly quirks: Quirks;
  readonly now: Date;
}

/** A row whose absent fields are `undefined`: JSON leaves those out. */
type Loose<Row> = { readonly [Key in keyof Row]: Row[Key] | undefined };

function row<Row>(fields: Loose<Row>): Row {
  return fields as Row;
}

/** A user as searches and details show it, with the expanded fields. `directoryIds` undefined means all directories. */
export function userRow(
  reporting: Reporting,
  account: Account,
  expand: readonly string[],
  directoryIds: readonly string[] | undefined,
): WireUser {
  const { world, quirks } = reporting;
  const { accountId } = account;
  const isHidden = account.emailHidden === true || isInShare(quirks.emailHidden, "email", accountId);
  const mfa = account.managed ? (account.mfaEnabled ?? false) : quirks.mfaAbsentForUnmanaged ? undefined : false;
  const isOdd = isInShare(quirks.unknownStatus, "status", accountId);
  const source = isInShare(quirks.unknownSource, "source", accountId)
    ? "federated"
    : (account.managementSource ?? null);
  const platformRoles = expand.includes("platformRoles") && !quirks.platformRolesMissing;
  return row<WireUser>({
    accountId,
    accountType: "atlassian",
    accountStatus: isOdd ? "hibernating" : account.accountStatus,
    membershipStatus: membershipStatusOf(world, accountId),
    status: isOdd ? "hibernating" : personStatusOf(world, account),
    claimStatus: account.managed ? "managed" : "unmanaged",
    name: account.name,
    nickname: account.nickname ?? account.name,
    email: isHidden ? undefined : account.email,
    emailVerified: account.emailVerified ?? true,
    addedToOrg: account.addedToOrg,
    managementSource: source,
    mfaEnabled: mfa,
    jobTitle: account.jobTitle,
    department: account.department,
    organization: account.organization,
    location: account.location,
    timeZone: account.timeZone,
    picture: `https://avatars.example/${accountId}/128`,
    avatar: `https://avatars.example/${accountId}/48`,
    counts: expand.includes("counts.resources") ? { resources: rolesOf(world, accountId).length } : undefined,
    platformRoles: platformRoles ? platformRolesOf(world, accountId) : undefined,
    productAccess: expand.includes("productAccess") ? productAccess(reporting, account, directoryIds) : undefined,
    groups: expand.includes("groups") ? groupsOfRow(reporting, accountId, directoryIds) : undefined,
    deactivatedOn: expand.includes("deactivatedOn") ? account.deactivatedOn : undefined,
    links: { self: Buffer.from(`user ${accountId}`).toString("base64url") },
  });
}

function groupsOfRow(
  { world, quirks }: Reporting,
  accountId: string,
  directoryIds: readonly string[] | undefined,
): NonNullable<WireUser["groups"]> {
  const groups = [];
  for (const groupId of world.groupsOf.get(accountId) ?? []) {
    const group = world.groups.get(groupId);
    if (group === undefined || directoryIds?.includes(group.directoryId) === false) continue;
    groups.push({
      id: `ari:cloud:identity::group/${group.id}`,
      name: group.name,
      description: group.description ?? "",
    });
  }
  return quirks.groupsPerUser > 0 ? groups.slice(0, quirks.groupsPerUser) : groups;
}

function productAccess(
  reporting: Reporting,
  account: Account,
  directoryIds: readonly string[] | undefined,
): NonNullable<WireUser["productAccess"]> {
  const { world, quirks } = reporting;
  const rows = [];
  const isShown = (directoryId: string | undefined): boolean =>
    directoryIds === undefined || directoryId === undefined || directoryIds.includes(directoryId);
  for (const [instanceId, activity] of world.activity.get(account.accountId) ?? []) {
    const latest = reportedActivity(reporting, activity, quirks.lastActiveLagHours + quirks.searchActivityLagHours);
    if (latest === undefined || !isShown(world.instances.get(instanceId)?.directoryId)) continue;
    rows.push({ id: instanceId, key: keyOf(world, instanceId, quirks), lastActiveTimestamp: nanoseconds(latest) });
  }
  if (quirks.noProductAccessForNeverUsed) return rows;
  const used = new Set(rows.map(({ id }) => id));
  const never = rolesOf(world, account.accountId).flatMap(({ resourceId, directoryId }) =>
    world.instances.has(resourceId) && !used.has(resourceId) && isShown(directoryId ?? undefined)
      ? [{ id: resourceId, key: keyOf(world, resourceId, quirks) }]
      : [],
  );
  return [...rows, ...never];
}

function keyOf(world: World, instanceId: string, quirks: Quirks): string {
  const app = world.instances.get(instanceId)?.app ?? ownerOf(instanceId);
  return quirks.shortProductKeys && app === "jira-software" ? "jira" : app;
}

function reportedActivity({ now }: Reporting, activity: Activity, lagHours: number): number | undefined {
  const until = now.getTime() - lagHours * 3_600_000;
  const visit = activity.visits.findLast((at) => at <= until);
  if (visit === undefined) return activity.reported;
  return Math.max(visit, activity.reported ?? visit);
}

/** v2 times carry nine decimals. */
function nanoseconds(at: number): string {
  return new Date(at).toISOString().replace("Z", "000000Z");
}

/** v1 times carry none. */
function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The answer of the last-active endpoint for one person. */
export function lastActiveRow(reporting: Reporting, account: Account): WireLastActive {
  const { world, quirks } = reporting;
  const rows = [];
  for (const [instanceId, activity] of world.activity.get(account.accountId) ?? []) {
    const latest = reportedActivity(reporting, activity, quirks.lastActiveLagHours);
    if (latest === undefined) continue;
    const key = legacyKey(world, instanceId);
    rows.push({
      id: instanceId,
      key,
      last_active: seconds(latest).slice(0, 10),
      last_active_timestamp: seconds(latest),
    });
  }
  const added = account.addedToOrg === undefined ? undefined : seconds(Date.parse(account.addedToOrg));
  return {
    data: {
      ...(added === undefined ? {} : { added_to_org: added.slice(0, 10), added_to_org_timestamp: added }),
      product_access: rows,
    },
    links: {},
  };
}

function legacyKey(world: World, instanceId: string): string {
  const app = world.instances.get(instanceId)?.app ?? ownerOf(instanceId);
  return appFacts(app).legacyKey ?? app;
}

/** A managed account as the v1 list shows it. */
export function managedAccountRow(reporting: Reporting, account: Account, baseUrl: string): WireManagedAccount {
  const { world, quirks } = reporting;
  const used = [...(world.activity.get(account.accountId) ?? [])].flatMap(([instanceId, activity]) => {
    const at = reportedActivity(reporting, activity, quirks.lastActiveLagHours);
    return at === undefined ? [] : [{ instanceId, at }];
  });
  const latest = used.reduce((most, { at }) => Math.max(most, at), 0);
  return row<WireManagedAccount & Record<string, unknown>>({
    account_id: account.accountId,
    account_type: account.accountType,
    account_status: account.accountStatus,
    name: account.name,
    picture: `https://avatars.example/${account.accountId}/128`,
    email: account.emailHidden === true ? undefined : account.email,
    access_billable: account.accountType === "atlassian" && account.accountStatus === "active",
    last_active: latest === 0 ? undefined : seconds(latest),
    product_access: used.map(({ instanceId, at }) => {
      const instance = world.instances.get(instanceId);
      const name = `${appFacts(ownerOf(instanceId)).label} (${instance?.site ?? bareIdOf(instanceId)})`;
      return { key: legacyKey(world, instanceId), name, url: instance?.hostUrl, last_active: seconds(at) };
    }),
    links: { self: `${baseUrl}/users/${account.accountId}/manage/profile` },
  });
}

/** A group as searches and details show it. Counts come from `counts`, which may lag behind `world`. */
export function groupRow(counts: World, group: Group, expand: readonly string[]): WireGroup {
  const counted = counts.groups.get(group.id);
  const users = expand.includes("counts.users") ? (counted?.members.size ?? 0) : undefined;
  const resources = expand.includes("counts.resources")
    ? new Set(counted?.grants.map(({ resourceId }) => resourceId)).size
    : undefined;
  const isSynced = group.synced === true;
  return row<WireGroup>({
    id: group.id,
    name: group.name,
    description: group.description ?? "",
    directoryId: group.directoryId,
    externalSynced: isSynced,
    managedBy: group.managedBy ?? (isSynced ? "external" : group.type === "TEAM" ? "team-members" : "admins"),
    managementAccess: { readable: true, modifiable: !isSynced, deletable: !isSynced && group.type !== "TEAM" },
    counts:
      users === undefined && resources === undefined
        ? undefined
        : { ...(users === undefined ? {} : { users }), ...(resources === undefined ? {} : { resources }) },
    links: { self: Buffer.from(`group ${group.id}`).toString("base64url") },
  });
}
