import path from "node:path";
import { writeWhole } from "../disk/write.ts";
import type { Where } from "../model/documents.generated.ts";
import { OperatorError, PolicyError } from "../model/errors.ts";
import { formatPlace } from "../model/finding.ts";
import { readRepository } from "../policy/repository.ts";
import { withSelector } from "../policy/save-selector.ts";
import type { Kit } from "../wiring.ts";
import type { PoliciesRead } from "./policies.ts";

const selectorsPath = "policies/selectors.yaml";

/** Throws OperatorError where a selection cannot be saved under this name: no repository, no such name, or it is taken. */
export function requireFreeName(repository: PoliciesRead | null, name: string): asserts repository is PoliciesRead {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    throw new OperatorError(
      "usage",
      `--save-as ${name} is no name for a selector.`,
      "Names are lower-case letters, digits and hyphens, start with a letter and have at most 63 characters.",
    );
  }
  if (repository === null) {
    throw new OperatorError(
      "usage",
      "There is no policy repository here to save the selection in.",
      "Name one with --repo, or write one with `seatwright init`.",
    );
  }
  const taken = repository.repository.selectors.get(name);
  if (taken === undefined) return;
  throw new OperatorError(
    "usage",
    `There is a selector called ${name} already, at ${formatPlace(taken.at([], "key"))}.`,
    "Choose another name. A selector that policies may rely on is changed by hand, in a reviewed commit.",
  );
}

/** Writes a filter into the repository under this name. Returns the path from the repository's root. */
export async function saveSelector(kit: Kit, repository: PoliciesRead, name: string, where: Where): Promise<string> {
  const before = repository.files.find(({ path: file }) => file === selectorsPath);
  const text = withSelector(before === undefined ? null : Buffer.from(before.bytes).toString("utf8"), name, where);
  const written = { path: selectorsPath, bytes: new TextEncoder().encode(text) };
  const { findings } = readRepository([...repository.files.filter((file) => file !== before), written]);
  if (findings.some(({ severity }) => severity === "error")) throw new PolicyError(findings);
  await writeWhole(path.join(kit.repo, selectorsPath), [text], "anyone");
  return selectorsPath;
}
