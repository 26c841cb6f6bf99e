import type { SeatReport, Tool } from "./documents.generated.ts";
import type { HandedTo } from "./handoff.ts";

/** Everything the report page shows, as `seatwright report` puts it in: a head of plain data, and columns beside it. */
export interface PageHead {
  readonly version: 1;
  readonly tool: Tool;
  readonly organization: { readonly id: string; readonly name: string };
  readonly asOf: string;
  /** What of people may be shown. */
  readonly show: "names" | "names-and-emails" | "ids";
  /** How many people there are: the length of every column of people. */
  readonly size: number;
  readonly directories: readonly string[];
  readonly instances: readonly PageInstance[];
  readonly groups: readonly PageGroup[];
  /** Lengths of time that unused seats are told for, the shortest first. */
  readonly thresholds: readonly string[];
  /** Of the thresholds: when an unused seat is worth a look, and when it is overdue. */
  readonly warning: string;
  readonly overdue: string;
  readonly seats: SeatReport;
  /** Null: there are no policies to plan by. */
  readonly plan: PagePlan | null;
  /** Aggregate counts of earlier snapshots, the oldest first; one for each day. */
  readonly history: readonly PageCounts[];
  /** The lengths of time within which somebody counts as active there. */
  readonly activeLengths: readonly string[];
  /** What instances are called that earlier snapshots had and this one has not, by id. */
  readonly gone: Readonly<Record<string, string>>;
  readonly runs: readonly PageRun[];
  readonly plans: readonly PageRecord[];
  /** What a reader should know of the above, in sentences. */
  readonly notes: readonly string[];
  readonly people: PagePeople;
}

export interface PageInstance {
  readonly id: string;
  readonly app: string;
  readonly site: string;
  /** `Jira on acme`. */
  readonly label: string;
  /** Whether seats on it are paid for. */
  readonly paid: boolean;
}

export interface PageGroup {
  readonly id: string;
  readonly name: string;
  /** Position in `directories`. */
  readonly directory: number;
  readonly synced: boolean;
  readonly modifiable: boolean;
  readonly managedBy: string;
  /** As Atlassian counts. */
  readonly members: number;
  readonly grants: readonly {
    readonly instance: number;
    readonly role: string;
    readonly seat: boolean;
    /** Whether new people of the app land in the group with this role; null: not read. */
    readonly isDefault: boolean | null;
  }[];
  /** Paid instances that it gives a seat on, as positions. */
  readonly seatsOn: readonly number[];
  /** Whether everybody Atlassian counts in it was seen in it. */
  readonly proved: boolean;
  /** Whether the organisation file lists it among the groups that exist to give access. */
  readonly access: boolean;
  /** Who fills it, where the organisation file names the provider. */
  readonly provider: string | null;
}

/** Texts of people, and what the codes of the columns mean. */
export interface PagePeople {
  readonly ids: readonly string[];
  /** Null where names are not shown. */
  readonly names: readonly (string | null)[] | null;
  readonly emails: readonly (string | null)[] | null;
  /** Code 0 is not known. */
  readonly domains: readonly (string | null)[];
  readonly statuses: readonly string[];
  readonly claims: readonly string[];
  readonly sources: readonly string[];
  readonly mfa: readonly string[];
  /** Short names of roles that anybody holds somewhere, by how many instances have them. */
  readonly roles: readonly string[];
  /** By role, the instances of its columns. */
  readonly roleInstances: readonly (readonly number[])[];
  /** Code 0: nothing shields the person. */
  readonly protections: readonly string[];
  readonly exemptions: readonly string[];
  /** Every way in which somebody holds roles on an instance. */
  readonly paths: readonly PagePath[];
  /** Ends of the buckets of last activity, in the order of their codes. */
  readonly buckets: readonly string[];
}

/** The roles that somebody holds on one instance, and what gives them. */
export interface PagePath {
  readonly instance: number;
  /** `user by jira-users`, `admin directly`. */
  readonly by: readonly { readonly role: string; readonly group: number | null; readonly seat: boolean }[];
  /** False where there may be others that cannot be seen. */
  readonly certain: boolean;
}

