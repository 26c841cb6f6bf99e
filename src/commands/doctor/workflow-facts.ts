import { parse } from "yaml";
import type { NewFile } from "../../ports.ts";

/** A job of a workflow, as far as it matters for who gets at the key. */
export interface JobFacts {
  readonly file: string;
  readonly name: string;
  /** Events that start its workflow. */
  readonly events: readonly string[];
  /** As written: an expression (`${{ ... }}`) is worked out when the job starts. */
  readonly environment: string | null;
  /** Seatwright's modes that it runs; `null` among them: one that is chosen when it is started. */
  readonly modes: readonly (string | null)[];
  readonly usesKey: boolean;
  /** Actions and workflows it uses, as written. */
  readonly uses: readonly string[];
  /** What it takes of a pull request: a checkout of it, or its words in a script. */
  readonly takes: readonly string[];
  /** Whether somebody said what its token may do. */
  readonly permissions: "said" | "not said";
}

/** A workflow file that is not YAML, or no workflow, by its path. */
export interface Workflows {
  readonly jobs: readonly JobFacts[];
  readonly unreadable: readonly string[];
}

/** The jobs of these workflow files. `secret` is the name of the key's secret. */
export function workflowsIn(files: readonly NewFile[], secret: string): Workflows {
  const jobs: JobFacts[] = [];
  const unreadable: string[] = [];
  for (const { path, text } of files) {
    const workflow = fieldsOf(parsed(text));
    const written = fieldsOf(workflow?.["jobs"]);
    if (workflow === null || written === null) {
      unreadable.push(path);
      continue;
    }
    for (const [name, value] of Object.entries(written)) {
      const job = fieldsOf(value);
      if (job !== null) jobs.push(jobIn(path, name, job, workflow, secret));
    }
  }
  return { jobs, unreadable };
}

type Fields = Readonly<Record<string, unknown>>;

function jobIn(file: string, name: string, job: Fields, workflow: Fields, secret: string): JobFacts {
  const written: readonly unknown[] = Array.isArray(job["steps"]) ? job["steps"] : [];
  const steps = written.map(fieldsOf).filter((step) => step !== null);
  const environment = job["environment"];
  const named = typeof environment === "string" ? environment : fieldsOf(environment)?.["name"];
  return {
    file,
    name,
    events: eventsIn(workflow["on"]),
    environment: typeof named === "string" ? named : null,
    modes: steps.flatMap((step) => modeOf(step)),
    usesKey:
      new RegExp(`secrets(\\.|\\[['"])${secret}\\b|toJSON\\(secrets\\)`, "i").test(JSON.stringify(job)) ||
      job["secrets"] === "inherit",
    uses: [job["uses"], ...steps.map((step) => step["uses"])].filter(
      (uses): uses is string => typeof uses === "string",
    ),
    takes: steps.flatMap((step) => takenBy(step)),
    permissions: workflow["permissions"] === undefined && job["permissions"] === undefined ? "not said" : "said",
  };
}

function eventsIn(on: unknown): readonly string[] {
  if (typeof on === "string") return [on];
  if (Array.isArray(on)) return on.filter((event) => typeof event === "string");
  return Object.keys(fieldsOf(on) ?? {});
}

const ourModes: readonly string[] = ["lint", "plan", "apply", "reconcile"];

/** An action with one of our modes, or one that bears our name. */
function modeOf(step: Fields): readonly (string | null)[] {
  const uses = step["uses"];
  if (typeof uses !== "string") return [];
  const mode = fieldsOf(step["with"])?.["mode"];
  if (typeof mode === "string" && ourModes.includes(mode)) return [mode];
  return /(^|\/)seatwright@/.test(uses) ? [null] : [];
}

/** Expressions that hold what a pull request's author wrote, its code included. */
const ofThePullRequest =
  /pull_request\.head|head_ref|refs\/pull\/|pull_request\.(title|body)|workflow_run\.head|comment\.body/;

function takenBy(step: Fields): readonly string[] {
  const { uses, run } = step;
  const given = JSON.stringify(step["with"] ?? {});
  if (typeof uses === "string" && /\/checkout@/.test(uses) && ofThePullRequest.test(given)) {
    return ["checks out what a pull request brings"];
  }
  const isScript = typeof run === "string" && /\$\{\{[^}]*\}\}/.test(run) && ofThePullRequest.test(run);
  const fetches = typeof run === "string" && /gh pr checkout|git fetch[^\n]*pull\//.test(run);
  return isScript || fetches ? ["runs a script with what a pull request brings"] : [];
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return null;
  }
}
