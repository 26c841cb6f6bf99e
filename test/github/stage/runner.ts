import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import type { StepLog } from "./commands.ts";
import { readCommands, readEnvironmentFile } from "./commands.ts";
import type { Trigger } from "./events.ts";
import { inWords, object, text } from "./json.ts";
import { defaultBranch } from "./repository.ts";
import { runnerEnvironment } from "./runner-environment.ts";
import type { Stage } from "./stage-shape.ts";
import { checkOut } from "./worktree.ts";

export interface ActionOptions extends Trigger {
  /** The input `mode`. */
  readonly mode?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** What the job's GITHUB_TOKEN may do, as the workflow's `permissions` say. */
  readonly permissions?: Readonly<Record<string, "read" | "write">>;
  /** In place of a token made for this job. */
  readonly token?: string;
  /** Besides what a runner sets, as a step's `env` does. */
  readonly env?: Readonly<Record<string, string>>;
  /** Values of secrets, which a runner covers from the beginning. */
  readonly secrets?: readonly string[];
  /** The script; `dist/action.js` of this repository otherwise. */
  readonly bundle?: string;
  /** What the checkout step fetched. Its own choice for the event where it is left out: the event's ref, one commit deep. */
  readonly checkout?:
    | "none"
    | { readonly ref?: string; readonly depth?: number; readonly credentials?: "kept" | "dropped" };
  readonly runId?: number;
  readonly attempt?: number;
  readonly job?: string;
  /** Who started this attempt, where that is not the actor. */
  readonly triggeringActor?: string;
  /** After this long the run is ended and fails. */
  readonly timeoutMs?: number;
}

export interface ActionResult extends Omit<StepLog, "lines"> {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** What later steps would find in their environment. */
  readonly exported: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as people see it on GitHub: without commands, secrets covered. */
  readonly log: string;
  readonly workspace: string;
  readonly token: string;
  readonly runId: number;
}

export interface RunningAction {
  readonly runId: number;
  /** A killed runner: everything that the action started ends with it. */
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<ActionResult>;
}

const repositoryRoot = join(import.meta.dirname, "../../..");

/** More than this of a summary is thrown away: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const summaryLimit = 1024 * 1024;

let runs = 1000;

/** Starts an action as a runner of GitHub does, and waits for its end. */
export async function runAction(stage: Stage, options: ActionOptions): Promise<ActionResult> {
  return await (await startAction(stage, options)).finished;
}

/** Starts an action as a runner of GitHub does: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#runs-for-javascript-actions */
export async function startAction(stage: Stage, options: ActionOptions): Promise<RunningAction> {
  const runId = options.runId ?? ++runs;
  const attempt = options.attempt ?? 1;
  const token = options.token ?? (await stage.jobToken(options.permissions ?? {}));
  const bundle = options.bundle ?? join(repositoryRoot, "dist/action.js");
  const home = join(stage.folder, "runs", `${runId}-${attempt}-${runs++}`);
  const workspace = join(home, "work", stage.repo, stage.repo);
  mkdirSync(workspace, { recursive: true });
  if (options.checkout !== "none") await checkOutFor(stage, workspace, options, token);
  const environment = await runnerEnvironment(stage, options, { home, workspace, runId, attempt, bundle });
  const inputs = inputsOf(bundle, options, token, environment);
  stage.setRun({
    id: runId,
    attempt,
    number: runId % 1000,
    status: "in_progress",
    conclusion: null,
    event: options.event,
    headSha: options.sha,
    headBranch: options.headRef ?? defaultBranch,
    actor: options.actor,
  });

  const child = spawn(process.execPath, [bundle], {
    cwd: workspace,
    // A group of its own, so that what the action starts can be ended with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...inputs.variables, ...options.env },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => stdout.push(data));
  child.stderr.on("data", (data: Buffer) => stderr.push(data));
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended just now, and all that it started with it.
    }
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill("SIGKILL");
  }, options.timeoutMs ?? 120_000);

  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  stage.onClose(async () => {
    kill("SIGKILL");
    await ended;
  });
  const finish = async (): Promise<ActionResult> => {
    const { code, signal } = await ended;
    clearTimeout(timer);
    // A token ends with its job: https://docs.github.com/actions/concepts/security/github_token
    if (options.token === undefined) stage.revoke(token);
    stage.setRun({ id: runId, status: "completed", conclusion: code === 0 ? "success" : "failure" });
    const printed = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
    if (late) throw new Error(`The action did not come to an end.\n${printed.stdout}\n${printed.stderr}`);
    return {
      code,
      signal,
      ...printed,
      ...readResult(environment, options, token, printed, inputs.unexpected),
      workspace,
      token,
      runId,
    };
  };
  return { runId, kill, finished: finish() };
}

