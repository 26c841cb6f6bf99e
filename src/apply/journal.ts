import type { AuditEvent, EventBody, Operation, Outcome } from "../model/documents.generated.ts";
import { secondsOf, type Seconds } from "../model/time.ts";
import type { Clock, RunLog } from "../ports.ts";
import type { Sight } from "../plan/observe.ts";

/** One try at an operation, as far as the journal knows it. */
export interface Attempt {
  readonly operation: Operation;
  readonly at: Seconds;
  /** Null: intended, and nothing is known of what came of it. */
  readonly result: EventBody["result"] | null;
  /** What reading back told, where that was needed. */
  readonly readback: Sight | null;
  /** Written down by a later machine for one that was lost: nobody knows whether it was tried. */
  readonly isAssumed: boolean;
}

/** Code of an intent that is assumed. */
export const ASSUMED = "assumed";

/** What the journal holds of one change. Operations go by their position in the approved change. */
export interface ChangeRecord {
  readonly started: boolean;
  readonly forward: ReadonlyMap<number, Attempt>;
  readonly inverse: ReadonlyMap<number, Attempt>;
  readonly outcome: {
    readonly kind: Outcome["outcome"];
    readonly reason: string;
    readonly at: string;
    readonly owed: boolean;
  } | null;
}

/** What a run's journal amounts to. */
export interface RunRecord {
  readonly startedAt: string;
  /** When the last event was written. */
  readonly lastAt: string;
  readonly ended: { readonly how: "stopped" | "finished"; readonly exit: number; readonly reason: string } | null;
  readonly changes: ReadonlyMap<string, ChangeRecord>;
}

/** Writes a run's events and knows what they amount to. */
export interface Journal {
  readonly run: string;
  /** Durable when the promise settles. */
  record(...events: readonly EventBody[]): Promise<void>;
  /** What was recorded so far outlives this machine when the promise settles. */
  secure(): Promise<void>;
  change(id: string): ChangeRecord;
  /** A picture of everything so far. */
  summary(): RunRecord;
  head(): string;
}

const untouched: ChangeRecord = { started: false, forward: new Map(), inverse: new Map(), outcome: null };

/** A journal over a log. `earlier` are the events the log holds already. */
export function createJournal(log: RunLog, clock: Clock, earlier: readonly AuditEvent[]): Journal {
  const recorder = createRecorder(earlier);
  return {
    run: log.run,
    async record(...events) {
      if (events.length === 0) return;
      for (const event of await log.append(clock.now(), events)) recorder.add(event);
    },
    secure: () => log.secure(),
    change: (id) => recorder.change(id),
    summary: () => recorder.summary(),
    head: () => log.head(),
  };
}

/** What a run's events amount to. */
export function recordOf(events: readonly AuditEvent[]): RunRecord {
  return createRecorder(events).summary();
}

/** Whether an attempt brought about what it was for, or may have. */
export function attemptCame({ result, readback }: Attempt): "true" | "already" | "false" | "unknown" {
  if (result === "done") return "true";
  if (result === "already-so") return "already";
  if (result === "refused") return "false";
  if (readback === "so") return "true";
  return readback === "not-so" ? "false" : "unknown";
}

interface Recorder {
  add(event: AuditEvent): void;
  change(id: string): ChangeRecord;
  summary(): RunRecord;
}

function createRecorder(events: readonly AuditEvent[]): Recorder {
  const changes = new Map<string, ChangeRecord>();
  let startedAt = "";
  let lastAt = "";
  let ended: RunRecord["ended"] = null;

  function add({ at, event }: AuditEvent): void {
    if (startedAt === "") startedAt = at;
    lastAt = at;
    if (event.type === "run.resumed") ended = null;
    if (event.type === "run.stopped") ended = { how: "stopped", exit: event.exit ?? 0, reason: event.reason ?? "" };
    if (event.type === "run.finished") ended = { how: "finished", exit: event.exit ?? 0, reason: event.reason ?? "" };
    if (event.change !== undefined) {
      changes.set(event.change, withEvent(changes.get(event.change) ?? untouched, event, at));
    }
  }

  for (const event of events) add(event);
  return {
    add,
    change: (id) => changes.get(id) ?? untouched,
    summary: () => ({ startedAt, lastAt, ended, changes: new Map(changes) }),
  };
}

function withEvent(record: ChangeRecord, event: EventBody, at: string): ChangeRecord {
  if (event.type === "change.started") return { ...record, started: true };
  if (event.type === "change.outcome") {
    const kind = event.outcome ?? "failed";
    return { ...record, outcome: { kind, reason: event.reason ?? "", at, owed: event.code === "owed" } };
  }
  const index = event.operationIndex;
  if (index === undefined) return record;
  const side = event.inverse === true ? "inverse" : "forward";
  const attempts = new Map(record[side]);
  const before = attempts.get(index);
  if (event.type === "operation.intent" && event.operation !== undefined) {
    const isAssumed = event.code === ASSUMED;
    attempts.set(index, {
      operation: event.operation,
      at: secondsOf(at) ?? 0,
      result: null,
      readback: null,
      isAssumed,
    });
  } else if (before !== undefined && event.type === "operation.result") {
    attempts.set(index, { ...before, result: event.result ?? null });
  } else if (before !== undefined && event.type === "operation.readback") {
    attempts.set(index, { ...before, readback: event.readback ?? "unknown" });
  }
  return { ...record, [side]: attempts };
}
