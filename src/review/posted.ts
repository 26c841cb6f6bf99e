import { OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import type { CheckRun, PullRequest, ReviewHost } from "../ports.ts";
import type { Sealer } from "./seal.ts";

/** Name of the check run that carries a plan's digest. */
export const PLAN_CHECK = "Seatwright plan";

/** A plan that we posted for the head of a pull request. */
export interface Posted {
  readonly planDigest: string;
  readonly at: Seconds;
  readonly check: CheckRun;
}

/**
 * The plan that was posted last for this head commit, by a check run that carries our seal. Check runs of this name
 * without it are not ours, whoever made them. Null: none was posted.
 */
export async function postedFor(
  host: Pick<ReviewHost, "checkRuns" | "repository">,
  sealer: Sealer,
  organization: string,
  { number, head }: Pick<PullRequest, "number" | "head">,
): Promise<Posted | null> {
  const place = { organization, repository: host.repository, pullRequest: number, head: head.commit };
  for (const check of await host.checkRuns(head.commit, PLAN_CHECK)) {
    const planDigest = sealer.open(check.externalId, place);
    if (planDigest !== null && check.completedAt !== null) return { planDigest, at: check.completedAt, check };
  }
  return null;
}

/** The same, where there must be one. Throws OperatorError where there is none. */
export async function requirePosted(...args: Parameters<typeof postedFor>): Promise<Posted> {
  const found = await postedFor(...args);
  if (found !== null) return found;
  const { number, head } = args[3];
  throw new OperatorError(
    "notApproved",
    `No plan of ours was posted for commit ${head.commit.slice(0, 7)} of pull request #${number}, so nothing of it is approved.`,
    "The next scheduled run proposes what its policies ask for in a pull request of its own.",
  );
}