async function checkOutFor(stage: Stage, workspace: string, options: ActionOptions, token: string): Promise<void> {
  const {
    ref = options.ref,
    depth = 1,
    credentials = "kept",
  } = options.checkout === "none" ? {} : (options.checkout ?? {});
  await checkOut(stage.world, workspace, { token, ref, repository: stage.fullName, depth, credentials });
}

function readResult(
  environment: Readonly<Record<string, string>>,
  options: ActionOptions,
  token: string,
  printed: { stdout: string; stderr: string },
  unexpected: readonly string[],
) {
  const file = (name: string) => readFileSync(environment[name] ?? "", "utf8");
  const { lines, ...read } = readCommands(`${printed.stdout}\n${printed.stderr}`, [token, ...(options.secrets ?? [])]);
  const summary = file("GITHUB_STEP_SUMMARY");
  const tooLong = Buffer.byteLength(summary) > summaryLimit;
  const size = `${Math.ceil(Buffer.byteLength(summary) / 1024)}k`;
  const own = [
    ...unexpected.map((name) => ({ level: "warning" as const, message: `Unexpected input(s) '${name}'` })),
    ...(tooLong
      ? [
          {
            level: "error" as const,
            message: `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}.`,
          },
        ]
      : []),
  ];
  return {
    ...read,
    annotations: [...read.annotations, ...own],
    outputs: readEnvironmentFile(file("GITHUB_OUTPUT")),
    state: readEnvironmentFile(file("GITHUB_STATE")),
    exported: readEnvironmentFile(file("GITHUB_ENV")),
    summary: tooLong ? "" : summary,
    log: lines.join("\n"),
  };
}

/**
 * Inputs become INPUT_ variables: upper case, spaces as underscores, anything else as it is. What `action.yml` beside the
 * bundle's folder has a default for is there too, and what it does not know is warned of.
 */
function inputsOf(
  bundle: string,
  { mode, inputs = {} }: ActionOptions,
  token: string,
  environment: Readonly<Record<string, string>>,
): { variables: Record<string, string>; unexpected: readonly string[] } {
  const metadata = join(dirname(dirname(bundle)), "action.yml");
  const declared = existsSync(metadata) ? object(object(parse(readFileSync(metadata, "utf8")))["inputs"]) : null;
  const defaults = Object.entries(declared ?? {}).flatMap(([name, input]) => {
    const value = object(input)["default"];
    return value === undefined || value === null ? [] : [[name, expand(inWords(value), token, environment)] as const];
  });
  const given = { ...Object.fromEntries(defaults), ...(mode === undefined ? {} : { mode }), ...inputs };
  const variable = (name: string) => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
  return {
    variables: Object.fromEntries(Object.entries(given).map(([name, value]) => [variable(name), value.trim()])),
    unexpected: declared === null ? [] : Object.keys(given).filter((name) => !(name in declared)),
  };
}

/** `${{ github.token }}` and the like, as defaults of inputs may hold them. */
function expand(words: string, token: string, environment: Readonly<Record<string, string>>): string {
  return words.replaceAll(/\$\{\{\s*github\.(\w+)\s*\}\}/g, (_, name: string) =>
    name === "token" ? token : (text(environment[`GITHUB_${name.toUpperCase()}`]) ?? ""),
  );
}
