import type { Bound as WrittenBound, OrganizationFile } from "../model/documents.generated.ts";
import { type Finding, type Place } from "../model/finding.ts";
import type { Seconds } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { momentAfter, parseDuration } from "./duration.ts";
import { isGlob } from "./glob.ts";
import type { Names } from "./names.ts";
import { ruleOf } from "./rule.ts";
import type { Bound, Settings } from "./types.ts";
import { shown, warningAt, type Written } from "./written.ts";
import { daySpan } from "./zones.ts";

const defaults = {
  perRun: { percent: 5, changes: null },
  perApp: { percent: 20, changes: null },
  perGroup: { percent: 25, floor: 3 },
  perDay: { percent: null, changes: 200 },
  per30Days: { percent: 20, changes: null },
  duties: { percent: 5, changes: null },
  growth: 100,
  shrink: 10,
  reversals: 5,
  minOrgAdmins: 2,
  validFor: "7d",
} as const;

/**
 * The organisation file with every default filled in and its names resolved. A limit that is written replaces its whole
 * default: the bound that is not written is none. 0 means zero.
 */
export function settingsOf(
  file: Written<OrganizationFile>,
  population: Population,
  names: Names,
  asOf: Seconds,
  report: (finding: Finding) => void,
): Settings {
  const { organization, power, accessGroups, identityProviders, protect, limits, plan, privacy, irreversible, freeze } =
    file.value;
  const { groups } = population.header;
  const access = new Set(names.groups(accessGroups ?? [], (at) => file.at(["accessGroups", at])));
  const protectPeople = (protect?.people ?? []).flatMap((name, at) => {
    const found = names.person(name, file.at(["protect", "people", at]));
    return found === null ? [] : [found];
  });
  return {
    organizationId: organization.id,
    organizationName: organization.name ?? null,
    power: power ?? "observe",
    accessGroups: groups.map((_, position) => access.has(position)),
    identityProviders: (identityProviders ?? []).map(({ name, owner, groups: filled, emailDomains }, at) => {
      const placeOf = (entry: number): Place => file.at(["identityProviders", at, "groups", entry]);
      const meant = names.groups(filled ?? [], placeOf);
      for (const [entry, word] of (filled ?? []).entries()) {
        const local = isGlob(word) ? null : groups.find((group) => group.name === word && !group.synced);
        if (local === null || local === undefined) continue;
        const message = `The group ${shown(word)} is not filled by an identity provider.`;
        const remedy = "Name only synced groups here, or check with whoever runs the provider.";
        report(warningAt(placeOf(entry), "group-not-synced", message, remedy));
      }
      return {
        name,
        owner,
        groups: new Set(meant.filter((position) => groups[position]?.synced === true)),
        emailDomains: (emailDomains ?? []).map((domain) => domain.toLowerCase()),
      };
    }),
    protect: {
      accountIds: new Set(protectPeople),
      groups: names.groups(protect?.groups ?? [], (at) => file.at(["protect", "groups", at])),
      minOrgAdmins: protect?.minOrgAdmins ?? defaults.minOrgAdmins,
      rule: ruleOf({ people: protect?.people, groups: protect?.groups }, new Map()),
    },
    limits: {
      perRun: boundOf(limits?.perRun, defaults.perRun),
      perApp: boundOf(limits?.perApp, defaults.perApp),
      perGroup: groupLimit(limits?.perGroup),
      perDay: boundOf(limits?.perDay, defaults.perDay),
      per30Days: boundOf(limits?.per30Days, defaults.per30Days),
      duties: boundOf(limits?.duties, defaults.duties),
      growth: limits?.growth ?? defaults.growth,
      shrink: shrinkLimit(limits),
      reversals: limits?.reversals ?? defaults.reversals,
    },
    planValidFor: secondsFrom(plan?.validFor ?? defaults.validFor, asOf),
    privacy: { show: privacy?.show ?? "names", history: privacy?.history ?? "counts" },
    irreversible: irreversible ?? [],
    freeze: (freeze ?? []).flatMap(({ from, to, zone, reason }) => {
      const [first, last] = [daySpan(from, zone), daySpan(to, zone)];
      return first === null || last === null ? [] : [{ from: first.from, to: last.to, lastDay: to, reason }];
    }),
  };
}

function boundOf(written: WrittenBound | undefined, otherwise: Bound): Bound {
  if (written === undefined) return otherwise;
  return { percent: written.percent ?? null, changes: written.changes ?? null };
}

/** The floor is there for small groups; with 0 percent nobody may leave, and no floor opens a door beside it. */
export function groupLimit(written: { readonly percent?: number; readonly floor?: number } | undefined): {
  readonly percent: number;
  readonly floor: number;
} {
  const percent = written?.percent ?? defaults.perGroup.percent;
  return { percent, floor: written?.floor ?? (percent === 0 ? 0 : defaults.perGroup.floor) };
}

/** How far counts may fall below the last good ones, in percent. */
export function shrinkLimit(limits: OrganizationFile["limits"]): number {
  return limits?.shrink ?? defaults.shrink;
}

function secondsFrom(text: string, asOf: Seconds): Seconds {
  const duration = parseDuration(text);
  if (duration === null) throw new Error(`The duration ${text} was not checked.`);
  return momentAfter(asOf, duration) - asOf;
}
