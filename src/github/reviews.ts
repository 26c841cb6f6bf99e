import type { Review } from "../review-ports.ts";
import { isCommit, momentAt, nullableAt, nullableTextAt, type Part, textAt, wordAt, wrong } from "./decode.ts";
import type { GitHubApi } from "./transport.ts";

const states = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
  PENDING: "pending",
} as const;

/**
 * Every review of a pull request, oldest first. Those not yet submitted, which only their author sees, are left out.
 * Source: https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request, in order of time.
 */
export async function readReviews(api: GitHubApi, number: number): Promise<readonly Review[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", { pull_number: number });
  return rows
    .map(reviewOf)
    .filter((review) => review !== null)
    .sort((a, b) => a.at - b.at);
}

function reviewOf(part: Part): Review | null {
  const state = states[wordAt(part, "state", Object.keys(states) as (keyof typeof states)[])];
  if (state === "pending") return null;
  const user = nullableAt(part, "user");
  return {
    // GitHub shows accounts that are gone as this one.
    by: user === null ? "ghost" : textAt(user, "login"),
    kind: user !== null && textAt(user, "type") === "User" ? "person" : "other",
    state,
    commit: commitOf(part),
    at: momentAt(part, "submitted_at"),
    url: textAt(part, "html_url"),
  };
}

/** GitHub names no commit where it is gone; the review still stands, of no commit. */
function commitOf(part: Part): string {
  const commit = nullableTextAt(part, "commit_id") ?? "";
  if (commit === "" || isCommit(commit)) return commit;
  throw wrong({ ...part, path: "commit_id" }, "is no commit's id");
}
