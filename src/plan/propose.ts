import { instanceLabel } from "../model/apps.ts";
import type { Change, HeldBack, Plan } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { secondsOf } from "../model/time.ts";
import { directoriesAreCertain } from "../people/directories.ts";
import type { Population } from "../people/population.ts";
import type { Policy } from "../policy/types.ts";
import { type Deliberation, deliberate, heldProposal } from "./deliberate.ts";
import { planDigest } from "./digest.ts";
import { seatRef } from "./draft.ts";
import type { Proposal } from "./drafts.ts";
import { expectedSeconds } from "./expected.ts";
import { type FrameRequest, limitHold, planFrame } from "./frame.ts";
import { handoffNote, withHandoffs } from "./handoff.ts";
import { limitFacts } from "./limit-facts.ts";
import { readLimits } from "./limits.ts";
import { compareRules, countRules, measuredIn } from "./measures.ts";
import { notesOf } from "./notes.ts";
import { onlyFor } from "./only.ts";
import { atPace, withoutOrphans } from "./pace.ts";
import { keepingAdmins } from "./protection.ts";
import { seatCounts } from "./seat-counts.ts";

/** Everything a plan follows from. The same request gives the same plan, byte for byte. */
export interface PlanRequest extends FrameRequest {
  readonly ledger: LedgerView;
  /** What was found while names were resolved and a reviewer should know. */
  readonly notes?: readonly string[];
  /** For a one-off: the id of the policy that the plan is about. `policies` are those of `weighedFor`. */
  readonly only?: string;
}

/**
 * The plan: what would be done, to whom, why, and who is left alone and why. Decides everything, does nothing.
 * `deliberation` is given where it was worked out already.
 */
export function propose(request: PlanRequest, deliberation: Deliberation = weighed(request)): Plan {
  const { population, policies, ledger } = request;
  const { header } = population;
  const asOf = secondsOf(header.asOf);
  if (asOf === null) throw new Error("the snapshot's asOf is not a moment");
  const paced = atPace(deliberation.proposals);
  const counts = countRules({ ...deliberation, population, policies });
  const compared = compareRules(counts, ledger.measures);
  const limits = readLimits(
    limitFacts({ deliberation, population, policies, ledger, proposals: paced.now, asOf, compared }),
    policies.settings.limits,
  );
  const tripped = limits.filter((reading) => reading.tripped);
  const isHeld = ({ draft }: Proposal): boolean => tripped.length > 0 && draft.direction === "take";
  const ready = withoutOrphans(paced.now.filter((proposal) => !isHeld(proposal)));
  const quarantined = paced.now.filter(isHeld);
  const changes = inOrder(ready.map((proposal) => changeOf(proposal, ledger)));
  const changesBy = changesByPolicy(changes);
  const everybodyHeld = heldBackInOrder([
    ...deliberation.heldBack,
    ...paced.waiting.flatMap((proposal) => heldProposal(population, proposal, waiting(proposal))),
    ...paced.stranded.flatMap((proposal) => heldProposal(population, proposal, stranded(population, proposal))),
    ...quarantined.flatMap((proposal) => heldProposal(population, proposal, limitHold(tripped))),
  ]);
  const overridable = keepingAdmins(deliberation.protectedDuties, population, policies.settings);
  const protectedDuties = inOrder(overridable.map((proposal) => changeOf(proposal, ledger)));
  const seats = seatCounts(population, deliberation.seats, ready);
  const heldBack = withHandoffs(everybodyHeld, population, policies.settings, ledger.handoffs, asOf);
  const handedOver = handoffNote(heldBack, population, deliberation.seats, ledger.handoffs, asOf);

  const rest: Omit<Plan, "digest"> = {
    ...planFrame(request, { kind: "policies", ...(request.only === undefined ? {} : { only: request.only }) }),
    sources: [...policies.sources.values()]
      .map(({ name, rows, digest, unmatched }) => ({ name, rows, digest, unmatched }))
      .sort((a, b) => compareText(a.name, b.name)),
    policies: deliberation.selections
      .map(({ policy, matched, unknown }) => summaryOf(policy, matched, unknown, changesBy.get(policy.id) ?? 0))
      .sort((a, b) => compareText(a.id, b.id)),
    seats,
    limits,
    measures: measuredIn(counts, compared, limits),
    changes,
    quarantined: inOrder(quarantined.map((proposal) => changeOf(proposal, ledger))),
    protectedDuties,
    expectedSeconds: expectedSeconds(changes),
    heldBack,
    conflicts: deliberation.conflicts,
    notes: [
      ...notesOf(deliberation, population, policies, { tripped, seats, protectedDuties: protectedDuties.length }),
      ...(request.only === undefined ? [] : [oneOffNote(request.only)]),
      ...(handedOver === null ? [] : [handedOver]),
      ...(request.notes ?? []),
    ],
  };
  return { ...rest, digest: planDigest(rest) };
}

