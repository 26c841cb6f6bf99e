import { OperatorError } from "../model/errors.ts";
import { policyDigest } from "../policy/digest.ts";
import type { PullRequest } from "../review-ports.ts";
import type { ActionKit } from "./kit.ts";

/** Commits of one pull request that are walked back over, at most. Source: GitHub rebases a hundred commits at most. */
const MOST_COMMITS = 100;

/**
 * Whether the policy files of a merge are those that merging the approved head gives. Whoever may push can make a merge by
 * hand that holds anything, and GitHub then shows the pull request as merged. Holds for merges, squashes and rebases.
 */
export async function holdsAsReviewed(
  { host, repository }: Pick<ActionKit, "host" | "repository">,
  pullRequest: Pick<PullRequest, "number" | "head" | "mergeCommit">,
): Promise<boolean> {
  const { mergeCommit, head } = pullRequest;
  const before = mergeCommit === null ? null : await commitBefore(host, pullRequest.number, mergeCommit);
  if (mergeCommit === null || before === null) return false;
  try {
    const reviewed = await repository.filesMerged(before, head.commit);
    return policyDigest(await repository.filesOf(mergeCommit)) === policyDigest(reviewed);
  } catch (error) {
    // What cannot be merged without a hand was not merged as it was approved; what cannot be read was not read by anybody.
    if (error instanceof OperatorError && ["notApproved", "policyInvalid"].includes(error.reason)) return false;
    throw error;
  }
}

/**
 * Whether a merge changed any policy file of the branch that it went into. True where it cannot be told. Nothing on GitHub
 * can make this look otherwise, whereas the word that there is nothing to approve is a check run, which jobs may edit.
 */
export async function changedPolicies(
  { host, repository }: Pick<ActionKit, "host" | "repository">,
  { number, mergeCommit }: Pick<PullRequest, "number" | "mergeCommit">,
): Promise<boolean> {
  const before = mergeCommit === null ? null : await commitBefore(host, number, mergeCommit);
  if (mergeCommit === null || before === null) return true;
  return policyDigest(await repository.filesOf(before)) !== policyDigest(await repository.filesOf(mergeCommit));
}

/**
 * The commit of the default branch that a pull request was merged onto: the first parent of its merge; of a rebase, the
 * parent of the first commit that came with it. Null where that cannot be told.
 */
async function commitBefore(host: ActionKit["host"], number: number, merge: string): Promise<string | null> {
  let parents = await host.parentsOf(merge);
  for (let walked = 0; walked < MOST_COMMITS; walked += 1) {
    const [first] = parents;
    if (first === undefined) return null;
    if (parents.length > 1) return first;
    if (!(await host.pullRequestsOf(first)).some((each) => each.number === number)) return first;
    parents = await host.parentsOf(first);
  }
  return null;
}
