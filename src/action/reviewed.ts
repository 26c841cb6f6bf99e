import type { PoliciesRead } from "../commands/policies.ts";
import { compareText } from "../model/order.ts";
import { approversOf, nobodyElse } from "../review/approvers.ts";
import { pushersOf } from "../review/pushers.ts";
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

/** Where the default branch is, and what is known of the reviews behind it. */
export interface History {
  readonly tip: string;
  readonly reviewsOf: Reviews;
}

/** A file of the policies whose last change nobody approved who counts. */
export interface Unreviewed {
  /** As Git has it, from the top of the repository. */
  readonly path: string;
  /** Null: it cannot be told. */
  readonly commit: string | null;
}

/**
 * The reviewed change that made a policy what it is, or the first file without one. What a policy does hangs on every other
 * file too (an exemption that is gone, a list with another row): each must be as the reviewers of the policy saw it, or have
 * been reviewed since.
 */
export async function reviewedBy(
  action: ActionKit,
  policies: PoliciesRead,
  id: string,
  history: History,
): Promise<Reviewed | { readonly unreviewed: string }> {
  const { inputs } = action;
  const own = await ownReview(action, policies, id, history);
  for await (const { path } of unreviewedOf(action, policies, id, history)) {
    return { unreviewed: inputs.folder === "." ? path : path.slice(inputs.folder.length + 1) };
  }
  if (own === null) throw new Error(`${id} is not reviewed, and no file of it is unreviewed`);
  return own;
}

/** The files without a review on which a policy depends, its own first. */
export async function* unreviewedOf(
  action: ActionKit,
  policies: PoliciesRead,
  id: string,
  history: History,
): AsyncGenerator<Unreviewed> {
  const { repository } = action;
  const { tip, reviewsOf } = history;
  const own = await ownReview(action, policies, id, history);
  const first = fileOf(action, policies, id);
  const files = [...(await repository.filesOf(tip)), ...(own === null ? [] : await repository.filesOf(own.head))];
  const paths = new Set(files.map(({ path }) => inRepository(action, path)).sort(compareText));
  for (const path of new Set([first, ...paths])) {
    const changed = await reviewsOf(path);
    const asReviewed =
      changed !== null &&
      (changed.review !== null || (own !== null && (await repository.contains(own.head, changed.commit))));
    if (!asReviewed) yield { path, commit: changed?.commit ?? null };
  }
}

async function ownReview(
  action: ActionKit,
  policies: PoliciesRead,
  id: string,
  { reviewsOf }: History,
): Promise<Reviewed | null> {
  return (await reviewsOf(fileOf(action, policies, id)))?.review ?? null;
}

function fileOf(action: ActionKit, { repository }: PoliciesRead, id: string): string {
  return inRepository(action, repository.policies.find(({ value }) => value.id === id)?.at(["id"]).file ?? "");
}

function inRepository({ inputs }: ActionKit, file: string): string {
  return inputs.folder === "." ? file : `${inputs.folder}/${file}`;
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
    const { branch, commit: head } = pullRequest.head;
    const pushers = pushersOf(await host.pushesTo(branch), head);
    const { approved, objections } = approversOf({
      pullRequest,
      made: "pull-request",
      reviews,
      permissions,
      pushers,
      postedAt: 0,
      behind: nobodyElse,
    });
    if (approved.length > 0 && objections.length === 0 && (await holdsAsReviewed(action, pullRequest))) {
      return { commit, url: pullRequest.url, head, approvers: approved.map(({ by }) => by) };
    }
  }
  return null;
}
