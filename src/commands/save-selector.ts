import path from "node:path";
import { writeWhole } from "../disk/write.ts";
import type { Where } from "../model/documents.generated.ts";
import { OperatorError, PolicyError } from "../model/errors.ts";
import { type Finding, formatPlace } from "../model/finding.ts";
import { checkAgainst } from "../policies-now.ts";
import { oneOffPath, oneOffText } from "../policy/one-off.ts";
import { readRepository } from "../policy/repository.ts";
import { withSelector } from "../policy/save-selector.ts";
import type { Kit } from "../wiring.ts";
import type { Look } from "./look.ts";
import type { PoliciesRead } from "./policies.ts";

const selectorsPath = "policies/selectors.yaml";

/** An end of a one-off that is only tried. */
const NEXT_CENTURY = "2100-01-01";

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

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

/** A selector as it was saved. */
export interface SavedSelector {
  /** From the repository's root. */
  readonly path: string;
  /** What a one-off may do with it: suspend the people, or free the seats, where the filter looks at these only. */
  readonly oneOff: "suspend" | "revoke";
}

/** Writes a filter into the repository under this name, and says which one-off of it `plan` accepts. */
export async function saveSelector(
  kit: Kit,
  { population, policies, view }: Look,
  repository: PoliciesRead,
  name: string,
  where: Where,
): Promise<SavedSelector> {
  const before = repository.files.find(({ path: file }) => file === selectorsPath);
  const text = withSelector(before === undefined ? null : Buffer.from(before.bytes).toString("utf8"), name, where);
  const written = { path: selectorsPath, bytes: new TextEncoder().encode(text) };
  const files = [...repository.files.filter((file) => file !== before), written];
  const { findings } = readRepository(files);
  if (findings.some(({ severity }) => severity === "error")) throw new PolicyError(findings);
  await writeWhole(path.join(kit.repo, selectorsPath), [text], "anyone");
  // Seats are meant where the filter names an app: to free these is nearer than to shut the person out of everything.
  const namesApp = where.app !== undefined;
  return { path: selectorsPath, oneOff: !namesApp && maySuspend() ? "suspend" : "revoke" };

  function maySuspend(): boolean {
    const oneOff = { selector: name, action: { suspend: {} }, because: "-", owner: "-", until: NEXT_CENTURY };
    const bytes = new TextEncoder().encode(oneOffText(oneOff));
    const read = readRepository([...files, { path: oneOffPath(name), bytes }]);
    if (read.repository === null || !isSound(read.findings)) return false;
    return isSound(checkAgainst({ ...policies, repository: read.repository }, population, view).findings);
  }
}
