import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { numberAt, textAt } from "./json.ts";
import type { ActionOptions } from "./runner.ts";
import type { Stage } from "./stage-shape.ts";

/** Where a run is at home. */
export interface Place {
  readonly home: string;
  readonly workspace: string;
  readonly runId: number;
  readonly attempt: number;
  readonly bundle: string;
}

/**
 * The variables of https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 * and the files they name. Nothing else of this machine's environment reaches an action but PATH.
 */
export async function runnerEnvironment(
  stage: Stage,
  options: ActionOptions,
  { home, workspace, runId, attempt, bundle }: Place,
): Promise<Readonly<Record<string, string>>> {
  const temp = join(home, "temp");
  const file = (name: string, content = "") => {
    const path = join(temp, "_runner_file_commands", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const idOf = async (login: string) => String(numberAt(await stage.look(`/users/${login}`), "id"));
  const repository = await stage.look(`/repos/${stage.fullName}`);
  const workflow = ".github/workflows/seatwright.yml";
  const name = options.ref.replace(/^refs\/(heads|tags|pull)\//, "");
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    LANG: "C.UTF-8",
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: "__seatwright",
    GITHUB_ACTION_PATH: dirname(dirname(bundle)),
    GITHUB_ACTION_REF: "v1",
    GITHUB_ACTION_REPOSITORY: "acme/seatwright",
    GITHUB_ACTOR: options.actor,
    GITHUB_ACTOR_ID: await idOf(options.actor),
    GITHUB_API_URL: stage.apiUrl,
    GITHUB_BASE_REF: options.baseRef ?? "",
    GITHUB_ENV: file("set_env"),
    GITHUB_EVENT_NAME: options.event,
    GITHUB_EVENT_PATH: file("../_github_workflow/event.json", JSON.stringify(options.payload)),
    GITHUB_GRAPHQL_URL: `${stage.apiUrl.replace(/\/v3$/, "")}/graphql`,
    GITHUB_HEAD_REF: options.headRef ?? "",
    GITHUB_JOB: options.job ?? "seatwright",
    GITHUB_OUTPUT: file("set_output"),
    GITHUB_PATH: file("add_path"),
    GITHUB_REF: options.ref,
    GITHUB_REF_NAME: name,
    GITHUB_REF_PROTECTED: String(stage.world.protections.has(options.ref)),
    GITHUB_REF_TYPE: options.ref.startsWith("refs/tags/") ? "tag" : "branch",
    GITHUB_REPOSITORY: stage.fullName,
    GITHUB_REPOSITORY_ID: String(stage.repositoryId),
    GITHUB_REPOSITORY_OWNER: stage.owner,
    GITHUB_REPOSITORY_OWNER_ID: String(numberAt(repository, "owner", "id")),
    GITHUB_RETENTION_DAYS: "90",
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: String(runId % 1000),
    GITHUB_SERVER_URL: stage.serverUrl,
    GITHUB_SHA: options.sha,
    GITHUB_STATE: file("save_state"),
    GITHUB_STEP_SUMMARY: file("step_summary"),
    GITHUB_TRIGGERING_ACTOR: options.triggeringActor ?? options.actor,
    GITHUB_WORKFLOW: "Seatwright",
    GITHUB_WORKFLOW_REF: `${textAt(repository, "full_name")}/${workflow}@${options.ref}`,
    GITHUB_WORKFLOW_SHA: options.sha,
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: "X64",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_NAME: "GitHub Actions 1",
    RUNNER_OS: "Linux",
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(home, "tools"),
  };
}
