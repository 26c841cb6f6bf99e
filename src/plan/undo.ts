import { everyChange } from "../model/plan-changes.ts";
import type {
  Change,
  HeldBack,
  LimitReading,
  Operation,
  Plan,
  PolicySummary,
  SeatCount,
  Tool,
} from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { dayOf, momentOf, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { seatsOf } from "../people/seats.ts";
import type { PolicySet } from "../policy/types.ts";
import { changeId, planDigest } from "./digest.ts";
import type { CompileContext, Draft } from "./draft.ts";
import { expectedSeconds } from "./expected.ts";
import { heldBackInOrder, inOrder } from "./propose.ts";
import { obstacleToTaking } from "./deliberate.ts";
import { gives, operationKey } from "./operations.ts";
import { heldInverse, type Inverse, inverseIn, reconsider, type Reconsidered } from "./undo-change.ts";
import { undoLimits, undoSeats } from "./undo-limits.ts";
import { chooseForUndo, isSelected, type ProvedOperation, type UndoSelection } from "./undo-selection.ts";

/** Everything an undo plan follows from. The same request gives the same plan, byte for byte. */
export interface UndoRequest {
  /** The people it is about, just read. */
  readonly population: Population;
  readonly snapshotDigest: string;
  readonly policies: PolicySet;
  readonly ledger: LedgerView;
  readonly tool: Tool;
  /** Made against a simulator. */
  readonly rehearsal?: true;
  readonly selection: UndoSelection;
  /** What the selected runs did, and all runs after them. */
  readonly proved: readonly ProvedOperation[];
  /** Of the plans that are taken back, for a reader; of each policy the newest. */
  readonly summaries: readonly PolicySummary[];
}

/** Whom an undo is about: account ids in order, each once. */
export function peopleToUndo(proved: readonly ProvedOperation[], selection: UndoSelection): readonly string[] {
  const selected = proved.filter((entry) => isSelected(selection, entry));
  return [...new Set(selected.map(({ change }) => change.accountId))].sort();
}

/**
 * The plan that takes back what was selected: each operation that is proved to be ours and is still as we left it, the
 * last one first. What takes something away knows protection and limits like any removal; giving back knows none.
 */
export function planUndo(request: UndoRequest): Plan {
  const { population, policies, ledger, selection } = request;
  const { header } = population;
  const asOf = secondsOf(header.asOf);
  if (asOf === null) throw new Error("the snapshot's asOf is not a moment");
  const context = contextOf(population, policies);
  const { inverses, skipped, runs } = inversesOf(request);
  const obstacle = obstacleToTaking(population, policies.settings, ledger, asOf);
  const looked = inverses.map((inverse) =>
    inverse.direction === "take" && obstacle !== null ? notNow(inverse, obstacle) : reconsider(context, inverse),
  );
  const drafts = looked.flatMap(({ draft }) => draft ?? []);
  const all = looked.flatMap(({ change }) => change ?? []);
  const takes = drafts.filter(({ direction }) => direction === "take");
  const limits = takes.length === 0 ? [] : undoLimits({ population, policies, ledger, takes, asOf, changes: all });
  const tripped = limits.filter((reading) => reading.tripped);
  const isHeld = (change: Change): boolean => change.direction === "take" && tripped.length > 0;
  const changes = inOrder(all.filter((change) => !isHeld(change)));
  const quarantined = inOrder(all.filter(isHeld));
  const rest: Omit<Plan, "digest"> = {
    kind: "plan",
    version: 1,
    tool: request.tool,
    organization: { id: header.organization.id, name: header.organization.name },
    power: policies.settings.power,
    policyDigest: policies.digest,
    snapshotDigest: request.snapshotDigest,
    ...(request.rehearsal === true ? { rehearsal: true } : {}),
    asOf: header.asOf,
    notAfter: momentOf(asOf + policies.settings.planValidFor),
    origin: { kind: "undo", ...(selection.run === null ? { runs } : { run: selection.run }) },
    certificate: {
      state: header.certificate.state,
      concerns: header.certificate.checks.filter((check) => check.state !== "passed").map((check) => check.message),
    },
    sources: [],
    policies: summariesOf(request.summaries, changes),
    seats: seatsMoved(population, ledger, drafts, changes),
    limits,
    measures: [],
    changes,
    quarantined,
    protectedDuties: [],
    expectedSeconds: expectedSeconds(changes),
    heldBack: heldBackInOrder([
      ...skipped,
      ...looked.flatMap(({ heldBack }) => heldBack),
      ...quarantined.map((change) => heldInverse(inverseIn(change), quarantine(tripped))),
    ]),
    conflicts: [],
    notes: notesOf(request, runs, changes),
  };
  return { ...rest, digest: planDigest(rest) };
}

/**
 * Operations by which the runs of an undo plan can still be taken back, as the journals prove it now: what a later run has
 * changed is not among them, and nothing is that no run of ours did.
 */
export function stillOurs(plan: Plan, proved: readonly ProvedOperation[]): ReadonlySet<string> {
  const { run, runs = [] } = plan.origin;
  const keys = (run === undefined ? runs : [run]).flatMap((each) =>
    chooseForUndo(proved, { run: each, accountId: null, policy: null, since: null }).flatMap((chosen) =>
      chosen.kind === "undo" ? [ownKey(chosen.proved.change.accountId, chosen.inverse)] : [],
    ),
  );
  return new Set(keys);
}

function ownKey(accountId: string, operation: Operation): string {
  return `${accountId} ${operationKey(operation)}`;
}

/**
 * What of an undo plan is still right for these people, just read again: the second look before a write. `ours` is what the
 * journals prove by now.
 */
export function reproposeUndo(
  plan: Plan,
  matter: Pick<UndoRequest, "population" | "policies" | "ledger"> & { readonly ours: ReadonlySet<string> },
): { readonly changes: readonly Change[]; readonly heldBack: readonly HeldBack[] } {
  const { population, policies, ledger, ours } = matter;
  const context = contextOf(population, policies);
  const obstacle = obstacleToTaking(population, policies.settings, ledger, secondsOf(population.header.asOf) ?? 0);
  const looked = everyChange(plan)
    .filter(({ accountId }) => population.find(accountId) !== -1)
    .map((change): Reconsidered => {
      const inverse = inverseIn(change);
      if (change.direction === "take" && obstacle !== null) return notNow(inverse, obstacle);
      const isOurs = (operation: Operation): boolean => ours.has(ownKey(change.accountId, operation));
      const operations = withoutTakes(inverse, inverse.operations.filter(isOurs), (operation) => !isOurs(operation));
      if (operations.length === 0) return notNow(inverse, overtaken);
      return reconsider(context, { ...inverse, operations });
    });
  return {
    changes: looked.flatMap(({ change }) => change ?? []),
    heldBack: looked.flatMap(({ heldBack }) => heldBack),
  };
}

/** What stood in for something is taken back only where that something comes back. */
function withoutTakes(
  { direction, operations }: Pick<Inverse, "direction" | "operations">,
  left: readonly Operation[],
  isLost: (operation: Operation) => boolean,
): readonly Operation[] {
  const losesGift = direction === "give" && operations.some((operation) => gives(operation) && isLost(operation));
  return losesGift ? left.filter(gives) : left;
}

const overtaken = {
  kind: "held",
  code: "changed-by-later-run",
  reason: "no journal proves any more that this is ours to take back: a later run has changed it since",
} as const;

function notNow(inverse: Inverse, hold: Pick<HeldBack, "kind" | "code" | "reason">): Reconsidered {
  return { change: null, draft: null, heldBack: [heldInverse(inverse, { ...hold, owner: null })] };
}

function contextOf(population: Population, { settings }: PolicySet): CompileContext {
  return { population, seats: seatsOf(population), settings };
}

/** The selected operations as changes: one for each that is the inverse of one, equal ones united. */
function inversesOf({ proved, selection }: UndoRequest): {
  readonly inverses: readonly Inverse[];
  readonly skipped: readonly HeldBack[];
  readonly runs: readonly string[];
} {
  const byId = new Map<string, Inverse>();
  const skipped: HeldBack[] = [];
  const runs = new Set<string>();
  const withoutGift = new Set<string>();
  for (const chosen of chooseForUndo(proved, selection)) {
    const { change, run, at } = chosen.proved;
    runs.add(run);
    const fact = { filter: `undo of ${change.action}`, at: run, result: "true" as const, value: dayOf(at) };
    const policies = change.policies.map(({ policy }) => ({ policy, facts: [fact] }));
    const head = { ...inverseHead(change), accountId: change.accountId, seat: change.seat, policies };
    const id = changeId(head);
    if (chosen.kind === "skip") {
      const isGift = head.direction === "give" && !gives(chosen.proved.operation);
      if (isGift && chosen.isBack !== true) withoutGift.add(id);
      const kind = chosen.code === "cannot-be-undone" ? "blocked" : chosen.code === "not-proved" ? "unknown" : "held";
      const empty: Inverse = { ...head, operations: [], mayGive: [] };
      skipped.push(heldInverse(empty, { kind, code: chosen.code, reason: chosen.reason, owner: null }));
      continue;
    }
    const same = byId.get(id);
    byId.set(id, {
      ...head,
      operations: [...(same?.operations ?? []), chosen.inverse],
      policies: united(same?.policies ?? [], policies),
      mayGive: [...new Set([...(same?.mayGive ?? []), ...change.before.seats])].sort(),
    });
  }
  // What stood in for something is taken back only where that something comes back.
  const inverses = [...byId].flatMap(([id, inverse]) => {
    const operations = withoutGift.has(id) ? inverse.operations.filter(gives) : inverse.operations;
    return operations.length === 0 ? [] : [{ ...inverse, operations }];
  });
  return { inverses, skipped: oncePerReason(skipped), runs: [...runs].sort() };
}

/** What the inverse of a change is called. */
function inverseHead({ action, direction, target }: Change): Pick<Inverse, "action" | "direction" | "target"> {
  const back = direction === "take" ? "give" : "take";
  // The target of a setRole is the role it left people with, which is not what its inverse gives.
  return { action: inverseActions[action], direction: back, target: action === "setRole" ? null : target };
}

const inverseActions: Readonly<Record<Change["action"], Change["action"]>> = {
  revoke: "grant",
  grant: "revoke",
  setRole: "grant",
  addToGroup: "removeFromGroup",
  removeFromGroup: "addToGroup",
  suspend: "restore",
  restore: "suspend",
  deactivate: "activate",
  activate: "deactivate",
  removeFromOrg: "restore",
};

function united(a: Change["policies"], b: Change["policies"]): Change["policies"] {
  const known = new Set(a.map(({ policy }) => policy));
  return [...a, ...b.filter(({ policy }) => !known.has(policy))].sort((x, y) => compareText(x.policy, y.policy));
}

/** A change with several operations that are skipped for one reason is listed once. */
function oncePerReason(heldBack: readonly HeldBack[]): readonly HeldBack[] {
  return [...new Map(heldBack.map((held) => [JSON.stringify(held), held])).values()];
}

function quarantine(tripped: readonly LimitReading[]): Pick<HeldBack, "kind" | "code" | "reason" | "owner"> {
  const names = [...new Set(tripped.map(({ limit }) => limit))].join(", ");
  return {
    kind: "quarantined",
    code: "limit",
    reason: `the limit ${names} tripped: every removal of this plan waits`,
    owner: null,
  };
}

function seatsMoved(
  population: Population,
  ledger: LedgerView,
  drafts: readonly Draft[],
  changes: readonly Change[],
): readonly SeatCount[] {
  const ids = new Set(changes.map(({ id }) => id));
  return undoSeats(
    population,
    ledger,
    drafts.filter((draft) => ids.has(changeId(draft))),
  );
}

function summariesOf(summaries: readonly PolicySummary[], changes: readonly Change[]): readonly PolicySummary[] {
  return summaries
    .map((summary) => ({
      ...summary,
      holds: [],
      unknown: 0,
      ...countsFor(summary.id, changes),
    }))
    .filter(({ changes: count }) => count > 0)
    .sort((a, b) => compareText(a.id, b.id));
}

function countsFor(policy: string, changes: readonly Change[]): Pick<PolicySummary, "matched" | "changes"> {
  const count = changes.filter((change) => change.policies.some((reason) => reason.policy === policy)).length;
  return { matched: count, changes: count };
}

function notesOf({ policies }: UndoRequest, runs: readonly string[], changes: readonly Change[]): readonly string[] {
  const notes = [
    runs.length === 0
      ? "No run in the ledger did anything that was asked to be undone."
      : `This plan takes back what was done by ${runs.join(", ")}.`,
  ];
  if (changes.length > 0) {
    notes.push("Whoever it concerns is left alone for 90 days by the policies that had asked for the changes.");
  }
  if (policies.settings.power === "observe") {
    notes.push("The organisation file says `power: observe`: this plan can be read but not applied.");
  }
  return notes;
}
