import { actionsApp } from "./emulator.ts";
import type { Exchange } from "./exchange.ts";
import type { Json } from "./json.ts";
import { object, objects, text } from "./json.ts";
import type { Level, World } from "./world.ts";
import { atLeast, botLogin, levelOf } from "./world.ts";

/** An account as other documents hold it. */
export async function userView({ forward }: Exchange, login: string): Promise<Json | null> {
  const answer = await forward({ method: "GET", path: `/users/${encodeURIComponent(login)}`, query: {}, as: "stage" });
  return answer.status === 200 ? simpleUser(object(answer.body)) : null;
}

const accountKeys = [
  "login",
  "id",
  "node_id",
  "avatar_url",
  "gravatar_id",
  "url",
  "html_url",
  "followers_url",
  "following_url",
  "gists_url",
  "starred_url",
  "subscriptions_url",
  "organizations_url",
  "repos_url",
  "events_url",
  "received_events_url",
  "type",
  "site_admin",
];

function simpleUser(user: Json): Json {
  return Object.fromEntries(accountKeys.map((key) => [key, user[key]]));
}

/**
 * An account that may be an organisation, of which the emulator leaves out addresses that GitHub gives for every account:
 * https://docs.github.com/rest/repos/repos#get-a-repository
 */
export function accountView(account: Json): Json {
  if (account["type"] !== "Organization") return account;
  const url = text(account["url"]) ?? "";
  const under = url.replace("/orgs/", "/users/");
  return {
    gravatar_id: "",
    followers_url: `${under}/followers`,
    following_url: `${under}/following{/other_user}`,
    gists_url: `${under}/gists{/gist_id}`,
    starred_url: `${under}/starred{/owner}{/repo}`,
    subscriptions_url: `${under}/subscriptions`,
    organizations_url: `${under}/orgs`,
    received_events_url: `${under}/received_events`,
    ...account,
    url: under,
  };
}

/** What somebody may do, as https://docs.github.com/rest/repos/repos#get-a-repository tells the caller. */
export function permissionsView(level: Level): Json {
  return {
    admin: atLeast(level, "admin"),
    maintain: atLeast(level, "maintain"),
    push: atLeast(level, "write"),
    triage: atLeast(level, "triage"),
    pull: atLeast(level, "read"),
  };
}

/** A repository with what the emulator leaves out, and the rights of the caller instead of an admin's. */
export function repositoryView({ world, caller }: Pick<Exchange, "world" | "caller">, raw: unknown): Json {
  const repository = object(raw);
  const known = world.repositories.get(text(repository["full_name"]) ?? "");
  const level =
    caller === null || known === undefined
      ? "read"
      : caller.kind === "person"
        ? levelOf(world, caller.login, known)
        : caller.permissions["contents"] === "write"
          ? "write"
          : "read";
  return {
    ...repository,
    owner: accountView(object(repository["owner"])),
    permissions: permissionsView(level),
    // A repository that nobody has pushed to yet was never pushed.
    pushed_at: repository["pushed_at"] ?? repository["created_at"],
    network_count: repository["forks_count"] ?? 0,
    subscribers_count: 0,
    web_commit_signoff_required: false,
    ...(known !== undefined && known !== world.upstream ? { fork: true } : {}),
  };
}

/**
 * A check run with what the emulator leaves out: the app it is of, where its annotations are, and the pull requests whose
 * head it is on. https://docs.github.com/rest/checks/runs#get-a-check-run
 */
export function checkRunView(world: World, raw: unknown): Json {
  const run = object(raw);
  const { fullName } = world.upstream;
  const annotations = world.annotations.get(Number(run["id"])) ?? [];
  return {
    ...run,
    app: appView(world),
    check_suite: { id: object(run["check_suite"])["id"] },
    output: {
      ...object(run["output"]),
      annotations_count: annotations.length,
      annotations_url: `${world.apiUrl}/repos/${fullName}/check-runs/${String(run["id"])}/annotations`,
    },
    pull_requests: pullsOnHead(world, run["head_sha"]),
  };
}

/**
 * A comment with the app it was written through, where that is a job's token, and with the page it is shown on.
 * https://docs.github.com/rest/issues/comments#get-an-issue-comment
 */
export function commentView(world: World, raw: unknown): Json {
  const comment = object(raw);
  const number = Number((text(comment["issue_url"]) ?? "").split("/").at(-1));
  const page = text(comment["html_url"]) ?? "";
  return {
    ...comment,
    html_url: world.pulls.has(number) ? page.replace("/issues/", "/pull/") : page,
    performed_via_github_app: object(comment["user"])["login"] === botLogin ? appView(world) : null,
  };
}

/** How many comments there are, up to a hundred: the emulator does not count those on pull requests. */
export async function commentCount({ forward, world }: Exchange, number: number): Promise<number> {
  const path = `/repos/${world.upstream.fullName}/issues/${number}/comments`;
  return objects((await forward({ method: "GET", path, query: { per_page: "100" }, as: "stage" })).body).length;
}

/** The open pull requests of this very repository whose head a commit is. */
export function pullsOnHead({ pulls, upstream, apiUrl }: World, sha: unknown): readonly Json[] {
  const repo = { id: 1, url: `${apiUrl}/repos/${upstream.fullName}`, name: upstream.name };
  return [...pulls.values()]
    .filter(({ headSha, head, state }) => headSha === sha && head === upstream && state === "open")
    .map(({ number, headRef, headSha, baseRef, baseSha }) => ({
      id: number,
      number,
      url: `${apiUrl}/repos/${upstream.fullName}/pulls/${number}`,
      head: { ref: headRef, sha: headSha, repo },
      base: { ref: baseRef, sha: baseSha, repo },
    }));
}

/** The app that every GITHUB_TOKEN belongs to: https://docs.github.com/rest/apps/apps#get-an-app */
function appView({ apiUrl, serverUrl }: World): Json {
  const login = "github";
  return {
    id: actionsApp.id,
    slug: actionsApp.slug,
    client_id: "Iv1.stage",
    node_id: "MDM6QXBwMTUzNjg=",
    owner: accountView({
      login,
      id: 9919,
      node_id: "MDEyOk9yZ2FuaXphdGlvbjk5MTk=",
      avatar_url: `${serverUrl}/avatars/github`,
      url: `${apiUrl}/users/${login}`,
      html_url: `${serverUrl}/${login}`,
      repos_url: `${apiUrl}/users/${login}/repos`,
      events_url: `${apiUrl}/users/${login}/events{/privacy}`,
      type: "Organization",
      site_admin: false,
    }),
    name: actionsApp.name,
    description: "Automate your workflow from idea to production",
    external_url: "https://help.github.com/en/actions",
    html_url: `${serverUrl}/apps/${actionsApp.slug}`,
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2024-04-10T20:33:16Z",
    permissions: { actions: "write", checks: "write", contents: "write", issues: "write", pull_requests: "write" },
    events: [],
  };
}
