import type { Plan } from "../model/documents.generated.ts";
import type { PullRequest } from "../ports.ts";
import { isPlanBranch } from "./marks.ts";

/** Whether a pull request was opened by Seatwright, to have a plan approved and nothing else. */
export function plansOnly({ head }: Pick<PullRequest, "head">): boolean {
  return isPlanBranch(head.branch);
}

/** Where a plan pull request puts its plan, beside the policies and outside of what their digest covers. */
export function planFile(plan: Plan, folder: string): string {
  const name = `${plan.asOf.replaceAll(/[-:]/g, "")}-${plan.digest.slice("sha256:".length, "sha256:".length + 8)}.json`;
  return `${folder === "." ? "" : `${folder}/`}plans/${name}`;
}
