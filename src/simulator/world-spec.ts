import type { ApiKeyFacts, MembershipState } from "./facts.ts";

/** How a test describes a small organisation: by names and addresses, with everything usual left out. */

/** `["jira@acme", "user"]`: a role on an instance; a third item `"default"` makes the group the app's default group. */
export type GrantSpec = readonly [instance: string, role: string, isDefault?: "default"];

export interface InstanceSpec {
  /** Like `jira@acme`. */
  readonly name: string;
  /** The directory that serves it; the first one unless named. */
  readonly directory?: string;
  readonly capacity?: number;
  readonly sandbox?: boolean;
  readonly status?: "online" | "offline" | "deprecated";
  readonly plan?: string;
}

export interface GroupSpec {
  readonly name: string;
  /** The first directory unless named. */
  readonly directory?: string;
  readonly grants?: readonly GrantSpec[];
  readonly synced?: boolean;
  readonly team?: boolean;
  readonly description?: string;
  /** Addresses of people of the specification. */
  readonly members?: readonly string[];
}

export interface PersonSpec {
  readonly email: string;
  /** Made from the address unless given. */
  readonly id?: string;
  readonly name?: string;
  readonly status?: "active" | "suspended" | "not_invited" | "deactivated" | "for_deletion";
  /** Names, or the state in each; the first directory unless given. */
  readonly directories?: readonly string[] | Readonly<Record<string, MembershipState>>;
  /** Last activity by instance: a date or a moment, UTC. */
  readonly active?: Readonly<Record<string, string>>;
  readonly direct?: readonly (readonly [instance: string, role: string])[];
  /** Groups, besides those whose `members` name this person. */
  readonly groups?: readonly string[];
  /** Roles over the organisation: `org-admin`; `site-admin@acme`. */
  readonly platform?: readonly string[];
  /** Date or moment; 2024-01-01 unless given. */
  readonly added?: string;
  /** Managed unless said otherwise. */
  readonly managed?: boolean;
  readonly source?: "invited" | "synced" | null;
  readonly mfa?: boolean;
  readonly emailHidden?: boolean;
  readonly department?: string;
  readonly jobTitle?: string;
  readonly location?: string;
  readonly organization?: string;
}

export interface WorldSpec {
  readonly organization?: { readonly id?: string; readonly name?: string; readonly domains?: readonly string[] };
  /** `["main"]` unless given. */
  readonly directories?: readonly string[];
  /** Only needed for what the names used elsewhere don't say. */
  readonly instances?: readonly (string | InstanceSpec)[];
  readonly groups?: readonly GroupSpec[];
  readonly people?: readonly PersonSpec[];
  /** The person whom the API key belongs to is `admin@example.com`, an organisation admin, unless `none`. */
  readonly administrator?: "none";
  readonly keys?: readonly (Partial<ApiKeyFacts> & { readonly createdBy: string })[];
}
