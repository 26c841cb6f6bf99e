import type { Push, RepositoryFacts, WorkflowRun } from "../review-ports.ts";
import { absentAsNull, askIfThere } from "./absent.ts";
import { commitAt, idAt, nullableAt, nullableTextAt, optionalAt, textAt, wordAt } from "./decode.ts";
import { accountAt } from "./people.ts";
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
 * What a branch was set to and by whom, newest first; null where the server has no activity.
 * Source: https://docs.github.com/rest/repos/repos#list-repository-activities
 */
export async function readPushes(api: GitHubApi, branch: string): Promise<readonly Push[] | null> {
  const ref = `refs/heads/${branch}`;
  return await absentAsNull(api, async () => {
    const pushes: Push[] = [];
    for await (const entry of api.rows("GET /repos/{owner}/{repo}/activity", { ref, direction: "desc" })) {
      if (entry.row !== null && entry.row > MOST_ACTIVITY) break;
      if (textAt(entry, "ref") !== ref) continue;
      pushes.push({
        by: nullableAt(entry, "actor") === null ? null : accountAt(entry, "actor"),
        what: kindsOfActivity.get(textAt(entry, "activity_type")) ?? "moved",
        after: commitAt(entry, "after"),
      });
    }
    return pushes;
  });
}

const kindsOfActivity: ReadonlyMap<string, Push["what"]> = new Map([
  ["branch_creation", "made"],
  ["branch_deletion", "deleted"],
]);

/** Source: https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run. Any status but `completed` is going. */
export async function readWorkflowRun(api: GitHubApi, id: string): Promise<WorkflowRun | null> {
  if (!/^[1-9]\d{0,15}$/.test(id)) return null;
  const part = await askIfThere(api, "GET /repos/{owner}/{repo}/actions/runs/{run_id}", { run_id: id });
  if (part === null) return null;
  const by = optionalAt(part, "triggering_actor");
  const first = optionalAt(part, "actor");
  return {
    id: String(idAt(part, "id")),
    status: nullableTextAt(part, "status") === "completed" ? "over" : "going",
    triggeredBy: by === null ? null : textAt(by, "login"),
    startedBy: first === null ? null : textAt(first, "login"),
    event: textAt(part, "event"),
    branch: nullableTextAt(part, "head_branch"),
  };
}
