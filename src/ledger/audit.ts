import { auditEvent as isAuditEvent } from "../documents/validators.generated.cjs";
import type { AuditEvent, EventBody } from "../model/documents.generated.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { canonicalJson, digestOf } from "../plan/digest.ts";

/** Where a chain has got to. Before a run's first event: 0 events, and the head of the run before it. */
export interface ChainHead {
  readonly events: number;
  readonly hash: string | null;
}

/** The next event of a chain. Texts that no JSON can hold (lone surrogates) are mended, so that nothing is unrecordable. */
export function linkEvent(head: ChainHead, run: string, at: Seconds, event: EventBody): AuditEvent {
  const unhashed = { seq: head.events + 1, prev: head.hash, at: momentOf(at), run, event: wellFormed(event) };
  return { ...unhashed, hash: digestOf(unhashed) };
}

/** The one way an event is written: its RFC 8785 form, which holds no line break. */
export function lineOf(event: AuditEvent): string {
  return canonicalJson(event);
}

/** What was done to a log that does not verify. */
export type TamperKind = "unreadable" | "edited" | "dropped" | "reordered" | "added" | "truncated" | "torn";

export interface AuditProblem {
  readonly kind: TamperKind;
  /** Counts from 1. */
  readonly line: number;
  /** The event's own number, where it can be read. */
  readonly seq: number | null;
  /** For a person to read. */
  readonly what: string;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly run: string | null;
  /** Whole events up to the first problem. */
  readonly events: number;
  /** Hash of the last of them. */
  readonly head: string | null;
  /** Head of the run before, as the first event carries it. */
  readonly previousHead: string | null;
  /** Whether the run came to its end. */
  readonly finished: boolean;
  readonly firstProblem: AuditProblem | null;
}

/** An event that something outside the log says is in it. */
export interface AuditAnchor {
  readonly hash: string;
  /** Who says so, for messages: `runs/r-….json`. */
  readonly from: string;
}

export interface AuditVerifier {
  /** Takes the next whole line, without its line break; gives the event where it is in order. */
  push(line: string): AuditEvent | null;
  /** `rest` is what follows the last line break: empty unless the last line is torn. */
  end(rest: string): AuditVerdict;
}

/**
 * Checks one run's log line by line: that each line is written as the log writes it, hashes to its hash, and follows from
 * the line before; and that every anchored event is there, without which a shortened log would look whole.
 */
export function createAuditVerifier(anchors: readonly AuditAnchor[] = []): AuditVerifier {
  const unseen = new Map(anchors.map((anchor) => [anchor.hash, anchor.from]));
  let line = 0;
  let events = 0;
  let head: string | null = null;
  let previousHead: string | null = null;
  let run: string | null = null;
  let finished = false;
  let problem: AuditProblem | null = null;
  let missing: number | null = null;

  function refuse(kind: TamperKind, seq: number | null, what: string): null {
    problem = { kind, line, seq, what };
    return null;
  }

  function push(text: string): AuditEvent | null {
    line++;
    if (problem !== null) {
      if (missing !== null && seqOf(text) === missing) {
        problem = { ...problem, kind: "reordered", what: `event ${missing} stands after event ${problem.seq}` };
        missing = null;
      }
      return null;
    }
    const value = parsed(text);
    if (value === undefined) return refuse("unreadable", null, "the line is not JSON");
    if (!isAuditEvent(value)) return refuse("edited", null, "the line is not an audit event");
    const { hash, ...unhashed } = value;
    if (lineOf(value) !== text) return refuse("edited", value.seq, "the line is not written as the log writes it");
    if (digestOf(unhashed) !== hash) return refuse("edited", value.seq, "the event does not hash to its own hash");
    if (run !== null && value.run !== run)
      return refuse("added", value.seq, `the event is of another run, ${value.run}`);
    if (finished) return refuse("added", value.seq, "the event comes after the end of its run");
    if (value.seq > events + 1) {
      missing = events + 1;
      return refuse("dropped", value.seq, `event ${missing} is missing before event ${value.seq}`);
    }
    if (value.seq <= events)
      return refuse("reordered", value.seq, `event ${value.seq} comes a second time, or too late`);
    if (events > 0 && value.prev !== head) {
      return refuse("edited", value.seq, "the event does not follow from the one before: one of them was replaced");
    }
    if (events === 0) {
      previousHead = value.prev;
      run = value.run;
    }
    events++;
    head = hash;
    finished = value.event.type === "run.finished";
    unseen.delete(hash);
    return value;
  }

  function end(rest: string): AuditVerdict {
    if (problem === null && rest !== "") {
      line++;
      refuse("torn", null, "the last line is not whole: whoever wrote it was stopped while writing");
    }
    const [anchored] = unseen;
    if (problem === null && anchored !== undefined) {
      line++;
      refuse("truncated", null, `events are missing at the end: ${anchored[1]} names one that is not there`);
    }
    return { ok: problem === null, run, events, head, previousHead, finished, firstProblem: problem };
  }

  return { push, end };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function seqOf(text: string): number | null {
  const value = parsed(text);
  return isAuditEvent(value) ? value.seq : null;
}

function wellFormed<Value>(value: Value): Value {
  if (typeof value === "string") return value.toWellFormed() as Value;
  if (Array.isArray(value)) return value.map(wellFormed) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]: [string, unknown]) => [key.toWellFormed(), wellFormed(entry)]),
  ) as Value;
}
