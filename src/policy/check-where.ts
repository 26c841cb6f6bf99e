import { appNamed, appNames } from "../model/apps.ts";
import type { PolicySource, Source, Where } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { ACTIVITY_LAG, DAY } from "../model/time.ts";
import { checkSources } from "./check-sources.ts";
import { badDuration, durationFinding } from "./check-times.ts";
import { nearest } from "./distance.ts";
import { type Duration, parseDuration, shortestSeconds } from "./duration.ts";
import { isGlob } from "./glob.ts";
import { mappingsOf, type Selectors } from "./walk.ts";
import { entryPath, errorAt, listOf, partOf, type Path, shown, shownList, type Written } from "./written.ts";

/** What the keys of a filter may refer to. */
export interface FilterWorld {
  readonly selectors: Selectors;
  /** Declared sources; null where the organisation file could not be read. */
  readonly sources: Readonly<Record<string, Source>> | null;
  /** False where files could not be read: then nothing is said of names that may stand in them. */
  readonly complete: boolean;
}

/** Words of the key `role`, by the role ids of Atlassian's API. */
export const roleWords: Readonly<Record<string, string>> = {
  user: "atlassian/user",
  admin: "atlassian/admin",
  guest: "atlassian/guest",
  contributor: "atlassian/contributor",
  customer: "atlassian/customer",
  basic: "atlassian/basic",
  stakeholder: "atlassian/stakeholder",
  viewer: "atlassian/viewer",
};

/** Thresholds of inactivity must be larger than this: Atlassian's dates lag, and a day is what they count in. */
const SHORTEST_INACTIVITY = ACTIVITY_LAG + DAY;

/** Rules for each key of a filter, wherever the filter stands. */
export function checkFilter(written: Written<Where>, world: FilterWorld): readonly Finding[] {
  return [...mappingsOf(written)].flatMap((mapping) => [
    ...checkApps(mapping),
    ...checkTimes(mapping),
    ...checkPeopleKeys(mapping),
    ...(world.sources === null ? [] : checkSources(mapping, world.sources)),
    ...checkSelectorNames(mapping, ["selector"], mapping.value.selector, world),
  ]);
}

/** Rules for the `except` of a policy. */
export function checkExcept(policy: Written<PolicySource>, world: FilterWorld): readonly Finding[] {
  const except = policy.value.except;
  if (except === undefined) return [];
  const written = partOf(policy, ["except"], except);
  return [
    ...checkPersonNames(written, ["people"], except.people),
    ...checkSelectorNames(written, ["selectors"], except.selectors, world),
  ];
}

/** Selectors that lead back to themselves: one finding for each that is in such a circle. */
export function checkCycles(selectors: Selectors): readonly Finding[] {
  const namesIn = (name: string): readonly string[] => {
    const selector = selectors.get(name);
    return selector === undefined ? [] : [...mappingsOf(selector)].flatMap(({ value }) => listOf(value.selector));
  };
  return [...selectors].flatMap(([name, selector]) => {
    const reached = new Set<string>();
    const open = [...namesIn(name)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...namesIn(next));
    }
    if (!reached.has(name)) return [];
    const message = `The selector ${shown(name)} refers to itself${namesIn(name).includes(name) ? "" : " by way of others"}.`;
    return [errorAt(selector.at([], "key"), "selector-cycle", message, "Take one reference out of the circle.")];
  });
}

/** An app name that is not known: the finding, or null. */
export function unknownApp(written: Written<unknown>, path: Path, app: string): Finding | null {
  if (appNamed(app) !== null) return null;
  const near = nearest(app, appNames);
  const remedy = near === null ? `Apps: ${shownList(appNames, 20)}.` : `Did you mean ${shown(near)}?`;
  return errorAt(written.at(path), "unknown-app", `There is no app called ${shown(app)}.`, remedy);
}

/** Names of people that are neither an address nor an account id. */
export function checkPersonNames(
  written: Written<unknown>,
  path: Path,
  names: string | readonly string[] | undefined,
): readonly Finding[] {
  return listOf(names).flatMap((name, at) => {
    const place = written.at(entryPath(path, names ?? [], at));
    if (isGlob(name)) {
      const remedy = "List each person, or use a filter with `email:` or `emailDomain:`.";
      return [errorAt(place, "person-name", `People are listed one by one; ${shown(name)} is a pattern.`, remedy)];
    }
    if (/^[^@\s]+@[^@\s]+$/.test(name) || /^[A-Za-z0-9_|:-]{1,128}$/.test(name)) return [];
    const remedy = "Name people by e-mail address or by Atlassian account id.";
    return [errorAt(place, "person-name", `${shown(name)} is neither an e-mail address nor an account id.`, remedy)];
  });
}

