import { describe, expect, it } from "vitest";
import { marked, read, seatwrightYaml, told } from "./support.ts";

/** What one price says, the finding at the mark, and words of it. */
type Slip = readonly [sentence: string, prices: string, finding: string, words: string];

const tiers = (list: string): string => `jira-software: {currency: USD, tiers: ${list}}`;
const annual = (rest: string): string => `confluence: {currency: USD, billing: annual, ${rest}}`;

const slips: readonly Slip[] = [
  ["an unknown app", "▸jirra/acme: {currency: EUR, perSeatMonth: 1}", "warning unknown-app", "`jirra`"],
  ["an unknown currency", "jira: {currency: ▸EUX, perSeatMonth: 1}", "warning unknown-currency", "`EUR`"],
  ["no site behind the slash", "▸jira-software/: {currency: EUR, perSeatMonth: 1}", "error price-site", "no site"],
  [
    "one thing under two names",
    "jira: {currency: EUR, perSeatMonth: 1}, ▸jira-software: {currency: EUR, perSeatMonth: 2}",
    "error price-twice",
    "`jira`",
  ],
  ["no amount", "▸jira: {currency: EUR}", "error price-amount", "no amount"],
  [
    "an amount and tiers",
    "▸jira: {currency: EUR, perSeatMonth: 1, tiers: [{perSeatMonth: 1}]}",
    "error price-amount",
    "both",
  ],
  ["parts of a cent", "jira: {currency: EUR, perSeatMonth: ▸4.755}", "error price-decimals", "which has 2"],
  ["parts of a yen", "jira: {currency: JPY, perSeatMonth: ▸900.5}", "error price-decimals", "which has none"],
  ["a vanishing amount", "jira: {currency: EUR, perSeatMonth: ▸1e-7}", "error price-decimals", "1e-7"],
  ["a negative amount", "jira: {currency: EUR, perSeatMonth: ▸-1}", "error wrong-value", ">= 0"],
  ["a day that no month has", "jira: {currency: EUR, perSeatMonth: 1, renews: ▸32}", "error wrong-value", "<= 31"],
  [
    "a date for what is paid by the month",
    'jira: {currency: EUR, perSeatMonth: 1, renews: ▸"2027-02-01"}',
    "error price-renews",
    "day of the month",
  ],
  [
    "a day for what is paid by the year",
    annual("tiers: [{upTo: 9, perYear: 9}], renews: ▸28"),
    "error price-renews",
    "date",
  ],
  ["a date of no calendar", annual('tiers: [{upTo: 9, perYear: 9}], renews: ▸"2027-02-30"'), "error date", "calendar"],
  [
    "a price for each seat by the year",
    "jira: {currency: EUR, perSeatMonth: 1, billing: ▸annual}",
    "error price-amount",
    "by tiers",
  ],
  [
    "tiers that fall",
    tiers("[{upTo: 100, perSeatMonth: 2}, {upTo: ▸100, perSeatMonth: 1}]"),
    "error price-tiers",
    "smallest",
  ],
  [
    "an end left out in the middle",
    tiers("[▸{perSeatMonth: 2}, {upTo: 100, perSeatMonth: 1}]"),
    "error price-tiers",
    "last",
  ],
  ["a yearly tier without an end", annual("tiers: [▸{perYear: 9}]"), "error price-tiers", "has an end"],
  ["a tier without its price", tiers("[▸{upTo: 100}]"), "error price-amount", "`perSeatMonth:`"],
  ["a yearly price by the month", tiers("[{upTo: 100, ▸perYear: 1}]"), "error price-amount", "`perSeatMonth`"],
  [
    "a later seat that costs more",
    tiers("[{upTo: 9, perSeatMonth: 1}, {perSeatMonth: ▸2}]"),
    "warning price-order",
    "more",
  ],
  [
    "a larger tier that costs less",
    annual("tiers: [{upTo: 9, perYear: 9}, {upTo: 19, perYear: ▸8}]"),
    "warning price-order",
    "less",
  ],
  [
    "a tier bought by the month",
    "jira: {currency: EUR, perSeatMonth: 1, bought: ▸9}",
    "error price-bought",
    "by the year",
  ],
  [
    "a tier that is not on the list",
    annual("tiers: [{upTo: 9, perYear: 9}], bought: ▸10"),
    "error price-bought",
    "tiers: 9",
  ],
];

describe("prices", () => {
  it.each(slips)("may not say %s", (_sentence, prices, finding, words) => {
    const { texts, place } = marked({ "seatwright.yaml": `${seatwrightYaml}prices: {${prices}}\n` });
    const { repository, findings } = read(texts);
    expect(told(findings)).toEqual([`${place} ${finding}`]);
    expect(findings.map(({ message, remedy }) => `${message} ${remedy}`).join()).toContain(words);
    expect(repository === null).toBe(finding.startsWith("error"));
  });

  it.each([
    "jira-software: {currency: USD, perSeatMonth: 9.05, renews: 28}",
    "jira-software: {currency: JPY, perSeatMonth: 900, billing: month-end}",
    "jira-software: {currency: USD, perSeatMonth: 7}, jira-software/acme: {currency: USD, perSeatMonth: 14.5}",
    tiers("[{upTo: 100, perSeatMonth: 8.6}, {upTo: 250, perSeatMonth: 7.6}, {perSeatMonth: 6.5}]"),
    annual('tiers: [{upTo: 100, perYear: 900}, {upTo: 200, perYear: 1700}], bought: 200, renews: "2027-02-01"'),
    annual("tiers: [{upTo: 1000, perYear: 90000}], counts: people"),
  ])("may say `%s`", (prices) => {
    const { repository, findings } = read({ "seatwright.yaml": `${seatwrightYaml}prices: {${prices}}\n` });
    expect(told(findings)).toEqual([]);
    expect(repository).not.toBeNull();
  });
});
