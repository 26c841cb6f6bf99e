import type { Finding } from "../../src/model/finding.ts";
import { formatPlace } from "../../src/model/finding.ts";
import type { Where } from "../../src/model/documents.generated.ts";
import type { Population } from "../../src/people/population.ts";
import type { FileBytes } from "../../src/policy/digest.ts";
import type { ParsedRepository } from "../../src/policy/parts.ts";
import { readRepository, type RepositoryReading } from "../../src/policy/repository.ts";
import { type Resolution, type ResolveContext, resolve } from "../../src/policy/resolve.ts";
import { now } from "../support/people.ts";

/** Policy repositories for tests, as texts by path. */
export type Texts = Readonly<Record<string, string>>;

export const organizationId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";

export const seatwrightYaml = `version: 1
organization: {id: ${organizationId}, name: acme}
`;

/** An organisation file with the source `hr`: addresses, an end, a leave and a cost centre. */
export const withSource = `${seatwrightYaml}sources:
  hr:
    csv: data/hr.csv
    key: {email: work_email}
    dates:
      end: {column: last_day}
      leave_start: {column: leave_from}
      leave_end: {column: leave_to}
    minRows: 1
    maxAge: 36h
    maxShrink: 20%
`;

/** One ordinary policy; the keys given replace its own, and are written as they come. */
export function policyYaml(keys: Texts = {}): string {
  const all: Texts = {
    id: "unused-seats",
    description: "Free seats nobody uses",
    owner: '"@acme/it"',
    for: "seat",
    where: "{unused: 90d}",
    then: "[{revoke: {}}]",
    ...keys,
  };
  const lines = Object.entries(all).map(([key, value]) => `    ${key}: ${value}`);
  return `version: 1\npolicies:\n${lines.join("\n").replace("   ", "  -")}\n`;
}

export function filesOf(texts: Texts): readonly FileBytes[] {
  return Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
}

/** Stands in a text before the place at which a finding is expected. */
export const HERE = "\u{25b8}";

/** The texts without the mark, and the marked place as `file:line:column`. */
export function marked(texts: Texts): { readonly texts: Texts; readonly place: string } {
  const places = Object.entries(texts).flatMap(([path, text]) => {
    const before = text.split(HERE)[0] ?? "";
    const lines = before.split("\n");
    return text.includes(HERE) ? [`${path}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`] : [];
  });
  const [place, second] = places;
  if (place === undefined || second !== undefined) throw new Error("Mark one place.");
  return {
    texts: Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, text.replace(HERE, "")])),
    place,
  };
}

/** Reads a repository; where nothing else is given, with an ordinary organisation file and policy. */
export function read(texts: Texts = {}): RepositoryReading {
  return readRepository(filesOf({ "seatwright.yaml": seatwrightYaml, "policies/a.yaml": policyYaml(), ...texts }));
}

/** A repository that is sound; throws with its findings where it is not. */
export function repositoryOf(texts: Texts = {}): ParsedRepository {
  const { repository, findings } = read(texts);
  if (repository === null) throw new Error(told(findings).join("\n"));
  return repository;
}

/** `file:line:column severity rule`, one line for each. */
export function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ place, severity, rule }) => `${formatPlace(place)} ${severity} ${rule}`);
}

export const usualContext: ResolveContext = {
  asOf: now,
  coverage: "everybody",
  sources: new Map(),
  lastSourceRows: {},
  earlier: [],
};

export function resolveOn(
  population: Population,
  texts: Texts = {},
  context: Partial<ResolveContext> = {},
): Resolution {
  return resolve(repositoryOf(texts), population, { ...usualContext, ...context });
}

/** A filter in YAML's flow style. */
export function flow(where: Where): string {
  return JSON.stringify(where);
}

/** The hr source with these lines below its header. */
export function hrSource(lines: readonly string[]): ResolveContext["sources"] {
  const header = "work_email,last_day,leave_from,leave_to,cost_centre";
  const bytes = new TextEncoder().encode([header, ...lines, ""].join("\n"));
  return new Map([["hr", { path: "data/hr.csv", bytes, changedAt: now - 3_600 }]]);
}
