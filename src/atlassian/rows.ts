import type { Seconds } from "../model/time.ts";
import {
  type Fields,
  fieldsOf,
  optionalFields,
  optionalFlag,
  optionalList,
  optionalMoment,
  optionalText,
  requiredAccountId,
  requiredCount,
  requiredList,
  requiredText,
  textsOf,
  type Where,
} from "./decode.ts";

/** When somebody was last active on an instance, in any spelling of the two APIs that tell. */
export interface ActivityEntry {
  /** The instance, as Atlassian names it there. */
  readonly id: string;
  readonly key: string;
  /** Null where the entry has no time. */
  readonly at: Seconds | null;
}

/** One person as `users/search` shows them in one directory. Values of lists are carried as they came. */
export interface UserRow {
  readonly accountId: string;
  readonly status: string;
  readonly membershipStatus: string | undefined;
  readonly claimStatus: string | undefined;
  /** Null where Atlassian says that it could not tell. */
  readonly managementSource: string | null | undefined;
  readonly name: string | undefined;
  readonly nickname: string | undefined;
  readonly email: string | undefined;
  readonly mfaEnabled: boolean | undefined;
  readonly addedToOrg: Seconds | undefined;
  readonly jobTitle: string | undefined;
  readonly department: string | undefined;
  readonly organization: string | undefined;
  readonly location: string | undefined;
  readonly platformRoles: readonly string[];
  /** Ids of groups of the directory that was asked; undefined where the row does not tell. */
  readonly groups: readonly string[] | undefined;
  readonly activity: readonly ActivityEntry[] | undefined;
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly directoryId: string | undefined;
  readonly synced: boolean;
  readonly modifiable: boolean;
  readonly managedBy: string;
  readonly members: number;
}

/** One row of somebody's role assignments. */
export interface RoleRow {
  readonly resourceId: string;
  readonly resourceOwner: string;
  readonly directoryId: string | null;
  readonly directoryStatus: string | null;
  readonly roles: readonly { readonly role: string; readonly methods: readonly string[] }[];
}

export interface KeyRow {
  readonly createdBy: string | undefined;
  readonly expiresAt: Seconds | undefined;
  readonly revoked: boolean;
}

/**
 * A row of `users/search`, asked with every expansion. `platformRoles` must be there: without it an organisation admin
 * looks like anybody.
 */
export function decodeUser(value: unknown, where: Where): UserRow {
  const row = fieldsOf(value, "the person", where);
  return {
    accountId: requiredAccountId(row, "accountId", where),
    status: requiredText(row, "status", where),
    membershipStatus: optionalText(row, "membershipStatus", where),
    claimStatus: optionalText(row, "claimStatus", where),
    managementSource: row["managementSource"] === null ? null : optionalText(row, "managementSource", where),
    name: optionalText(row, "name", where),
    nickname: optionalText(row, "nickname", where),
    email: optionalText(row, "email", where),
    mfaEnabled: optionalFlag(row, "mfaEnabled", where),
    addedToOrg: optionalMoment(row, "addedToOrg", where),
    jobTitle: optionalText(row, "jobTitle", where),
    department: optionalText(row, "department", where),
    organization: optionalText(row, "organization", where),
    location: optionalText(row, "location", where),
    platformRoles: textsOf(requiredList(row, "platformRoles", where), "platformRoles", where),
    groups: optionalList(row, "groups", where)?.map((group) =>
      requiredText(fieldsOf(group, `an entry of "groups"`, where), "id", where).replace(
        /^ari:cloud:identity::group\//,
        "",
      ),
    ),
    activity: optionalList(row, "productAccess", where)?.map((entry) => {
      const product = fieldsOf(entry, `an entry of "productAccess"`, where);
      return activityEntry(product, optionalMoment(product, "lastActiveTimestamp", where), where);
    }),
  };
}

/** An entry of `product_access` of the last-active endpoint, which speaks snake_case. */
export function decodeLastActive(value: unknown, where: Where): ActivityEntry {
  const entry = fieldsOf(value, `an entry of "product_access"`, where);
  const at = optionalMoment(entry, "last_active_timestamp", where) ?? optionalMoment(entry, "last_active", where);
  return activityEntry(entry, at, where);
}

function activityEntry(entry: Fields, at: Seconds | undefined, where: Where): ActivityEntry {
  return { id: requiredText(entry, "id", where), key: optionalText(entry, "key", where) ?? "", at: at ?? null };
}

/**
 * A row of `groups/search`, asked with `counts.users`. A group is synced where any of Atlassian's signs says so, and
 * modifiable only where none says that it is not.
 */
export function decodeGroup(value: unknown, where: Where): GroupRow {
  const row = fieldsOf(value, "the group", where);
  const access = optionalFields(row, "managementAccess", where);
  const managedBy = optionalText(row, "managedBy", where);
  const modifiable = access === undefined ? undefined : optionalFlag(access, "modifiable", where);
  const synced = optionalFlag(row, "externalSynced", where) === true || managedBy === "external";
  const counts = optionalFields(row, "counts", where);
  return {
    id: requiredText(row, "id", where),
    name: requiredText(row, "name", where),
    directoryId: optionalText(row, "directoryId", where),
    synced,
    modifiable: modifiable ?? !synced,
    managedBy: managedBy ?? (synced ? "external" : "unknown"),
    members: requiredCount(counts ?? {}, "users", where),
  };
}

/** A row of `users/{accountId}/role-assignments`. */
export function decodeRole(value: unknown, where: Where): RoleRow {
  const row = fieldsOf(value, "the role assignment", where);
  return {
    resourceId: requiredText(row, "resourceId", where),
    resourceOwner: optionalText(row, "resourceOwner", where) ?? "",
    directoryId: optionalText(row, "directoryId", where) ?? null,
    directoryStatus: optionalText(row, "userDirectoryStatus", where) ?? null,
    roles: requiredList(row, "roleAssignments", where).map((entry) => {
      const assigned = fieldsOf(entry, `an entry of "roleAssignments"`, where);
      const methods = requiredList(assigned, "roleAssignmentMethods", where);
      return {
        role: requiredText(assigned, "role", where),
        methods: textsOf(methods, "roleAssignmentMethods", where),
      };
    }),
  };
}

/** A row of the API access API's list of keys. */
export function decodeKey(value: unknown, where: Where): KeyRow {
  const row = fieldsOf(value, "the API key", where);
  const creator = optionalFields(row, "createdBy", where);
  return {
    createdBy: creator === undefined ? undefined : requiredAccountId(creator, "id", where),
    expiresAt: optionalMoment(row, "expiresAt", where),
    revoked: (row["revokedBy"] ?? null) !== null || (row["revocationDate"] ?? null) !== null,
  };
}
