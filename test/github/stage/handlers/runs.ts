import type { Exchange, Handlers } from "../exchange.ts";
import { notFound } from "../exchange.ts";
import type { Json } from "../json.ts";
import { object } from "../json.ts";
import { inSeconds } from "../times.ts";
import { pullsOnHead, repositoryView, userView } from "../views.ts";
import type { WorkflowRun } from "../world.ts";

/** https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run: as the test says; the emulator runs no workflow. */
export const runHandlers: Handlers = {
  "GET /repos/{owner}/{repo}/actions/runs/{run_id}": async (exchange) => {
    const run = exchange.world.runs.get(Number(exchange.params["run_id"]));
    if (run === undefined) throw notFound();
    return { status: 200, body: await runView(exchange, run) };
  },
};

async function runView(exchange: Exchange, run: WorkflowRun): Promise<Json> {
  const { world } = exchange;
  const { fullName } = world.upstream;
  const base = `${world.apiUrl}/repos/${fullName}`;
  const self = `${base}/actions/runs/${run.id}`;
  const shown = async (path: string) => (await exchange.forward({ method: "GET", path, query: {}, as: "stage" })).body;
  const repository = repositoryView(exchange, await shown(`/repos/${fullName}`));
  const commit = object(await shown(`/repos/${fullName}/git/commits/${run.headSha}`));
  const actor = await userView(exchange, run.actor);
  const person = (of: unknown) => ({ name: object(of)["name"], email: object(of)["email"] });
  const at = inSeconds(world.times.now());
  return {
    id: run.id,
    name: "Seatwright",
    node_id: `stage-run-${run.id}`,
    check_suite_id: run.id,
    check_suite_node_id: `stage-suite-${run.id}`,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: String(commit["message"]).split("\n")[0],
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: 1,
    url: self,
    html_url: `${world.serverUrl}/${fullName}/actions/runs/${run.id}`,
    pull_requests: pullsOnHead(world, run.headSha),
    created_at: at,
    updated_at: at,
    run_started_at: at,
    actor,
    triggering_actor: actor,
    referenced_workflows: [],
    jobs_url: `${self}/jobs`,
    logs_url: `${self}/logs`,
    check_suite_url: `${base}/check-suites/${run.id}`,
    artifacts_url: `${self}/artifacts`,
    cancel_url: `${self}/cancel`,
    rerun_url: `${self}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${self}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${base}/actions/workflows/1`,
    head_commit: {
      id: run.headSha,
      tree_id: object(commit["tree"])["sha"],
      message: commit["message"],
      timestamp: object(commit["committer"])["date"],
      author: person(commit["author"]),
      committer: person(commit["committer"]),
    },
    repository,
    head_repository: repository,
    head_repository_id: repository["id"],
  };
}
