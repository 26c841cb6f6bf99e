import { parse } from "yaml";
import type { NewFile } from "../../review-ports.ts";
import { followCall, type Workflow } from "./workflow-calls.ts";
import { chosen, optionsOf } from "./workflow-choices.ts";
import { filesOf, type InRun, withFilesOfOthers } from "./workflow-files.ts";
import { canMatter, escaped, otherNames, outputsNamed } from "./workflow-names.ts";
import { type Rights, rightsIn } from "./workflow-rights.ts";
import { type Fields, fieldsIn, type Taken, takenBy } from "./workflow-takes.ts";

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
  /** The labels of the runner that it asks for, and `group:NAME`; an expression where that is not known before. */
  readonly runsOn: readonly string[];
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
  /** Jobs of one run: those of a workflow, and of the workflows that it calls. */
  const runOf = (
    workflow: Workflow,
    events: readonly string[],
    callers: readonly string[],
  ): readonly InRun<JobFacts>[] => {
    const all = fieldsIn(workflow.content["jobs"]);
    const tainted = taintedJobs(workflow, events);
    return Object.entries(all).flatMap(([name, value]): readonly InRun<JobFacts>[] => {
      const job = fieldsIn(value);
      const found = followCall(job, workflows);
      const place = { workflow, job, name: [...callers, name].join(" / "), events, secret, tainted };
      const own = { facts: jobIn(place, found), ...filesOf(stepsOf(job)) };
      // A workflow can call others four deep; one that calls itself is refused by GitHub.
      if (found === null || found === "elsewhere" || callers.length > 4) return [own];
      called.add(found.path);
      return [own, ...runOf(found, events, [...callers, name])];
    });
  };
  const add = (workflow: Workflow, events: readonly string[]): void => {
    jobs.push(...withFilesOfOthers(runOf(workflow, events, [])));
  };
  const eventsOf = ({ content }: Workflow): readonly string[] => eventsIn(content["on"]);
  for (const each of workflows) if (eventsOf(each).some((event) => event !== CALLED)) add(each, eventsOf(each));
  for (const each of workflows) {
    if (eventsOf(each).every((event) => event === CALLED) && !called.has(each.path)) add(each, eventsOf(each));
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
  /** Jobs of the workflow whose outputs hold values of others. */
  readonly tainted: ReadonlySet<string>;
}

function stepsOf(job: Fields): readonly Fields[] {
  return Array.isArray(job["steps"]) ? job["steps"].map(fieldsIn) : [];
}

/** What a job takes by itself, and by what it is handed of those jobs. */
function taken({ workflow, job, events, tainted }: Pick<Place, "workflow" | "job" | "events" | "tainted">): Taken {
  const { content } = workflow;
  const shellIn = (part: Fields): unknown => fieldsIn(fieldsIn(part["defaults"])["run"])["shell"];
  const image = "runs in an image";
  const services = Object.values(fieldsIn(job["services"]));
  return takenBy(stepsOf(job), {
    events,
    env: { ...fieldsIn(content["env"]), ...fieldsIn(job["env"]) },
    matrix: matrixOf(job),
    jobs: tainted,
    places: [
      { words: image, written: job["container"] },
      ...services.map((written) => ({ words: "runs beside an image", written })),
      ...[shellIn(job), shellIn(content)].map((written) => ({ words: "runs its scripts in a shell", written })),
    ],
  });
}

/** Jobs whose outputs may hold what others wrote: those that take something, or name it in an output; found until no more are. */
function taintedJobs(workflow: Workflow, events: readonly string[]): ReadonlySet<string> {
  const all = Object.entries(fieldsIn(workflow.content["jobs"])).map(([name, job]) => [name, fieldsIn(job)] as const);
  const { any } = otherNames(events);
  const tainted = new Set<string>();
  for (let before = -1; before < tainted.size; ) {
    before = tainted.size;
    const handed = outputsNamed(new Set(), tainted);
    for (const [name, job] of all) {
      const outputs = JSON.stringify(job["outputs"] ?? {});
      const isNamed = [any, handed].some((pattern) => pattern?.test(outputs) ?? false);
      if (isNamed || taken({ workflow, job, events, tainted }).takes.length > 0) tainted.add(name);
    }
  }
  return tainted;
}

function jobIn(
  { workflow, job, name, events, secret, tainted }: Place,
  found: ReturnType<typeof followCall>,
): JobFacts {
  const { content, path } = workflow;
  const steps = stepsOf(job);
  const env = { ...fieldsIn(content["env"]), ...fieldsIn(job["env"]) };
  const { takes, doubts } = taken({ workflow, job, events, tainted });
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
    runsOn: runnerOf(job["runs-on"]).flatMap((label) => chosen(label, job, content)),
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

/** Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idruns-on */
function runnerOf(written: unknown): readonly string[] {
  if (typeof written === "string") return [written];
  if (Array.isArray(written)) return written.map(String);
  const { group, labels } = fieldsIn(written);
  return [...(typeof group === "string" ? [`group:${group}`] : []), ...runnerOf(labels ?? [])];
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
