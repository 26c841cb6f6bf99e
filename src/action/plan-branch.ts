import type { Plan } from "../model/documents.generated.ts";
import type { PullRequest } from "../review-ports.ts";
import { isPlanBranch } from "./marks.ts";

/** Who opens pull requests with a job's token. No person can have a login with brackets. */
const JOBS = "github-actions[bot]";

/**
 * Whether a pull request was opened by a job of ours, to have a plan approved and nothing else. By its author and the name
 * of its branch: anybody who may push can give a branch any name.
 */
export function plansOnly({ head, author }: Pick<PullRequest, "head" | "author">): boolean {
  return author === JOBS && isPlanBranch(head.branch);
}

/** Whether a check run says that it carries a plan. Proves nothing: only to keep from talking over one. */
export function looksSealed(externalId: string): boolean {
  return /^seatwright-\d+:(?!0{64}:)/.test(externalId);
}

/** Where a plan pull request puts its plan, beside the policies and outside of what their digest covers. */
export function planFile(plan: Plan, folder: string): string {
  const name = `${plan.asOf.replaceAll(/[-:]/g, "")}-${plan.digest.slice("sha256:".length, "sha256:".length + 8)}.json`;
  return `${folder === "." ? "" : `${folder}/`}plans/${name}`;
}
