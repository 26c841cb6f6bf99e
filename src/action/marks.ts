import type { Inputs } from "./inputs.ts";

/** By which texts of ours are found again on GitHub, and which branches are ours. */
export interface Marks {
  readonly comment: string;
  readonly result: string;
  readonly refusal: string;
  readonly body: string;
  readonly issue: string;
  /** The branch of the one open plan pull request. */
  readonly planBranch: string;
  readonly undoBranch: (run: string) => string;
  /** Whether a branch is for a plan of this folder. */
  readonly isOurs: (branch: string) => boolean;
}

/**
 * The marks for the policies of one folder: a repository with several organisations has a folder for each, and one must not
 * replace what the other wrote.
 */
export function marksOf({ folder }: Pick<Inputs, "folder">): Marks {
  const name =
    folder === "."
      ? ""
      : folder
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, "-")
          .replaceAll(/^-|-$/g, "");
  const mark = (what: string): string => `<!-- seatwright:${what}${name === "" ? "" : ` ${name}`} -->`;
  const suffix = name === "" ? "" : `-${name}`;
  return {
    comment: mark("plan"),
    result: mark("result"),
    refusal: mark("refusal"),
    body: mark("plan-pull-request"),
    issue: mark("left-to-do"),
    planBranch: `${PLAN_BRANCHES}${suffix}`,
    undoBranch: (run) => `${UNDO_BRANCHES}${run}${suffix}`,
    isOurs: (branch) =>
      branch === `${PLAN_BRANCHES}${suffix}` ||
      (branch.startsWith(UNDO_BRANCHES) && runAndSuffix.exec(branch.slice(UNDO_BRANCHES.length))?.[1] === suffix),
  };
}

const runAndSuffix = /^r-\d{8}T\d{6}Z-[0-9a-f]{8}(.*)$/;
const PLAN_BRANCHES = "seatwright/plan";
const UNDO_BRANCHES = "seatwright/undo-";

/** Whether a branch is one that Seatwright opens to have a plan approved and nothing else, for whichever folder. */
export function isPlanBranch(branch: string): boolean {
  return branch === PLAN_BRANCHES || branch.startsWith(`${PLAN_BRANCHES}-`) || branch.startsWith(UNDO_BRANCHES);
}
