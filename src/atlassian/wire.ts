/**
 * Atlassian's JSON as it travels, field for field. v2 endpoints speak camelCase, v1 endpoints snake_case; both are kept
 * as they come. Atlassian's OpenAPI documents mark almost nothing as required, so almost everything here is optional:
 * `decode.ts` says which fields Seatwright cannot do without.
 *
 * Sources: the organisations REST API, the user management REST API and the API access API
 * (developer.atlassian.com/cloud/admin).
 */

/** In v2, `next` is a bare cursor; in v1 it is a URL that carries the cursor as a query parameter. */
export interface WireLinks {
  readonly self?: string;
  readonly next?: string | null;
  readonly prev?: string | null;
}

export interface WirePage<Row> {
  readonly data: readonly Row[];
  readonly links?: WireLinks;
}

export interface WireOrganization {
  readonly id: string;
  readonly type?: "orgs";
  readonly attributes?: { readonly name?: string };
}

export interface WireDirectory {
  readonly directoryId?: string;
  readonly name?: string;
  readonly icon?: string;
}

/** One app instance: one app on one site, or one Bitbucket workspace. */
export interface WireWorkspace {
  readonly id?: string;
  readonly type?: string;
  readonly attributes?: {
    readonly name?: string;
    readonly type?: string;
    readonly typeKey?: string;
    readonly owner?: string;
    readonly status?: string;
    readonly hostUrl?: string;
    readonly realm?: string;
    readonly sandbox?: { readonly type?: string };
    readonly capacity?: number;
    readonly usage?: number;
    readonly createdAt?: string;
  };
  readonly relationships?: Readonly<
    Record<
      string,
      readonly {
        readonly id?: string;
        readonly type?: string;
        readonly attributes?: { readonly key?: string; readonly plan?: string; readonly planKey?: string };
      }[]
    >
  >;
  readonly links?: WireLinks;
}

/** Body of `POST …/workspaces`. With `cursor`, no other property may be present. */
export interface WireWorkspaceSearch {
  readonly cursor?: string;
  readonly limit?: number;
  readonly query?: unknown;
  readonly sort?: unknown;
}

export interface WireProductAccess {
  /** The instance's ARI. */
  readonly id?: string;
  readonly key?: string;
  readonly lastActiveTimestamp?: string;
}

export interface WireUser {
  readonly accountId?: string;
  readonly accountType?: string;
  readonly accountStatus?: string;
  readonly membershipStatus?: string;
  readonly status?: string;
  readonly claimStatus?: string;
  readonly name?: string;
  readonly nickname?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly addedToOrg?: string;
  readonly managementSource?: string | null;
  readonly mfaEnabled?: boolean;
  readonly jobTitle?: string;
  readonly department?: string;
  readonly organization?: string;
  readonly location?: string;
  readonly timeZone?: string;
  readonly picture?: string;
  readonly avatar?: string;
  readonly counts?: { readonly resources?: number };
  /** Only with `expand: ["platformRoles"]`. Its absence never means "no admin". */
  readonly platformRoles?: readonly string[];
  /** Only with `expand: ["productAccess"]`. Activity, not entitlement. */
  readonly productAccess?: readonly WireProductAccess[];
  /** Only with `expand: ["groups"]`; the groups of the directory that was asked. `id` is an ARI here. */
  readonly groups?: readonly { readonly id?: string; readonly name?: string; readonly description?: string }[];
  readonly deactivatedOn?: string;
  readonly links?: WireLinks;
}

export type WireUserExpand = "platformRoles" | "counts.resources" | "productAccess" | "groups";

/** Body of `POST …/directories/{id|-}/users/search`. Limits per array are Atlassian's. */
export interface WireUserSearch {
  readonly limit?: number;
  readonly cursor?: string;
  readonly accountIds?: readonly string[];
  readonly directoryIds?: readonly string[];
  readonly groupIds?: readonly string[];
  readonly resourceIds?: readonly string[];
  readonly roleIds?: readonly string[];
  readonly emails?: readonly string[];
  readonly searchTerm?: string;
  readonly emailDomains?: readonly string[];
  readonly claimStatus?: string;
  readonly mfaEnabled?: boolean;
  readonly status?: readonly string[];
  readonly accountStatus?: readonly string[];
  readonly membershipStatus?: readonly string[];
  readonly expand?: readonly WireUserExpand[];
  readonly sortBy?: readonly { readonly field: "nick_name"; readonly direction: "asc" | "desc" }[];
}

