import { decimalsOf } from "../people/money.ts";
import { md, type Markdown } from "./markup.ts";
import { moneyText } from "./seats-money.ts";

/** What the seats of one currency cost before and after a plan. Never more than an estimate. */
export interface MoneyEstimate {
  readonly label: "estimate";
  /** ISO 4217. */
  readonly currency: string;
  readonly period: "month" | "year";
  /** Whole minor units for each period. */
  readonly before: number;
  readonly after: number;
  /** The first day (`2026-12-01`) from which less is billed; null where it is not known. */
  readonly from: string | null;
}

/** The estimates as lines: the cost before and after, the difference, and from when it counts. None where nothing changes. */
export function estimateLines(estimates: readonly MoneyEstimate[]): readonly Markdown[] {
  return estimates.filter(({ before, after }) => before !== after).map(estimateLine);
}

function estimateLine({ currency, period, before, after, from }: MoneyEstimate): Markdown {
  const decimals = decimalsOf(currency);
  const amount = (minor: number): string => moneyText(minor, { currency, decimals });
  const much = amount(Math.abs(after - before));
  const difference = md`**${much} ${after < before ? "less" : "more"}**${from === null ? "" : `, from ${from} on`}`;
  return md`**Estimated cost**: ${amount(before)} a ${period} before, ${amount(after)} after: ${difference}. By the prices in seatwright.yaml; Atlassian's bill decides.`;
}
