import { type Check, type CheckId, checkOf, passed } from "../../model/check-up.ts";
import type { Asked, BranchGuard } from "../../model/setup-facts.ts";

/** What both kinds of rules say of one branch. */
export interface BranchAnswers {
  readonly rules: Asked<BranchGuard>;
  readonly protection: Asked<BranchGuard | null>;
}

/** The name of the check that a plan's digest and seal are on. */
const CHECK = "Seatwright plan";

interface Question {
  readonly id: CheckId;
  readonly holds: (guard: BranchGuard) => boolean;
  readonly yes: string;
  readonly no: string;
  readonly state: "failed" | "warning";
  readonly remedy: string;
}

/** What must hold for the default branch, which decides who gets at the key. */
const questions: readonly Question[] = [
  {
    id: "github.pull-requests",
    holds: ({ pullRequest }) => pullRequest,
    yes: "It changes through pull requests only.",
    no: "Whoever may write can push to it. The workflow that has the key comes from there.",
    state: "failed",
    remedy: "Add the rule “Require a pull request before merging” to a ruleset for this branch.",
  },
  {
    id: "github.approvals",
    holds: ({ approvals }) => approvals >= 1,
    yes: "A pull request needs an approval.",
    no: "A pull request can be merged by its author alone, and so the workflow that has the key can be changed by one person.",
    state: "failed",
    remedy: "Require at least 1 approval in the same rule.",
  },
  {
    id: "github.code-owners",
    holds: ({ codeOwners }) => codeOwners,
    yes: "Code owners have to approve what is theirs.",
    no: "Nobody has to ask the owners that .github/CODEOWNERS names: anybody's approval lets the workflow that has the key be changed.",
    state: "warning",
    remedy:
      "Tick “Require review from Code Owners” in the same rule, and name who owns /.github/ in .github/CODEOWNERS.",
  },
  {
    id: "github.stale-approvals",
    holds: ({ dismissesStale }) => dismissesStale,
    yes: "New commits dismiss approvals.",
    no: "An approval stays when commits follow it. Seatwright does not count it then, but the merge goes through.",
    state: "warning",
    remedy: "Tick “Dismiss stale pull request approvals when new commits are pushed”.",
  },
  {
    id: "github.last-push",
    holds: ({ lastPush }) => lastPush,
    yes: "The last push needs the approval of somebody else.",
    no: "Whoever pushed last can have approved. Seatwright does not count that, but the merge goes through.",
    state: "warning",
    remedy: "Tick “Require approval of the most recent reviewable push”.",
  },
  {
    id: "github.up-to-date",
    holds: ({ upToDate }) => upToDate,
    yes: "Branches must be up to date before they are merged.",
    no: "A branch can be merged that is behind; its plan was made for another base, and is void then.",
    state: "warning",
    remedy: "Tick “Require branches to be up to date before merging”.",
  },
  {
    id: "github.history",
    holds: ({ noForcePush, noDeletion }) => noForcePush && noDeletion,
    yes: "It cannot be force-pushed or deleted.",
    no: "Its history can be rewritten, or the branch deleted: nobody could tell which policies held.",
    state: "warning",
    remedy: "Restrict deletions and block force pushes for this branch.",
  },
];

/** The checks of the default branch. `folders` are those of the policies that are planned, `.` for the root. */
export function defaultBranchChecks(
  branch: string,
  answers: BranchAnswers,
  folders: readonly string[] = ["."],
): readonly Check[] {
  const of = `The default branch ${branch}: `;
  const found = questions.map((question) => answered(question, of, answers));
  const check = requiredCheck([...new Set(folders)], of, answers);
  return [...found.slice(0, 5), check, ...found.slice(5), bypassCheck(of, answers)];
}

/** The app that posts what a workflow's token posts, on github.com. */
const ACTIONS = 15_368;

