import { mergedTree, writeCommit } from "./commits.ts";
import { signature } from "./git.ts";
import type { Repository } from "./repository.ts";
import { commitAt, contains, moveRefs, noObject } from "./repository.ts";
import type { World } from "./world.ts";
import { identityOf, webFlow } from "./world.ts";

/** What the stage knows of a pull request that the emulator does not: where its branches are by now, and what became of it. */
export interface Pull {
  readonly number: number;
  readonly author: string;
  /** Null once the fork is gone. */
  readonly head: Repository | null;
  readonly headRef: string;
  headSha: string;
  baseRef: string;
  /** The tip of the base branch when the pull request was opened or last pushed to. */
  baseSha: string;
  state: "open" | "closed";
  merged: boolean;
  /** A test merge while it is open, what it was merged as afterwards; null where it conflicts. */
  mergeCommit: string | null;
  /** Whether somebody has asked since it last changed. */
  looked: boolean;
  /** Base and head that the test merge is of. */
  tested: string;
  /** What its merge brought to the base branch: the branch's own commits, and those that the merge made. */
  brought: readonly string[];
}

/**
 * Points `refs/pull/<number>/head` at the head and `refs/pull/<number>/merge` at a test merge, as
 * https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/checking-out-pull-requests-locally
 * describes. A pull request that conflicts has no test merge.
 */
export async function refreshPull(world: World, pull: Pull): Promise<void> {
  const { upstream, times } = world;
  const base = (await commitAt(upstream, `refs/heads/${pull.baseRef}`)) ?? pull.baseSha;
  const tested = `${base} ${pull.headSha}`;
  if (pull.tested === tested) return;
  const tree = await mergedTree(upstream.git, base, pull.headSha);
  pull.tested = tested;
  pull.looked = false;
  pull.mergeCommit =
    tree === null
      ? null
      : await writeCommit(upstream.git, {
          tree,
          parents: [base, pull.headSha],
          message: `Merge ${pull.headSha} into ${base}`,
          author: signature(identityOf(world, pull.author), times.now()),
          committer: signature(webFlow, times.now()),
        });
  const change = async (name: string, after: string) => {
    const ref = `refs/pull/${pull.number}/${name}`;
    return { ref, before: (await commitAt(upstream, ref)) ?? noObject, after };
  };
  const changes = [await change("head", pull.headSha), await change("merge", pull.mergeCommit ?? noObject)];
  if (!(await moveRefs(upstream, ...changes.filter(({ before, after }) => before !== after))))
    throw new Error(`refs/pull/${pull.number} could not be moved.`);
}

/** Brings the objects of a fork's branch to where the pull request is. */
export async function fetchHead({ upstream }: World, pull: Pull): Promise<void> {
  if (pull.head === null || pull.head === upstream) return;
  await upstream.git.text(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", pull.head.folder, pull.headSha]);
}

/**
 * The commit with which the base branch came to hold the head, where somebody pushed it there by hand: GitHub then shows
 * the pull request as merged.
 */
export async function mergedByPush({ upstream }: World, pull: Pull): Promise<string | null> {
  const base = `refs/heads/${pull.baseRef}`;
  if (!(await contains(upstream, base, pull.headSha))) return null;
  const after = await upstream.git.lines(["rev-list", "--first-parent", "--ancestry-path", `${pull.headSha}..${base}`]);
  return after.at(-1) ?? pull.headSha;
}