export interface PagePlan {
  readonly headline: string;
  readonly changes: number;
  readonly people: number;
  readonly notes: readonly string[];
  readonly tripped: readonly string[];
  readonly quarantined: number;
  /** What it would do, the most people first. */
  readonly groups: readonly {
    readonly title: string;
    readonly purpose: "duty" | "saving";
    readonly changes: number;
    readonly takes: boolean;
  }[];
  readonly held: readonly {
    readonly title: string;
    readonly meaning: string;
    readonly people: number;
    readonly groups: readonly PageHeld[];
  }[];
  readonly owed: readonly PageHeld[];
  readonly handoffs: readonly PageHeld[];
  readonly policies: readonly {
    readonly id: string;
    readonly description: string;
    readonly owner: string;
    readonly matched: number;
    readonly unknown: number;
    readonly changes: number;
    readonly remarks: readonly string[];
  }[];
  /** What the plan says of single people: a position in `words` for each of `people`. */
  readonly told: {
    readonly people: readonly number[];
    readonly words: readonly number[];
    readonly texts: readonly string[];
  };
  /** People whom a change concerns, as positions. */
  readonly changed: readonly number[];
}

/** People held back for one reason. */
export interface PageHeld {
  readonly asked: string;
  readonly reason: string;
  readonly owner: string | null;
  /** To whom it is handed over; null: it is not. */
  readonly handedTo: HandedTo | null;
  readonly policies: readonly string[];
  readonly since: string | null;
  /** As positions; who is not in the snapshot is not among them. */
  readonly people: readonly number[];
  readonly count: number;
}

export interface PageCounts {
  readonly at: string;
  readonly people: number;
  readonly seats: Readonly<Record<string, PageSeatCounts>>;
}

/** The seats of one instance at one moment. */
export interface PageSeatCounts {
  readonly held: number;
  /** Null: not counted at that time. */
  readonly unknown: number | null;
  /** How many of the held were active within each of `PageHead.activeLengths`. Null: not counted, or not believed. */
  readonly active: readonly number[] | null;
}

export interface PageRun {
  readonly run: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Null: it has no result. */
  readonly exit: { readonly code: number; readonly reason: string } | null;
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong with its audit log; null: it is whole. */
  readonly problem: string | null;
  readonly approvals: readonly string[];
  readonly outcomes: readonly PageOutcome[];
  /** Outcomes beyond those that are here. */
  readonly more: number;
}

export interface PageOutcome {
  readonly at: string | null;
  /** A position, or an account id of somebody who is not in the snapshot. */
  readonly who: number | string;
  readonly action: string;
  readonly outcome: string;
  readonly reason: string;
  readonly policies: readonly string[];
}

/** A plan that was made, also one that found nothing. */
export interface PageRecord {
  readonly asOf: string;
  readonly origin: string;
  readonly changes: number;
  readonly held: number;
  readonly owed: number;
  readonly quarantined: number;
  readonly appliedBy: string | null;
}

export type PageColumn = Uint8Array | Uint16Array | Uint32Array;

/** Columns by name. The names are made by `pageColumn`. */
export type PageColumns = ReadonlyMap<string, PageColumn>;

/**
 * The names of columns. Besides these: `status`, `claim`, `source`, `mfa`, `domain`, `protection`, `exemption` and `bucket` (of
 * the last activity) as codes; `admin`, a sum of bits; `groupsUnknown`, a set; `added` and `last`, days since 1970, where 0 is
 * not known of the one and never of the other. Lists come as `starts` and `values`. A verdict comes as two sets of people, `yes`
 * and `unknown`; where a set is empty, its column is absent.
 */
export const pageColumn = {
  starts: (list: "groups" | "directories" | "paths"): string => `${list}.starts`,
  values: (list: "groups" | "directories" | "paths"): string => `${list}.values`,
  lastActive: (instance: number): string => `active.${instance}`,
  seat: (instance: number, part: "yes" | "unknown"): string => `seat.${instance}.${part}`,
  unused: (threshold: number, instance: number | "everywhere", part: "yes" | "unknown"): string =>
    `unused.${threshold}.${instance}.${part}`,
  /** Of whom it cannot be told whether they are in a group; for groups that are not proved. */
  member: (group: number): string => `member.${group}.unknown`,
  role: (role: number, instance: number, part: "yes" | "unknown"): string => `role.${role}.${instance}.${part}`,
} as const;

/** In a column of days: never active, and not known. */
export const pageDays = { never: 0, unknown: 0xffff } as const;
