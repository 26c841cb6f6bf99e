import { compareText } from "../model/order.ts";
import type { Draft } from "./draft.ts";
import type { Proposal } from "./drafts.ts";

export interface Paced {
  readonly now: readonly Proposal[];
  readonly waiting: readonly Proposal[];
  /** Changes that would take a seat along which somebody else wants kept: they cannot be made. */
  readonly stranded: readonly Proposal[];
}

/**
 * As many changes of each policy as its pace allows, the longest unused first, ties by account id. A change that several
 * policies ask for counts for each. A change that takes other seats along goes with the changes of those seats, or waits
 * and uses up nothing; where they alone are more than a pace allows, they go as the first of their policy, since they would
 * wait for ever.
 */
export function atPace(proposals: readonly Proposal[]): Paced {
  const possible = withoutOrphans(proposals);
  const isPossible = new Set(possible);
  const stranded = proposals.filter((proposal) => !isPossible.has(proposal));
  const isPaced = possible.some(({ policies }) => policies.some(({ pace }) => pace !== null));
  if (!isPaced) return { now: possible, waiting: [], stranded };
  const takingSeat = new Map(
    possible.flatMap((proposal) => seatTaken(proposal).map((seat) => [seat, proposal] as const)),
  );
  const used = new Map<string, number>();
  const chosen = new Set<Proposal>();
  for (const proposal of [...possible].sort(longestUnusedFirst)) {
    if (chosen.has(proposal)) continue;
    const together = withWhatItTakes(proposal, takingSeat, chosen);
    const wouldUse = new Map(used);
    const asked = together.flatMap(({ policies }) => policies);
    for (const { id } of asked) wouldUse.set(id, (wouldUse.get(id) ?? 0) + 1);
    const isTooMany = asked.some(
      ({ id, pace }) => pace !== null && (wouldUse.get(id) ?? 0) > pace.changes && (used.has(id) || pace.changes === 0),
    );
    if (isTooMany) continue;
    for (const member of together) chosen.add(member);
    for (const [id, count] of wouldUse) used.set(id, count);
  }
  return {
    now: possible.filter((proposal) => chosen.has(proposal)),
    waiting: possible.filter((proposal) => !chosen.has(proposal)),
    stranded,
  };
}

/** A change and the changes of every seat it takes along, in turn; without those that are chosen already. */
function withWhatItTakes(
  first: Proposal,
  takingSeat: ReadonlyMap<string, Proposal>,
  chosen: ReadonlySet<Proposal>,
): readonly Proposal[] {
  const together = new Set([first]);
  for (const { draft } of together) {
    for (const instance of draft.alongWith) {
      const other = takingSeat.get(seatKey(draft, instance));
      if (other !== undefined && !chosen.has(other)) together.add(other);
    }
  }
  return [...together];
}

/** Leaves out changes that would take a seat along whose own change is not among these. */
export function withoutOrphans(proposals: readonly Proposal[]): readonly Proposal[] {
  let kept = proposals;
  if (kept.every(({ draft }) => draft.alongWith.length === 0)) return kept;
  for (;;) {
    const taken = new Set(kept.flatMap(seatTaken));
    const next = kept.filter(({ draft }) => draft.alongWith.every((instance) => taken.has(seatKey(draft, instance))));
    if (next.length === kept.length) return kept;
    kept = next;
  }
}

function seatTaken({ draft }: Proposal): readonly string[] {
  return draft.direction === "take" && draft.instance !== null ? [seatKey(draft, draft.instance)] : [];
}

function seatKey(draft: Draft, instance: number): string {
  return `${draft.person} ${instance}`;
}

function longestUnusedFirst(a: Proposal, b: Proposal): number {
  return (
    unusedRank(a.draft) - unusedRank(b.draft) ||
    compareText(a.draft.lastActive, b.draft.lastActive) ||
    compareText(a.draft.accountId, b.draft.accountId) ||
    compareText(a.id, b.id)
  );
}

function unusedRank(draft: Draft): number {
  if (draft.lastActive === "never") return 0;
  return draft.lastActive === "unknown" ? 2 : 1;
}
