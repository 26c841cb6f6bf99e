import type { Seconds } from "../model/time.ts";
import { momentOf } from "../model/time.ts";
import { compareText } from "../model/order.ts";
import type { Permission, PullRequest, Review } from "../ports.ts";

/** What is known of a pull request when its plan is to be applied. */
export interface Evidence {
  readonly pullRequest: Pick<PullRequest, "author" | "head">;
  /** Whether a job of ours opened it with a plan, or somebody else with policies. */
  readonly made: "pull-request" | "plan-pull-request";
  /** Oldest first. */
  readonly reviews: readonly Review[];
  /** By login, of whoever reviewed. */
  readonly permissions: ReadonlyMap<string, Permission>;
  /** Who pushed the head commit; null where that is not told. */
  readonly pusher: string | null;
  /** When the plan was posted for that head commit. */
  readonly postedAt: Seconds;
}

export interface Approvers {
  /** Who approved and counts, in order of login. */
  readonly approved: readonly Review[];
  /** Who approved or objected and why that counts as it does, in sentences. */
  readonly others: readonly string[];
  /** Somebody who may write wants changes. */
  readonly objections: readonly Review[];
}

const writing: ReadonlySet<Permission> = new Set(["admin", "maintain", "write"]);

/** Whether somebody with this permission has a say in what is merged. */
export function mayWrite(permission: Permission): boolean {
  return writing.has(permission);
}

/** Who pushes and writes with a job's token: whoever wrote the workflow, on any branch. */
const JOBS = "github-actions[bot]";

/**
 * Whose reviews approve the plan: the latest word of each person, given on the head commit after the plan was posted, by
 * somebody with write permission who is neither the author nor the last to push. What a workflow pushed is approved by
 * nobody, unless it is a plan of ours: it may be the approver's own work. Everything else is told, and counts for nothing.
 */
export function approversOf(evidence: Evidence): Approvers {
  const { pullRequest, permissions, pusher } = evidence;
  const words = latestWords(evidence.reviews);
  const others: string[] = [];
  const approved: Review[] = [];
  const objections: Review[] = [];
  for (const review of words) {
    const permission = permissions.get(review.by) ?? "none";
    if (review.state === "changes-requested") {
      if (mayWrite(permission)) objections.push(review);
      continue;
    }
    if (review.state !== "approved") {
      others.push(`the approval of ${review.by} was dismissed`);
      continue;
    }
    const why = whyNot(review, evidence, permission);
    if (why === null) approved.push(review);
    else others.push(`${review.by} approved, but ${why}`);
  }
  if (pusher === null) others.push(`GitHub does not tell who pushed ${short(pullRequest.head.commit)}`);
  return { approved, others, objections };
}

/** Why an approval does not count, or null where it does. */
function whyNot(review: Review, evidence: Evidence, permission: Permission): string | null {
  const { pullRequest, pusher, postedAt, made } = evidence;
  if (review.kind !== "person") return "is not a person";
  if (isSame(review.by, pullRequest.author)) return "is the author of the pull request";
  if (pusher === null) return "whether they pushed the head commit is not known";
  if (isSame(review.by, pusher)) return "pushed the head commit";
  if (made === "pull-request" && isSame(pusher, JOBS)) {
    return "a workflow pushed the head commit, and who is behind that is not known";
  }
  if (!mayWrite(permission)) return `may only ${permission === "none" ? "look from outside" : permission}, not write`;
  if (review.commit !== pullRequest.head.commit) {
    return `of commit ${short(review.commit)}, and the head is ${short(pullRequest.head.commit)}`;
  }
  // Both are whole seconds of GitHub's clock: in the same second it cannot be told which came first.
  if (review.at <= postedAt) return `before the plan was posted, at ${momentOf(postedAt)}`;
  return null;
}

/** The latest approval, objection or dismissal of each person; comments change no verdict. By login. */
function latestWords(reviews: readonly Review[]): readonly Review[] {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state === "commented" || review.state === "pending") continue;
    latest.set(review.by.toLowerCase(), review);
  }
  return [...latest.values()].sort((a, b) => compareText(a.by, b.by));
}

/** Logins are the same whatever their capitals. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
