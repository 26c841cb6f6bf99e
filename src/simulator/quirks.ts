/**
 * Ways in which Atlassian surprises its clients, each a switch. Where behaviour was measured or is documented, the
 * default is that; where nobody knows, the default is the plainer reading. Lags are 0 by default, because a clock that
 * stands still would make them last for ever: `documentedLags` holds what Atlassian's documents allow.
 *
 * A share is a number from 0 to 1: that part of the rows, always the same ones for the same people.
 */
export interface Quirks {
  /** Seconds until group memberships, suspensions and removals show in reads. */
  readonly readLagSeconds: number;
  /** Seconds until roles given or taken show in reads; up to 30 are documented. */
  readonly roleLagSeconds: number;
  /** Seconds until a created group is found; 1 to 2 were measured. */
  readonly groupCreateLagSeconds: number;
  /** Seconds by which counts and stats trail the lists. */
  readonly countsLagSeconds: number;
  /** Removing somebody from a directory answers at once and happens this many seconds later. */
  readonly removeIsQueued: number;
  /** Hours until activity is reported, by either endpoint; up to 24 are documented. */
  readonly lastActiveLagHours: number;
  /** Hours by which `productAccess` in searches trails the last-active endpoint on top. */
  readonly searchActivityLagHours: number;

  /** Filters that are accepted and have no effect, by their name in the request; `*` means all. */
  readonly filtersIgnored: readonly string[];
  /** The directory in the path narrows nothing. */
  readonly pathDirectoryIgnored: boolean;
  /** Role filters leave out who is suspended, although their roles are kept. */
  readonly roleFilterSkipsSuspended: boolean;
  /** Searching for organisation admins finds nobody. */
  readonly orgAdminFilterEmpty: boolean;
  /** Searching by group leaves suspended people out, while the group's own count includes them. */
  readonly suspendedMissingFromGroups: boolean;

  /** Share of user rows whose field names come in snake case. */
  readonly wrongCase: number;
  /** Share of user rows with a status that no document mentions. */
  readonly unknownStatus: number;
  /** Share of user rows with a management source that no document mentions. */
  readonly unknownSource: number;
  /** Share of role rows with an extra role that no document mentions. */
  readonly unknownRole: number;
  /** Share of user rows whose address is left out, besides those who hide theirs. */
  readonly emailHidden: number;
  /** Share of user rows that are silently missing from their page. */
  readonly dropRows: number;
  /** `platformRoles` stays away although it was asked for. */
  readonly platformRolesMissing: boolean;
  /** `productAccess` leaves out apps that were never used; otherwise they come without a time. */
  readonly noProductAccessForNeverUsed: boolean;
  /** `productAccess` says `jira` for Jira, as the document's example does. */
  readonly shortProductKeys: boolean;
  /** `mfaEnabled` is absent for accounts that the organisation doesn't manage. */
  readonly mfaAbsentForUnmanaged: boolean;
  /** The most groups that `expand: ["groups"]` lists for one person; 0 means all. */
  readonly groupsPerUser: number;
  /** Role lists hold rows of the owners `project` and `goal` as well. */
  readonly projectNoise: boolean;

  /** `links.next` of v2 lists is a whole URL. */
  readonly nextIsUrl: boolean;
  /** How `links.next` looks on the last page. */
  readonly lastNext: "absent" | "null" | "empty";
  /** Every so many pages, one comes empty although more follow; 0 means never. */
  readonly emptyPageWithNext: number;
  /** From the second page on, `links.next` leads to the same page again. */
  readonly repeatedCursor: boolean;
  /** How workspace ids look: whole ARIs, bare ids, or `jira` as the owner of Jira's instances. */
  readonly workspaceIds: "ari" | "bare" | "jira";
  /** Workspaces say nothing about seats allowed. */
  readonly capacityAbsent: boolean;
  /** The list of managed accounts is empty, as it is where no domain is verified. */
  readonly managedUsersEmpty: boolean;

  /** What adding somebody to a group they are in answers; 204 was measured, 409 is documented. */
  readonly addMemberAgain: 204 | 409;
  /** What deactivating a deactivated account answers. */
  readonly disableAgain: 204 | 409;
  /** What taking a role away that somebody doesn't hold directly answers. */
  readonly revokeAbsent: 204 | 404;
  /** Organisation admins can't be suspended: 400. */
  readonly orgAdminSuspend400: boolean;
  /** Suspending somebody who is in another directory as well: 403. */
  readonly secondSite403: boolean;
  /** The v1 role endpoints are switched off for this organisation: 403. */
  readonly rolesEndpointDisabled403: boolean;
  /** Writing to the directory `-` answers this. */
  readonly wildcardWrite: 400 | 404;

  /** `X-RateLimit-*` on limited endpoints. */
  readonly rateLimitHeaders: boolean;
  /** `Retry-After`, in seconds, on 429. */
  readonly retryAfter: boolean;
  /** Seconds by which the `Date` header is off. */
  readonly clockSkewSeconds: number;
}

/** The behaviour that was measured or is documented, without lags. */
export const quirkDefaults: Quirks = {
  readLagSeconds: 0,
  roleLagSeconds: 0,
  groupCreateLagSeconds: 0,
  countsLagSeconds: 0,
  removeIsQueued: 0,
  lastActiveLagHours: 0,
  searchActivityLagHours: 0,
  filtersIgnored: [],
  pathDirectoryIgnored: false,
  roleFilterSkipsSuspended: false,
  orgAdminFilterEmpty: false,
  suspendedMissingFromGroups: false,
  wrongCase: 0,
  unknownStatus: 0,
  unknownSource: 0,
  unknownRole: 0,
  emailHidden: 0,
  dropRows: 0,
  platformRolesMissing: false,
  noProductAccessForNeverUsed: true,
  shortProductKeys: false,
  mfaAbsentForUnmanaged: true,
  groupsPerUser: 0,
  projectNoise: true,
  nextIsUrl: false,
  lastNext: "absent",
  emptyPageWithNext: 0,
  repeatedCursor: false,
  workspaceIds: "ari",
  capacityAbsent: false,
  managedUsersEmpty: false,
  addMemberAgain: 204,
  disableAgain: 204,
  revokeAbsent: 204,
  orgAdminSuspend400: true,
  secondSite403: false,
  rolesEndpointDisabled403: false,
  wildcardWrite: 404,
  rateLimitHeaders: true,
  retryAfter: true,
  clockSkewSeconds: 0,
};

/** The slowest that Atlassian's documents and people's measurements allow. For a clock that moves. */
export const documentedLags: Partial<Quirks> = {
  readLagSeconds: 180,
  roleLagSeconds: 30,
  groupCreateLagSeconds: 2,
  countsLagSeconds: 180,
  removeIsQueued: 60,
  lastActiveLagHours: 24,
};

/** Whether this one belongs to the share: the same answer for the same name and id, always. */
export function isInShare(share: number, name: string, id: string): boolean {
  if (share <= 0) return false;
  return share >= 1 || fraction(`${name} ${id}`) < share;
}

function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
