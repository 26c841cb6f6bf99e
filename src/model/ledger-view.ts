import type { Change, Operation } from "./documents.generated.ts";
import type { Seconds } from "./time.ts";

/** What the ledger knows of one seat. */
export interface SeatHistory {
  /** When a run first saw it; null: it is of the first baseline, older than us. */
  readonly firstSeen: Seconds | null;
  /** When we last granted, restored or gave it back; null: never. */
  readonly restored: Seconds | null;
}

/** Somebody left alone by one policy, or by all (`policy: null`), for a while: after an undo. */
export interface Hold {
  readonly accountId: string;
  readonly policy: string | null;
  readonly until: Seconds;
  readonly reason: string;
}

/** Aggregate counts of one snapshot. */
export interface Counts {
  readonly asOf: Seconds;
  readonly people: number;
  /** By instance id: people who certainly hold a seat. */
  readonly seats: Readonly<Record<string, number>>;
  /** By instance id: people of whom it is not known. Absent in ledgers that older versions wrote. */
  readonly unknown?: Readonly<Record<string, number>>;
  /** By instance id: the seats by when their holder was last active there, in the order of `idleBuckets`. Absent as above. */
  readonly lastActive?: Readonly<Record<string, readonly number[]>>;
  /** By instance id: holders with any activity date. */
  readonly withActivity: Readonly<Record<string, number>>;
  /** By group id. */
  readonly members: Readonly<Record<string, number>>;
  readonly orgAdmins: number;
  /** By instance id and role (`<id> atlassian/user`): active holders as Atlassian counts them. */
  readonly holders: Readonly<Record<string, number>>;
  /** Who made live API keys, how many; null where that could not be read. */
  readonly keyCreators: number | null;
  /** By instance id: the last reading of activity that was believed, which later ones are held against. */
  readonly believed: Readonly<Record<string, ActivityReading>>;
  /** Present where somebody accepted these counts though they had fallen. */
  readonly accepted?: Acceptance;
}

/** How many holders of an instance had an activity date. */
export interface ActivityReading {
  readonly at: Seconds;
  readonly seats: number;
  readonly withActivity: number;
}

/** Somebody's word that counts which fell are right. */
export interface Acceptance {
  readonly by: string;
  readonly reason: string;
}

/** What the ledger keeps over time: aggregate counts, or also which account held which seat from when to when. */
export type HistoryKept = "counts" | "accounts";

/** One removal that we carried out, for limits by day and by 30 days. */
export interface PastRemoval {
  readonly at: Seconds;
  readonly accountId: string;
  readonly purpose: Change["purpose"];
  readonly policies: readonly string[];
}

/** One change that we carried out, so that it is noticed when somebody else takes it back. */
export interface Deed {
  readonly run: string;
  readonly change: string;
  readonly at: Seconds;
  readonly accountId: string;
  readonly action: Change["action"];
  readonly direction: Change["direction"];
  /** The seat it was about, by instance id; null for a change of a person. */
  readonly instance: string | null;
  readonly policies: readonly string[];
  readonly operations: readonly Operation[];
  /** Instances whose seat it gave or took. */
  readonly moved: readonly string[];
  /** `seen`: carried out and read back. `accepted`: something of it was done, not all of it was seen. */
  readonly proof: "seen" | "accepted";
  /** `undo`: it took back what an earlier run had done. */
  readonly origin: "policies" | "undo";
}

/** A change of ours that somebody else took back. */
export interface Reversal {
  readonly run: string;
  readonly change: string;
  readonly accountId: string;
  readonly policies: readonly string[];
  /** When we had made the change. */
  readonly doneAt: Seconds;
  /** The snapshot that first showed it taken back. */
  readonly seenAt: Seconds;
}

/** Something that only an identity provider can do, asked for and not seen done. */
export interface OpenHandoff {
  readonly id: string;
  readonly accountId: string;
  readonly action: string;
  /** The seat's instance; null for an action on the person. */
  readonly instance: string | null;
  readonly since: Seconds;
}

/** What planning reads of the ledger: plain data, so that the same view gives the same plan. */
export interface LedgerView {
  /** Counts of the last complete snapshot that an earlier run recorded; null: there is no baseline. */
  readonly lastGood: Counts | null;
  /** Null for a seat that no run has seen. */
  readonly seat: (accountId: string, instance: string) => SeatHistory | null;
  readonly holds: readonly Hold[];
  /** Removals of the last 30 days. */
  readonly removals: readonly PastRemoval[];
  /** Changes of the last 90 days, in order of time. */
  readonly deeds: readonly Deed[];
  /** Reversals that were seen in the last 90 days. */
  readonly reversals: readonly Reversal[];
  /** Hand-offs that were open, by id. */
  readonly handoffs: readonly OpenHandoff[];
  /** Ids of the changes of the plan before. Null: there is none. */
  readonly previousChanges: ReadonlySet<string> | null;
  /** By source name: its rows in the plan before. */
  readonly sourceRows: Readonly<Record<string, number>>;
  /**
   * By what they are about: the selections of plans before, one for each rule, the newest first. A plan of other rules (of a
   * pull request that is never merged) leaves those of the rules before it as they are.
   */
  readonly measures: Readonly<Record<string, readonly Measure[]>>;
}

/** How many a rule spoke of, in the last plan in which nothing about that was alarming. */
export interface Measure {
  /** Of the rule: another rule under the same name is not compared with it. */
  readonly rule: string;
  readonly selects: number;
}

/** The view of a ledger that holds nothing. */
export const emptyLedgerView: LedgerView = {
  lastGood: null,
  seat: () => null,
  holds: [],
  removals: [],
  deeds: [],
  reversals: [],
  handoffs: [],
  previousChanges: null,
  sourceRows: {},
  measures: {},
};
