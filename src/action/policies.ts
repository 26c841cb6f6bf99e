import type { Finding } from "../model/finding.ts";
import { PolicyError } from "../model/errors.ts";
import { policiesIn, type PoliciesRead } from "../commands/policies.ts";
import type { PolicyFileBytes } from "../ports.ts";
import type { Annotation, RepositoryFacts } from "../review-ports.ts";
import type { ActionKit } from "./kit.ts";

/** Policies out of the files of a commit. Throws PolicyError where they are not sound. */
export async function policiesOf(
  { kit, inputs }: Pick<ActionKit, "kit" | "inputs">,
  files: readonly PolicyFileBytes[],
): Promise<PoliciesRead> {
  return policiesIn(kit, inputs.sources.length === 0 ? {} : { source: inputs.sources }, files);
}

/** Findings as marks at the lines of the policy files. */
export function annotationsOf(findings: readonly Finding[], folder: string): readonly Annotation[] {
  return findings.map(({ severity, rule, place, message, remedy }) => ({
    file: folder === "." ? place.file : `${folder}/${place.file}`,
    line: Math.max(1, place.line),
    level: severity === "error" ? "failure" : "warning",
    title: `Seatwright: ${rule}`,
    message: `${message} ${remedy}`,
  }));
}

/** Findings of an error, where it is about policies. */
export function findingsOf(error: unknown): readonly Finding[] {
  return error instanceof PolicyError ? error.findings : [];
}

/** What names a reader may see: in a repository that everybody can read, nobody's. */
export function showOf(
  wanted: PoliciesRead["show"],
  { visibility }: Pick<RepositoryFacts, "visibility">,
): PoliciesRead["show"] {
  return visibility === "public" ? "ids" : wanted;
}

/** From what shows least to what shows most. */
const shown: readonly PoliciesRead["show"][] = ["ids", "names", "names-and-emails"];

/**
 * What names a reader of a pull request may see: what both its policies and those of its base let be seen. A pull request
 * widens nothing before it is merged; where the base has no sound policies, nobody's name is shown.
 */
export function showBefore(
  base: Pick<PoliciesRead, "show"> | null,
  merged: Pick<PoliciesRead, "show">,
  facts: Pick<RepositoryFacts, "visibility">,
): PoliciesRead["show"] {
  const least = Math.min(shown.indexOf(base?.show ?? "ids"), shown.indexOf(merged.show));
  return showOf(shown[least] ?? "ids", facts);
}
