import { compareText } from "../model/order.ts";
import { byPerson } from "../people/by-person.ts";
import { seatsAfter, united } from "../people/counterfactual.ts";
import type { Population } from "../people/population.ts";
import { severity } from "./conflicts.ts";
import type { Proposal } from "./drafts.ts";

export interface Together {
  readonly kept: readonly Proposal[];
  /** Proposals that would take a seat only because of others of the same plan. */
  readonly tooMuch: readonly Proposal[];
}

/**
 * Each change was judged as if it were the only one. Two of one person that each leave a seat in place, by leaving one of
 * two groups that grant it, take it together. The stronger stays: duties first, then the least drastic, then by id.
 */
export function withoutJointLoss(population: Population, proposals: readonly Proposal[]): Together {
  const tooMuch = new Set<Proposal>();
  const takes = proposals.filter(({ draft }) => draft.direction === "take");
  for (const own of byPerson(takes, ({ draft }) => draft.person)) {
    if (own.length < 2) continue;
    const kept: Proposal[] = [];
    for (const proposal of [...own].sort(byPrecedence)) {
      if (losesWith(population, kept, proposal)) tooMuch.add(proposal);
      else kept.push(proposal);
    }
  }
  return { kept: proposals.filter((proposal) => !tooMuch.has(proposal)), tooMuch: [...tooMuch] };
}

/** Whether a seat that neither says it takes would be gone once everything was done that does not say so. */
function losesWith(population: Population, kept: readonly Proposal[], proposal: Proposal): boolean {
  const { person, before } = proposal.draft;
  const staying = before.seats.filter((seat) => !takesSeat(proposal, seat));
  return staying.some((seat) => {
    const silent = [...kept.filter((other) => !takesSeat(other, seat)), proposal];
    if (silent.length < 2) return false;
    const after = seatsAfter(population, person, united(silent.map(({ draft }) => draft.difference)));
    return !after.some((instance) => population.header.instances[instance]?.id === seat);
  });
}

function takesSeat({ draft }: Proposal, seat: string): boolean {
  return draft.before.seats.includes(seat) && !draft.after.seats.includes(seat);
}

function byPrecedence(a: Proposal, b: Proposal): number {
  if (a.purpose !== b.purpose) return a.purpose === "duty" ? -1 : 1;
  return severity[a.draft.action] - severity[b.draft.action] || compareText(a.id, b.id);
}
