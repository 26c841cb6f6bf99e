import type { ExemptionFile, PolicyFile } from "../model/documents.generated.ts";
import { type Finding, formatPlace, type Place } from "../model/finding.ts";
import { checkParts } from "./check.ts";
import { compareText } from "../model/order.ts";
import { type FileBytes, policyDigest } from "./digest.ts";
import type { ParsedRepository, RepositoryParts } from "./parts.ts";
import { checkSchema } from "./schema-findings.ts";
import type { WrittenKind } from "./schema-shape.ts";
import { errorAt, orderedFindings, partOf, shown, type Written } from "./written.ts";
import { parseYaml } from "./yaml.ts";

export interface RepositoryReading {
  /** Null where a finding is an error: nothing can be planned from a repository that is not sound as a whole. */
  readonly repository: ParsedRepository | null;
  /** In order of file, line and column. */
  readonly findings: readonly Finding[];
}

const organizationPath = "seatwright.yaml";
const exemptionsPath = "exemptions.yaml";
const lockPath = "seatwright.lock.yaml";

/** Whether a file belongs to the policies, and to their digest: not the sources, which lie beside them. */
export function isPolicyPath(path: string): boolean {
  return kindOfFile(path) !== null;
}

/**
 * Reads a policy repository: seatwright.yaml (needed), every `.yaml` and `.yml` below policies/, exemptions.yaml and
 * seatwright.lock.yaml (where they are). Other files are passed over. Everything that is wrong is collected, and one slip
 * is one finding.
 */
export function readRepository(files: readonly FileBytes[]): RepositoryReading {
  const findings: Finding[] = [];
  const own = files.filter(({ path }) => isPolicyPath(path)).toSorted((a, b) => compareText(a.path, b.path));
  findings.push(...misnamedFiles(files));
  const parts = readParts(own, findings);
  findings.push(...checkParts(parts));
  const { organization } = parts;
  const isSound = organization !== null && !findings.some(({ severity }) => severity === "error");
  return {
    repository: isSound ? withDigest({ ...parts, organization }, own) : null,
    findings: orderedFindings(findings),
  };
}

/** The digest is made when it is first asked for: who only checks what is written never asks. */
function withDigest(parts: Omit<ParsedRepository, "digest">, files: readonly FileBytes[]): ParsedRepository {
  let digest: string | null = null;
  return {
    ...parts,
    get digest() {
      digest ??= policyDigest(files);
      return digest;
    },
  };
}

/** Paths of the declared sources, by name. A source whose path is `-` is always given from outside and is absent here. */
export function sourcePaths(repository: ParsedRepository): ReadonlyMap<string, string> {
  const sources = Object.entries(repository.organization.value.sources ?? {});
  return new Map(sources.filter(([, { csv }]) => csv !== "-").map(([name, { csv }]) => [name, csv]));
}

function kindOfFile(path: string): WrittenKind | null {
  if (path === organizationPath) return "organization";
  if (path === exemptionsPath) return "exemptions";
  if (path === lockPath) return "lock";
  return /^policies\/.+\.ya?ml$/.test(path) ? "policies" : null;
}

function readParts(files: readonly FileBytes[], findings: Finding[]): RepositoryParts {
  let complete = true;
  const read = (file: FileBytes): Written<unknown> | null => {
    const parsed = parseYaml(file);
    findings.push(...parsed.findings);
    return parsed.written;
  };
  const checked = <Kind extends WrittenKind>(kind: Kind) =>
    files
      .filter(({ path }) => kindOfFile(path) === kind)
      .flatMap((file) => {
        const written = read(file);
        const result = written === null ? null : checkSchema(kind, written);
        findings.push(...(result?.findings ?? []));
        if (result === null || result.document === null) complete = false;
        return result === null || result.document === null ? [] : [result.document];
      });

  const [organization] = checked("organization");
  if (!files.some(({ path }) => path === organizationPath)) {
    complete = false;
    findings.push(
      errorAt(
        { file: organizationPath, line: 1, column: 1 },
        "missing-file",
        "There is no seatwright.yaml, which says whose organisation this is.",
        "Run `seatwright init`, or name the policy repository with --repo.",
      ),
    );
  }
  const policyFiles: readonly Written<PolicyFile>[] = checked("policies");
  const exemptionFiles: readonly Written<ExemptionFile>[] = checked("exemptions");
  const [lock] = checked("lock");

  const policies = policyFiles.flatMap((file) =>
    (file.value.policies ?? []).map((policy, at) => partOf(file, ["policies", at], policy)),
  );
  const exemptions = exemptionFiles.flatMap((file) =>
    file.value.exemptions.map((exemption, at) => partOf(file, ["exemptions", at], exemption)),
  );
  const selectors = policyFiles.flatMap((file) =>
    Object.entries(file.value.selectors ?? {}).map(
      ([name, where]) => [name, partOf(file, ["selectors", name], where)] as const,
    ),
  );
  return {
    complete,
    organization: organization ?? null,
    policies: distinct(
      "policy",
      policies,
      ({ value }) => value.id,
      (policy) => policy.at(["id"]),
      findings,
    ),
    exemptions: distinct(
      "exemption",
      exemptions,
      ({ value }) => value.id,
      (entry) => entry.at(["id"]),
      findings,
    ),
    selectors: new Map(
      distinct(
        "selector",
        selectors,
        ([name]) => name,
        ([, where]) => where.at([], "key"),
        findings,
      ),
    ),
    lock: lock ?? null,
  };
}

/** The first of each name, in order of names; a finding for every further one. */
function distinct<Item>(
  what: "policy" | "exemption" | "selector",
  items: readonly Item[],
  nameOf: (item: Item) => string,
  placeOf: (item: Item) => Place,
  findings: Finding[],
): readonly Item[] {
  const first = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, item);
      continue;
    }
    findings.push(
      errorAt(
        placeOf(item),
        `duplicate-${what}`,
        `Another ${what} is called ${shown(name)} too: the one at ${formatPlace(placeOf(other))}.`,
        "Give one of them another name, or delete it.",
      ),
    );
  }
  return [...first].toSorted(([a], [b]) => compareText(a, b)).map(([, item]) => item);
}

const misnamed: readonly (readonly [pattern: RegExp, meant: string])[] = [
  [/^seatwright\.ya?ml$/i, organizationPath],
  [/^exemptions?\.ya?ml$/i, exemptionsPath],
  [/^seatwright\.lock\.ya?ml$/i, lockPath],
];

/** Files that would be passed over though somebody clearly meant them to be read. */
function misnamedFiles(files: readonly FileBytes[]): readonly Finding[] {
  return files.flatMap(({ path }) => {
    const meant = misnamed.find(([pattern, name]) => pattern.test(path) && path !== name)?.[1];
    if (meant === undefined) return [];
    const message = `${path} is not read under this name.`;
    return [errorAt({ file: path, line: 1, column: 1 }, "misnamed-file", message, `Rename it to ${meant}.`)];
  });
}
