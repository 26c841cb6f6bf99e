import type { Approval } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { momentOf } from "../model/time.ts";
import type { PullRequest, ReviewHost } from "../review-ports.ts";
import { type Approvers, approversOf, type Behind } from "./approvers.ts";
import type { Posted } from "./posted.ts";
import { pushersOf } from "./pushers.ts";

/** A limit that somebody lets pass for one plan, in a run that they set off themselves. */
export interface GivenOverride {
  readonly limit: string;
  readonly planDigest: string;
  /** Their login, as GitHub tells it of the run. */
  readonly by: string;
  readonly reason: string;
}

export interface ApprovalRequest {
  readonly organization: string;
  readonly pullRequest: PullRequest;
  readonly posted: Posted;
  readonly defaultBranch: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly made: "pull-request" | "plan-pull-request";
  /** Whose the plan is, besides whoever wrote the pull request. */
  readonly behind: Behind;
  readonly overrides: readonly GivenOverride[];
}

/**
 * The approval of the plan that was posted on a pull request, as GitHub tells it now: never from the event, a comment or a
 * label. Throws OperatorError("notApproved") where the pull request is not merged into the default branch of this
 * repository from a branch of its own, nobody's approval counts, or somebody who may write wants changes.
 */
export async function approvalOf(
  host: Pick<ReviewHost, "reviews" | "permission" | "pushesTo">,
  request: ApprovalRequest,
): Promise<Approval> {
  const { pullRequest, posted, repository, defaultBranch } = request;
  const { number, head, base } = pullRequest;
  const name = `Pull request #${number}`;
  if (pullRequest.state !== "merged") refuse(`${name} is not merged.`, "Merge it when it is approved.");
  if (base.branch !== defaultBranch) {
    refuse(
      `${name} was merged into ${base.branch}, not into ${defaultBranch}.`,
      "Only what the default branch says is applied.",
    );
  }
  if (head.repository !== repository) {
    refuse(`${name} came from ${head.repository ?? "a repository that is gone"}.`, "Plans of forks are never applied.");
  }
  const reviews = await host.reviews(number);
  const logins = [...new Set(reviews.map(({ by }) => by))].sort();
  const [permissions, pushes] = await Promise.all([
    Promise.all(logins.map(async (login) => [login, await host.permission(login)] as const)),
    host.pushesTo(head.branch),
  ]);
  const pushers = pushersOf(pushes, head.commit);
  const found = approversOf({
    pullRequest,
    made: request.made,
    reviews,
    permissions: new Map(permissions),
    pushers,
    postedAt: posted.at,
    behind: request.behind,
  });
  checkApprovers(name, found, request.made);
  return {
    kind: "approval",
    version: 1,
    organization: request.organization,
    planDigest: posted.planDigest,
    made: request.made,
    approvers: found.approved.map(({ by }) => by),
    reason: `${name}: ${pullRequest.title}`,
    at: momentOf(Math.max(...found.approved.map(({ at }) => at))),
    evidence: {
      repository,
      pullRequest: pullRequest.url,
      head: head.commit,
      mergeCommit: pullRequest.mergeCommit ?? "",
      check: posted.check.url,
      pusher: pushers?.[0]?.login ?? "",
      ...Object.fromEntries(found.approved.map(({ by, url }) => [`review by ${by}`, url])),
    },
    overrides: request.overrides,
  };
}

function checkApprovers(
  name: string,
  { approved, objections, others }: Approvers,
  made: ApprovalRequest["made"],
): void {
  const told = others.length === 0 ? "" : ` Told for completeness: ${others.join("; ")}.`;
  const [objection] = objections;
  if (objection !== undefined) {
    refuse(
      `${name} was merged although ${objection.by} asked for changes.${told}`,
      "Settle it with them; the next scheduled run proposes what is left.",
    );
  }
  if (approved.length > 0) return;
  refuse(
    `${name} was merged without an approval that counts.${told}`,
    `${whoCounts[made]} approves the head commit after the plan was posted. The next scheduled run proposes the same again, for review.`,
  );
}

/** Seatwright is the author of its own pull requests, and pushes them: who must not approve is whose the plan is. */
const whoCounts: Readonly<Record<ApprovalRequest["made"], string>> = {
  "pull-request": "Somebody with write permission, who neither opened the pull request nor pushed to its branch,",
  "plan-pull-request":
    "Somebody with write permission, who neither asked for the plan nor wrote what it follows from unreviewed,",
};

function refuse(message: string, remedy: string): never {
  throw new OperatorError("notApproved", message, remedy);
}
