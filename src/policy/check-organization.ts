import type { OrganizationFile, Source } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { DAY } from "../model/time.ts";
import { checkApprovers } from "./check-approvers.ts";
import { checkPrices } from "./check-prices.ts";
import { badDuration, unknownDay, unknownZone } from "./check-times.ts";
import { checkPersonNames } from "./check-where.ts";
import { momentAfter, parseDuration } from "./duration.ts";
import { errorAt, type Path, shown, warningAt, type Written } from "./written.ts";

/** Rules for the organisation file by itself. */
export function checkOrganization(file: Written<OrganizationFile>): readonly Finding[] {
  const { sources, freeze, plan, key, protect, accessGroups } = file.value;
  const findings: (Finding | null)[] = [
    ...Object.entries(sources ?? {}).flatMap(([name, source]) => checkSource(file, ["sources", name], source)),
    ...(freeze ?? []).flatMap(({ from, to, zone }, at) => [
      unknownDay(file, ["freeze", at, "from"], from),
      unknownDay(file, ["freeze", at, "to"], to),
      unknownZone(file, ["freeze", at, "zone"], zone),
      to < from ? backwards(file, ["freeze", at, "to"]) : null,
    ]),
    ...(key?.warn ?? []).map((text, at) => badDuration(file, ["key", "warn", at], text)),
    ...checkPrices(file),
    ...checkApprovers(file),
    ...checkPersonNames(file, ["protect", "people"], protect?.people),
  ];
  if (plan?.validFor !== undefined) {
    findings.push(badDuration(file, ["plan", "validFor"], plan.validFor), longValid(file, plan.validFor));
  }
  for (const [at, group] of (accessGroups ?? []).entries()) {
    if (/^\*+$/.test(group)) findings.push(everyGroup(file, ["accessGroups", at]));
  }
  return findings.filter((finding) => finding !== null);
}

/** Longer than this, what was approved has little to do with what is. */
const LONG_VALID = 30 * DAY;

function longValid(file: Written<OrganizationFile>, text: string): Finding | null {
  const duration = parseDuration(text);
  if (duration === null || momentAfter(0, duration) <= LONG_VALID) return null;
  return warningAt(
    file.at(["plan", "validFor"]),
    "long-valid",
    `A plan would stay valid for ${text}. Everybody is looked at again before a change, but the approval is that old.`,
    "Choose 30d or less, and make a new plan when it is needed.",
  );
}

function everyGroup(file: Written<OrganizationFile>, path: Path): Finding {
  return warningAt(
    file.at(path),
    "every-group",
    "Every group counts as an access group: to free a seat, people may be taken out of any group that grants it, whatever else it is for.",
    "Name the groups that are there for access, such as `jira-users-*`.",
  );
}

function checkSource(file: Written<OrganizationFile>, path: Path, source: Source): readonly (Finding | null)[] {
  const { csv, dates, maxAge } = source;
  const outside = csv !== "-" && (/^([/\\]|[A-Za-z]:)/.test(csv) || csv.split(/[/\\]/).includes(".."));
  return [
    outside
      ? errorAt(
          file.at([...path, "csv"]),
          "source-path",
          `${shown(csv)} lies outside the policy repository.`,
          `Write \`csv: "-"\` and name the file when you run: \`--source ${path[1]}=PATH\`.`,
        )
      : null,
    badDuration(file, [...path, "maxAge"], maxAge),
    ...Object.entries(dates ?? {}).map(([name, { zone }]) =>
      zone === undefined ? null : unknownZone(file, [...path, "dates", name, "zone"], zone),
    ),
  ];
}

function backwards(file: Written<unknown>, path: Path): Finding {
  return errorAt(file.at(path), "date", "The last day lies before the first.", "Exchange the two days.");
}
