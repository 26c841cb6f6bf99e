import type {
  Approval,
  AuditEvent,
  Change,
  PastChange,
  PastOperation,
  PersonPast,
  Plan,
  PolicyReason,
  SeatRef,
  SeatState,
} from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { compareText } from "../model/order.ts";
import { everyChange } from "../model/plan-changes.ts";
import type { ProvedOperation } from "../plan/undo-selection.ts";
import type { Ledger, LoggedRun } from "../ports.ts";
import { recordOf } from "./journal.ts";
import { undoOf } from "./person-undo.ts";
import { provedBy } from "./proved.ts";
import { changesOf, outcomesOf } from "./result.ts";

/** One run with what its log and its plan say of one person. */
interface RunOfPerson extends LoggedRun {
  /** Null where the ledger no longer holds it. */
  readonly plan: Plan | null;
  /** As the log begins with it; null where it does not. */
  readonly approval: Approval | null;
  readonly proved: readonly ProvedOperation[];
}

/** The part of a ledger that tells what runs did. */
export type PastLedger = Pick<Ledger, "runIds" | "readRun" | "loadPlan">;

/**
 * What runs did about one person, from the verified logs of a ledger alone: every run, or one of them. A log that does not
 * verify is told among the problems; the one that was asked about, or one that is not there, throws OperatorError.
 */
export async function readPersonPast(ledger: PastLedger, accountId: string, run: string | null): Promise<PersonPast> {
  const ids = await ledger.runIds();
  if (run !== null && !ids.includes(run)) throw noSuchRun(run, ids);
  const problems: string[] = [];
  const runs: RunOfPerson[] = [];
  const heads = new Set<string>();
  let asked: LoggedRun | null = null;
  for (const id of ids) {
    const logged = await readOrTell(ledger, id, run, problems);
    const [first] = logged?.events ?? [];
    if (logged === null || first === undefined) continue;
    // The log before the first one that is here may have gone to an archive.
    if (first.prev !== null && heads.size > 0 && !heads.has(first.prev) && problems.length === 0) {
      problems.push(`${id} follows a run that is not in the ledger: a log was taken out.`);
    }
    heads.add(logged.events.at(-1)?.hash ?? "");
    if (id === run) asked = logged;
    const changes = changesOfPerson(logged.events, accountId);
    if (id === run || changes.size > 0) runs.push(await ofPerson(ledger, logged, accountId, changes));
  }
  const proved = runs.flatMap((each) => each.proved);
  const undoRuns = new Set(runs.flatMap((each) => (each.plan?.origin.kind === "undo" ? [each.run] : [])));
  const told = runs.filter((each) => run === null || each.run === run);
  const own = <Entry extends { readonly accountId: string }>(of: (plan: Plan) => readonly Entry[]): readonly Entry[] =>
    run === null
      ? []
      : told.flatMap(({ plan }) => (plan === null ? [] : of(plan).filter((entry) => entry.accountId === accountId)));
  return {
    kind: "person-past",
    version: 1,
    accountId,
    run: asked === null ? null : pastRun(asked, told[0]?.plan ?? null),
    changes: told
      .flatMap((each) => changesIn(each, accountId, proved, undoRuns))
      .sort((a, b) => compareText(b.at, a.at) || compareText(b.run, a.run) || compareText(a.change, b.change)),
    heldBack: own(({ heldBack }) => heldBack),
    conflicts: own(({ conflicts }) => conflicts),
    otherRuns: run === null ? [] : runs.flatMap((each) => (each.run === run ? [] : [each.run])).reverse(),
    problems,
  };
}

function noSuchRun(run: string, ids: readonly string[]): OperatorError {
  return new OperatorError(
    "usage",
    `There is no run ${run} in the ledger.`,
    ids.length === 0
      ? "Name the ledger of the run with --ledger; this one holds no runs."
      : `Name a run of this ledger; the newest is ${ids.at(-1) ?? ""}. Without --run, every run is looked through.`,
  );
}

async function readOrTell(
  ledger: PastLedger,
  id: string,
  asked: string | null,
  problems: string[],
): Promise<LoggedRun | null> {
  try {
    return await ledger.readRun(id);
  } catch (error) {
    if (!(error instanceof OperatorError) || id === asked) throw error;
    problems.push(error.message);
    return null;
  }
}

/** Ids of the changes of a person that a log speaks of. */
function changesOfPerson(events: readonly AuditEvent[], accountId: string): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ event }) => (event.accountId === accountId && event.change !== undefined ? [event.change] : [])),
  );
}

