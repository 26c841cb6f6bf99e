import type { FileChange } from "../diffs.ts";
import { changesOf } from "../diffs.ts";
import type { Answer, Exchange, Handlers } from "../exchange.ts";
import { Refused, checkLength, invalid, loginOf, notFound, page } from "../exchange.ts";
import { numberAt, object, objects, text } from "../json.ts";
import { ownersOfPaths } from "../owners.ts";
import type { Pull } from "../pulls.ts";
import { fetchHead, refreshPull } from "../pulls.ts";
import type { Repository } from "../repository.ts";
import { commitAt, commitsBetween } from "../repository.ts";
import { pullDetail, pullView } from "../pull-views.ts";
import { atLeast, contentRights, levelOf } from "../world.ts";

/** The pull request that the path names. */
export function pullOf({ world, params, repository }: Exchange): Pull {
  const pull = world.pulls.get(Number(params["pull_number"]));
  if (pull === undefined || repository !== world.upstream) throw notFound();
  return pull;
}

export const pullHandlers: Handlers = {
  "GET /repos/{owner}/{repo}/pulls": async (exchange) => {
    const answer = await exchange.forward();
    if (answer.status !== 200) return answer;
    const body = [];
    for (const each of objects(answer.body)) body.push(await pullView(exchange, each));
    return { ...answer, body };
  },

  // The emulator makes branches that do not exist, and opens what has nothing to merge:
  // https://docs.github.com/rest/pulls/pulls#create-a-pull-request
  "POST /repos/{owner}/{repo}/pulls": async (exchange) =>
    await exchange.world.upstream.turn(async () => {
      const asked = object(exchange.body);
      checkLength("PullRequest", asked["body"]);
      const login = loginOf(exchange);
      const { world, caller, repository } = exchange;
      if (repository !== world.upstream) throw notFound();
      if (caller?.kind === "job" && !world.actionsMayOpenPullRequests)
        throw new Refused(403, "GitHub Actions is not permitted to create or approve pull requests.");
      const { head, headRef, headSha } = await headOf(exchange, text(asked["head"]) ?? "");
      if (caller?.kind === "person" && contentRights(world, caller, head) !== "write")
        throw new Refused(403, "Must have push access to the head repository.");
      const baseRef = (text(asked["base"]) ?? "").replace(/^refs\/heads\//, "");
      const baseSha = await commitAt(repository, `refs/heads/${baseRef}`);
      if (baseSha === null) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
      const pull: Pull = {
        number: 0,
        author: login,
        head,
        headRef,
        headSha,
        baseRef,
        baseSha,
        state: "open",
        merged: false,
        mergeCommit: null,
        looked: false,
        tested: "",
        brought: [],
      };
      await checkNew(exchange, pull);
      const answer = await exchange.forward({
        body: { ...asked, head: head === world.upstream ? headRef : `${head.owner}:${headRef}`, base: baseRef },
      });
      if (answer.status !== 201) return answer;
      const opened: Pull = { ...pull, number: numberAt(answer.body, "number") };
      world.pulls.set(opened.number, opened);
      await refreshPull(world, opened);
      await world.bridge.mirror(world.upstream);
      await requestOwners(exchange, opened);
      return { ...(await detail(exchange, opened)), status: 201 };
    }),

  "GET /repos/{owner}/{repo}/pulls/{pull_number}": async (exchange) => {
    const pull = pullOf(exchange);
    // https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
    if (/\bdiff\b/.test(exchange.accept)) {
      const { git } = exchange.world.upstream;
      const body = await git.text(["diff", `refs/heads/${pull.baseRef}...${pull.headSha}`]);
      return {
        status: 200,
        body: `${body}\n`,
        headers: { "content-type": "application/vnd.github.diff; charset=utf-8" },
      };
    }
    return await detail(exchange, pull);
  },

  "PATCH /repos/{owner}/{repo}/pulls/{pull_number}": async (exchange) =>
    await exchange.world.upstream.turn(async () => {
      const pull = pullOf(exchange);
      const asked = object(exchange.body);
      checkLength("PullRequest", asked["body"]);
      onlyAuthorOrWriter(exchange, pull.author);
      if (asked["state"] === "open" && pull.merged)
        throw invalid({
          resource: "PullRequest",
          field: "state",
          code: "invalid",
          message: "state cannot be changed.",
        });
      const base = text(asked["base"]);
      if (base !== null && (await commitAt(exchange.repository, `refs/heads/${base}`)) === null)
        throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
      const answer = await exchange.forward();
      if (answer.status !== 200) return answer;
      if (asked["state"] === "open" || asked["state"] === "closed") pull.state = asked["state"];
      pull.baseRef = base ?? pull.baseRef;
      if (pull.state === "open") {
        await refreshPull(exchange.world, pull);
        await exchange.world.bridge.mirror(exchange.world.upstream);
      }
      return await detail(exchange, pull);
    }),

  // The emulator answers with made-up files: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/files": async (exchange) => {
    const pull = pullOf(exchange);
    const base = pull.merged ? pull.baseSha : `refs/heads/${pull.baseRef}`;
    const files = (await changesOf(exchange.world.upstream, base, pull.headSha)).slice(0, 3000);
    const { items, headers } = page(exchange, pathOf(exchange, pull, "/files"), files);
    return { status: 200, headers, body: items.map((file) => fileView(exchange, pull, file)) };
  },

  // The emulator follows first parents only, from the head of the beginning, and adds the base:
  // https://docs.github.com/rest/pulls/pulls#list-commits-on-a-pull-request
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits": async (exchange) => {
    const pull = pullOf(exchange);
    const base = pull.merged ? pull.baseSha : `refs/heads/${pull.baseRef}`;
    const all = await commitsBetween(exchange.world.upstream, base, pull.headSha);
    const { items, headers } = page(exchange, pathOf(exchange, pull, "/commits"), all.slice(0, 250));
    return { status: 200, headers, body: await Promise.all(items.map((sha) => commitView(exchange, sha))) };
  },

  // The emulator has no such operation: https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
  "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls": async (exchange) => {
    const { world, repository, params } = exchange;
    const commit = await commitAt(repository, params["commit_sha"] ?? "");
    if (commit === null) throw new Refused(422, `No commit found for SHA: ${params["commit_sha"] ?? ""}`);
    const found = [];
    for (const pull of world.pulls.values()) if (await brings(exchange, pull, commit)) found.push(pull);
    const { items, headers } = page(exchange, `/repos/${repository.fullName}/commits/${commit}/pulls`, found);
    return { status: 200, headers, body: await Promise.all(items.map(async (pull) => await shown(exchange, pull))) };
  },
};