/** The plan's check of each folder, by the name that the action posts it under, from the app that posts it. */
function requiredCheck(folders: readonly string[], of: string, answers: BranchAnswers): Check {
  const id = "github.check";
  const names = folders.map((folder) => (folder === "." ? CHECK : `${CHECK} (${folder})`));
  const words = names.map((name) => `“${name}”`).join(" and ");
  const [what, are] = names.length === 1 ? [`check ${words}`, "is"] : [`checks ${words}`, "are"];
  const remedy = `Require the status ${what} from GitHub Actions.`;
  const required = kindsOf(answers).flatMap(({ checks }) => checks);
  const isRequired = (from: (app: number | null) => boolean): boolean =>
    names.every((name) => required.some((each) => each.name === name && from(each.app)));
  if (!isRequired(() => true)) {
    const open = unknownOf(answers);
    if (open !== null) return checkOf(id, "not known", `${of}${open.why}`, open.remedy);
    const no = `A pull request can be merged without the ${what}, so without a plan; its apply is refused then.`;
    return checkOf(id, "warning", `${of}${no}`, remedy);
  }
  if (isRequired((app) => app === ACTIONS)) return passed(id, `${of}The ${what} ${are} required, from GitHub Actions.`);
  if (!isRequired((app) => app !== null)) {
    const any = `The ${what} ${are} required from whichever source, so whoever may write statuses can post one that passes. Seatwright does not believe it, but the merge goes through.`;
    return checkOf(id, "warning", `${of}${any}`, remedy);
  }
  const apps = [...new Set(required.flatMap(({ name, app }) => (names.includes(name) && app !== null ? [app] : [])))];
  return checkOf(
    id,
    "not known",
    `${of}The ${what} ${are} required from the app ${apps.join(", ")}. On github.com, GitHub Actions is ${ACTIONS}; an Enterprise Server has another number.`,
    `${remedy} Elsewhere look at the rule yourself: it names the app.`,
  );
}

/** The check of the ledger's branch: nothing may be lost there, and jobs must be able to push. */
export function ledgerBranchCheck(branch: string, answers: BranchAnswers): Check {
  const of = `The ledger's branch ${branch}: `;
  const inTheWay = kindsOf(answers).some(({ pullRequest }) => pullRequest);
  if (inTheWay) {
    return checkOf(
      "github.ledger-branch",
      "failed",
      `${of}It changes through pull requests only, so jobs cannot keep anything there.`,
      "Keep this branch out of rules that require pull requests; restrict deletions and block force pushes, and no more.",
    );
  }
  return answered(
    {
      id: "github.ledger-branch",
      holds: ({ noForcePush, noDeletion }) => noForcePush && noDeletion,
      yes: "It cannot be force-pushed or deleted.",
      no: "Its history can be rewritten, or the branch deleted: the audit log with it.",
      state: "warning",
      remedy: "Make a ruleset for this branch that restricts deletions and blocks force pushes.",
    },
    of,
    answers,
  );
}

/** One kind of rule that says so is enough; that none does is known only where both were told. */
function answered(question: Question, of: string, answers: BranchAnswers): Check {
  const { id, holds, yes, no, state, remedy } = question;
  if (kindsOf(answers).some(holds)) return passed(id, `${of}${yes}`);
  const open = unknownOf(answers);
  if (open !== null) return checkOf(id, "not known", `${of}${open.why}`, open.remedy);
  return checkOf(id, state, `${of}${no}`, remedy);
}

/** Rules that some may pass by hold for the others only. */
function bypassCheck(of: string, answers: BranchAnswers): Check {
  const id = "github.bypass";
  const guarding = kindsOf(answers).filter(({ pullRequest }) => pullRequest);
  const remedy = "Empty the bypass list, or keep it to people whom you would give the key.";
  if (guarding.some(({ bypass }) => bypass.known && bypass.value.length === 0)) {
    return passed(id, `${of}Nobody may bypass its rules.`);
  }
  const unknown = guarding.map(({ bypass }) => bypass).find((bypass) => !bypass.known) ?? unknownOf(answers);
  if (unknown !== null && !unknown.known) return checkOf(id, "not known", `${of}${unknown.why}`, unknown.remedy);
  const names = guarding.flatMap(({ bypass }) => (bypass.known ? bypass.value : []));
  if (names.length === 0) {
    return checkOf(
      id,
      "warning",
      `${of}It has no rule that requires a pull request, so there is nothing to bypass.`,
      remedy,
    );
  }
  return checkOf(id, "warning", `${of}These may change it without a review: ${names.join(", ")}.`, remedy);
}

function kindsOf({ rules, protection }: BranchAnswers): readonly BranchGuard[] {
  return [
    ...(rules.known ? [rules.value] : []),
    ...(protection.known && protection.value !== null ? [protection.value] : []),
  ];
}

function unknownOf({ rules, protection }: BranchAnswers): Extract<Asked<unknown>, { known: false }> | null {
  if (!rules.known) return rules;
  return protection.known ? null : protection;
}
