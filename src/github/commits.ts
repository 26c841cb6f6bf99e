import { compareText } from "../model/order.ts";
import { askIfThere } from "./absent.ts";
import { commitAt, listAt, textAt } from "./decode.ts";
import type { GitHubApi } from "./transport.ts";

/**
 * The parents of a commit, in their order: the first is what the branch was before a merge. None where there is no such
 * commit. Source: https://docs.github.com/rest/git/commits#get-a-commit-object
 */
export async function readParents(api: GitHubApi, commit: string): Promise<readonly string[]> {
  const part = await askIfThere(api, "GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { commit_sha: commit });
  return part === null ? [] : listAt(part, "parents").map((parent) => commitAt(parent, "sha"));
}

/**
 * The folders of a commit that hold a file of this name, `.` for the top, in order. Of a repository of some hundred thousand
 * files GitHub lists only a part. Source: https://docs.github.com/rest/git/trees#get-a-tree
 */
export async function readFoldersWith(api: GitHubApi, commit: string, name: string): Promise<readonly string[]> {
  const part = await api.ask("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", { tree_sha: commit, recursive: "1" });
  const paths = listAt(part, "tree").map((entry) => textAt(entry, "path"));
  return paths
    .filter((path) => path === name || path.endsWith(`/${name}`))
    .map((path) => (path === name ? "." : path.slice(0, -name.length - 1)))
    .sort(compareText);
}
