import type {
  Approval,
  AuditEvent,
  EventBody,
  LockedName,
  Operation,
  Plan,
  RunResult,
} from "./model/documents.generated.ts";
import type { Finding } from "./model/finding.ts";
import type { Acceptance, HistoryKept, LedgerView } from "./model/ledger-view.ts";
import type { Seconds } from "./model/time.ts";
import type { Population } from "./people/population.ts";

/** What a reader tells while it reads, for progress lines. */
export interface ReadProgress {
  readonly step: string;
  readonly done: number;
  /** Null where the end is not known. */
  readonly of: number | null;
}

/**
 * Reads an organisation. It has no method that changes anything: the half of the program that proposes is handed this
 * and nothing else.
 */
export interface OrgReader {
  /** Everything, with its certificate. Throws OperatorError for a wrong key, another organisation, or a lost connection. */
  readOrganization(report: (progress: ReadProgress) => void): Promise<Population>;
  /**
   * The organisation's frame (directories, instances, groups and what they grant, admins, counts) and only these people,
   * each with the detail that a call for one person tells. People who are gone are absent from the population.
   */
  readPeople(accountIds: readonly string[]): Promise<Population>;
  /**
   * The same population with the authoritative activity of these people, which may be later than a search tells. Where it
   * cannot be read, their activity is unknown.
   */
  confirmActivity(population: Population, accountIds: readonly string[]): Promise<Population>;
  /** Who has these addresses now, as names and ids; an address that nobody has is absent. */
  findAddresses(addresses: readonly string[]): Promise<readonly LockedName[]>;
  /** The same population with `detail` for these people. */
  addDetail(
    population: Population,
    accountIds: readonly string[],
    report: (progress: ReadProgress) => void,
  ): Promise<Population>;
}

/** Reads what is not needed to plan, and takes a request for each group that grants something. */
export interface GroupReader {
  /**
   * The same population, in which each grant on a paid instance says whether the group is that app's default. Of a group whose
   * answer cannot be had, it stays not known.
   */
  addDefaultRoles(population: Population, report: (progress: ReadProgress) => void): Promise<Population>;
}

/** What became of one operation. `unknown`: the answer was lost, only reading back can tell. */
export interface WriteAnswer {
  readonly result: "done" | "already-so" | "refused" | "failed" | "unknown";
  /** HTTP status, or null where there was no answer. */
  readonly http: number | null;
  readonly code: string | null;
  readonly requestId: string | null;
  /** For a person to read; never a raw body. */
  readonly message: string;
}

/** Carries out one operation on one person. Never resends a write whose answer was lost. */
export interface OrgWriter {
  carryOut(accountId: string, operation: Operation): Promise<WriteAnswer>;
}

/** One file of a policy repository. */
export interface PolicyFileBytes {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When the content was last changed, or null where that cannot be told. */
  readonly changedAt: Seconds | null;
}

/** The policy repository as bytes: seatwright.yaml, policies/, exemptions.yaml, seatwright.lock.yaml and declared sources. */
export interface PolicySource {
  readFiles(): Promise<readonly PolicyFileBytes[]>;
}

/** Where runs, plans, approvals, counts and the audit log are kept. Holds account ids, never names or addresses. */
export interface Ledger {
  /**
   * What was left before this moment (without one: until now), as planning reads it. What was recorded at `asOf` or later
   * is not seen, so that the same snapshot planned again meets the same view.
   */
  view(asOf?: Seconds): Promise<LedgerView>;
  /**
   * Appends aggregate counts and the first sight of each seat of a complete snapshot. `accepted`: somebody's word that they
   * are right though they fell. `history`: whether seat periods by account id are kept from now on; without it, nothing is
   * said about that, and they stay as they are.
   */
  recordSnapshot(population: Population, accepted?: Acceptance | null, history?: HistoryKept): Promise<void>;
  storePlan(plan: Plan): Promise<void>;
  /** The plan with this digest, or null. Throws OperatorError where what is stored no longer has that digest. */
  loadPlan(digest: string): Promise<Plan | null>;
  /** Takes the organisation's lock, or throws OperatorError("lockHeld") naming the holder. */
  lock(organizationId: string, purpose: string): Promise<Lock>;
  /**
   * What the newest run left unfinished: killed or stopped before its plan was through, or its result not yet stored.
   * Null where it left nothing. Throws OperatorError where its log does not verify.
   */
  unfinishedRun(): Promise<LoggedRun | null>;
  /** Every run that left an audit log, in order of its beginning. */
  runIds(): Promise<readonly string[]>;
  /** A run with its events, or null where there is none of this id. Throws OperatorError where its log does not verify. */
  readRun(run: string): Promise<LoggedRun | null>;
  /**
   * Opens the audit log of a new run, or of the unfinished one to go on with it. Throws OperatorError where it cannot be
   * written: nothing may start then.
   */
  openRun(run: string): Promise<RunLog>;
  /** Run that used up this plan, or null. A digest is consumed once. */
  consumedBy(planDigest: string): Promise<string | null>;
  storeResult(result: RunResult, approval: Approval): Promise<void>;
  /** Asks every run to stop before its next change, until `withdrawStop`. */
  requestStop(reason: string, by: string): Promise<void>;
  withdrawStop(): Promise<void>;
  /** Why runs must stop, or null. */
  stopRequested(): Promise<string | null>;
}

/** A run as its audit log has it. */
export interface LoggedRun {
  readonly run: string;
  readonly planDigest: string;
  /** Everything its audit log holds, verified. */
  readonly events: readonly AuditEvent[];
}

export interface Lock {
  release(): Promise<void>;
}

/** The audit log of one run, which is its write-ahead journal too. */
export interface RunLog {
  readonly run: string;
  /**
   * Whether this log holds everything that was ever appended to it. `may be lost`: it was opened on another machine than the
   * one that wrote it last, and holds what that one had secured.
   */
  readonly tail: "whole" | "may be lost";
  /**
   * Appends these, in this order; durable when the promise settles. Throws OperatorError where they cannot be kept: then
   * nothing more may be written to the organisation.
   */
  append(at: Seconds, events: readonly EventBody[]): Promise<readonly AuditEvent[]>;
  /** Hash of the last event. */
  head(): string;
  /** Everything appended so far outlives this machine when the promise settles. Throws OperatorError where it cannot. */
  secure(): Promise<void>;
  close(): Promise<void>;
}

export interface Clock {
  /** Seconds since 1970, UTC. */
  now(): Seconds;
  /** Resolves after this many milliseconds, or rejects when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Findings of a policy repository, where nothing can be planned from it. */
export interface PolicyProblems {
  readonly findings: readonly Finding[];
}
