import { appNamed, instanceLabel } from "../model/apps.ts";
import type { Place } from "../model/finding.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance } from "../people/seats.ts";
import { errorAt, shown, shownList } from "./written.ts";
import type { Finding } from "../model/finding.ts";

/** Every instance that has paid seats, as positions, ascending. */
export function paidInstances(population: Population): readonly number[] {
  return population.header.instances.flatMap((_, position) => (isPaidInstance(population, position) ? [position] : []));
}

/** Instances of an app (any of its names), on these sites or on all, as positions, ascending. */
export function instancesOf(
  population: Population,
  app: string | null,
  sites: readonly string[] | null,
): readonly number[] {
  const name = app === null ? null : (appNamed(app) ?? app);
  return paidInstances(population).filter((position) => {
    const found = population.header.instances[position];
    if (found === undefined) return false;
    return (name === null || found.app === name) && (sites === null || sites.includes(found.site));
  });
}

/** `jira-software on acme`. */
export function instanceName(population: Population, instance: number): string {
  const found = population.header.instances[instance];
  return found === undefined ? "an unknown app" : instanceLabel(found);
}

/** The finding for an app that the organisation does not have, there or at all. */
export function noInstance(
  population: Population,
  app: string,
  sites: readonly string[] | null,
  place: Place,
): Finding {
  const elsewhere = instancesOf(population, app, null).map((at) => population.header.instances[at]?.site ?? "");
  const where = sites === null ? "The organisation has" : `${shownList(sites)} has`;
  const present = new Set(paidInstances(population).map((at) => population.header.instances[at]?.app ?? ""));
  return errorAt(
    place,
    "app-not-here",
    `${where} no ${shown(app)} with paid seats.`,
    elsewhere.length > 0 ? `It is on ${shownList(elsewhere, 3)}.` : `Apps here: ${shownList([...present].sort(), 8)}.`,
  );
}

/** The finding for an app on several sites where one is meant. */
export function siteNeeded(population: Population, app: string, instances: readonly number[], place: Place): Finding {
  const sites = instances.map((at) => population.header.instances[at]?.site ?? "");
  return errorAt(
    place,
    "site-needed",
    `${shown(app)} is on ${instances.length} sites: ${shownList(sites, 3)}.`,
    "Add `site:` to say which is meant.",
  );
}
