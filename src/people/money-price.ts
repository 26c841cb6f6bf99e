import { Temporal } from "temporal-polyfill";
import type { Price, PriceTier } from "../model/documents.generated.ts";
import { dayOf, type Seconds } from "../model/time.ts";
import { minorUnits, type Money, noMoney, plus, times } from "./money.ts";

/** How a subscription is billed, in the word of `prices`. */
export type Billing = NonNullable<Price["billing"]>;

export function billingOf(price: Pick<Price, "billing">): Billing {
  return price.billing ?? "maximum-quantity";
}

/** What one amount is paid for. */
export type Period = "month" | "year";

export function periodOf(price: Pick<Price, "billing">): Period {
  return billingOf(price) === "annual" ? "year" : "month";
}

/**
 * What so many seats cost in one period, as an estimate: a flat price for each; or each band of a monthly price at its
 * own rate; or, by the year, the whole tier that holds them. Null where no tier is large enough.
 * The price was checked (policy/check-prices.ts): throws where it cannot be one.
 */
export function costOf(price: Price, quantity: number): Money | null {
  const { currency, perSeatMonth, tiers } = price;
  if (tiers === undefined) return times(amount(perSeatMonth, currency), quantity);
  if (billingOf(price) === "annual") {
    const tier = quantity === 0 ? null : tierFor(tiers, quantity);
    if (tier === null) return quantity === 0 ? noMoney(currency) : null;
    return amount(tier.perYear, currency);
  }
  let below = 0;
  let sum = noMoney(currency);
  for (const { upTo, perSeatMonth: rate } of tiers) {
    const until = Math.min(quantity, upTo ?? quantity);
    if (until > below) sum = plus(sum, times(amount(rate, currency), until - below));
    below = Math.max(below, until);
  }
  return below < quantity ? null : sum;
}

/** The edges of tiers around a quantity. */
export interface TierEdge {
  /** How many the tier that holds the quantity is for; null: it has no end. */
  readonly upTo: number | null;
  /** How many more fit into it; null: it has no end. */
  readonly room: number | null;
  /** How many fewer it takes to be in the tier below; null: there is none. */
  readonly toLower: number | null;
}

/** Where a quantity stands among the tiers of a price; null where the price has none, or none that is large enough. */
export function tierEdge({ tiers }: Pick<Price, "tiers">, quantity: number): TierEdge | null {
  if (tiers === undefined) return null;
  const tier = tierFor(tiers, quantity);
  if (tier === null) return null;
  const below = tiers[tiers.indexOf(tier) - 1]?.upTo;
  const upTo = tier.upTo ?? null;
  return {
    upTo,
    room: upTo === null ? null : upTo - quantity,
    toLower: below === undefined ? null : quantity - below,
  };
}

/** The first tier that holds so many; null where none does. */
function tierFor(tiers: readonly PriceTier[], quantity: number): PriceTier | null {
  return tiers.find(({ upTo }) => upTo === undefined || quantity <= upTo) ?? null;
}

/** When the bill changes next. */
export interface Renewal {
  /** `2026-11-28`, in UTC. */
  readonly day: string;
  /** The written day lies behind us, and this is the same day of a later year. */
  readonly assumed: boolean;
}

/**
 * The next day, after that of `asOf`, from which another quantity counts: the day of the month on which a monthly bill
 * renews (of a shorter month its last day), or the day on which an annual one does. Null where `renews` is not written.
 */
export function nextRenewal(price: Pick<Price, "renews" | "billing">, asOf: Seconds): Renewal | null {
  const { renews } = price;
  if (renews === undefined) return null;
  const today = Temporal.PlainDate.from(dayOf(asOf));
  if (typeof renews === "string") return nextAnniversary(renews, today);
  if (billingOf(price) === "annual") return null;
  const inMonth = (first: Temporal.PlainDate): Temporal.PlainDate =>
    first.with({ day: Math.min(renews, first.daysInMonth) });
  const first = today.with({ day: 1 });
  const soon = inMonth(first);
  const next = Temporal.PlainDate.compare(soon, today) > 0 ? soon : inMonth(first.add({ months: 1 }));
  return { day: next.toString(), assumed: false };
}

function nextAnniversary(written: string, today: Temporal.PlainDate): Renewal {
  const first = Temporal.PlainDate.from(written);
  let day = first;
  for (let years = 1; Temporal.PlainDate.compare(day, today) <= 0; years++) day = first.add({ years });
  return { day: day.toString(), assumed: day !== first };
}

function amount(written: number | undefined, currency: string): Money {
  const minor = written === undefined ? null : minorUnits(written, currency);
  if (minor === null) throw new Error("a price was not checked");
  return { currency, minor };
}
