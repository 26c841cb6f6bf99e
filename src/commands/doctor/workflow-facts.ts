import { parse } from "yaml";
import type { NewFile } from "../../ports.ts";
import { followCall, type Workflow } from "./workflow-calls.ts";
import { chosen, optionsOf } from "./workflow-choices.ts";
import { canMatter, escaped } from "./workflow-names.ts";
import { type Rights, rightsIn } from "./workflow-rights.ts";
import { type Fields, fieldsIn, takenBy } from "./workflow-takes.ts";

/** A job of a workflow, as far as it matters for who gets at the key. */
export interface JobFacts {
  readonly file: string;
  readonly name: string;
  /** Events that start its workflow. */
  readonly events: readonly string[];
  /** The environments it may name: what a matrix or a choice leads to, and an expression where that is not known before. */
  readonly environments: readonly string[];
  /** Seatwright's modes that it runs; `null` among them: one that is chosen when it is started. */
  readonly modes: readonly (string | null)[];
  /** Folders of the policies that its steps of ours are for; `.` for the root. */
  readonly folders: readonly string[];
  readonly usesKey: boolean;
  /** Actions and workflows it uses, as written. */
  readonly uses: readonly string[];
  /** What it takes of a pull request: a checkout of it, or its words in a script. */
  readonly takes: readonly string[];
  /** Where it could not be told what it takes. */
  readonly doubts: readonly string[];
  /** What its token may do, as somebody said it. */
  readonly rights: Rights;
}

/** A workflow file that is not YAML, or no workflow, by its path. */
export interface Workflows {
  readonly jobs: readonly JobFacts[];
  readonly unreadable: readonly string[];
}

/**
 * The jobs of these workflow files, those of workflows that another one calls with the events of the caller. `secret` is the
 * name of the key's secret.
 */
export function workflowsIn(files: readonly NewFile[], secret: string): Workflows {
  const unreadable: string[] = [];
  const workflows: Workflow[] = [];
  for (const { path, text } of files) {
    const content = parsed(text);
    if (content === null || content["jobs"] === undefined) unreadable.push(path);
    else workflows.push({ path, content });
  }
  const called = new Set<string>();
  const jobs: JobFacts[] = [];
  const add = (workflow: Workflow, events: readonly string[], callers: readonly string[]): void => {
    for (const [name, value] of Object.entries(fieldsIn(workflow.content["jobs"]))) {
      const job = fieldsIn(value);
      const found = followCall(job, workflows);
      jobs.push(jobIn({ workflow, job, name: [...callers, name].join(" / "), events, secret }, found));
      // A workflow can call others four deep; one that calls itself is refused by GitHub.
      if (found === null || found === "elsewhere" || callers.length > 4) continue;
      called.add(found.path);
      add(found, events, [...callers, name]);
    }
  };
  const eventsOf = ({ content }: Workflow): readonly string[] => eventsIn(content["on"]);
  for (const each of workflows) if (eventsOf(each).some((event) => event !== CALLED)) add(each, eventsOf(each), []);
  for (const each of workflows) {
    if (eventsOf(each).every((event) => event === CALLED) && !called.has(each.path)) add(each, eventsOf(each), []);
  }
  return { jobs, unreadable };
}

const CALLED = "workflow_call";

interface Place {
  readonly workflow: Workflow;
  readonly job: Fields;
  readonly name: string;
  readonly events: readonly string[];
  readonly secret: string;
}

function jobIn({ workflow, job, name, events, secret }: Place, found: ReturnType<typeof followCall>): JobFacts {
  const { content, path } = workflow;
  const written: readonly unknown[] = Array.isArray(job["steps"]) ? job["steps"] : [];
  const steps = written.map(fieldsIn);
  const env = { ...fieldsIn(content["env"]), ...fieldsIn(job["env"]) };
  const { takes, doubts } = takenBy(steps, { events, env, matrix: matrixOf(job) });
  const passesOn = job["secrets"] === "inherit" || namesKey(job["secrets"] ?? null, secret);
  const unseen = found === "elsewhere" && passesOn && canMatter(events);
  return {
    file: path,
    name,
    events,
    environments: environmentsOf(job, content),
    modes: steps.flatMap((step) => modesOf(step, content)),
    folders: steps
      .filter((step) => modesOf(step, content).length > 0)
      .flatMap((step) => chosen(folderOf(step), job, content)),
    // What a workflow of this repository does with what it is handed is told of its own jobs.
    usesKey: typeof found === "object" && found !== null ? false : passesOn || namesKey({ ...job, env }, secret),
    uses: [job["uses"], ...steps.map((step) => step["uses"])].filter(
      (uses): uses is string => typeof uses === "string",
    ),
    takes,
    doubts: unseen ? [...doubts, `hands its secrets to ${String(job["uses"])}, which was not looked at`] : doubts,
    rights: rightsIn(job["permissions"] ?? content["permissions"]),
  };
}

/** Whether an expression in it names the secret, or whichever one is worked out. */
function namesKey(part: unknown, secret: string): boolean {
  const name = escaped(secret);
  return new RegExp(
    String.raw`secrets\s*(\.\s*${name}\b|\[\s*\\?['"]${name}\\?['"]|\[\s*[^\s\\'"]|\.\*)|to_?json\(\s*secrets\s*\)`,
    "i",
  ).test(JSON.stringify(part));
}

function eventsIn(on: unknown): readonly string[] {
  if (typeof on === "string") return [on];
  if (Array.isArray(on)) return on.filter((event) => typeof event === "string");
  return Object.keys(fieldsIn(on));
}

function matrixOf(job: Fields): "fixed" | "worked out" {
  return JSON.stringify(fieldsIn(job["strategy"])["matrix"] ?? {}).includes("${{") ? "worked out" : "fixed";
}

function environmentsOf(job: Fields, workflow: Fields): readonly string[] {
  const written = job["environment"];
  const named = typeof written === "string" ? written : fieldsIn(written)["name"];
  return typeof named === "string" ? chosen(named, job, workflow) : [];
}

const ourModes: readonly string[] = ["lint", "plan", "apply", "reconcile"];

/** An action with one of our modes, or one that bears our name. */
function modesOf(step: Fields, workflow: Fields): readonly (string | null)[] {
  const uses = step["uses"];
  if (typeof uses !== "string") return [];
  const mode = fieldsIn(step["with"])["mode"];
  if (typeof mode === "string") {
    if (ourModes.includes(mode)) return [mode];
    const [, input] = /^\$\{\{\s*inputs\.([\w-]+)\s*\}\}$/.exec(mode.trim()) ?? [];
    const options = input === undefined ? [] : optionsOf(workflow, input);
    if (options.length > 0 && options.every((option) => ourModes.includes(option))) return options;
  }
  return /(^|\/)seatwright@/.test(uses) ? [null] : [];
}

/** As the action reads it: `./access/` is `access`. */
function folderOf(step: Fields): string {
  const written = fieldsIn(step["with"])["repo-path"];
  const plain = typeof written === "string" ? written.replace(/^\.\//, "").replace(/\/+$/, "") : "";
  return plain === "" ? "." : plain;
}

function parsed(text: string): Fields | null {
  try {
    const content: unknown = parse(text, { maxAliasCount: 100 });
    return typeof content === "object" && content !== null && !Array.isArray(content) ? (content as Fields) : null;
  } catch {
    return null;
  }
}
