import { appNamed } from "../model/apps.ts";
import type { OrganizationFile, Source } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { badDuration, unknownDay, unknownZone } from "./check-times.ts";
import { checkPersonNames, unknownApp } from "./check-where.ts";
import { errorAt, type Path, shown, type Written } from "./written.ts";

/** Rules for the organisation file by itself. */
export function checkOrganization(file: Written<OrganizationFile>): readonly Finding[] {
  const { sources, freeze, plan, key, prices, protect } = file.value;
  const findings: (Finding | null)[] = [
    ...Object.entries(sources ?? {}).flatMap(([name, source]) => checkSource(file, ["sources", name], source)),
    ...(freeze ?? []).flatMap(({ from, to, zone }, at) => [
      unknownDay(file, ["freeze", at, "from"], from),
      unknownDay(file, ["freeze", at, "to"], to),
      unknownZone(file, ["freeze", at, "zone"], zone),
      to < from ? backwards(file, ["freeze", at, "to"]) : null,
    ]),
    ...(key?.warn ?? []).map((text, at) => badDuration(file, ["key", "warn", at], text)),
    ...Object.keys(prices ?? {}).map((app) => (appNamed(app) === null ? unknownPrice(file, app) : null)),
    ...checkPersonNames(file, ["protect", "people"], protect?.people),
  ];
  if (plan?.validFor !== undefined) findings.push(badDuration(file, ["plan", "validFor"], plan.validFor));
  return findings.filter((finding) => finding !== null);
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

/** Prices are for estimates: a name nobody knows is a doubt, at the key. */
function unknownPrice(file: Written<unknown>, app: string): Finding | null {
  const finding = unknownApp(file, ["prices", app], app);
  return finding === null ? null : { ...finding, severity: "warning", place: file.at(["prices", app], "key") };
}
