import { PLAN_CHECK } from "../review/posted.ts";
import { bytesDigest } from "../policy/digest.ts";
import type { Inputs } from "./inputs.ts";

/** By which texts of ours are found again on GitHub, and which branches are ours. */
export interface Marks {
  readonly comment: string;
  readonly result: string;
  readonly refusal: string;
  readonly body: string;
  readonly issue: string;
  /** Name of the check run that carries a plan: `Seatwright plan`, with the folder in brackets where there is one. */
  readonly planCheck: string;
  /** The same of the check run that tells what came of an apply. */
  readonly applyCheck: string;
  /** The branch of the one open plan pull request. */
  readonly planBranch: string;
  readonly undoBranch: (run: string) => string;
  /** The run that a branch of this folder is to take back; null: it is no such branch. */
  readonly undoneBy: (branch: string) => string | null;
  /** Whether a branch is for a plan of this folder. */
  readonly isOurs: (branch: string) => boolean;
}

/**
 * The marks for the policies of one folder: a repository with several organisations has a folder for each, and one must not
 * replace what the other wrote.
 */
export function marksOf({ folder }: Pick<Inputs, "folder">): Marks {
  const name = nameOf(folder);
  const mark = (what: string): string => `<!-- seatwright:${what}${name === "" ? "" : ` ${name}`} -->`;
  const suffix = name === "" ? "" : `-${name}`;
  const inFolder = folder === "." ? "" : ` (${folder})`;
  const undoneBy = (branch: string): string | null => {
    const [, run, end] = branch.startsWith(UNDO_BRANCHES)
      ? (runAndSuffix.exec(branch.slice(UNDO_BRANCHES.length)) ?? [])
      : [];
    return run !== undefined && end === suffix ? run : null;
  };
  return {
    comment: mark("plan"),
    result: mark("result"),
    refusal: mark("refusal"),
    body: mark("plan-pull-request"),
    issue: mark("left-to-do"),
    planCheck: `${PLAN_CHECK}${inFolder}`,
    applyCheck: `${APPLY_CHECK}${inFolder}`,
    planBranch: `${PLAN_BRANCHES}${suffix}`,
    undoBranch: (run) => `${UNDO_BRANCHES}${run}${suffix}`,
    undoneBy,
    isOurs: (branch) => branch === `${PLAN_BRANCHES}${suffix}` || undoneBy(branch) !== null,
  };
}

/** A folder that a mark can name as it is: small letters, digits, single hyphens and slashes between them. */
const plainFolder = /^[a-z0-9]+([-/][a-z0-9]+)*$/;

/**
 * A folder's name in marks and branches, empty for the top; no two folders have the same. Slashes are underlines; what
 * loses something else by being written so has the beginning of its digest after two.
 */
function nameOf(folder: string): string {
  if (folder === ".") return "";
  if (plainFolder.test(folder)) return folder.replaceAll("/", "_");
  const rest = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const digest = bytesDigest(Buffer.from(folder)).slice("sha256:".length, "sha256:".length + 8);
  return `${rest === "" ? "folder" : rest}__${digest}`;
}

const runAndSuffix = /^(r-\d{8}T\d{6}Z-[0-9a-f]{8})(.*)$/;
const APPLY_CHECK = "Seatwright apply";
const PLAN_BRANCHES = "seatwright/plan";

/** How the names of branches begin whose pull requests take a run back, of every folder. */
export const UNDO_BRANCHES = "seatwright/undo-";

/** Whether a branch is one that Seatwright opens to have a plan approved and nothing else, for whichever folder. */
export function isPlanBranch(branch: string): boolean {
  return branch === PLAN_BRANCHES || branch.startsWith(`${PLAN_BRANCHES}-`) || branch.startsWith(UNDO_BRANCHES);
}
