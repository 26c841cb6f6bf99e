import type { RepositoryFacts, WorkflowRun } from "../ports.ts";
import { absentAsNull, askIfThere } from "./absent.ts";
import { commitAt, idAt, nullableAt, nullableTextAt, optionalAt, textAt, wordAt } from "./decode.ts";
import type { GitHubApi } from "./transport.ts";

/** Source: https://docs.github.com/rest/repos/repos#get-a-repository */
export async function readFacts(api: GitHubApi): Promise<RepositoryFacts> {
  const part = await api.ask("GET /repos/{owner}/{repo}");
  return {
    id: idAt(part, "id"),
    defaultBranch: textAt(part, "default_branch"),
    visibility: wordAt(part, "visibility", ["public", "private", "internal"]),
  };
}

/** How many entries of a branch's activity are looked through. */
const MOST_ACTIVITY = 1_000;

/**
 * Login of whoever last set this branch to this commit, by any way: push, force push, creation, merge. Null where the
 * activity does not tell. Source: https://docs.github.com/rest/repos/repos#list-repository-activities, newest first.
 */
export async function readPusher(api: GitHubApi, branch: string, commit: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  return await absentAsNull(api, async () => {
    for await (const entry of api.rows("GET /repos/{owner}/{repo}/activity", { ref, direction: "desc" })) {
      if (entry.row !== null && entry.row > MOST_ACTIVITY) return null;
      if (textAt(entry, "ref") !== ref || commitAt(entry, "after") !== commit) continue;
      const actor = nullableAt(entry, "actor");
      return actor === null ? null : textAt(actor, "login");
    }
    return null;
  });
}

/** Source: https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run. Any status but `completed` is going. */
export async function readWorkflowRun(api: GitHubApi, id: string): Promise<WorkflowRun | null> {
  if (!/^[1-9]\d{0,15}$/.test(id)) return null;
  const part = await askIfThere(api, "GET /repos/{owner}/{repo}/actions/runs/{run_id}", { run_id: id });
  if (part === null) return null;
  const by = optionalAt(part, "triggering_actor");
  return {
    id: String(idAt(part, "id")),
    status: nullableTextAt(part, "status") === "completed" ? "over" : "going",
    triggeredBy: by === null ? null : textAt(by, "login"),
    event: textAt(part, "event"),
    branch: nullableTextAt(part, "head_branch"),
  };
}
