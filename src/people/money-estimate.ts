import { type Bits, countBits } from "../model/bits.ts";
import type {
  EstimateSum,
  LicenceEstimate,
  OrganizationFile,
  Saving,
  SavingAmount,
} from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";
import type { Verdict } from "../model/verdict.ts";
import { decimalsOf, minus, type Money, noMoney, plus } from "./money.ts";
import { billingOf, costOf, nextRenewal, periodOf, tierEdge } from "./money-price.ts";
import { type Subscription, subscriptionsOf } from "./money-subscriptions.ts";
import type { Population } from "./population.ts";
import { holdersOfAny } from "./seat-holders.ts";

/** Seats that could be freed after one length of time, by instance; undefined: none there. */
export interface FreedSeats {
  readonly for: string;
  readonly now: readonly (Bits | undefined)[];
  readonly withProvider: readonly (Bits | undefined)[];
}

export interface EstimateRequest {
  readonly population: Population;
  readonly prices: OrganizationFile["prices"];
  /** By instance: who holds a seat, and of whom it is not known. */
  readonly holders: readonly Verdict[];
  readonly freed: readonly FreedSeats[];
  readonly asOf: Seconds;
}

/** Estimates of cost and saving. All amounts are whole minor units. */
export interface Estimates {
  readonly licences: readonly LicenceEstimate[];
  readonly sums: readonly EstimateSum[];
  /** What a reader should know of them, in sentences. */
  readonly notes: readonly string[];
}

/** What the seats cost by the organisation file's prices, and what freeing some would save: never more than an estimate. */
export function estimateCosts(request: EstimateRequest): Estimates {
  const { population, prices } = request;
  if (prices === undefined) return { licences: [], sums: [], notes: [] };
  const { subscriptions, unused, unpriced } = subscriptionsOf(population, prices);
  const licences = subscriptions.map((subscription) => licenceOf(request, subscription));
  const nameOf = (at: number): string => {
    const { app = "", site = "" } = population.header.instances[at] ?? {};
    return `${app} on ${site}`;
  };
  return {
    licences,
    sums: sumsOf(licences),
    notes: [
      ...(unpriced.length === 0 ? [] : [`No price is written for ${unpriced.map(nameOf).join(", ")}.`]),
      ...(unused.length === 0 ? [] : [`No app with paid seats fits the price of ${unused.join(", ")}.`]),
      ...licences.flatMap(notesOf),
    ],
  };
}

function licenceOf({ population, holders, freed, asOf }: EstimateRequest, subscription: Subscription): LicenceEstimate {
  const { key, price, instances } = subscription;
  const held = holders.map(({ yes }) => yes);
  const quantity = countBits(holdersOfAny(instances, held));
  const perhaps = holders.map(({ yes, unknown }) => yes.map((word, at) => word | (unknown[at] ?? 0)));
  const atMost = countBits(holdersOfAny(instances, perhaps));
  const cost = costOf(price, quantity);
  const without = (gone: FreedSeats["now"]): SavingAmount => {
    const left = countBits(holdersOfAny(instances, held, gone));
    const then = costOf(price, left);
    return {
      fewer: quantity - left,
      cost: then?.minor ?? null,
      saves: cost === null || then === null ? null : minus(cost, then).minor,
    };
  };
  return {
    estimate: true,
    price: key,
    instances: instances.map((at) => {
      const { id = "", app = "", site = "" } = population.header.instances[at] ?? {};
      return { instance: id, app, site };
    }),
    counts: price.counts ?? "seats",
    billing: billingOf(price),
    period: periodOf(price),
    currency: price.currency,
    decimals: decimalsOf(price.currency),
    quantity,
    unknown: atMost - quantity,
    cost: cost?.minor ?? null,
    costAtMost: costOf(price, atMost)?.minor ?? null,
    bought:
      price.bought === undefined ? null : { quantity: price.bought, cost: costOf(price, price.bought)?.minor ?? null },
    tier: tierEdge(price, quantity),
    renewal: nextRenewal(price, asOf),
    savings: freed.map(
      (step): Saving => ({ for: step.for, now: without(step.now), withProvider: without(step.withProvider) }),
    ),
  };
}

/** One sum for each currency and period; a licence of unknown cost is left out of it. */
function sumsOf(licences: readonly LicenceEstimate[]): readonly EstimateSum[] {
  const known = licences.filter(({ cost }) => cost !== null);
  const groups = Map.groupBy(known, ({ currency, period }) => `${currency} ${period}`);
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, own]): readonly EstimateSum[] => {
      const [first] = own;
      if (first === undefined) return [];
      const { currency, decimals, period } = first;
      const sum = (of: (licence: LicenceEstimate) => number | null | undefined): number =>
        own.reduce((total: Money, licence) => plus(total, { currency, minor: of(licence) ?? 0 }), noMoney(currency))
          .minor;
      return [
        {
          estimate: true,
          currency,
          decimals,
          period,
          licences: own.length,
          unknown: own.reduce((total, { unknown }) => total + unknown, 0),
          cost: sum(({ cost }) => cost),
          costAtMost: own.some(({ costAtMost }) => costAtMost === null) ? null : sum(({ costAtMost }) => costAtMost),
          savings: first.savings.map(({ for: length }, at) => ({
            for: length,
            now: sum(({ savings }) => savings[at]?.now.saves),
            withProvider: sum(({ savings }) => savings[at]?.withProvider.saves),
          })),
        },
      ];
    });
}

function notesOf({ price, quantity, cost, renewal, bought }: LicenceEstimate): readonly string[] {
  return [
    ...(cost === null ? [`The price of ${price} has no tier for ${quantity}, so its cost is not known.`] : []),
    ...(renewal === null
      ? [`When the bill for ${price} renews is not written, so from when a saving counts is not known.`]
      : []),
    ...(renewal?.assumed === true
      ? [`The date on which ${price} renews lies behind us; ${renewal.day} stands in. Write the new date.`]
      : []),
    ...(bought !== null && quantity > bought.quantity
      ? [
          `${price} is bought for ${bought.quantity} and has ${quantity}: Atlassian may ask for the next tier before the renewal.`,
        ]
      : []),
  ];
}
