import { OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import type { CheckRun, PullRequest, ReviewHost } from "../review-ports.ts";
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
  /** Logins of the people at whose word the plan is what it is: who asked for an undo, or accepted counts that fell. */
  readonly askedBy: readonly string[];
}

/** Our last word on a head commit: a plan, or that there is none. */
type Word = Omit<Posted, "planDigest"> & { readonly planDigest: string | null };

/**
 * The plan that was posted last for this head commit, by a check run that carries our seal. Check runs of this name
 * without it are not ours, whoever made them. Which came last is what the seals say: anybody who may write check runs can
 * copy one, and give the copy any time. Null: none was posted, or we said later that there is none.
 */
export async function postedFor(...args: Parameters<typeof lastWord>): Promise<Posted | null> {
  const last = await lastWord(...args);
  return last === null ? null : planIn(last);
}

/** Whether our last word on a head commit is that there is no plan, and takes back a plan that was posted there before. */
export async function isWithdrawn(...args: Parameters<typeof lastWord>): Promise<boolean> {
  const last = await lastWord(...args);
  return last !== null && planIn(last) === null && last.takesBack;
}

/** The plan that was posted, where there must be one. Throws OperatorError where there is none. */
export async function requirePosted(...args: Parameters<typeof lastWord>): Promise<Posted> {
  const last = await lastWord(...args);
  const found = last === null ? null : planIn(last);
  if (found !== null) return found;
  const { number, head } = args[3];
  const commit = `commit ${head.commit.slice(0, 7)} of pull request #${number}`;
  throw new OperatorError(
    "notApproved",
    last?.takesBack !== true
      ? `No plan of ours was posted for ${commit}, so nothing of it is approved.`
      : `Our last word on ${commit} is that it has no plan, so nothing of it is approved: a plan that was posted there before is void.`,
    "The next scheduled run proposes what its policies ask for in a pull request of its own.",
  );
}

function planIn({ planDigest, ...word }: Word): Posted | null {
  return planDigest === null ? null : { planDigest, ...word };
}

async function lastWord(
  host: Pick<ReviewHost, "checkRuns" | "repository">,
  sealer: Sealer,
  { organization, check: name }: PlansOf,
  { number, head }: Pick<PullRequest, "number" | "head">,
): Promise<(Word & { readonly takesBack: boolean }) | null> {
  const place = { organization, repository: host.repository, pullRequest: number, head: head.commit };
  const words = (await host.checkRuns(head.commit, name)).flatMap((check): readonly SealedWord[] => {
    const sealed = sealer.open(check.externalId, place);
    if (sealed === null) return [];
    const { planDigest, at: sealedAt, askedBy } = sealed;
    return [{ sealedAt, planDigest, at: Math.max(sealedAt, check.completedAt ?? 0), check, askedBy }];
  });
  const [first, ...others] = words;
  if (first === undefined) return null;
  const last = others.reduce((found, word) => (comesAfter(word, found) ? word : found), first);
  return { ...last, takesBack: words.some(({ planDigest }) => planDigest !== null) };
}

type SealedWord = Word & { readonly sealedAt: Seconds };

/**
 * Whether a word counts rather than one of a newer check run. Of two with the same moment the newer plan counts, and none
 * rather than one; of copies of one, the first, which is no copy.
 */
function comesAfter(word: SealedWord, newer: SealedWord): boolean {
  if (word.sealedAt !== newer.sealedAt) return word.sealedAt > newer.sealedAt;
  return word.planDigest === null || word.planDigest === newer.planDigest;
}
