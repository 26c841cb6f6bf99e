import { type Bits, countBits, hasBit, noBits, setBit } from "../src/model/bits.ts";
import { allOf, alwaysTrue, anyOf, type Verdict } from "../src/model/verdict.ts";
import type { Org } from "./org.ts";

/** What people can be narrowed down by. Options are positions, codes or names, by facet. */
export const facetKeys = [
  "app",
  "site",
  "unused",
  "everywhere",
  "last",
  "status",
  "role",
  "group",
  "domain",
  "account",
  "shield",
  "plan",
] as const;

export type FacetKey = (typeof facetKeys)[number];
export type Option = string | number;

export interface Filters {
  readonly search: string;
  readonly chosen: Readonly<Record<FacetKey, readonly Option[]>>;
  /** Only these people, besides: for a link from a list that no facet can say. */
  readonly only: { readonly title: string; readonly people: readonly number[] } | null;
  readonly selectedOnly: boolean;
}

const none = Object.fromEntries(facetKeys.map((key) => [key, []])) as unknown as Filters["chosen"];

export const noFilters: Filters = { search: "", chosen: none, only: null, selectedOnly: false };

/** Filters with nothing but these options. */
export function filtersWith(chosen: Partial<Filters["chosen"]>): Filters {
  return { ...noFilters, chosen: { ...none, ...chosen } };
}

/** The same filters with an option added, or taken out where it is there. */
export function toggled(filters: Filters, key: FacetKey, option: Option): Filters {
  const before = filters.chosen[key];
  const after = before.includes(option) ? before.filter((entry) => entry !== option) : [...before, option];
  return { ...filters, chosen: { ...filters.chosen, [key]: after } };
}

export function hasFilters({ search, chosen, only, selectedOnly }: Filters): boolean {
  return search.trim() !== "" || only !== null || selectedOnly || facetKeys.some((key) => chosen[key].length > 0);
}

/** Paid instances that the chosen apps and sites leave; all of them where none is chosen. */
export function scopeOf({ head }: Org, { chosen: { app, site } }: Filters): readonly number[] {
  return head.instances.flatMap((instance, at) =>
    instance.paid &&
    (app.length === 0 || app.includes(instance.app)) &&
    (site.length === 0 || site.includes(instance.site))
      ? [at]
      : [],
  );
}

/** Whom the filters leave, and of whom that cannot be told. `without`: as if nothing was chosen in one facet. */
export function answer(org: Org, filters: Filters, selected: Bits, without: FacetKey | null = null): Verdict {
  const { size } = org;
  const asked: Filters = without === null ? filters : { ...filters, chosen: { ...filters.chosen, [without]: [] } };
  const parts: Verdict[] = [];
  for (const key of facetKeys) {
    const options = asked.chosen[key];
    // App and site are one question: whether somebody holds a seat there.
    if (key === "site" && (asked.chosen.app.length > 0 || options.length === 0)) continue;
    if (options.length === 0) continue;
    if (key === "app" || key === "site") parts.push(anyOf(size, scopeOf(org, asked).map(org.seat)));
    else
      parts.push(
        anyOf(
          size,
          options.map((option) => optionVerdict(org, asked, key, option)),
        ),
      );
  }
  const nothing = noBits(size);
  if (asked.selectedOnly) parts.push({ yes: selected, unknown: nothing });
  if (asked.only !== null) {
    const only = noBits(size);
    for (const person of asked.only.people) setBit(only, person);
    parts.push({ yes: only, unknown: nothing });
  }
  const result = parts.length === 0 ? alwaysTrue(size) : allOf(size, parts);
  const words = asked.search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? result : searched(org, result, words);
}

function searched(org: Org, within: Verdict, words: readonly string[]): Verdict {
  const matches = (person: number): boolean => {
    const text = org.searchText(person);
    return words.every((word) => text.includes(word));
  };
  const kept = (bits: Bits): Bits => {
    const found = noBits(org.size);
    for (let person = 0; person < org.size; person++)
      if (hasBit(bits, person) && matches(person)) setBit(found, person);
    return found;
  };
  return { yes: kept(within.yes), unknown: kept(within.unknown) };
}

function optionVerdict(org: Org, filters: Filters, key: FacetKey, option: Option): Verdict {
  const scope = scopeOf(org, filters);
  switch (key) {
    case "app":
    case "site":
      throw new Error("app and site are answered together");
    case "unused":
      return anyOf(
        org.size,
        scope.map((instance) => org.unused(Number(option), instance)),
      );
    case "everywhere":
      return org.unused(Number(option), "everywhere");
    case "role":
      return anyOf(
        org.size,
        roleScope(org, filters, Number(option)).map((instance) => org.role(Number(option), instance)),
      );
    case "group":
      return org.member(Number(option));
    case "plan":
      return { yes: option === "changed" ? org.changed : leftAlone(org), unknown: noBits(org.size) };
    case "shield":
      return shieldVerdict(org, option);
    case "last":
      return coded(org, "bucket", Number(option), null);
    case "status":
      return coded(org, "status", Number(option), 0);
    case "domain":
      return coded(org, "domain", Number(option), 0);
    case "account":
      return coded(org, "claim", Number(option), 0);
  }
}

