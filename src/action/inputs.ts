import path from "node:path";
import { OperatorError } from "../model/errors.ts";
import { type Mode, modes } from "../review/power.ts";

/** What a workflow asks of the action, as `action.yml` names it. */
export interface Inputs {
  readonly mode: Mode;
  /** The Atlassian organisation's id; null: seatwright.yaml tells. */
  readonly organizationId: string | null;
  /** The policy repository's folder inside the repository. */
  readonly folder: string;
  /** Base address of GitHub's REST API. */
  readonly apiUrl: string;
  /** Base address of Atlassian's API; null: Atlassian's own. */
  readonly atlassianUrl: string | null;
  readonly ledgerBranch: string;
  /** `name=PATH`, for sources from outside the repository. */
  readonly sources: readonly string[];
  readonly maxMinutes: number | null;
  /** Days after which a good run is too long ago. */
  readonly warnAfterDays: number;
  /** The pull request to apply, in a run by hand. */
  readonly pullRequest: number | null;
  /** Limits to let pass once, `limit@digest`, in a run by hand. */
  readonly overrides: readonly string[];
  readonly reason: string | null;
  /** A run to take back, in a run by hand. */
  readonly undo: string | null;
  /** Why counts that fell are right, in a run by hand: they become the measure of later ones. */
  readonly acceptCounts: string | null;
}

/** The inputs as given. Throws OperatorError("usage") for one that cannot be meant. `get` gives "" for what is absent. */
export function readInputs(get: (name: string) => string): Inputs {
  const text = (name: string): string | null => (get(name).trim() === "" ? null : get(name).trim());
  const mode = modes.find((each) => each === get("mode").trim());
  if (mode === undefined) {
    throw wrong("mode", get("mode"), `Choose one of ${modes.join(", ")}.`);
  }
  const folder = folderIn(text("repo-path") ?? ".");
  if (folder.startsWith("/") || folder.split("/").includes("..")) {
    throw wrong("repo-path", folder, "Name a folder inside the repository, such as `access`.");
  }
  return {
    mode,
    organizationId: text("org-id"),
    folder,
    apiUrl: text("api-url") ?? "https://api.github.com",
    atlassianUrl: text("atlassian-url"),
    ledgerBranch: text("ledger-branch") ?? "seatwright-ledger",
    sources: lines(get("sources")),
    maxMinutes: number("max-minutes", 1, 10_000),
    warnAfterDays: number("warn-after-days", 1, 365) ?? 3,
    pullRequest: number("pull-request", 1, 1_000_000_000),
    overrides: lines(get("override")),
    reason: text("reason"),
    undo: text("undo"),
    acceptCounts: text("accept-counts"),
  };

  function number(name: string, least: number, most: number): number | null {
    const given = text(name);
    if (given === null) return null;
    const value = Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw wrong(name, given, `Give a whole number from ${least} to ${most}.`);
  }
}

/** `./access/` is `access`: paths are compared with those of Git. */
function folderIn(given: string): string {
  const plain = path.posix.normalize(given).replace(/\/+$/, "");
  return plain === "" ? "." : plain;
}

function lines(given: string): readonly string[] {
  return given
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function wrong(name: string, given: string, remedy: string): OperatorError {
  const what = given === "" ? "is not set" : `cannot be ${given}`;
  return new OperatorError("usage", `The input \`${name}\` ${what}.`, remedy);
}
