import type { Change, HeldBack, Operation, Plan, PolicySummary, SeatCount } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { everyChange } from "../model/plan-changes.ts";
import { secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { seatsOf } from "../people/seats.ts";
import type { PolicySet } from "../policy/types.ts";
import { obstacleToTaking } from "./deliberate.ts";
import { changeId, planDigest } from "./digest.ts";
import type { CompileContext, Draft } from "./draft.ts";
import { expectedSeconds } from "./expected.ts";
import { type FrameRequest, limitHold, planFrame } from "./frame.ts";
import { gives, operationKey } from "./operations.ts";
import { heldBackInOrder, inOrder } from "./propose.ts";
import { heldInverse, type Inverse, inverseIn, reconsider, type Reconsidered } from "./undo-change.ts";
import { inversesOf } from "./undo-inverses.ts";
import { undoLimits, undoSeats } from "./undo-limits.ts";
import { chooseForUndo, isSelected, type ProvedOperation, type UndoSelection } from "./undo-selection.ts";

/** Everything an undo plan follows from. The same request gives the same plan, byte for byte. */
export interface UndoRequest extends Omit<FrameRequest, "validFor"> {
  readonly ledger: LedgerView;
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
    ...planFrame(request, { kind: "undo", ...(selection.run === null ? { runs } : { run: selection.run }) }),
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
      ...quarantined.map((change) => heldInverse(inverseIn(change), { ...limitHold(tripped), owner: null })),
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
