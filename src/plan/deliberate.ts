import type { Conflict, HeldBack } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { type Seconds, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { type Seats, seatsOf } from "../people/seats.ts";
import { type Signal, signalsOf } from "../people/signals.ts";
import { createEvaluator, type Evaluator } from "../policy/evaluate.ts";
import type { PolicySet } from "../policy/types.ts";
import type { CompileContext } from "./draft.ts";
import { draftAll, type Proposal } from "./drafts.ts";
import { pausingThemselves, reversedChanges, withReversals } from "./reversals.ts";
import { withoutJointLoss } from "./together.ts";
import { fulfilledDuties, heldBackOf, type Selection, selectionOf } from "./wishes.ts";

/** What there is to decide on: one snapshot, what the policies say, what the ledger remembers. */
export interface Matter {
  readonly population: Population;
  readonly policies: PolicySet;
  readonly ledger: LedgerView;
  /** Signals to go by where the population is only a part of the organisation; else they are worked out. */
  readonly signals?: readonly Signal[];
}

/** What follows for everybody, before pace and limits, which look at the plan as a whole. */
export interface Deliberation {
  readonly seats: Seats;
  readonly evaluator: Evaluator;
  /** By instance. */
  readonly signals: readonly Signal[];
  readonly selections: readonly Selection[];
  readonly proposals: readonly Proposal[];
  /** Duties on protected people, which only a second person's override lets through. They are among `heldBack` too. */
  readonly protectedDuties: readonly Proposal[];
  readonly heldBack: readonly HeldBack[];
  readonly conflicts: readonly Conflict[];
}

/**
 * The one planner. The plan that is reviewed and the look again shortly before a write both come from here, so that they
 * cannot differ in judgement.
 */
export function deliberate(matter: Matter): Deliberation {
  const { population } = matter;
  const now = secondsOf(population.header.asOf);
  if (now === null) throw new Error("the snapshot's asOf is not a moment");
  const seats = seatsOf(population);
  const ledger = withReversals(matter.ledger, population, seats, now);
  const policies = inOrder(matter.policies, ledger, now);
  const signals = matter.signals ?? signalsOf(population, seats, ledger.lastGood);
  const evaluator = createEvaluator(population, seats, {
    asOf: now,
    sources: policies.sources,
    seatHistory: ledger.seat,
    // Before the first baseline nothing was ever seen; after it, a seat the ledger does not know was given since.
    unseenSeats: ledger.lastGood === null ? "older" : "new",
    signals,
  });
  const context = { population, seats, policies, ledger, evaluator, signals, now };
  const compileContext: CompileContext = { population, seats, settings: policies.settings };

  const selections = policies.policies.map((policy) => selectionOf(context, policy));
  const wishes = selections.flatMap((selection) => selection.wishes);
  const reversed = reversedChanges(ledger, now);
  const drafted = draftAll(compileContext, evaluator, wishes, fulfilledDuties(context, wishes), reversed);
  const { settled } = drafted;
  const standing = drafted.proposals.filter(({ id }) => !settled.gaveWay.has(id) && !reversed.has(id));
  const { kept: proposals, tooMuch } = withoutJointLoss(population, standing);
  const heldBack = [
    ...selections.flatMap((selection) => selection.heldBack),
    ...drafted.heldBack,
    ...drafted.proposals.flatMap((proposal) => {
      const reason = reversed.get(proposal.id);
      if (reason === undefined) return [];
      return heldProposal(population, proposal, { kind: "held", code: "recent-reversal", reason });
    }),
    ...tooMuch.flatMap((proposal) => heldProposal(population, proposal, jointLoss)),
  ];
  const obstacle = obstacleToTaking(population, policies.settings, ledger, now);
  if (obstacle === null) {
    const protectedDuties = drafted.protectedDuties.filter(({ id }) => !reversed.has(id));
    return {
      seats,
      evaluator,
      signals,
      selections,
      proposals,
      protectedDuties,
      heldBack,
      conflicts: settled.conflicts,
    };
  }
  return {
    seats,
    evaluator,
    signals,
    selections,
    proposals: proposals.filter((proposal) => proposal.draft.direction === "give"),
    protectedDuties: [],
    heldBack: [
      ...heldBack,
      ...proposals
        .filter(({ draft }) => draft.direction === "take")
        .flatMap((proposal) => heldProposal(population, proposal, obstacle)),
    ],
    conflicts: settled.conflicts,
  };
}

const jointLoss = {
  kind: "blocked",
  code: "other-seat",
  reason: "together with other changes of this plan it would take a seat that none of them is meant to take",
} as const;

/** By id, so that the order of files never shows in a plan; a policy that is reversed too often with a hold of its own. */
function inOrder(set: PolicySet, ledger: LedgerView, now: Seconds): PolicySet {
  const policies = pausingThemselves(set.policies, ledger, set.settings.limits.reversals, now);
  return {
    ...set,
    policies: [...policies].sort((a, b) => compareText(a.id, b.id)),
    exemptions: [...set.exemptions].sort((a, b) => compareText(a.id, b.id)),
  };
}

/** Why nothing may be taken from anybody now, or null. What gives goes on. */
export function obstacleToTaking(
  population: Population,
  { freeze }: PolicySet["settings"],
  { lastGood }: LedgerView,
  now: Seconds,
): Pick<HeldBack, "kind" | "code" | "reason"> | null {
  const { state } = population.header.certificate;
  if (state !== "complete") {
    const reason = `the snapshot is ${state}: nothing is taken from anybody on the strength of it`;
    return { kind: "held", code: "snapshot-not-complete", reason };
  }
  // Of a few people who are looked at again, the counts were looked at before the first change.
  if (lastGood === null) {
    const reason =
      "no earlier run has counted this organisation, so it could not be noticed that a read shows too little; " +
      "plan again, or `sync` again and plan from that";
    return { kind: "held", code: "no-baseline", reason };
  }
  const frozen = freeze.find(({ from, to }) => from <= now && now < to);
  if (frozen === undefined) return null;
  return {
    kind: "held",
    code: "freeze",
    reason: `nothing is taken until the end of ${frozen.lastDay}: ${frozen.reason}`,
  };
}

/** A proposal that is not carried out now, listed for each policy that asked for it. */
export function heldProposal(
  population: Population,
  { draft, policies }: Proposal,
  hold: { readonly kind: HeldBack["kind"]; readonly code: string; readonly reason: string },
): readonly HeldBack[] {
  return policies.map((policy) =>
    heldBackOf(population, policy, draft.person, draft.instance, draft.action, {
      ...hold,
      owner: null,
      target: draft.target,
    }),
  );
}