function checkApps(mapping: Written<Where>): readonly Finding[] {
  const { app, productAdmin, holds, role } = mapping.value;
  const inHolds = typeof holds === "object" && "app" in holds ? holds.app : (holds as string | string[] | undefined);
  const holdsPath: Path = inHolds === holds ? ["holds"] : ["holds", "app"];
  const apps = (path: Path, names: string | readonly string[] | undefined): readonly (Finding | null)[] =>
    listOf(names).map((name, at) => unknownApp(mapping, entryPath(path, names ?? [], at), name));
  const roles = listOf(role).map((word, at) => {
    if (Object.hasOwn(roleWords, word)) return null;
    const near = nearest(word, Object.keys(roleWords));
    const remedy = `${near === null ? "" : `Did you mean ${shown(near)}? `}Roles: ${shownList(Object.keys(roleWords))}.`;
    const place = mapping.at(entryPath(["role"], role ?? [], at));
    return errorAt(place, "unknown-role", `There is no role called ${shown(word)}.`, remedy);
  });
  return [...apps(["app"], app), ...apps(["productAdmin"], productAdmin), ...apps(holdsPath, inHolds), ...roles].filter(
    (finding) => finding !== null,
  );
}

function checkTimes(mapping: Written<Where>): readonly Finding[] {
  const { heldFor, inOrgFor, date } = mapping.value;
  const findings: (Finding | null)[] = [];
  for (const key of ["unused", "idle", "neverActive"] as const) {
    const test = mapping.value[key];
    if (test === undefined) continue;
    const path: Path = typeof test === "string" ? [key] : [key, "everywhere"];
    const text = typeof test === "string" ? test : test.everywhere;
    const duration = parseDuration(text);
    findings.push(duration === null ? durationFinding(mapping, path, text) : tooShort(mapping, path, key, duration));
  }
  if (heldFor !== undefined) findings.push(badDuration(mapping, ["heldFor"], heldFor));
  if (inOrgFor !== undefined) findings.push(badDuration(mapping, ["inOrgFor"], inOrgFor));
  for (const [name, test] of Object.entries(date ?? {})) {
    if (typeof test === "string") continue;
    for (const [word, text] of Object.entries(test)) findings.push(badDuration(mapping, ["date", name, word], text));
  }
  return findings.filter((finding) => finding !== null);
}

function tooShort(written: Written<unknown>, path: Path, key: string, duration: Duration): Finding | null {
  if (shortestSeconds(duration) > SHORTEST_INACTIVITY) return null;
  return errorAt(
    written.at(path),
    "threshold-below-lag",
    `Atlassian's activity dates may be a day late, so ${shown(key)} cannot be told for two days or less.`,
    "Use a longer time, for example `30d`.",
  );
}

function checkPeopleKeys(mapping: Written<Where>): readonly Finding[] {
  const { emailDomain, people } = mapping.value;
  const domains = listOf(emailDomain).flatMap((domain, at) => {
    if (!/[@*?\s]/.test(domain)) return [];
    const place = mapping.at(entryPath(["emailDomain"], emailDomain ?? [], at));
    const remedy = `Write the domain alone, such as \`example.com\`; for a pattern use ${shown("email:")}.`;
    return [errorAt(place, "email-domain", `${shown(domain)} is not a domain.`, remedy)];
  });
  return [...domains, ...checkPersonNames(mapping, ["people"], people)];
}

/** Names of selectors that no file defines. */
export function checkSelectorNames(
  written: Written<unknown>,
  path: Path,
  names: string | readonly string[] | undefined,
  { selectors, complete }: FilterWorld,
): readonly Finding[] {
  if (!complete) return [];
  return listOf(names).flatMap((name, at) => {
    if (selectors.has(name)) return [];
    const near = nearest(name, selectors.keys());
    const remedy =
      near === null ? "Define it under `selectors` in a file of policies." : `Did you mean ${shown(near)}?`;
    const place = written.at(entryPath(path, names ?? [], at));
    return [errorAt(place, "unknown-selector", `There is no selector called ${shown(name)}.`, remedy)];
  });
}
