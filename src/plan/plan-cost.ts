import { clearBit, hasBit, setBit } from "../model/bits.ts";
import type { OrganizationFile, Plan } from "../model/documents.generated.ts";
import { secondsOf } from "../model/time.ts";
import type { Verdict } from "../model/verdict.ts";
import { estimateCosts } from "../people/money-estimate.ts";
import type { Population } from "../people/population.ts";
import { seatsOf } from "../people/seats.ts";
import { seatsMoved } from "./seat-counts.ts";

/** What the seats of one currency cost before and after a plan: an estimate, in whole minor units for each period. */
export interface PlanCost {
  readonly label: "estimate";
  readonly currency: string;
  readonly period: "month" | "year";
  readonly before: number;
  readonly after: number;
  /** The first day from which less is billed; null where it is not known. */
  readonly from: string | null;
}

/** What the plan's changes would change in cost, by the organisation file's prices. Empty without prices. */
export function planCosts(
  plan: Pick<Plan, "changes" | "asOf">,
  population: Population,
  prices: OrganizationFile["prices"],
): readonly PlanCost[] {
  if (prices === undefined) return [];
  const before = seatsOf(population).holders;
  const asOf = secondsOf(plan.asOf) ?? 0;
  const estimate = (holders: readonly Verdict[]): ReturnType<typeof estimateCosts> =>
    estimateCosts({ population, prices, holders, freed: [], asOf });
  const [now, then] = [estimate(before), estimate(heldAfter(plan, population, before))];
  return now.sums.map(({ currency, period, cost }) => {
    const after = then.sums.find((sum) => sum.currency === currency && sum.period === period)?.cost ?? cost;
    const cheaper = now.licences.filter((licence, at) => (then.licences[at]?.cost ?? 0) < (licence.cost ?? 0));
    const days = cheaper.flatMap(({ renewal }) => renewal?.day ?? []).sort();
    return { label: "estimate", currency, period, before: cost, after, from: days[0] ?? null };
  });
}

/** Who holds each seat once the changes are made. */
function heldAfter(
  { changes }: Pick<Plan, "changes">,
  population: Population,
  before: readonly Verdict[],
): readonly Verdict[] {
  const after = before.map(({ yes, unknown }) => ({ yes: yes.slice(), unknown: unknown.slice() }));
  const byId = new Map(population.header.instances.map(({ id }, position) => [id, after[position]]));
  for (const change of changes) {
    const person = population.find(change.accountId);
    if (person === -1) continue;
    for (const id of seatsMoved(change)) {
      const verdict = byId.get(id);
      // As in the plan's seats: what is not known is not counted before, nor after.
      if (verdict === undefined || hasBit(verdict.unknown, person)) continue;
      if (change.after.seats.includes(id)) setBit(verdict.yes, person);
      else clearBit(verdict.yes, person);
    }
  }
  return after;
}