/** Instances on which anybody has the role, among the chosen apps and sites; those without paid seats too. */
export function roleScope({ head }: Org, { chosen: { app, site } }: Filters, role: number): readonly number[] {
  return (head.people.roleInstances[role] ?? []).filter((at) => {
    const instance = head.instances[at];
    if (instance === undefined) return false;
    return (app.length === 0 || app.includes(instance.app)) && (site.length === 0 || site.includes(instance.site));
  });
}

const caches = new WeakMap<Org, Map<string, Verdict>>();

/** Who has one code of a column. `unknownCode` cannot be told; null: every code is an answer. */
function coded(org: Org, column: string, code: number, unknownCode: number | null): Verdict {
  let cache = caches.get(org);
  if (cache === undefined) caches.set(org, (cache = new Map()));
  const key = `${column} ${code}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const codes = org.codes(column);
  const yes = noBits(org.size);
  const unknown = noBits(org.size);
  for (let person = 0; person < org.size; person++) {
    if (codes[person] === code) setBit(yes, person);
    else if (unknownCode !== null && codes[person] === unknownCode) setBit(unknown, person);
  }
  const verdict = { yes, unknown };
  cache.set(key, verdict);
  return verdict;
}

function shieldVerdict(org: Org, option: Option): Verdict {
  const protectedCodes = org.codes("protection");
  const exemptCodes = org.codes("exemption");
  const yes = noBits(org.size);
  for (let person = 0; person < org.size; person++) {
    const isProtected = (protectedCodes[person] ?? 0) !== 0;
    const isExempt = (exemptCodes[person] ?? 0) !== 0;
    if (option === "protected" ? isProtected : option === "exempt" ? isExempt : !isProtected && !isExempt) {
      setBit(yes, person);
    }
  }
  return { yes, unknown: noBits(org.size) };
}

function leftAlone(org: Org): Bits {
  const bits = noBits(org.size);
  for (const [person, texts] of org.told) if (texts.some((text) => text.startsWith("Left alone"))) setBit(bits, person);
  return bits;
}

/** One option of a facet, and how many it would leave. */
export interface Counted {
  readonly option: Option;
  readonly count: number;
}

/** For each of these options, how many people it leaves beside what the other facets say. */
export function countOptions(
  org: Org,
  filters: Filters,
  selected: Bits,
  key: FacetKey,
  options: readonly Option[],
): readonly Counted[] {
  const base = answer(org, filters, selected, key).yes;
  const and = (bits: Bits): number => countBits(bits.map((word, at) => word & (base[at] ?? 0)));
  if (key === "group") return tallyGroups(org, base, options);
  const column = { status: "status", domain: "domain", account: "claim", last: "bucket" }[key as string];
  if (column !== undefined) return tallyCodes(org, base, column, options);
  if (key === "app" || key === "site") {
    return options.map((option) => {
      const one: Filters = { ...filters, chosen: { ...filters.chosen, [key]: [option] } };
      return { option, count: and(anyOf(org.size, scopeOf(org, one).map(org.seat)).yes) };
    });
  }
  return options.map((option) => ({ option, count: and(optionVerdict(org, filters, key, option).yes) }));
}

function tallyCodes(org: Org, base: Bits, column: string, options: readonly Option[]): readonly Counted[] {
  const codes = org.codes(column);
  const counts = new Map<number, number>();
  for (let person = 0; person < org.size; person++) {
    if (!hasBit(base, person)) continue;
    const code = codes[person] ?? 0;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return options.map((option) => ({ option, count: counts.get(Number(option)) ?? 0 }));
}

function tallyGroups(org: Org, base: Bits, options: readonly Option[]): readonly Counted[] {
  const counts = new Uint32Array(org.head.groups.length);
  const starts = org.codes("groups.starts");
  const values = org.codes("groups.values");
  for (let person = 0; person < org.size; person++) {
    if (!hasBit(base, person)) continue;
    const end = starts[person + 1] ?? 0;
    for (let at = starts[person] ?? 0; at < end; at++) {
      const group = values[at] ?? 0;
      counts[group] = (counts[group] ?? 0) + 1;
    }
  }
  return options.map((option) => ({ option, count: counts[Number(option)] ?? 0 }));
}
