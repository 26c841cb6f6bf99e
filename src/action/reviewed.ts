import type { PoliciesRead } from "../commands/policies.ts";
import { compareText } from "../model/order.ts";
import { approversOf } from "../review/approvers.ts";
import type { ActionKit } from "./kit.ts";
import { holdsAsReviewed } from "./as-reviewed.ts";

/** The reviewed change behind a file. */
export interface Reviewed {
  readonly commit: string;
  readonly url: string;
  /** What the reviewers saw. */
  readonly head: string;
  readonly approvers: readonly string[];
}

/** Tells of a path how it last changed on the default branch; each commit's reviews are asked for once. */
export type Reviews = (path: string) => Promise<{ readonly commit: string; readonly review: Reviewed | null } | null>;

/** What GitHub and Git tell of the changes up to this commit of the default branch. */
export function reviewsAt(action: ActionKit, tip: string): Reviews {
  const known = new Map<string, Promise<Reviewed | null>>();
  const reviewOf = (commit: string): Promise<Reviewed | null> => {
    const asked = known.get(commit) ?? reviewBehind(action, commit);
    known.set(commit, asked);
    return asked;
  };
  return async (path) => {
    const commit = await action.repository.lastChange(tip, path);
    return commit === null ? null : { commit, review: await reviewOf(commit) };
  };
}

/**
 * The reviewed change that made a policy what it is, or the file without one. What a policy does hangs on every other file
 * too (an exemption that is gone, a list with another row): each must be as the reviewers of the policy saw it, or have been
 * reviewed since.
 */
export async function reviewedBy(
  action: ActionKit,
  policies: PoliciesRead,
  id: string,
  { tip, reviewsOf }: { readonly tip: string; readonly reviewsOf: Reviews },
): Promise<Reviewed | { readonly unreviewed: string }> {
  const { repository, inputs } = action;
  const inRepository = (file: string): string => (inputs.folder === "." ? file : `${inputs.folder}/${file}`);
  const file = policies.repository.policies.find(({ value }) => value.id === id)?.at(["id"]).file ?? "";
  const own = (await reviewsOf(inRepository(file)))?.review ?? null;
  if (own === null) return { unreviewed: file };
  const paths = [...(await repository.filesOf(tip)), ...(await repository.filesOf(own.head))].map(({ path }) => path);
  for (const path of [...new Set(paths)].sort(compareText)) {
    const changed = await reviewsOf(inRepository(path));
    const isSound =
      changed !== null && (changed.review !== null || (await repository.contains(own.head, changed.commit)));
    if (!isSound) return { unreviewed: path };
  }
  return own;
}

/**
 * The approved pull request by which a commit came into the default branch, as it was approved; null where there is none, and
 * where its merge brought something else.
 */
async function reviewBehind(action: ActionKit, commit: string): Promise<Reviewed | null> {
  const { host, facts } = action;
  const merged = (await host.pullRequestsOf(commit)).filter(
    ({ state, base }) => state === "merged" && base.branch === facts.defaultBranch,
  );
  for (const pullRequest of merged) {
    const reviews = await host.reviews(pullRequest.number);
    const logins = [...new Set(reviews.map(({ by }) => by))];
    const permissions = new Map(
      await Promise.all(logins.map(async (login) => [login, await host.permission(login)] as const)),
    );
    const pusher = await host.pusherOf(pullRequest.head.branch, pullRequest.head.commit);
    const { approved, objections } = approversOf({
      pullRequest,
      made: "pull-request",
      reviews,
      permissions,
      pusher,
      postedAt: 0,
    });
    if (approved.length > 0 && objections.length === 0 && (await holdsAsReviewed(action, pullRequest))) {
      const { url, head } = pullRequest;
      return { commit, url, head: head.commit, approvers: approved.map(({ by }) => by) };
    }
  }
  return null;
}