async function ofPerson(
  ledger: PastLedger,
  logged: LoggedRun,
  accountId: string,
  changes: ReadonlySet<string>,
): Promise<RunOfPerson> {
  // Everybody else's events are left behind: a ledger may hold years of them.
  const events = logged.events.filter(({ event }) => event.change === undefined || changes.has(event.change));
  const plan = await ledger.loadPlan(logged.planDigest);
  const own = plan === null ? [] : everyChange(plan).filter((change) => change.accountId === accountId);
  const proved = provedBy({ ...logged, events }, own);
  const approval = events.find(({ event }) => event.approval !== undefined)?.event.approval ?? null;
  return { ...logged, events, plan, approval, proved };
}

function pastRun({ run, planDigest, events }: LoggedRun, plan: Plan | null): PersonPast["run"] {
  const { ended, startedAt, lastAt } = recordOf(events);
  return {
    run,
    startedAt,
    endedAt: ended === null ? null : lastAt,
    exit: ended?.exit ?? null,
    reason: ended?.reason ?? null,
    planDigest,
    asOf: plan?.asOf ?? null,
    events: events.length,
    auditHead: events.at(-1)?.hash ?? "",
  };
}

/** The changes of a person in one run: what its log speaks of, and what the approved plan had besides. */
function changesIn(
  of: RunOfPerson,
  accountId: string,
  proved: readonly ProvedOperation[],
  undoRuns: ReadonlySet<string>,
): readonly PastChange[] {
  const { run, plan, approval, events, planDigest } = of;
  const planned = plan === null || approval === null ? [] : changesOf(plan, approval);
  const approved = new Map(
    planned.filter((change) => change.accountId === accountId).map((change) => [change.id, change]),
  );
  const record = recordOf(events);
  const outcomes = new Map(outcomesOf([...approved.values()], record).map((outcome) => [outcome.change, outcome]));
  const ids = new Set([...approved.keys(), ...changesOfPerson(events, accountId)]);
  const places = plan?.seats ?? [];
  return [...ids].map((id): PastChange => {
    const change: Change | undefined = approved.get(id);
    const ownEvents = events.filter(({ event }) => event.change === id);
    const settled = record.changes.get(id)?.outcome ?? null;
    return {
      run,
      at: settled?.at ?? ownEvents.at(-1)?.at ?? record.lastAt,
      planDigest,
      origin: plan?.origin.kind ?? null,
      change: id,
      action: change?.action ?? ownEvents.find(({ event }) => event.action !== undefined)?.event.action ?? "unknown",
      seat: change?.seat ?? null,
      target: change?.target ?? null,
      policies: reasonsIn(ownEvents) ?? change?.policies ?? [],
      operations: operationsIn(ownEvents),
      outcome: outcomes.get(id)?.outcome ?? settled?.kind ?? null,
      reason: outcomes.get(id)?.reason ?? settled?.reason ?? "the run ended before it was settled",
      before: change?.before ?? null,
      after: change?.after ?? null,
      lost: change === undefined ? [] : moved(change.before, change.after, places),
      gained: change === undefined ? [] : moved(change.after, change.before, places),
      approval,
      undo: undoOf({ run, change: id, accountId, plan: plan === null ? "gone" : "kept" }, proved, undoRuns),
    };
  });
}

/** Why, with the facts as they were looked at again before the write; undefined where the log does not tell. */
function reasonsIn(events: readonly AuditEvent[]): readonly PolicyReason[] | undefined {
  return events.find(({ event }) => event.policies !== undefined)?.event.policies;
}

/** Each try at an operation with what came of it, in the order of the log. */
function operationsIn(events: readonly AuditEvent[]): readonly PastOperation[] {
  const tried: PastOperation[] = [];
  const placeOf = new Map<string, number>();
  for (const { at, event } of events) {
    const key = `${event.operationIndex ?? -1} ${event.inverse === true}`;
    if (event.type === "operation.intent" && event.operation !== undefined) {
      placeOf.set(key, tried.length);
      const inverse = event.inverse === true;
      tried.push({ operation: event.operation, at, inverse, result: null, readback: null });
    }
    const place = placeOf.get(key);
    const before = place === undefined ? undefined : tried[place];
    if (place === undefined || before === undefined) continue;
    if (event.type === "operation.result") tried[place] = { ...before, result: event.result ?? null };
    if (event.type === "operation.readback") tried[place] = { ...before, readback: event.readback ?? "unknown" };
  }
  return tried;
}

/** Seats of one state that the other does not have, as the plan calls them. By app, site, id. */
function moved(from: SeatState, to: SeatState, places: Plan["seats"]): readonly SeatRef[] {
  return places.flatMap(({ instance, app, site }) =>
    from.seats.includes(instance) && !to.seats.includes(instance) ? [{ instance, app, site }] : [],
  );
}
