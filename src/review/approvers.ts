import type { Seconds } from "../model/time.ts";
import { momentOf } from "../model/time.ts";
import { compareText } from "../model/order.ts";
import type { Account, Permission, PullRequest, Review } from "../review-ports.ts";
import { isSameLogin } from "./pushers.ts";

/** What is known of a pull request when its plan is to be applied. */
export interface Evidence {
  readonly pullRequest: Pick<PullRequest, "author" | "authorKind" | "head">;
  /** Whether a job of ours opened it with a plan, or somebody else with policies. */
  readonly made: "pull-request" | "plan-pull-request";
  /** Oldest first. */
  readonly reviews: readonly Review[];
  /** By login, of whoever reviewed. */
  readonly permissions: ReadonlyMap<string, Permission>;
  /** Everybody who made the branch or pushed to it, the last first; null where that is not told. */
  readonly pushers: readonly Account[] | null;
  /** When the plan was posted for that head commit. */
  readonly postedAt: Seconds;
  /** Whose the plan is besides. */
  readonly behind: Behind;
}

/** Whose a plan is, besides whoever wrote the pull request. */
export interface Behind {
  /** People whose approval does not count, each with why, as in `bob approved, but ${why}`. */
  readonly people: readonly { readonly login: string; readonly why: string }[];
  /** Why it cannot be told who else is behind it, in sentences without a stop. With any, two have to approve. */
  readonly doubts: readonly string[];
}

/** Nobody but the author and whoever pushed. */
export const nobodyElse: Behind = { people: [], doubts: [] };

export interface Approvers {
  /** Who approved and counts, in order of login; nobody where there are fewer than are needed. */
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

/**
 * Whose reviews approve the plan: the latest word of each person, given on the head commit after the plan was posted, by
 * somebody with write permission who neither wrote nor pushed any of it, nor is behind it otherwise. Where it cannot be told
 * who is (a bot pushed: somebody told it to), two have to approve, of whom one at least is not. Everything else is told, and
 * counts for nothing.
 */
export function approversOf(evidence: Evidence): Approvers {
  const { pullRequest, permissions, pushers } = evidence;
  const words = latestWords(evidence.reviews);
  const others: string[] = [];
  const counting: Review[] = [];
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
    if (why === null) counting.push(review);
    else others.push(`${review.by} approved, but ${why}`);
  }
  if (pushers === null) others.push(`GitHub does not tell who pushed ${short(pullRequest.head.commit)}`);
  const doubts = [...botsIn(evidence), ...evidence.behind.doubts];
  if (doubts.length === 0 || counting.length > 1) return { approved: counting, others, objections };
  const alone = counting.map(({ by }) => `${by} approved, but two have to`);
  return { approved: [], others: [...others, ...alone, ...doubts], objections };
}

/** Why an approval does not count, or null where it does. */
function whyNot(review: Review, evidence: Evidence, permission: Permission): string | null {
  const { pullRequest, pushers, postedAt, behind } = evidence;
  const isReviewer = ({ login }: { readonly login: string }): boolean => isSameLogin(review.by, login);
  if (review.kind !== "person") return "is not a person";
  if (isReviewer({ login: pullRequest.author })) return "is the author of the pull request";
  const found = behind.people.find(isReviewer);
  if (found !== undefined) return found.why;
  if (pushers === null) return "whether they pushed the head commit is not known";
  const [last, ...earlier] = pushers;
  if (last !== undefined && isReviewer(last)) return "pushed the head commit";
  // What was pushed to a branch of ours before our own push is not in the head any more.
  if (evidence.made === "pull-request" && earlier.some(isReviewer)) return "made the branch or pushed to it";
  if (!mayWrite(permission)) return `may only ${permission === "none" ? "look from outside" : permission}, not write`;
  if (review.commit !== pullRequest.head.commit) {
    return `of commit ${short(review.commit)}, and the head is ${short(pullRequest.head.commit)}`;
  }
  // Both are whole seconds of GitHub's clock: in the same second it cannot be told which came first.
  if (review.at <= postedAt) return `before the plan was posted, at ${momentOf(postedAt)}`;
  return null;
}

/** Which accounts that are no people made a pull request. One of ours holds nothing but the plan that we sealed to it. */
function botsIn({ pullRequest, pushers, made }: Evidence): readonly string[] {
  if (made === "plan-pull-request") return [];
  const { author, authorKind } = pullRequest;
  const wrote =
    authorKind === "person" ? [] : [`${author} opened the pull request, and who is behind that is not known`];
  const pushed = (pushers ?? []).filter(({ kind }) => kind !== "person");
  return [...wrote, ...pushed.map(({ login }) => `${login} pushed to the branch, and who is behind that is not known`)];
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

function short(commit: string): string {
  return commit.slice(0, 7);
}