function weighed(request: PlanRequest): Deliberation {
  const deliberation = deliberate(request);
  return request.only === undefined ? deliberation : onlyFor(deliberation, request.only);
}

function oneOffNote(policy: string): string {
  return `This plan is a one-off: it carries what ${policy} asks for and nothing else. What other policies would take waits for their own plan.`;
}

function changeOf({ id, draft, purpose, reasons }: Proposal, ledger: LedgerView): Change {
  const { action, direction, accountId, seat, target, operations, hazards, undo, before, after, lastActive } = draft;
  const fresh = ledger.previousChanges !== null && !ledger.previousChanges.has(id);
  return {
    id,
    action,
    direction,
    purpose,
    accountId,
    seat,
    target,
    policies: reasons,
    operations,
    hazards,
    undo,
    before,
    after,
    lastActive,
    fresh,
  };
}

/**
 * Changes as the same planner sees them now, without pace and limits: for the look again before a write. `released`: duties
 * on protected people are among them.
 */
export function reproposed(
  deliberation: Deliberation,
  ledger: LedgerView,
  protection: "kept" | "released" = "kept",
): readonly Change[] {
  const released = protection === "released" ? deliberation.protectedDuties : [];
  return [...withoutOrphans(deliberation.proposals), ...released].map((proposal) => changeOf(proposal, ledger));
}

/**
 * Whom a call for one person could tell more about: everybody in a proposal, and whoever is unknown only because they are
 * in several directories. By account id.
 */
export function worthAsking({ proposals, heldBack }: Deliberation, population: Population): readonly string[] {
  const people = new Set(proposals.map(({ draft }) => draft.accountId));
  for (const { kind, accountId } of heldBack) {
    if (kind === "unknown" && !directoriesAreCertain(population, population.find(accountId))) people.add(accountId);
  }
  return [...people].sort();
}

/** Removals of duties, other removals, then additions; inside each by id. */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const rank = (change: Change): number => (change.direction === "give" ? 2 : change.purpose === "duty" ? 0 : 1);
  return [...changes].sort((a, b) => rank(a) - rank(b) || compareText(a.id, b.id));
}

/** By account id, policy, action, place and code. */
export function heldBackInOrder(heldBack: readonly HeldBack[]): readonly HeldBack[] {
  const place = (held: HeldBack): string => held.seat?.instance ?? held.target ?? "";
  return [...heldBack].sort(
    (a, b) =>
      compareText(a.accountId, b.accountId) ||
      compareText(a.policy, b.policy) ||
      compareText(a.action, b.action) ||
      compareText(place(a), place(b)) ||
      compareText(a.code, b.code),
  );
}

function waiting({ policies }: Proposal): Parameters<typeof heldProposal>[2] {
  const paces = policies.flatMap(({ id, pace }) => (pace === null ? [] : [`${id} takes ${pace.changes} at a time`]));
  const reason =
    paces.length === 0
      ? "waits for another change that it goes together with"
      : `waits its turn: ${paces.join(", ")}, the longest unused first`;
  return { kind: "waiting", code: "pace", reason };
}

function stranded(population: Population, { draft }: Proposal): Parameters<typeof heldProposal>[2] {
  const seats = draft.alongWith.map((at) => seatRef(population, at)).map(instanceLabel);
  return {
    kind: "blocked",
    code: "other-seat",
    reason: `leaving its groups would also take ${seats.join(", ")}, and not all of that is to be taken`,
  };
}

/** By policy: how many changes it asks for. A change that several policies ask for counts for each. */
function changesByPolicy(changes: readonly Change[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { policies } of changes) {
    for (const id of new Set(policies.map(({ policy }) => policy))) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function summaryOf(policy: Policy, matched: number, unknown: number, changes: number): Plan["policies"][number] {
  return {
    id: policy.id,
    description: policy.description,
    owner: policy.owner,
    for: policy.for,
    purpose: policy.purpose,
    because: policy.because,
    mode: policy.mode,
    approval: policy.approval,
    holds: [...policy.holds],
    matched,
    unknown,
    changes,
  };
}
