import { fetchHead, mergedByPush, refreshPull } from "./pulls.ts";
import type { Pull } from "./pulls.ts";
import { isForced, reviewsOf } from "./protection.ts";
import type { RefChange, Repository } from "./repository.ts";
import { commitAt, commitsBetween, noObject } from "./repository.ts";
import type { ActivityType, World } from "./world.ts";

export interface ChangedBy {
  readonly login: string;
  /** Where it is no push. */
  readonly type?: ActivityType;
  /** The pull request whose merge this is. */
  readonly merging?: number;
}

/**
 * What follows on a change of refs, whoever made it and however: the activity is noted, pull requests follow their
 * branches, and the emulator is told.
 */
export async function afterChanges(
  world: World,
  repository: Repository,
  changes: readonly RefChange[],
  by: ChangedBy,
): Promise<void> {
  if (changes.length === 0) return;
  for (const change of changes) await noteActivity(world, repository, change, by);
  const open = [...world.pulls.values()].filter(({ state, number }) => state === "open" && number !== by.merging);
  const task = async () => {
    for (const pull of open) await followBranches(world, repository, changes, pull);
    await world.bridge.mirror(world.upstream);
  };
  if (repository === world.upstream) return await task();
  await world.bridge.mirror(repository);
  await world.upstream.turn(task);
}

async function noteActivity(world: World, repository: Repository, change: RefChange, by: ChangedBy): Promise<void> {
  if (!change.ref.startsWith("refs/heads/")) return;
  const type =
    change.before === noObject
      ? "branch_creation"
      : change.after === noObject
        ? "branch_deletion"
        : (by.type ?? ((await isForced(repository, change)) ? "force_push" : "push"));
  world.activity.push({
    ...change,
    id: world.activity.length + 1,
    repository: repository.fullName,
    at: world.times.now(),
    type,
    login: by.login,
  });
}

async function followBranches(
  world: World,
  repository: Repository,
  changes: readonly RefChange[],
  pull: Pull,
): Promise<void> {
  const head = changes.find(({ ref }) => repository === pull.head && ref === `refs/heads/${pull.headRef}`);
  const base = changes.find(({ ref }) => repository === world.upstream && ref === `refs/heads/${pull.baseRef}`);
  if (head?.after === noObject) return await closePull(world, pull);
  if (head !== undefined) {
    pull.headSha = head.after;
    pull.baseSha = (await commitAt(world.upstream, `refs/heads/${pull.baseRef}`)) ?? pull.baseSha;
    await fetchHead(world, pull);
    await dismissStale(world, pull);
  }
  if (head === undefined && base === undefined) return;
  const merge = base === undefined ? null : await mergedByPush(world, pull);
  if (merge !== null) return await markMerged(world, pull, [merge], world.emulator.adminToken());
  await refreshPull(world, pull);
}

/** A pull request whose branch is deleted is closed: https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/closing-a-pull-request */
async function closePull(world: World, pull: Pull): Promise<void> {
  pull.state = "closed";
  const path = `/repos/${world.upstream.fullName}/pulls/${pull.number}`;
  world.times.note();
  await world.emulator.request({
    method: "PATCH",
    path,
    token: world.emulator.adminToken(),
    body: { state: "closed" },
  });
}

/**
 * Tells the emulator that a pull request is merged. It can be told only by letting it merge, which makes a commit of its
 * own and moves the base branch there: the mirror that follows moves it to where Git has it.
 */
export async function markMerged(
  world: World,
  pull: Pull,
  made: readonly [...string[], string],
  token: string,
): Promise<void> {
  const own = await commitsBetween(world.upstream, pull.baseSha, pull.headSha);
  const path = `/repos/${world.upstream.fullName}/pulls/${pull.number}/merge`;
  world.times.note();
  const answer = await world.emulator.request({ method: "PUT", path, token, body: {} });
  if (answer.status !== 200)
    throw new Error(`The emulator did not merge #${pull.number}: ${answer.status} ${JSON.stringify(answer.body)}`);
  pull.state = "closed";
  pull.merged = true;
  pull.mergeCommit = made.at(-1) ?? null;
  pull.brought = [...own, ...made];
}

/** "Dismiss stale pull request approvals when new commits are pushed". */
async function dismissStale(world: World, pull: Pull): Promise<void> {
  if (world.protections.get(`refs/heads/${pull.baseRef}`)?.dismissStale !== true) return;
  for (const review of await reviewsOf(world, pull)) {
    if (review["state"] !== "APPROVED") continue;
    world.times.note();
    await world.emulator.request({
      method: "PUT",
      path: `/repos/${world.upstream.fullName}/pulls/${pull.number}/reviews/${String(review["id"])}/dismissals`,
      token: world.emulator.adminToken(),
      body: {},
    });
  }
}
