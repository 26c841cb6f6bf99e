import { OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import type { CheckRun, PullRequest, ReviewHost } from "../ports.ts";
import type { Sealer } from "./seal.ts";

/** Name of the check run that carries a plan's digest, for policies at the top of their repository. */
export const PLAN_CHECK = "Seatwright plan";

/** Whose plans are looked for, and the name of the check runs that carry them. */
export interface PlansOf {
  readonly organization: string;
  readonly check: string;
}

/** A plan that we posted for the head of a pull request. */
export interface Posted {
  readonly planDigest: string;
  /** The later of what the seal and what the check run says. */
  readonly at: Seconds;
  readonly check: CheckRun;
}

/**
 * The plan that was posted last for this head commit, by a check run that carries our seal. Check runs of this name
 * without it are not ours, whoever made them. Which came last is what the seals say: anybody who may write check runs can
 * copy one, and give the copy any time. Null: none was posted.
 */
export async function postedFor(
  host: Pick<ReviewHost, "checkRuns" | "repository">,
  sealer: Sealer,
  { organization, check: name }: PlansOf,
  { number, head }: Pick<PullRequest, "number" | "head">,
): Promise<Posted | null> {
  const place = { organization, repository: host.repository, pullRequest: number, head: head.commit };
  let last: (Posted & { readonly sealedAt: Seconds }) | null = null;
  for (const check of await host.checkRuns(head.commit, name)) {
    const sealed = sealer.open(check.externalId, place);
    if (sealed === null) continue;
    const isLater = last === null || sealed.at > last.sealedAt;
    // Of two with the same moment the newer plan counts; of copies of one, the first, which is no copy.
    const isOriginal = last?.sealedAt === sealed.at && last.planDigest === sealed.planDigest;
    if (!isLater && !isOriginal) continue;
    const { planDigest, at: sealedAt } = sealed;
    last = { planDigest, sealedAt, at: Math.max(sealedAt, check.completedAt ?? 0), check };
  }
  return last;
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
