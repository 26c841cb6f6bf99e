import type { Answer, Exchange, Handlers } from "../exchange.ts";
import { checkLength, page } from "../exchange.ts";
import type { Json } from "../json.ts";
import { object, objects, text } from "../json.ts";
import type { Pull } from "../pulls.ts";
import { commentCount, commentView } from "../views.ts";
import { onlyAuthorOrWriter } from "./pulls.ts";

const comment = "/repos/{owner}/{repo}/issues/comments/{comment_id}";

export const issueHandlers: Handlers = {
  // To GitHub a pull request is an issue too, and is listed: https://docs.github.com/rest/issues/issues#list-repository-issues
  "GET /repos/{owner}/{repo}/issues": async (exchange) => {
    const all = [...(await issuesAlone(exchange)), ...(await pullsAsIssues(exchange))];
    const { query, repository } = exchange;
    const key = query.get("sort") === "updated" ? "updated_at" : "created_at";
    const way = query.get("direction") === "asc" ? 1 : -1;
    const sorted = all.sort(
      (a, b) => way * (compare(String(a[key]), String(b[key])) || Number(a["number"]) - Number(b["number"])),
    );
    const { items, headers } = page(exchange, `/repos/${repository.fullName}/issues`, sorted);
    return { status: 200, headers, body: items };
  },

  "GET /repos/{owner}/{repo}/issues/{issue_number}": async (exchange) => {
    const pull = pullOfIssue(exchange);
    return pull === null ? await exchange.forward() : { status: 200, body: await asIssue(exchange, pull) };
  },

  "POST /repos/{owner}/{repo}/issues": async (exchange) => {
    checkLength("Issue", object(exchange.body)["body"]);
    return await exchange.forward();
  },

  "PATCH /repos/{owner}/{repo}/issues/{issue_number}": async (exchange) => {
    const asked = object(exchange.body);
    checkLength("Issue", asked["body"]);
    const pull = pullOfIssue(exchange);
    if (pull === null) {
      await mayEdit(exchange, `/repos/${exchange.repository.fullName}/issues/${exchange.params["issue_number"] ?? ""}`);
      return await exchange.forward();
    }
    onlyAuthorOrWriter(exchange, pull.author);
    const base = `/repos/${exchange.repository.fullName}`;
    const { labels, ...others } = asked;
    await exchange.forward({ path: `${base}/pulls/${pull.number}`, body: others });
    if (labels !== undefined)
      await exchange.forward({ method: "PUT", path: `${base}/issues/${pull.number}/labels`, body: { labels } });
    if (asked["state"] === "open" || asked["state"] === "closed") pull.state = asked["state"];
    return { status: 200, body: await asIssue(exchange, pull) };
  },

  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": async (exchange) => {
    const answer = await exchange.forward();
    if (answer.status !== 200) return answer;
    return { ...answer, body: objects(answer.body).map((each) => commentView(exchange.world, each)) };
  },

  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": async (exchange) => {
    checkLength("IssueComment", object(exchange.body)["body"]);
    return shown(exchange, await exchange.forward());
  },

  [`GET ${comment}`]: async (exchange) => shown(exchange, await exchange.forward()),

  // The emulator lets everybody edit: https://docs.github.com/rest/issues/comments#update-an-issue-comment
  [`PATCH ${comment}`]: async (exchange) => {
    checkLength("IssueComment", object(exchange.body)["body"]);
    await mayEdit(exchange, commentPath(exchange));
    return shown(exchange, await exchange.forward());
  },

  [`DELETE ${comment}`]: async (exchange) => {
    await mayEdit(exchange, commentPath(exchange));
    return await exchange.forward();
  },
};

function shown({ world }: Exchange, answer: Answer): Answer {
  return answer.status < 300 ? { ...answer, body: commentView(world, answer.body) } : answer;
}

function commentPath({ repository, params }: Exchange): string {
  return `/repos/${repository.fullName}/issues/comments/${params["comment_id"] ?? ""}`;
}

/** What somebody wrote is edited by them, and by people with write permission. */
async function mayEdit(exchange: Exchange, path: string): Promise<void> {
  const { body } = await exchange.forward({ method: "GET", path, query: {}, as: "stage" });
  onlyAuthorOrWriter(exchange, text(object(object(body)["user"])["login"]) ?? "");
}

async function issuesAlone({ query, forward }: Exchange): Promise<readonly Json[]> {
  const asked = { ...Object.fromEntries(query), per_page: "100" };
  const found: Json[] = [];
  for (let number = 1; ; number++) {
    const items = objects((await forward({ query: { ...asked, page: String(number) } })).body);
    found.push(...items);
    if (items.length < 100) return found;
  }
}

async function pullsAsIssues(exchange: Exchange): Promise<readonly Json[]> {
  const { world, query } = exchange;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((label) => label !== "");
  const found: Json[] = [];
  for (const pull of world.pulls.values()) {
    if (state !== "all" && state !== pull.state) continue;
    const issue = await asIssue(exchange, pull);
    const names = new Set(objects(issue["labels"]).map((label) => label["name"]));
    const creator = query.get("creator") ?? pull.author;
    if (labels.every((label) => names.has(label)) && creator === pull.author) found.push(issue);
  }
  return found;
}

function pullOfIssue({ world, params, repository }: Exchange): Pull | null {
  return repository === world.upstream ? (world.pulls.get(Number(params["issue_number"])) ?? null) : null;
}

/** The emulator does not show pull requests as issues: https://docs.github.com/rest/issues/issues#get-an-issue */
async function asIssue(exchange: Exchange, { number, merged, state }: Pull): Promise<Json> {
  const { world } = exchange;
  const base = `/repos/${world.upstream.fullName}`;
  const get = async (path: string) => (await exchange.forward({ method: "GET", path, query: {}, as: "stage" })).body;
  const pull = object(await get(`${base}/pulls/${number}`));
  const self = `${world.apiUrl}${base}/issues/${number}`;
  return {
    ...pull,
    url: self,
    repository_url: `${world.apiUrl}${base}`,
    labels_url: `${self}/labels{/name}`,
    comments_url: `${self}/comments`,
    events_url: `${self}/events`,
    timeline_url: `${self}/timeline`,
    state,
    state_reason: null,
    comments: await commentCount(exchange, number),
    closed_by: null,
    performed_via_github_app: null,
    pull_request: {
      url: pull["url"],
      html_url: pull["html_url"],
      diff_url: pull["diff_url"],
      patch_url: pull["patch_url"],
      merged_at: merged ? pull["merged_at"] : null,
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
