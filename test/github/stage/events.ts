import { lastPusher } from "./protection.ts";
import type { Json } from "./json.ts";
import { object, objects, text, textAt } from "./json.ts";
import type { RefChange } from "./repository.ts";
import { commitAt, contains, defaultBranch, noObject } from "./repository.ts";
import type { Stage } from "./stage-shape.ts";
import { inSeconds } from "./times.ts";
import { identityOf } from "./world.ts";

/**
 * What starts a workflow, with ref and commit as
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows says for each event. The
 * payloads are those of https://docs.github.com/webhooks/webhook-events-and-payloads.
 */
export interface Trigger {
  readonly event: string;
  readonly payload: Json;
  readonly ref: string;
  readonly sha: string;
  /** Only where a pull request started it. */
  readonly headRef?: string;
  readonly baseRef?: string;
  readonly actor: string;
}

export interface PullRequestEvent {
  readonly number: number;
  /** Whoever pushed last where it is left out. */
  readonly actor?: string;
  readonly action?: "opened" | "synchronize" | "reopened" | "closed" | "edited" | "ready_for_review";
}

/** `pull_request`: runs on the test merge, with what the branch says. There is none where the branches conflict. */
export async function pullRequestEvent(stage: Stage, event: PullRequestEvent): Promise<Trigger> {
  const { payload, actor, headRef, baseRef } = await aboutPull(stage, event);
  return { event: "pull_request", payload, actor, headRef, baseRef, ...testMerge(stage, event.number) };
}

/** `pull_request_target`: runs on the default branch, with what that says, wherever the pull request comes from. */
export async function pullRequestTargetEvent(stage: Stage, event: PullRequestEvent): Promise<Trigger> {
  const { payload, actor, headRef, baseRef } = await aboutPull(stage, event);
  const ref = `refs/heads/${defaultBranch}`;
  return { event: "pull_request_target", payload, actor, headRef, baseRef, ref, sha: await tipOf(stage, ref) };
}

/** `pull_request_review`: on the test merge too. The state is in lower case here, where the API has it in upper case. */
export async function pullRequestReviewEvent(
  stage: Stage,
  { number, review, action = "submitted" }: { number: number; review: number; action?: "submitted" | "dismissed" },
): Promise<Trigger> {
  const shown = object(await stage.look(`/repos/${stage.fullName}/pulls/${number}/reviews/${review}`));
  const actor = textAt(shown, "user", "login");
  const { payload, headRef, baseRef } = await aboutPull(stage, { number, actor });
  const { number: _, ...others } = payload;
  return {
    event: "pull_request_review",
    payload: { ...others, action, review: { ...shown, state: textAt(shown, "state").toLowerCase() } },
    actor,
    headRef,
    baseRef,
    ...testMerge(stage, number),
  };
}

/** `push`: the last thing that happened to a branch, a merge too. */
export async function pushEvent(stage: Stage, branch = defaultBranch): Promise<Trigger> {
  const ref = `refs/heads/${branch}`;
  const last = stage.world.activity.findLast((each) => each.repository === stage.fullName && each.ref === ref);
  if (last === undefined) throw new Error(`Nobody has pushed to ${branch} since the stage was opened.`);
  const { name, email } = identityOf(stage.world, last.login);
  const commits = await commitsOf(stage, last);
  return {
    event: "push",
    payload: {
      ref,
      before: last.before,
      after: last.after,
      created: last.before === noObject,
      deleted: last.after === noObject,
      forced: last.type === "force_push",
      base_ref: null,
      compare: `${stage.serverUrl}/${stage.fullName}/compare/${last.before.slice(0, 12)}...${last.after.slice(0, 12)}`,
      commits,
      head_commit: commits.at(-1) ?? null,
      pusher: { name, email },
      ...(await surroundings(stage, last.login)),
    },
    ref,
    sha: last.after,
    actor: last.login,
  };
}

/** `schedule`: on the default branch, as whoever changed the workflow's schedule last. */
export async function scheduleEvent(stage: Stage, actor: string, cron = "17 5 * * 1-5"): Promise<Trigger> {
  const ref = `refs/heads/${defaultBranch}`;
  const { sender: _, ...around } = await surroundings(stage, actor);
  return {
    event: "schedule",
    payload: { schedule: cron, workflow: ".github/workflows/seatwright.yml", ...around },
    ref,
    sha: await tipOf(stage, ref),
    actor,
  };
}

