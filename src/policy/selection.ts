import type { PolicyFile, PolicySource, Where } from "../model/documents.generated.ts";
import type { Finding, Place } from "../model/finding.ts";
import { appKeysWithoutApp } from "./check-policy.ts";
import { checkFilter } from "./check-where.ts";
import type { FileBytes } from "./digest.ts";
import type { ParsedRepository } from "./parts.ts";
import { reachedFrom } from "./questions.ts";
import { checkSchema } from "./schema-findings.ts";
import { scopedMappings } from "./walk.ts";
import { orderedFindings, partOf, type Path, type Written } from "./written.ts";
import { parseYaml } from "./yaml.ts";

/** One row for each person, or for each seat. */
export type Per = "person" | "seat";

/** A filter from a command line. */
export interface SelectionText {
  /** A filter as YAML, and where it comes from, for messages; null where there is none. */
  readonly where: FileBytes | null;
  /** Keys of a filter that flags gave, each with its flag. They hold besides `where`, and their app and site are its own. */
  readonly flags: readonly { readonly flag: string; readonly key: keyof Where; readonly value: unknown }[];
  readonly per: Per;
}

export interface SelectionReading {
  /** Null where nothing was asked, or a finding is an error. */
  readonly where: Written<Where> | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads a filter that flags and YAML make together, by the rules of policies. What is wrong is told at the flag, or at the
 * line and column of the YAML.
 */
export function readSelection(text: SelectionText, repository: ParsedRepository): SelectionReading {
  const findings: Finding[] = [];
  const parsed = text.where === null ? null : parseYaml(text.where);
  findings.push(...(parsed?.findings ?? []));
  if (parsed !== null && parsed.written === null) return { where: null, findings };
  const united = unite(text.flags, parsed?.written ?? null);
  if (united === null) return { where: null, findings };
  const checked = checkSchema("policies", insideFile(united));
  findings.push(...checked.findings);
  if (checked.document === null) return { where: null, findings };
  const where = united as Written<Where>;
  const { selectors, organization } = repository;
  findings.push(...checkFilter(where, { selectors, sources: organization.value.sources ?? {}, complete: true }));
  if (text.per === "person") {
    for (const { mapping, scope } of scopedMappings(where, selectors)) {
      findings.push(...appKeysWithoutApp(mapping, scope));
    }
  }
  const isSound = findings.every(({ severity }) => severity !== "error");
  return { where: isSound ? where : null, findings: orderedFindings(findings) };
}

/** The keys of flags, with the YAML inside them: there their app and site are what its keys speak of. */
function unite(flags: SelectionText["flags"], where: Written<unknown> | null): Written<unknown> | null {
  if (flags.length === 0) return where;
  const keys = Object.fromEntries(flags.map(({ key, value }) => [key, value]));
  const placeOf = (path: Path): Place => {
    const flag = flags.find(({ key }) => key === path[0]) ?? flags[0];
    return { file: flag?.flag ?? "", line: 1, column: 1 };
  };
  const file = flags[0]?.flag ?? "";
  if (where === null) return { value: keys, file, at: placeOf };
  return {
    value: { ...keys, all: [where.value] },
    file,
    at: (path, part) => (path[0] === "all" && path[1] === 0 ? where.at(path.slice(2), part) : placeOf(path)),
  };
}

/** The filter as the only selector of a file, so that the schema of policy files can judge it. */
function insideFile(where: Written<unknown>): Written<unknown> {
  const file: Readonly<Record<keyof Pick<PolicyFile, "version" | "selectors">, unknown>> = {
    version: 1,
    selectors: { where: where.value },
  };
  return { value: file, file: where.file, at: (path, part) => where.at(path.slice(2), part) };
}

/** The id of the policy that a selection is asked by. No policy that somebody wrote can have it. */
export const selectionId = "--where";

/**
 * A repository that asks a filter and nothing else: with its settings, its exemptions, and the selectors that the filter
 * and they name. The policy only reports.
 */
export function selectionQuestion(repository: ParsedRepository, where: Written<Where>, per: Per): ParsedRepository {
  const value: PolicySource = {
    id: selectionId,
    description: "A selection",
    owner: "seatwright users",
    for: per,
    mode: "report",
    where: where.value,
    then: [per === "seat" ? { revoke: {} } : { suspend: {} }],
  };
  const policy: Written<PolicySource> = {
    value,
    file: where.file,
    at: (path, part) => where.at(path[0] === "where" ? path.slice(1) : [], part),
  };
  const filter = partOf<Where>(policy, ["where"], where.value);
  const named = repository.exemptions.flatMap((exemption) => exemption.value.selector ?? []);
  return { ...repository, policies: [policy], selectors: reachedFrom([filter], named, repository.selectors) };
}
