import { Temporal } from "temporal-polyfill";
import type { Exemption, PolicySource } from "../model/documents.generated.ts";
import { type Finding, formatPlace } from "../model/finding.ts";
import { dayOf, type Seconds } from "../model/time.ts";
import { appKeysWithoutApp, everySaving } from "./check-policy.ts";
import { unknownDay } from "./check-times.ts";
import { checkPersonNames, checkSelectorNames, type FilterWorld } from "./check-where.ts";
import { nearest } from "./distance.ts";
import { isGlob } from "./glob.ts";
import type { ParsedRepository } from "./parts.ts";
import { scopedMappings } from "./walk.ts";
import { errorAt, orderedFindings, shown, warningAt, type Written } from "./written.ts";
import { daySpan } from "./zones.ts";

/** Rules for one exemption. `policies`: every policy's id, or null where not all could be read. */
export function checkExemption(
  exemption: Written<Exemption>,
  world: FilterWorld,
  policies: ReadonlySet<string> | null,
): readonly Finding[] {
  const { id, person, group, selector, from, until } = exemption.value;
  const findings: Finding[] = [];
  const subjects = [person, group, selector].filter((subject) => subject !== undefined);
  if (subjects.length !== 1) {
    findings.push(
      errorAt(
        exemption.at(["id"]),
        "exemption-subject",
        subjects.length === 0
          ? `The exemption ${shown(id)} does not say whom it is for.`
          : `The exemption ${shown(id)} names several kinds of people.`,
        "Name exactly one of `person`, `group` and `selector`.",
      ),
    );
  }
  findings.push(...checkPersonNames(exemption, ["person"], person));
  findings.push(...checkSelectorNames(exemption, ["selector"], selector, world));
  const named = selector === undefined ? undefined : world.selectors.get(selector);
  if (named !== undefined) {
    for (const { mapping, scope } of scopedMappings(named, world.selectors)) {
      findings.push(...appKeysWithoutApp(mapping, scope));
    }
  }
  if (group !== undefined && isGlob(group)) {
    const message = `An exemption names one group exactly; ${shown(group)} is a pattern.`;
    findings.push(errorAt(exemption.at(["group"]), "group-name", message, "Write one exemption for each group."));
  }
  const day = unknownDay(exemption, ["until"], until);
  if (day !== null) findings.push(day);
  for (const [at, name] of (from ?? []).entries()) {
    if (policies === null || name === everySaving || policies.has(name)) continue;
    const near = nearest(name, [everySaving, ...policies]);
    findings.push(
      errorAt(
        exemption.at(["from", at]),
        "unknown-policy",
        `There is no policy called ${shown(name)}, so this exemption would shield nobody from it.`,
        near === null ? "Name a policy by its id, or `saving` for every saving." : `Did you mean ${shown(near)}?`,
      ),
    );
  }
  return findings;
}

/** Whether an exemption's last day, in UTC, lies behind `asOf`. */
export function hasLapsed(until: string, asOf: Seconds): boolean {
  const span = daySpan(until, "UTC");
  return span === null || span.to <= asOf;
}

/** Why every change of a policy is held that has an end and is past it; empty where nothing holds it. */
export function endedHolds(policy: Written<PolicySource>, asOf: Seconds): readonly string[] {
  const { until } = policy.value;
  if (until === undefined || !hasLapsed(until, asOf)) return [];
  return [`the policy ended on ${until} (${formatPlace(policy.at(["until"], "key"))}); delete it in a reviewed commit`];
}

/** Rules of a repository that depend on the moment: how far ahead exemptions end, and which have ended. */
export function checkMoment(repository: ParsedRepository, asOf: Seconds): readonly Finding[] {
  const furthest = Temporal.PlainDate.from(dayOf(asOf)).add({ years: 1 }).toString();
  return orderedFindings(
    repository.exemptions.flatMap((exemption) => {
      const { id, until } = exemption.value;
      const place = exemption.at(["until"]);
      if (until > furthest) {
        const message = `The exemption ${shown(id)} runs for more than a year.`;
        return [errorAt(place, "exemption-too-long", message, `Let it end by ${furthest}, and renew it then.`)];
      }
      if (!hasLapsed(until, asOf)) return [];
      const message = `The exemption ${shown(id)} ended on ${until}. It still holds its people.`;
      return [warningAt(place, "exemption-lapsed", message, "Renew it, or delete it in a reviewed commit.")];
    }),
  );
}