export interface WireUserStats {
  readonly accountStatus?: readonly { readonly status?: string; readonly count?: number }[];
  readonly roles?: readonly { readonly roleId?: string; readonly count?: number }[];
}

export interface WireGroup {
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly directoryId?: string;
  readonly externalSynced?: boolean;
  readonly managedBy?: string;
  readonly managementAccess?: {
    readonly readable?: boolean;
    readonly modifiable?: boolean;
    readonly deletable?: boolean;
  };
  readonly counts?: { readonly users?: number; readonly resources?: number };
  readonly links?: WireLinks;
}

/** Body of `POST …/directories/{id|-}/groups/search`. */
export interface WireGroupSearch {
  readonly limit?: number;
  readonly cursor?: string;
  readonly groupIds?: readonly string[];
  readonly groupNames?: readonly string[];
  readonly searchTerm?: string;
  readonly accountIds?: readonly string[];
  readonly directoryIds?: readonly string[];
  readonly resourceIds?: readonly string[];
  readonly resourceOwners?: readonly string[];
  readonly roleIds?: readonly string[];
  readonly expand?: readonly ("counts.users" | "counts.resources")[];
  readonly sortBy?: readonly { readonly field: "name"; readonly direction: "asc" | "desc" }[];
}

/** One row of `GET …/groups/{id}/role-assignments`. */
export interface WireGroupRole {
  readonly resourceId?: string;
  readonly resourceOwner?: string;
  readonly roles?: readonly string[];
  /** Present when new users land in this group for that app. */
  readonly defaultRole?: string;
}

/** One row of `GET …/users/{id}/role-assignments`. Platform roles carry no directory. */
export interface WireUserRole {
  readonly resourceId?: string;
  readonly resourceOwner?: string;
  readonly directoryId?: string | null;
  readonly userDirectoryStatus?: string | null;
  readonly roleAssignments?: readonly {
    readonly role?: string;
    readonly roleAssignmentMethods?: readonly string[];
  }[];
  readonly roles?: readonly string[];
}

/** `GET /v1/orgs/{orgId}/users`: managed accounts only, snake_case, 200 with no rows where no domain is verified. */
export interface WireManagedAccount {
  readonly account_id?: string;
  readonly account_type?: string;
  readonly account_status?: string;
  readonly name?: string;
  readonly email?: string;
  readonly access_billable?: boolean;
  readonly last_active?: string;
}

/** `GET /v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates`: snake_case; the cursor is bare. */
export interface WireLastActive {
  readonly data?: {
    readonly added_to_org?: string;
    readonly added_to_org_timestamp?: string;
    readonly product_access?: readonly {
      readonly id?: string;
      readonly key?: string;
      readonly last_active?: string;
      readonly last_active_timestamp?: string;
    }[];
  };
  readonly links?: WireLinks;
}

/** Body of `POST /v1/orgs/{orgId}/users/{userId}/roles/assign` and `…/revoke`. */
export interface WireRoleChange {
  readonly role: string;
  readonly resource: string;
}

/** `GET /users/{account_id}/manage`: which account operations this key may carry out, and why not. */
export type WireManage = Readonly<
  Record<string, { readonly allowed?: boolean; readonly reason?: { readonly key?: string } }>
>;

/** One row of `GET /admin/api-access/v1/orgs/{orgId}/api-keys`. */
export interface WireApiKey {
  readonly id?: string;
  readonly label?: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
  readonly lastActiveAt?: string;
  readonly createdBy?: { readonly id?: string; readonly name?: string; readonly email?: string };
  readonly scopes?: readonly string[];
  readonly revokedBy?: unknown;
  readonly revocationDate?: string | null;
}

/** The error envelopes Atlassian answers with; a sixth, an HTML page, has no type. */
export type WireError =
  | {
      readonly errors: readonly {
        readonly id?: string;
        readonly status?: string;
        readonly code?: string;
        readonly title?: string;
        readonly detail?: string;
      }[];
    }
  | { readonly code: number; readonly message: string }
  | {
      readonly timestamp: string;
      readonly path: string;
      readonly status: number;
      readonly error: string;
      readonly requestId?: string;
      readonly message?: string;
    }
  | { readonly key: string; readonly errorKey?: string; readonly errorDetail?: string; readonly context?: unknown };
