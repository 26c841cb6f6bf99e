import type { Mode } from "../../review/power.ts";

/** What a job's token may be allowed, as a workflow names it. */
export type Right = "contents" | "pull-requests" | "checks" | "issues" | "actions";
export type Level = "read" | "write";

/** The least that each mode needs of its job's token: `init` writes these, `doctor` holds jobs to them. */
export const jobRights: Readonly<Record<Mode, Readonly<Partial<Record<Right, Level>>>>> = {
  lint: { contents: "read" },
  plan: { contents: "write", "pull-requests": "write", checks: "write" },
  apply: { contents: "write", "pull-requests": "write", checks: "write", issues: "write", actions: "read" },
  reconcile: { contents: "write", "pull-requests": "write", checks: "write", issues: "write", actions: "read" },
};

/** What each right is for. */
const purposes: Readonly<Record<Right, string>> = {
  contents: "the ledger's branch, plan branches",
  "pull-requests": "comments, plan pull requests",
  checks: "the plan's check, and that of an apply",
  issues: "the one issue with what is left",
  actions: "whether a run that has the lock is over, and who started this one",
};

/** A job's `permissions` in YAML, each line indented by so many spaces, with what it is for. */
export function permissionsYaml(mode: Mode, indent: number): string {
  const space = " ".repeat(indent);
  const lines = Object.entries(jobRights[mode]).map(
    ([right, level]) => `${space}  ${right}: ${level}${mode === "lint" ? "" : ` # ${purposes[right as Right]}`}`,
  );
  return [`${space}permissions:`, ...lines].join("\n");
}
