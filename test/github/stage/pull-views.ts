import { changesOf } from "./diffs.ts";
import type { Exchange } from "./exchange.ts";
import { Refused } from "./exchange.ts";
import type { Json } from "./json.ts";
import { object, objects } from "./json.ts";
import { checkMergeable } from "./protection.ts";
import type { Pull } from "./pulls.ts";
import { commitsBetween } from "./repository.ts";
import { accountView, commentCount, repositoryView } from "./views.ts";
import type { World } from "./world.ts";

/** A pull request as it is by now: the emulator keeps the head, the base and the sizes of the moment it was opened. */
export async function pullView(exchange: Exchange, raw: unknown): Promise<Json> {
  const { world } = exchange;
  const pull = object(raw);
  const state = world.pulls.get(Number(pull["number"]));
  if (state === undefined) return pull;
  const side = (name: "head" | "base", sha: string) => {
    const end = object(pull[name]);
    const repository = end["repo"] === null ? null : repositoryView(exchange, end["repo"]);
    return {
      ...end,
      sha,
      ref: name === "base" ? state.baseRef : state.headRef,
      repo: repository,
      user: end["user"] === null ? null : accountView(object(end["user"])),
    };
  };
  return {
    ...pull,
    state: state.state,
    merged: state.merged,
    head: side("head", state.headSha),
    base: side("base", state.baseSha),
    merge_commit_sha: state.mergeCommit,
    statuses_url: `${world.apiUrl}/repos/${world.upstream.fullName}/statuses/${state.headSha}`,
    labels: objects(pull["labels"]).map((label) => ({ ...label, description: label["description"] ?? "" })),
    requested_teams: objects(pull["requested_teams"]).map((team) => teamView(world, team)),
  };
}

/** What only the page of one pull request tells: https://docs.github.com/rest/pulls/pulls#get-a-pull-request */
export async function pullDetail(exchange: Exchange, pull: Json, state: Pull): Promise<Json> {
  const { upstream } = exchange.world;
  const base = state.merged ? state.baseSha : `refs/heads/${state.baseRef}`;
  const files = await changesOf(upstream, base, state.headSha);
  const commits = await commitsBetween(upstream, base, state.headSha);
  const sum = (of: "additions" | "deletions") => files.reduce((total, file) => total + file[of], 0);
  return {
    ...pull,
    ...(await mergeabilityOf(exchange.world, state, pull["draft"] === true)),
    comments: await commentCount(exchange, state.number),
    commits: commits.length,
    additions: sum("additions"),
    deletions: sum("deletions"),
    changed_files: files.length,
  };
}

/**
 * https://docs.github.com/rest/pulls/pulls#get-a-pull-request: `mergeable` is null until GitHub has worked it out in the
 * background, which asking for it starts.
 */
async function mergeabilityOf(world: World, state: Pull, isDraft: boolean): Promise<Json> {
  const late = world.mergeability === "on the second look" && !state.looked;
  state.looked = true;
  if (state.state === "closed" || late) return { mergeable: null, rebaseable: null, mergeable_state: "unknown" };
  const mergeable = state.mergeCommit !== null;
  const blocked = await checkMergeable(world, state).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Refused) return true;
      throw error;
    },
  );
  return {
    mergeable,
    rebaseable: mergeable,
    mergeable_state: !mergeable ? "dirty" : isDraft ? "draft" : blocked ? "blocked" : "clean",
  };
}

function teamView({ apiUrl }: World, team: Json): Json {
  return {
    notification_setting: "notifications_enabled",
    parent: null,
    ...team,
    type: "organization",
    url: team["url"] ?? apiUrl,
  };
}
