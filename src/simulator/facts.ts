/**
 * What a simulated organisation is made of, as plain data: the parts that a world is created from, and the changes
 * that can happen to it. Anything that can be written here can be written as JSON.
 */

export interface OrganizationFacts {
  readonly id: string;
  readonly name: string;
  readonly domains?: readonly DomainFacts[];
  /** Inviting needs a paid subscription (402 without). Paid unless said otherwise. */
  readonly paid?: boolean;
}

export interface DomainFacts {
  readonly name: string;
  readonly status?: "verified" | "deleted" | "unverified" | "superseded" | "missing_token";
}

export interface DirectoryFacts {
  readonly id: string;
  readonly name: string;
}

/** One app on one site, or one Bitbucket workspace. */
export interface InstanceFacts {
  /** The ARI, for example `ari:cloud:jira-software::site/<cloudId>`. */
  readonly id: string;
  /** The app's key, for example `jira-software`. */
  readonly app: string;
  /** The site's name, for example `acme`. */
  readonly site: string;
  readonly hostUrl?: string;
  /** The directory that serves it: where a direct role and the activity on it belong. */
  readonly directoryId?: string;
  /** Seats that the licence allows; adding one more answers 409. No limit when absent. */
  readonly capacity?: number;
  readonly plan?: string;
  readonly sandbox?: boolean;
  readonly status?: "online" | "offline" | "deprecated";
  readonly createdAt?: string;
  /** The roles it knows, when they differ from the usual ones of its app. */
  readonly roles?: readonly string[];
}

export type AccountStatus = "active" | "inactive" | "closed";
export type MembershipState = "active" | "suspended";

export interface AccountFacts {
  readonly accountId: string;
  readonly name: string;
  /** `app` and `customer` accounts appear in the list of managed accounts only. */
  readonly accountType?: "atlassian" | "app" | "customer";
  readonly nickname?: string;
  readonly email?: string;
  /** The person shows the address to nobody, so the API leaves it out. */
  readonly emailHidden?: boolean;
  readonly emailVerified?: boolean;
  readonly managed?: boolean;
  readonly accountStatus?: AccountStatus;
  /** ISO moment; a person whose deletion was asked for is in a grace period of 14 days. */
  readonly deletionRequestedAt?: string;
  readonly deactivatedOn?: string;
  readonly addedToOrg?: string;
  readonly managementSource?: string | null;
  readonly mfaEnabled?: boolean;
  readonly jobTitle?: string;
  readonly department?: string;
  readonly organization?: string;
  readonly location?: string;
  readonly timeZone?: string;
}

export interface MembershipFacts {
  readonly accountId: string;
  readonly directoryId: string;
  readonly status?: MembershipState;
}

export interface Grant {
  readonly resourceId: string;
  readonly role: string;
  /** New people of this app land in this group. */
  readonly isDefault?: boolean;
}

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
  readonly directoryId: string;
  readonly description?: string;
  readonly type?: "GROUP" | "TEAM" | "USERBASE_GROUP";
  /** Synced from an identity provider: it can't be changed here. */
  readonly synced?: boolean;
  readonly managedBy?: string;
  readonly grants?: readonly Grant[];
  /** Account ids; each must be a member of the group's directory. */
  readonly members?: readonly string[];
}

export interface DirectRoleFacts {
  readonly accountId: string;
  readonly resourceId: string;
  readonly role: string;
  /** Null for roles over the whole organisation or a whole site. */
  readonly directoryId: string | null;
}

export interface ActivityFacts {
  readonly accountId: string;
  readonly instanceId: string;
  /** ISO moment of the last activity that Atlassian already reports. */
  readonly at: string;
}

export interface ApiKeyFacts {
  readonly id: string;
  readonly label: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastActiveAt?: string;
  readonly scopes?: readonly string[];
  readonly revokedBy?: string;
  readonly revocationDate?: string;
}

export interface TokenFacts {
  readonly accountId: string;
  readonly id: string;
  readonly label: string;
  readonly createdAt: string;
  readonly lastAccess?: string;
  readonly expiry?: string;
}

/** Everything that a world can be created from. Only the organisation is needed. */
export interface WorldParts {
  readonly organization: OrganizationFacts;
  readonly directories?: readonly DirectoryFacts[];
  readonly instances?: readonly InstanceFacts[];
  readonly accounts?: readonly AccountFacts[];
  readonly memberships?: readonly MembershipFacts[];
  readonly groups?: readonly GroupFacts[];
  readonly directRoles?: readonly DirectRoleFacts[];
  readonly activity?: readonly ActivityFacts[];
  /** The first is the one that the simulator's own key stands for. */
  readonly keys?: readonly ApiKeyFacts[];
  readonly tokens?: readonly TokenFacts[];
}

/** Fields to set; a field given as `undefined` is taken away. */
export type AccountPatch = { readonly [Key in keyof Omit<AccountFacts, "accountId">]?: AccountFacts[Key] | undefined };
export type GroupPatch = {
  readonly [Key in "name" | "description" | "synced" | "managedBy"]?: GroupFacts[Key] | undefined;
};
export type InstancePatch = { readonly [Key in "capacity" | "status" | "plan"]?: InstanceFacts[Key] | undefined };

/** One thing that happens to an organisation, whoever does it. */
export type Change =
  | { readonly kind: "account.add"; readonly account: AccountFacts }
  | { readonly kind: "account.update"; readonly accountId: string; readonly set: AccountPatch }
  | {
      readonly kind: "membership.set";
      readonly accountId: string;
      readonly directoryId: string;
      readonly status: MembershipState;
    }
  | { readonly kind: "membership.remove"; readonly accountId: string; readonly directoryId: string }
  | { readonly kind: "group.create"; readonly group: GroupFacts }
  | { readonly kind: "group.update"; readonly groupId: string; readonly set: GroupPatch }
  | { readonly kind: "group.delete"; readonly groupId: string }
  | { readonly kind: "member.add"; readonly groupId: string; readonly accountId: string }
  | { readonly kind: "member.remove"; readonly groupId: string; readonly accountId: string }
  | { readonly kind: "grant.add"; readonly groupId: string; readonly grant: Grant }
  | { readonly kind: "grant.remove"; readonly groupId: string; readonly resourceId: string; readonly role: string }
  | {
      readonly kind: "role.add";
      readonly accountId: string;
      readonly resourceId: string;
      readonly role: string;
      readonly directoryId: string | null;
    }
  | { readonly kind: "role.remove"; readonly accountId: string; readonly resourceId: string; readonly role: string }
  | { readonly kind: "instance.update"; readonly instanceId: string; readonly set: InstancePatch }
  | { readonly kind: "visit"; readonly accountId: string; readonly instanceId: string; readonly at: string }
  | { readonly kind: "token.remove"; readonly accountId: string; readonly tokenId: string };

/** A change that happened. `at` and `actor` are known when it came in through the API. */
export interface ChangeRecord {
  readonly sequence: number;
  readonly change: Change;
  readonly at?: string;
  readonly actor?: string;
}