/** A merged pull request belongs to all that it brought; another one to what is on its branch. */
async function brings({ world }: Exchange, pull: Pull, commit: string): Promise<boolean> {
  if (pull.merged) return pull.brought.includes(commit);
  return (await commitsBetween(world.upstream, `refs/heads/${pull.baseRef}`, pull.headSha)).includes(commit);
}

async function shown(exchange: Exchange, { number }: Pull): Promise<object> {
  const path = `/repos/${exchange.world.upstream.fullName}/pulls/${number}`;
  return await pullView(exchange, (await exchange.forward({ method: "GET", path, query: {}, as: "stage" })).body);
}

/** The pull request with all that its own page tells. */
export async function detail(exchange: Exchange, pull: Pull): Promise<Answer> {
  return { status: 200, body: await pullDetail(exchange, object(await shown(exchange, pull)), pull) };
}

export function onlyAuthorOrWriter({ world, caller, repository }: Exchange, author: string): void {
  if (caller === null || caller.kind === "job" || caller.login === author) return;
  if (!atLeast(levelOf(world, caller.login, repository), "write"))
    throw new Refused(403, "Must have write access to the repository.");
}

async function headOf(
  { world, repository }: Exchange,
  head: string,
): Promise<{ head: Repository; headRef: string; headSha: string }> {
  const [owner, ref] = head.includes(":") ? head.split(":") : [repository.owner, head];
  const found = [...world.repositories.values()].find((each) => each.owner === owner);
  const headSha = found === undefined ? null : await commitAt(found, `refs/heads/${ref ?? ""}`);
  if (found === undefined || headSha === null)
    throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  return { head: found, headRef: ref ?? "", headSha };
}

async function checkNew({ world }: Exchange, pull: Pull): Promise<void> {
  const { head, headRef, baseRef, headSha, baseSha } = pull;
  const label = `${head?.owner ?? ""}:${headRef}`;
  const twin = [...world.pulls.values()].some(
    (each) => each.state === "open" && each.head === head && each.headRef === headRef && each.baseRef === baseRef,
  );
  const custom = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });
  if (twin) throw custom(`A pull request already exists for ${label}.`);
  await fetchHead(world, pull);
  if ((await commitsBetween(world.upstream, baseSha, headSha)).length === 0)
    throw custom(`No commits between ${baseRef} and ${label}`);
}

/** https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners: they are asked for a review at once. */
async function requestOwners({ world, forward }: Exchange, pull: Pull): Promise<void> {
  const base = `refs/heads/${pull.baseRef}`;
  const files = await changesOf(world.upstream, base, pull.headSha);
  const { people, teams } = await ownersOfPaths(
    world,
    base,
    files.map(({ path }) => path),
  );
  const reviewers = people.filter((login) => login !== pull.author);
  if (reviewers.length + teams.length === 0) return;
  await forward({
    method: "POST",
    path: `/repos/${world.upstream.fullName}/pulls/${pull.number}/requested_reviewers`,
    query: {},
    body: { reviewers, team_reviewers: teams },
    as: "stage",
  });
}

async function commitView({ forward, world }: Exchange, sha: string): Promise<unknown> {
  const path = `/repos/${world.upstream.fullName}/commits/${sha}`;
  return (await forward({ method: "GET", path, query: {}, as: "stage" })).body;
}

function fileView({ world }: Exchange, { headSha }: Pull, file: FileChange): object {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const { fullName } = world.upstream;
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.serverUrl}/${fullName}/blob/${headSha}/${path}`,
    raw_url: `${world.serverUrl}/${fullName}/raw/${headSha}/${path}`,
    contents_url: `${world.apiUrl}/repos/${fullName}/contents/${path}?ref=${headSha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.from === null ? {} : { previous_filename: file.from }),
  };
}

function pathOf({ world }: Exchange, pull: Pull, rest: string): string {
  return `/repos/${world.upstream.fullName}/pulls/${pull.number}${rest}`;
}
