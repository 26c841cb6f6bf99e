import type { OrganizationFile, Price, PriceTier } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { decimalsOf, minorUnits } from "../people/money.ts";
import { billingOf } from "../people/money-price.ts";
import { splitPriceKey } from "../people/money-subscriptions.ts";
import { unknownDay } from "./check-times.ts";
import { unknownApp } from "./check-where.ts";
import { nearest } from "./distance.ts";
import { errorAt, partOf, type Path, shown, warningAt, type Written } from "./written.ts";

/**
 * Rules for `prices`. Prices are for estimates only, so a name nobody knows is a doubt; an amount that cannot be counted
 * exactly, or tiers that contradict each other, are errors.
 */
export function checkPrices(file: Written<OrganizationFile>): readonly Finding[] {
  const prices = Object.entries(file.value.prices ?? {});
  const byPlace = new Map<string, string>();
  return prices.flatMap(([key, price]) => [
    ...checkKey(file, key, byPlace),
    ...checkPrice(partOf(file, ["prices", key], price)),
  ]);
}

/** `byPlace` holds what earlier keys are for: the app and the site. */
function checkKey(file: Written<OrganizationFile>, key: string, byPlace: Map<string, string>): readonly Finding[] {
  const place = file.at(["prices", key], "key");
  const { app, site } = splitPriceKey(key);
  const unknown = unknownApp(file, ["prices", key], app);
  if (unknown !== null) return [{ ...unknown, severity: "warning", place }];
  if (site?.trim() === "") {
    return [
      errorAt(place, "price-site", `${shown(key)} names no site behind the slash.`, `Write ${shown(app)} alone.`),
    ];
  }
  const meant = JSON.stringify([app, site]);
  const other = byPlace.get(meant);
  byPlace.set(meant, key);
  if (other === undefined) return [];
  const message = `${shown(key)} and ${shown(other)} are prices of the same thing.`;
  return [errorAt(place, "price-twice", message, "Keep one of the two.")];
}

function checkPrice(price: Written<Price>): readonly Finding[] {
  const { value } = price;
  const { currency, perSeatMonth, tiers, renews } = value;
  const findings: (Finding | null)[] = [unknownCurrency(price), checkRenews(price)];
  if ((perSeatMonth === undefined) === (tiers === undefined)) {
    const message =
      tiers === undefined ? "This price has no amount." : "This price has both one amount and tiers of amounts.";
    findings.push(errorAt(price.at([], "key"), "price-amount", message, "Write either `perSeatMonth` or `tiers`."));
  } else if (billingOf(value) === "annual" && tiers === undefined) {
    const remedy = "Write `tiers` with `upTo` and `perYear`, or leave `billing: annual` out.";
    findings.push(errorAt(price.at(["billing"]), "price-amount", "What is paid by the year is paid by tiers.", remedy));
  }
  if (perSeatMonth !== undefined) findings.push(badAmount(price, ["perSeatMonth"], perSeatMonth, currency));
  findings.push(...checkTiers(price), checkBought(price));
  if (typeof renews === "string") findings.push(unknownDay(price, ["renews"], renews));
  return findings.filter((finding) => finding !== null);
}

function unknownCurrency(price: Written<Price>): Finding | null {
  const { currency } = price.value;
  const known = Intl.supportedValuesOf("currency");
  if (known.includes(currency)) return null;
  const near = nearest(currency, known);
  const remedy = near === null ? "Write its three letters of ISO 4217." : `Did you mean ${shown(near)}?`;
  const message = `There is no currency called ${shown(currency)} in use.`;
  return warningAt(price.at(["currency"]), "unknown-currency", message, remedy);
}

function checkRenews(price: Written<Price>): Finding | null {
  const { renews } = price.value;
  if (renews === undefined) return null;
  const annual = billingOf(price.value) === "annual";
  if (annual === (typeof renews === "string")) return null;
  return errorAt(
    price.at(["renews"]),
    "price-renews",
    annual ? "What is paid by the year renews on a date." : "What is paid by the month renews on a day of the month.",
    annual ? "Write year-month-day: `2027-03-31`." : "Write the day as a number: `28`.",
  );
}

