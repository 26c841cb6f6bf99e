import { ownersOf } from "./codeowners.ts";
import type { Json } from "./json.ts";
import { object, objects, text } from "./json.ts";
import type { Pull } from "./pulls.ts";
import { ownerRules } from "./owners.ts";
import { changedPaths } from "./diffs.ts";
import { Refused } from "./exchange.ts";
import type { RefChange } from "./repository.ts";
import { contains, noObject } from "./repository.ts";
import type { World } from "./world.ts";
import { atLeast, levelOf } from "./world.ts";

/**
 * A branch that is changed through pull requests only:
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
 */
export interface Protection {
  /** Approving reviews, by people with write permission, before a merge. */
  readonly approvals?: number;
  /** Each changed file with owners needs the approval of one. */
  readonly codeOwners?: boolean;
  /** An approval ends with the next push. */
  readonly dismissStale?: boolean;
  /** Somebody other than the last pusher has to approve. */
  readonly lastPushApproval?: boolean;
  /** Names of checks that must have succeeded on the head commit. */
  readonly checks?: readonly string[];
  /** Logins that may change the branch without a pull request. */
  readonly bypass?: readonly string[];
}

/** Why a direct change of a branch is turned down, or null. */
export function refusalOfPush(world: World, login: string, { ref }: RefChange): string | null {
  const protection = world.protections.get(ref);
  if (protection === undefined || (protection.bypass ?? []).includes(login)) return null;
  return `GH013: Repository rule violations found for ${ref}. Changes must be made through a pull request.`;
}

/** Turns down a merge that the rules of the base branch do not allow: https://docs.github.com/rest/pulls/pulls#merge-a-pull-request answers 405. */
export async function checkMergeable(world: World, pull: Pull): Promise<void> {
  const protection = world.protections.get(`refs/heads/${pull.baseRef}`);
  if (protection === undefined) return;
  const refuse = (message: string) => new Refused(405, message);
  const reviews = await latestReviews(world, pull);
  const writers = reviews.filter(({ login }) => atLeast(levelOf(world, login, world.upstream), "write"));
  if (writers.some(({ state }) => state === "CHANGES_REQUESTED"))
    throw refuse("Repository rule violations found\n\nChanges have been requested.\n\n");
  const pusher = lastPusher(world, pull);
  const approvers = writers
    .filter(({ state, login }) => state === "APPROVED" && login !== pull.author)
    .map(({ login }) => login);
  const needed = protection.approvals ?? 0;
  if (approvers.length < needed)
    throw refuse(
      `Repository rule violations found\n\nAt least ${needed} approving review is required by reviewers with write access.\n\n`,
    );
  if (protection.lastPushApproval === true && !approvers.some((login) => login !== pusher))
    throw refuse(
      "Repository rule violations found\n\nNew changes require approval from someone other than the last pusher.\n\n",
    );
  if (protection.codeOwners === true && !(await ownersApproved(world, pull, approvers)))
    throw refuse("Repository rule violations found\n\nWaiting on code owner review.\n\n");
  for (const name of protection.checks ?? [])
    if (!(await succeeded(world, pull, name)))
      throw refuse(`Repository rule violations found\n\nRequired status check "${name}" is expected.\n\n`);
}

/** Who pushed the head commit, as far as the stage saw it. */
export function lastPusher(world: World, pull: Pull): string | null {
  const moves = world.activity.filter(
    ({ repository, ref, after }) =>
      repository === pull.head?.fullName && ref === `refs/heads/${pull.headRef}` && after === pull.headSha,
  );
  return moves.at(-1)?.login ?? null;
}

/** Of each reviewer the last word that approves, asks for changes or was dismissed; a comment takes nothing back. */
async function latestReviews(world: World, pull: Pull): Promise<readonly { login: string; state: string }[]> {
  const latest = new Map<string, string>();
  for (const review of await reviewsOf(world, pull)) {
    const login = text(object(review["user"])["login"]) ?? "";
    const state = text(review["state"]) ?? "";
    if (state !== "COMMENTED" && state !== "PENDING") latest.set(login, state);
  }
  return [...latest].map(([login, state]) => ({ login, state }));
}

/** All reviews of a pull request, as the emulator has them. */
export async function reviewsOf({ emulator, upstream }: World, pull: Pull): Promise<readonly Json[]> {
  const path = `/repos/${upstream.fullName}/pulls/${pull.number}/reviews?per_page=100`;
  return objects((await emulator.request({ method: "GET", path, token: emulator.adminToken() })).body);
}

async function ownersApproved(world: World, pull: Pull, approvers: readonly string[]): Promise<boolean> {
  const found = await ownerRules(world, `refs/heads/${pull.baseRef}`);
  if (found === null) return true;
  const members = (owner: string) => world.teams.get(owner.split("/")[1] ?? "") ?? [owner.slice(1)];
  const paths = await changedPaths(world.upstream, `refs/heads/${pull.baseRef}`, pull.headSha);
  return paths.every((path) => {
    const owners = ownersOf(found.rules, path);
    return owners.length === 0 || owners.flatMap(members).some((login) => approvers.includes(login));
  });
}

async function succeeded({ emulator, upstream, bridge }: World, pull: Pull, name: string): Promise<boolean> {
  const path = `/repos/${upstream.fullName}/commits/${bridge.toEmulator(pull.headSha)}/check-runs?check_name=${encodeURIComponent(name)}`;
  const { body } = await emulator.request({ method: "GET", path, token: emulator.adminToken() });
  const conclusion = objects(object(body)["check_runs"])[0]?.["conclusion"];
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped";
}

/** Whether a change throws commits away. */
export async function isForced(repository: World["upstream"], { before, after }: RefChange): Promise<boolean> {
  return before !== noObject && after !== noObject && !(await contains(repository, after, before));
}
