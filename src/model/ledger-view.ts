import type { Seconds } from "./time.ts";

/** What the ledger knows of one seat. */
export interface SeatHistory {
  /** When a run first saw it; null: it is of the first baseline, older than us. */
  readonly firstSeen: Seconds | null;
  /** When we last granted, restored or gave it back; null: never. */
  readonly restored: Seconds | null;
}

/** Somebody left alone by one policy, or by all (`policy: null`), for a while: after an undo or a reversal. */
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
  /** By instance id. */
  readonly seats: Readonly<Record<string, number>>;
  /** By instance id: holders with any activity date. */
  readonly withActivity: Readonly<Record<string, number>>;
  /** By group id. */
  readonly members: Readonly<Record<string, number>>;
  readonly orgAdmins: number;
  /** By source name. */
  readonly sourceRows: Readonly<Record<string, number>>;
}

/** One removal that we carried out, for limits by day and by 30 days. */
export interface PastRemoval {
  readonly at: Seconds;
  readonly accountId: string;
  readonly policies: readonly string[];
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
  /** Ids of the changes of the plan before. Null: there is none. */
  readonly previousChanges: ReadonlySet<string> | null;
  /** By policy id: how many its filter selected in the plan before. */
  readonly previousSelections: Readonly<Record<string, number>>;
}

/** The view of a ledger that holds nothing. */
export const emptyLedgerView: LedgerView = {
  lastGood: null,
  seat: () => null,
  holds: [],
  removals: [],
  previousChanges: null,
  previousSelections: {},
};
