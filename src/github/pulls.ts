import { OperatorError } from "../model/errors.ts";
import type { NewPullRequest, PullRequest } from "../review-ports.ts";
import { askIfThere } from "./absent.ts";
import {
  commitAt,
  flagAt,
  hasField,
  idAt,
  listAt,
  nullableAt,
  nullableTextAt,
  type Part,
  textAt,
  wordAt,
  wrong,
} from "./decode.ts";
import { GitHubFailure } from "./failures.ts";
import { checkLength, textLimits } from "./limits.ts";
import { accountAt } from "./people.ts";
import type { GitHubApi } from "./transport.ts";

const ONE = "/repos/{owner}/{repo}/pulls/{pull_number}";

/** Source: https://docs.github.com/rest/pulls/pulls#get-a-pull-request */
export async function readPullRequest(api: GitHubApi, number: number): Promise<PullRequest | null> {
  const part = await askIfThere(api, `GET ${ONE}`, { pull_number: number });
  return part === null ? null : pullRequestOf(api, part);
}

/**
 * Pull requests of this repository that a commit came by.
 * Source: https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
 */
export async function readPullRequestsOf(api: GitHubApi, commit: string): Promise<readonly PullRequest[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", { commit_sha: commit });
  return await inFull(api, rows);
}

/** Open pull requests whose head is this branch of this very repository, not the branch of that name in a fork. */
export async function readOpenPullRequests(api: GitHubApi, headBranch: string): Promise<readonly PullRequest[]> {
  const head = `${api.repository.owner}:${headBranch}`;
  const rows = await api.list("GET /repos/{owner}/{repo}/pulls", { state: "open", head });
  // GitHub lists everything where it does not understand the filter.
  const ours = rows.filter((row) => textAt(row, "head.ref") === headBranch);
  const found = await inFull(api, ours);
  return found.filter(
    ({ head: { branch, repository }, state }) =>
      branch === headBranch && repository === api.repository.full && state === "open",
  );
}

/** Open pull requests into `baseBranch` from branches of this very repository whose names begin with `prefix`. */
export async function readOpenPullRequestsFrom(
  api: GitHubApi,
  prefix: string,
  baseBranch: string,
): Promise<readonly PullRequest[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/pulls", { state: "open", base: baseBranch });
  const isWanted = (head: string, base: string): boolean => head.startsWith(prefix) && base === baseBranch;
  const found = await inFull(
    api,
    rows.filter((row) => isWanted(textAt(row, "head.ref"), textAt(row, "base.ref"))),
  );
  return found.filter(
    ({ head: { branch, repository }, base, state }) =>
      isWanted(branch, base.branch) && repository === api.repository.full && state === "open",
  );
}

/** The newest pull request from this branch of this very repository, open or not. Source: as above. */
export async function readNewestPullRequest(api: GitHubApi, headBranch: string): Promise<PullRequest | null> {
  const head = `${api.repository.owner}:${headBranch}`;
  const newestFirst = { state: "all", head, sort: "created", direction: "desc" };
  for await (const row of api.rows("GET /repos/{owner}/{repo}/pulls", newestFirst)) {
    if (textAt(row, "head.ref") !== headBranch) continue;
    const [found] = await inFull(api, [row]);
    if (found?.head.repository === api.repository.full) return found;
  }
  return null;
}

/**
 * Opens a pull request from a branch of this repository, or updates title and body of the open one between the same two
 * branches. Throws OperatorError where GitHub refuses, such as for workflows that may not open pull requests.
 * Source: https://docs.github.com/rest/pulls/pulls#create-a-pull-request
 */
export async function keepPullRequest(api: GitHubApi, request: NewPullRequest): Promise<PullRequest> {
  const { headBranch, baseBranch, title, body } = request;
  checkLength("The title of the pull request", title, textLimits.title);
  checkLength("The text of the pull request", body, textLimits.body);
  const update = async (): Promise<PullRequest | null> => {
    const open = await readOpenPullRequests(api, headBranch);
    const found = open.find(({ base }) => base.branch === baseBranch);
    if (found === undefined) return null;
    return pullRequestOf(api, await api.ask(`PATCH ${ONE}`, { pull_number: found.number, title, body }));
  };
  const updated = await update();
  if (updated !== null) return updated;
  try {
    const opened = await api.once("POST /repos/{owner}/{repo}/pulls", {
      title,
      head: headBranch,
      base: baseBranch,
      body,
    });
    return pullRequestOf(api, opened);
  } catch (error) {
    // Another run opened it meanwhile, or this one did and the answer was lost.
    const mayBeThere = error instanceof GitHubFailure && ["invalid", "unanswered", "unavailable"].includes(error.kind);
    const found = mayBeThere ? await update() : null;
    if (found === null) throw error;
    return found;
  }
}

/** Says why, then closes. Does nothing with one that is not open. */
export async function closePullRequest(api: GitHubApi, number: number, comment: string): Promise<void> {
  checkLength(`The comment on pull request #${number}`, comment, textLimits.body);
  const found = await readPullRequest(api, number);
  if (found === null) {
    throw new OperatorError(
      "usage",
      `There is no pull request #${number} in ${api.repository.full} to close.`,
      "Check the number.",
    );
  }
  if (found.state !== "open") return;
  await api.once("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { issue_number: number, body: comment });
  await api.ask(`PATCH ${ONE}`, { pull_number: number, state: "closed" });
}

/** Lists leave out who merged and whether: each is asked for. Those of other repositories are not ours to read. */
async function inFull(api: GitHubApi, rows: readonly Part[]): Promise<readonly PullRequest[]> {
  const ours = rows.filter((row) => isOurs(api, textAt(row, "base.repo.full_name")));
  const found = await Promise.all(ours.map(async (row) => await readPullRequest(api, idAt(row, "number"))));
  return found.filter((each) => each !== null);
}

function pullRequestOf(api: GitHubApi, part: Part): PullRequest {
  const isMerged = flagAt(part, "merged");
  const state = wordAt(part, "state", ["open", "closed"]);
  if (isMerged && state === "open") throw wrong({ ...part, path: "state" }, "is open although it is merged");
  const from = nullableAt(part, "head.repo");
  const mergedBy = isMerged ? nullableAt(part, "merged_by") : null;
  const author = accountAt(part, "user");
  const fullName = from === null ? null : textAt(from, "full_name");
  return {
    number: idAt(part, "number"),
    url: textAt(part, "html_url"),
    title: nullableTextAt(part, "title") ?? "",
    author: author.login,
    authorKind: author.kind,
    state: isMerged ? "merged" : state,
    draft: hasField(part, "draft") ? flagAt(part, "draft") : false,
    head: {
      commit: commitAt(part, "head.sha"),
      branch: textAt(part, "head.ref"),
      repository: fullName !== null && isOurs(api, fullName) ? api.repository.full : fullName,
    },
    base: { commit: commitAt(part, "base.sha"), branch: textAt(part, "base.ref") },
    mergeCommit:
      isMerged && nullableTextAt(part, "merge_commit_sha") !== null ? commitAt(part, "merge_commit_sha") : null,
    mergedBy: mergedBy === null ? null : textAt(mergedBy, "login"),
    labels: listAt(part, "labels").map((label) => textAt(label, "name")),
  };
}

/** Names of repositories are the same whatever their capitals. */
function isOurs(api: GitHubApi, fullName: string): boolean {
  return fullName.toLowerCase() === api.repository.full.toLowerCase();
}
