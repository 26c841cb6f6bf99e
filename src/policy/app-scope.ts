import type { Inactivity, Where } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import type { Seconds } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { instancesOf, noInstance, paidInstances, siteNeeded } from "./instances.ts";
import type { Names } from "./names.ts";
import type { Leaf, Reach, Test } from "./types.ts";
import type { AppScope, Selectors } from "./walk.ts";
import { wordsOf } from "./words.ts";
import { entryPath, listOf, type Path, type Written } from "./written.ts";

/** What turns a filter as written into one with positions, ids and moments. */
export interface FilterContext {
  readonly population: Population;
  readonly names: Names;
  readonly selectors: Selectors;
  readonly asOf: Seconds;
  /** What the filter speaks of: one seat, or a whole person. */
  readonly about: "seat" | "person";
  /** Takes what cannot be resolved. */
  readonly report: (finding: Finding) => void;
}

/** Keys that use the `app` and `site` of their mapping in a policy about people. */
export function usesScope(where: Where): boolean {
  const isHere = (test: Inactivity | undefined): boolean => typeof test === "string";
  return (
    where.role !== undefined ||
    where.heldFor !== undefined ||
    isHere(where.unused) ||
    isHere(where.idle) ||
    isHere(where.neverActive)
  );
}

/**
 * `app` and `site`. Of a seat: where it is. Of a person: which app the other keys of the mapping speak of, and where none
 * does, that the person holds a seat there.
 */
export function placeLeaves(
  key: "app" | "site",
  written: Written<Where>,
  context: FilterContext,
  scope: AppScope,
  leaf: (test: Test, words?: string) => Leaf,
): readonly Leaf[] {
  const { app, site } = written.value;
  const { population, about } = context;
  if (about === "seat") {
    const instances =
      key === "app"
        ? appInstances(written, ["app"], app, null, context)
        : instancesOf(population, null, sitesOf(written, ["site"], site, context));
    return [leaf({ key: "instance", instances })];
  }
  if (usesScope(written.value) || (key === "site" && app !== undefined)) return [];
  const instances = namedInstances(key, written, context, scope);
  const words = [app === undefined ? [] : [wordsOf("app", app)], site === undefined ? [] : [wordsOf("site", site)]];
  return [leaf({ key: "holds", instances }, words.flat().join(", "))];
}

/** Instances that a scope names, on the sites it names. Apps that are not there are reported at the key that names them. */
function namedInstances(
  key: keyof Where,
  written: Written<Where>,
  context: FilterContext,
  { apps, sites }: AppScope,
): readonly number[] {
  const onSites =
    sites === null ? null : sitesOf(written, written.value.site === undefined ? [key] : ["site"], sites, context);
  const path: Path = written.value.app === undefined ? [key] : ["app"];
  if (apps === null) return instancesOf(context.population, null, onSites);
  return appInstances(written, path, apps.length === 1 ? (apps[0] ?? "") : apps, onSites, context);
}

/** The instances that a key of a person policy speaks of. An app on several sites needs its site named. */
export function scopeInstances(
  key: keyof Where,
  written: Written<Where>,
  context: FilterContext,
  scope: AppScope,
): readonly number[] {
  const { population, report } = context;
  if (scope.sites === null) {
    for (const app of scope.apps ?? []) {
      const instances = instancesOf(population, app, null);
      if (instances.length > 1) report(siteNeeded(population, app, instances, written.at([key], "key")));
    }
  }
  return namedInstances(key, written, context, scope);
}

export function scopeReach(key: keyof Where, written: Written<Where>, context: FilterContext, scope: AppScope): Reach {
  if (context.about === "seat") return { kind: "own" };
  return { kind: "instances", instances: scopeInstances(key, written, context, scope) };
}

/** Instances of these apps; one that is not there is reported. */
export function appInstances(
  written: Written<Where>,
  path: Path,
  apps: string | readonly string[] | undefined,
  sites: readonly string[] | null,
  { population, report }: FilterContext,
): readonly number[] {
  const found = new Set<number>();
  for (const [at, app] of listOf(apps).entries()) {
    const instances = instancesOf(population, app, sites);
    if (instances.length === 0) report(noInstance(population, app, sites, written.at(entryPath(path, apps ?? [], at))));
    for (const instance of instances) found.add(instance);
  }
  return paidInstances(population).filter((instance) => found.has(instance));
}

export function sitesOf(
  written: Written<Where>,
  path: Path,
  sites: string | readonly string[] | undefined,
  { names }: FilterContext,
): readonly string[] {
  return listOf(sites).flatMap((site, at) => {
    const found = names.site(site, written.at(entryPath(path, sites ?? [], at)));
    return found === null ? [] : [found];
  });
}
