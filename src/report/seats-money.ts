import type { EstimateSum, LicenceEstimate, SavingAmount } from "../model/documents.generated.ts";
import type { TextPage } from "./page.ts";
import { figure, listed, many } from "./words.ts";

/** Whole minor units as an amount to read: `USD 10,896.20`. Made of digits, never of fractions. */
export function moneyText(minor: number, { currency, decimals }: Pick<EstimateSum, "currency" | "decimals">): string {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return `${currency} ${minor < 0 ? "−" : ""}${figure(Number(whole))}${fraction}`;
}

const periodWords = { month: "a month", year: "a year" } as const;
const billingWords: Readonly<Record<LicenceEstimate["billing"], string>> = {
  "maximum-quantity": "by the month, for the highest number of the period",
  "month-end": "by the month, for the number at its end",
  annual: "by the year, for a tier",
};

/** What each licence is estimated to cost, where its tier ends, and what freeing seats would save, from when. */
export function writeEstimates(
  page: TextPage,
  licences: readonly LicenceEstimate[],
  sums: readonly EstimateSum[],
  labelOf: (instance: string) => string,
): void {
  if (licences.length === 0) return;
  page.blank();
  page.heading("Estimated cost", "by the prices in seatwright.yaml; Atlassian's bill decides");
  for (const licence of licences) writeLicence(page, licence, labelOf);
  for (const sum of sums) writeSum(page, sum);
}

function writeLicence(page: TextPage, licence: LicenceEstimate, labelOf: (instance: string) => string): void {
  const { instances, counts, quantity, unknown, cost, costAtMost, period, billing, savings } = licence;
  const what = counts === "people" ? many(quantity, "person", "people") : many(quantity, "seat");
  const amount = cost === null ? "not known" : `an estimated ${moneyText(cost, licence)} ${periodWords[period]}`;
  page.blank();
  page.paragraph(`${listed(instances.map(({ instance }) => labelOf(instance)))}: ${amount} for ${what}`, {
    indent: 2,
    tone: "strong",
  });
  page.pairs(
    [
      ...(unknown === 0 ? [] : [{ label: "Not known", text: perhapsWords(unknown, costAtMost, licence) }]),
      { label: "Billed", text: `${billingWords[billing]}${renewalWords(licence)}` },
      ...boughtPairs(licence),
      ...tierPairs(licence),
    ],
    { indent: 4 },
  );
  const rows = savings.map((saving) => ({
    cells: [saving.for, ...savingCells(licence, saving.now), ...savingCells(licence, saving.withProvider)],
  }));
  if (rows.length === 0) return;
  const fits = page.table(
    [
      { title: "Unused for" },
      { title: "Free now", align: "right" },
      { title: "Would save", align: "right" },
      { title: "With provider", align: "right" },
      { title: "Would save", align: "right" },
    ],
    rows,
    { indent: 4 },
  );
  if (fits) return;
  for (const saving of savings) {
    page.paragraph(`${saving.for}: ${savingCells(licence, saving.now).join(" free, would save ")}`, { indent: 4 });
  }
}

/** What it may cost at most: some may hold a seat without its being known. */
function perhapsWords(unknown: number, costAtMost: number | null, licence: LicenceEstimate): string {
  const what = licence.counts === "people" ? many(unknown, "more person", "more people") : many(unknown, "more seat");
  if (costAtMost === null) return `${what}, for which there is no price`;
  return `${what}; if all are held, an estimated ${moneyText(costAtMost, licence)} ${periodWords[licence.period]}`;
}

function savingCells(licence: LicenceEstimate, { fewer, saves }: SavingAmount): readonly string[] {
  return [figure(fewer), saves === null ? "not known" : moneyText(saves, licence)];
}

/** From when a removal counts: the words differ with the billing. */
function renewalWords({ renewal, billing }: LicenceEstimate): string {
  if (renewal === null) return "; when it renews is not written, so from when a removal saves is not known";
  const day = `${renewal.day}${renewal.assumed ? " (assumed)" : ""}`;
  if (billing === "annual") {
    return `; renews on ${day}. A removal saves from then on, and only where a lower tier is reached`;
  }
  return `; renews on ${day}. What is freed before then saves from that day on, not before`;
}

function boughtPairs({ bought, currency, decimals }: LicenceEstimate): readonly { label: string; text: string }[] {
  if (bought === null) return [];
  const cost = bought.cost === null ? "" : `, an estimated ${moneyText(bought.cost, { currency, decimals })} a year`;
  return [{ label: "Bought", text: `${figure(bought.quantity)}${cost}` }];
}

function tierPairs({ tier, bought, quantity, unknown }: LicenceEstimate): readonly { label: string; text: string }[] {
  if (tier === null) return [];
  const parts = [
    tier.upTo === null
      ? "the last tier, without an end"
      : `up to ${figure(tier.upTo)}, room for ${figure(tier.room ?? 0)} more`,
    tier.toLower === null
      ? "the lowest tier"
      : `${figure(tier.toLower)} fewer reach the tier below` +
        (unknown === 0 ? "" : `, ${figure(tier.toLower + unknown)} if all that are not known are held`),
  ];
  const unused = bought !== null && quantity <= bought.quantity && tier.upTo !== bought.quantity;
  return [{ label: "Tier", text: `${parts.join("; ")}${unused ? "; smaller than what was bought" : ""}` }];
}

/** A sum of one licence would only repeat it. */
function writeSum(page: TextPage, sum: EstimateSum): void {
  if (sum.licences < 2) return;
  const savings = sum.savings.map(({ for: length, now }) => `${length} ${moneyText(now, sum)}`);
  page.blank();
  page.paragraph(
    `Together ${many(sum.licences, "licence")}, an estimated ${moneyText(sum.cost, sum)} ${periodWords[sum.period]}` +
      (sum.unknown === 0 || sum.costAtMost === null
        ? "."
        : `, or at most ${moneyText(sum.costAtMost, sum)} with the seats that are not known.`) +
      (savings.length === 0 ? "" : ` Freeing what is unused would save: ${listed(savings)}.`),
    { indent: 2, hang: 2 },
  );
}