function badAmount(price: Written<Price>, path: Path, amount: number, currency: string): Finding | null {
  if (minorUnits(amount, currency) !== null) return null;
  const decimals = decimalsOf(currency);
  const most = decimals === 0 ? "none" : String(decimals);
  return errorAt(
    price.at(path),
    "price-decimals",
    `${shown(String(amount))} has more decimals than ${currency}, which has ${most}.`,
    "Round it: sums are made of whole cents, never of parts of them.",
  );
}

/** What a tier of each kind of billing says of its price. */
const amountKeys = { annual: "perYear", monthly: "perSeatMonth" } as const;

function checkTiers(price: Written<Price>): readonly (Finding | null)[] {
  const { tiers = [], currency } = price.value;
  const annual = billingOf(price.value) === "annual";
  const wanted = amountKeys[annual ? "annual" : "monthly"];
  const other = amountKeys[annual ? "monthly" : "annual"];
  return tiers.flatMap((tier, at): readonly (Finding | null)[] => {
    const path: Path = ["tiers", at];
    const findings: (Finding | null)[] = [edgeFinding(price, tiers, tier, at)];
    if (tier[other] !== undefined) {
      const message = `${shown(other)} is no price of what is paid by the ${annual ? "year" : "month"}.`;
      findings.push(
        errorAt(price.at([...path, other], "key"), "price-amount", message, `Write ${shown(wanted)} instead.`),
      );
    } else if (tier[wanted] === undefined) {
      const message = `The tier has no ${shown(wanted)}.`;
      findings.push(errorAt(price.at(path), "price-amount", message, `Add ${shown(`${wanted}:`)} with its price.`));
    }
    const amount = tier[wanted];
    if (amount === undefined) return findings;
    findings.push(badAmount(price, [...path, wanted], amount, currency));
    const before = tiers[at - 1]?.[wanted];
    if (before !== undefined && (annual ? amount < before : amount > before)) {
      const message = annual
        ? "A larger tier costs less than a smaller one."
        : "A later seat costs more than an earlier.";
      findings.push(
        warningAt(price.at([...path, wanted]), "price-order", message, "Check the list of prices; it may be right."),
      );
    }
    return findings;
  });
}

/** Tiers rise, and only the last of a monthly price may be without an end. */
function edgeFinding(
  price: Written<Price>,
  tiers: readonly PriceTier[],
  { upTo }: PriceTier,
  at: number,
): Finding | null {
  if (upTo === undefined) {
    const isLast = at === tiers.length - 1;
    if (isLast && billingOf(price.value) !== "annual") return null;
    const message = isLast ? "A tier of the year has an end." : "Only the last tier may be without an end.";
    return errorAt(price.at(["tiers", at]), "price-tiers", message, "Add `upTo:` with its last seat.");
  }
  const before = tiers[at - 1]?.upTo;
  if (before === undefined || upTo > before) return null;
  return errorAt(
    price.at(["tiers", at, "upTo"]),
    "price-tiers",
    `This tier ends at ${upTo}, and the one before it at ${before}.`,
    "List the tiers from the smallest to the largest.",
  );
}

function checkBought(price: Written<Price>): Finding | null {
  const { bought, tiers = [] } = price.value;
  if (bought === undefined) return null;
  const place = price.at(["bought"]);
  if (billingOf(price.value) !== "annual") {
    return errorAt(place, "price-bought", "Only what is paid by the year is bought in advance.", "Remove `bought`.");
  }
  if (tiers.some(({ upTo }) => upTo === bought)) return null;
  const edges = tiers.flatMap(({ upTo }) => (upTo === undefined ? [] : [String(upTo)]));
  const message = `There is no tier of ${bought}.`;
  return errorAt(place, "price-bought", message, `Write one of the tiers: ${edges.join(", ")}.`);
}