/** `workflow_dispatch`: on the branch that somebody chose. Inputs are texts, whatever type they are declared to have. */
export async function dispatchEvent(
  stage: Stage,
  {
    actor,
    inputs = {},
    branch = defaultBranch,
  }: { actor: string; inputs?: Readonly<Record<string, string>>; branch?: string },
): Promise<Trigger> {
  const ref = `refs/heads/${branch}`;
  return {
    event: "workflow_dispatch",
    payload: { inputs, ref, workflow: ".github/workflows/seatwright.yml", ...(await surroundings(stage, actor)) },
    ref,
    sha: await tipOf(stage, ref),
    actor,
  };
}

async function aboutPull(
  stage: Stage,
  { number, actor, action = "opened" }: PullRequestEvent,
): Promise<{ payload: Json; actor: string; headRef: string; baseRef: string }> {
  const pull = object(await stage.look(`/repos/${stage.fullName}/pulls/${number}`));
  const state = stage.world.pulls.get(number);
  if (state === undefined) throw new Error(`There is no pull request #${number}.`);
  const by = actor ?? lastPusher(stage.world, state) ?? state.author;
  const moved = stage.world.activity.findLast((each) => each.after === state.headSha);
  return {
    payload: {
      action,
      number,
      pull_request: pull,
      ...(action === "synchronize" ? { before: moved?.before, after: state.headSha } : {}),
      ...(await surroundings(stage, by)),
    },
    actor: by,
    headRef: state.headRef,
    baseRef: state.baseRef,
  };
}

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request: no run where there is a conflict. */
function testMerge(stage: Stage, number: number): { ref: string; sha: string } {
  const sha = stage.world.pulls.get(number)?.mergeCommit ?? null;
  if (sha === null) throw new Error(`GitHub runs no workflow for #${number}: its branches conflict.`);
  return { ref: `refs/pull/${number}/merge`, sha };
}

async function surroundings(stage: Stage, login: string): Promise<Json> {
  const { permissions: _, ...repository } = object(await stage.look(`/repos/${stage.fullName}`));
  const owner = object(repository["owner"]);
  const { login: name, id, node_id, repos_url, events_url, avatar_url } = owner;
  return {
    repository,
    organization: {
      login: name,
      id,
      node_id,
      url: `${stage.apiUrl}/orgs/${stage.owner}`,
      repos_url,
      events_url,
      avatar_url,
    },
    sender: await stage.look(`/users/${login}`),
  };
}

async function tipOf(stage: Stage, ref: string): Promise<string> {
  const tip = await commitAt(stage.world.upstream, ref);
  if (tip === null) throw new Error(`There is no ${ref}.`);
  return tip;
}

async function commitsOf(stage: Stage, { before, after }: RefChange): Promise<readonly Json[]> {
  const { upstream } = stage.world;
  if (after === noObject) return [];
  const range =
    before !== noObject && (await contains(upstream, after, before)) ? `${before}..${after}` : `-1 ${after}`;
  const ids = await upstream.git.lines(["rev-list", "--reverse", "--max-count=2048", ...range.split(" ")]);
  return await Promise.all(
    ids.map(async (id) => {
      const commit = object(await stage.look(`/repos/${stage.fullName}/commits/${id}`));
      const files = objects(commit["files"]);
      const of = (status: string) =>
        files.filter((file) => file["status"] === status).map((file) => text(file["filename"]));
      const by = (role: string) => {
        const { name, email } = object(object(commit["commit"])[role]);
        const username = text(object(commit[role])["login"]);
        return { name, email, ...(username === null ? {} : { username }) };
      };
      return {
        id,
        tree_id: textAt(commit, "commit", "tree", "sha"),
        distinct: true,
        message: textAt(commit, "commit", "message").trimEnd(),
        timestamp: inSeconds(new Date(textAt(commit, "commit", "committer", "date"))),
        url: commit["html_url"],
        author: by("author"),
        committer: by("committer"),
        added: of("added"),
        removed: of("removed"),
        modified: of("modified"),
      };
    }),
  );
}
