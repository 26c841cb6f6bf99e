import path from "node:path";
import { readOutsideFile } from "../disk/policy-folder.ts";
import { OperatorError, PolicyError } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import type { HistoryKept } from "../model/ledger-view.ts";
import type { Policies } from "../policies-now.ts";
import type { ParsedRepository } from "../policy/parts.ts";
import { readRepository, sourcePaths } from "../policy/repository.ts";
import type { SourceBytes } from "../policy/sources.ts";
import type { PolicyFileBytes } from "../ports.ts";
import type { FolderKit } from "../wiring-folder.ts";

/** `--source name=PATH`, as often as there are sources. */
export interface SourceFlags {
  readonly source?: readonly string[];
}

/** The policy repository as read, for messages too. */
export interface PoliciesRead extends Policies {
  readonly organizationId: string;
  readonly show: "names" | "names-and-emails" | "ids";
  readonly history: HistoryKept;
  readonly files: readonly PolicyFileBytes[];
  /** Warnings; errors have been thrown. */
  readonly findings: readonly Finding[];
}

/** Reads the policy repository and its sources. Throws PolicyError where it is not sound. */
export async function readPolicies(kit: FolderKit, flags: SourceFlags): Promise<PoliciesRead> {
  return policiesIn(kit, flags, await kit.policySource().readFiles());
}

/** The same of files that were read already, or are still to be written. */
export async function policiesIn(
  kit: FolderKit,
  flags: SourceFlags,
  files: readonly PolicyFileBytes[],
): Promise<PoliciesRead> {
  const { repository, findings } = readRepository(files);
  if (repository === null) throw new PolicyError(findings);
  const organization = repository.organization.value;
  const sources = await sourcesOf(kit, flags, repository, files);
  return {
    repository,
    sources,
    organizationId: organization.organization.id,
    show: organization.privacy?.show ?? "names",
    history: organization.privacy?.history ?? "counts",
    files,
    findings,
  };
}

/** The sources of a repository that was read. Throws OperatorError where it is another organisation's than the settings say. */
export async function sourcesOf(
  kit: FolderKit,
  flags: SourceFlags,
  repository: ParsedRepository,
  files: readonly PolicyFileBytes[],
): Promise<ReadonlyMap<string, SourceBytes>> {
  const organization = repository.organization.value;
  if (kit.organizationId !== null && kit.organizationId !== organization.organization.id) {
    throw new OperatorError(
      "policyInvalid",
      `seatwright.yaml is for organisation ${organization.organization.id}; the settings say ${kit.organizationId}.`,
      "Use the policies and the settings of one organisation (--org-id, SEATWRIGHT_ORG_ID).",
    );
  }
  const sources = new Map<string, SourceBytes>();
  for (const [name, file] of sourcePaths(repository)) {
    const found = files.find(({ path: at }) => at === file) ?? (await insideFile(kit, file));
    if (found !== null) sources.set(name, found);
  }
  for (const [name, file] of sourceFlags(flags)) {
    if (organization.sources?.[name] === undefined) {
      throw new OperatorError(
        "usage",
        `--source names ${name}, which seatwright.yaml does not declare.`,
        `Declare it under \`sources\`, or use one of: ${Object.keys(organization.sources ?? {}).join(", ") || "(none)"}.`,
      );
    }
    sources.set(name, await readOutsideFile(file));
  }
  return sources;
}

/** A declared source that lies elsewhere in the repository; null where it is missing, which resolving reports. */
async function insideFile(kit: FolderKit, file: string): Promise<SourceBytes | null> {
  const full = path.resolve(kit.repo, file);
  if (!full.startsWith(kit.repo + path.sep)) return null;
  try {
    return { ...(await readOutsideFile(full)), path: file };
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw error;
  }
}

function sourceFlags({ source = [] }: SourceFlags): readonly (readonly [string, string])[] {
  return source.map((text) => {
    const at = text.indexOf("=");
    if (at < 1 || at === text.length - 1) {
      throw new OperatorError("usage", `--source ${text} is not name=PATH.`, "Write it as --source hr=leavers.csv.");
    }
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/** The text of each file, for excerpts under findings. */
export function textsOf(files: readonly PolicyFileBytes[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ path: file, bytes }) => [file, Buffer.from(bytes).toString("utf8")]));
}
