import { canMatter, otherNames, type OtherNames, outputsNamed, variablesNamed } from "./workflow-names.ts";

/** A part of a workflow, as YAML has it. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is known around a job's steps. */
export interface Around {
  /** Events that start the job. */
  readonly events: readonly string[];
  /** Variables of the workflow and the job, by name. */
  readonly env: Fields;
  /** `worked out`: an expression decides what is in it. */
  readonly matrix: "fixed" | "worked out";
  /** Jobs of the same run whose outputs hold values of others. */
  readonly jobs?: ReadonlySet<string>;
  /** Parts of the job beside its steps that decide what runs: images, shells. */
  readonly places?: readonly Place[];
}

/** A part of a job that names what runs there. */
export interface Place {
  /** In words that follow "the job", with what is named there after them: `runs in the image`. */
  readonly words: string;
  readonly written: unknown;
}

/** What a job takes from whoever opens a pull request or starts a run, in words that follow "the job". */
export interface Taken {
  readonly takes: readonly string[];
  /** Where a value decides what is fetched, and where it comes from was not followed. */
  readonly doubts: readonly string[];
}

/**
 * What these steps run of what others bring: a checkout or another action that is handed a pull request's commit, a script
 * that fetches one, words of others inside a script. Values are followed through expressions, variables and the outputs of
 * steps; what goes another way is a doubt, not a pass.
 */
export function takenBy(steps: readonly Fields[], around: Around): Taken {
  const { events, env, matrix, jobs = new Set(), places = [] } = around;
  const others = otherNames(events);
  const takes = new Set<string>();
  const doubts = new Set<string>();
  const variables = new Set([...namesIn(env, others.any), ...(others.code === null ? [] : ["GITHUB_HEAD_REF"])]);
  const injected = new Set(namesIn(env, eitherOf(others.code, others.words)));
  const outputs = new Set<string>();
  const first: Look = {
    events,
    others,
    matrix,
    outputs: outputsNamed(outputs, jobs),
    variables: variablesNamed(variables),
    injected: variablesNamed(injected),
  };
  for (const place of places) lookAtPlace(place, first, { takes, doubts });
  for (const step of steps) {
    const own = fieldsIn(step["env"]);
    const known = outputsNamed(outputs, jobs);
    const tainted = [...namesIn(own, others.any), ...namesIn(own, known)];
    const names = new Set([...[...variables].filter((name) => !(name in own)), ...tainted]);
    const words = [
      ...[...injected].filter((name) => !(name in own)),
      ...namesIn(own, eitherOf(others.code, others.words)),
    ];
    const look: Look = {
      events,
      others,
      matrix,
      outputs: known,
      variables: variablesNamed(names),
      injected: variablesNamed(new Set(words)),
    };
    const given = plain(JSON.stringify(step["with"] ?? {}));
    const script = plain(typeof step["run"] === "string" ? step["run"] : "");
    lookAtAction(step, given, look, { takes, doubts });
    lookAtScript(script, look, { takes, doubts });
    lookAtPlace({ words: "runs a script in the shell", written: step["shell"] }, look, { takes, doubts });
    if (![given, script].some((text) => fits(text, anyOf(look))) && tainted.length === 0) continue;
    if (typeof step["id"] === "string") outputs.add(step["id"]);
    if (/GITHUB_ENV/.test(script)) {
      for (const [, name = ""] of script.matchAll(/([A-Za-z_]\w*)(?:=|<<)/g)) variables.add(name);
    }
  }
  return { takes: [...takes], doubts: [...doubts] };
}

interface Look {
  readonly events: readonly string[];
  readonly others: OtherNames;
  readonly matrix: Around["matrix"];
  /** Outputs of earlier steps that hold values of others. */
  readonly outputs: RegExp | null;
  /** Variables that do. */
  readonly variables: RegExp | null;
  /** Variables with a commit, a branch or words of others: what an expression puts into a script runs there. */
  readonly injected: RegExp | null;
}

interface Found {
  readonly takes: Set<string>;
  readonly doubts: Set<string>;
}

function lookAtAction(step: Fields, given: string, look: Look, { takes, doubts }: Found): void {
  const { uses } = step;
  // Our own action reads pull requests as data, and checks nothing out.
  if (typeof uses !== "string" || /(^|\/)seatwright@/.test(uses)) return;
  const { events, others, matrix, outputs, variables } = look;
  const written = expressionsIn(given);
  const within = (patterns: readonly (RegExp | null)[]): boolean => written.some((each) => fits(each, patterns));
  const asText = canMatter(events) && /refs\/pull\//.test(given);
  if (/checkout|clone/i.test(uses.replace(/@.*$/, ""))) {
    const { ref, repository } = fieldsIn(step["with"]);
    const fetched = plain([ref, repository].filter((each) => typeof each === "string").join(" "));
    if (asText || within(anyOf(look))) takes.add("checks out what a pull request brings");
    else if (canMatter(events) && isOpen(fetched, matrix)) doubts.add(`checks out ${fetched.trim()}`);
    return;
  }
  const scripted = /\/github-script@/.test(uses) ? [others.words] : [];
  if (asText || within([others.code, ...scripted, outputs, variables]))
    takes.add(`hands ${uses} what a pull request brings`);
  if (events.includes("workflow_run") && /[/-]download-artifact@/.test(uses) && /workflow_run/.test(given)) {
    takes.add("takes files that the run of a pull request left");
  }
}

function lookAtScript(script: string, look: Look, { takes, doubts }: Found): void {
  const { events, others, matrix, outputs, injected } = look;
  const written = expressionsIn(script);
  if (written.some((each) => fits(each, [others.code, others.words, outputs, injected]))) {
    takes.add("runs a script with what a pull request brings");
    return;
  }
  const asks = events.some((event) => event !== "pull_request") && asksForPullRequest.test(script);
  const fetches = fetching.test(script);
  if (asks || (fetches && fits(script, anyOf(look)))) {
    takes.add("fetches what a pull request brings in a script");
  } else if (fetches && canMatter(events) && isOpen(script, matrix)) {
    doubts.add("fetches in a script what another step or job names");
  } else if (fetches && canMatter(events) && substitutes(script)) {
    doubts.add("fetches in a script what a command names");
  }
}

/** Whether a command's output becomes part of the script, and the command is none that only tells of this machine or commit. */
function substitutes(script: string): boolean {
  return [...script.matchAll(/\$\((?!\()\s*([^\n]*)|`([^`\n]+)`/g)].some(
    ([, command, old]) => !ownCommand.test(command ?? old ?? ""),
  );
}

const ownCommand =
  /^(date|pwd|nproc|uname|hostname|whoami|id|mktemp|basename|dirname|git rev-parse (HEAD|--show-toplevel))\b[^|;&$]*$/;

function lookAtPlace({ words, written }: Place, look: Look, { takes, doubts }: Found): void {
  if (written === undefined || written === null) return;
  const text = plain(JSON.stringify(written));
  const named = expressionsIn(text);
  if (named.some((each) => fits(each, [...anyOf(look), look.injected])))
    takes.add(`${words} that a pull request names`);
  else if (canMatter(look.events) && isOpen(text, look.matrix))
    doubts.add(`${words} that another step, job or input names`);
}

function anyOf({ others, outputs, variables }: Look): readonly (RegExp | null)[] {
  return [others.any, outputs, variables];
}

/** Commands that bring files from elsewhere, or put other files in their place. */
const fetching =
  /\bgit\b[^\n|;&]*\b(checkout|fetch|pull|switch|reset|merge|worktree|clone|restore|cherry-pick|read-tree|archive|show|apply|am|rebase|submodule)\b|\bgh\s+(pr|api|repo|run)\b|\b(curl|wget)\b/;

/** What fetches a pull request, whichever one is meant. */
const asksForPullRequest =
  /\bgh\s+pr\s+diff\b[\s\S]*\b(git\s+(apply|am)|patch)\b|\bgh\s+pr\s+checkout\b|\bgit\b[^\n|;&]*\b(fetch|pull|clone)\b[^\n]*pull\/|\bgit\b[^\n]*GITHUB_EVENT_PATH/;

/** Expressions that name what the default branch or the base is at, a setting, or this repository. */
const harmless =
  /^\s*(github\.(sha|ref|ref_name|base_ref|repository|token|workspace|server_url|api_url|run_id|workflow_sha|event\.repository\.\w+|event\.pull_request\.base\.(sha|ref))|(vars|secrets|runner)\.\w+|'[^']*'|true|false|\d+)\s*$/;

/** Whether one of the expressions in it is none that is known to be harmless. */
function isOpen(text: string, matrix: Around["matrix"]): boolean {
  return expressionsIn(text).some(
    (each) => !harmless.test(each) && !(matrix === "fixed" && /^\s*matrix\.[\w.-]+\s*$/.test(each)),
  );
}

function fits(text: string, patterns: readonly (RegExp | null)[]): boolean {
  return patterns.some((pattern) => pattern?.test(text) ?? false);
}

function eitherOf(...patterns: readonly (RegExp | null)[]): RegExp | null {
  const sources = patterns.flatMap((pattern) => (pattern === null ? [] : [pattern.source]));
  return sources.length === 0 ? null : new RegExp(sources.join("|"), "i");
}

/** Names of the variables whose values fit. */
function namesIn(env: Fields, pattern: RegExp | null): readonly string[] {
  if (pattern === null) return [];
  return Object.entries(env).flatMap(([name, value]) =>
    typeof value === "string" && pattern.test(plain(value)) ? [name] : [],
  );
}

function expressionsIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{\{([\s\S]*?)\}\}/g)].map(([, each = ""]) => each);
}

/** `github['event']` is `github.event`; JSON may have put a backslash before the quotes. */
function plain(text: string): string {
  return text.replaceAll(/\[\s*\\?['"]([\w-]+)\\?['"]\s*\]/g, ".$1");
}

/** A mapping, or an empty one for anything else. */
export function fieldsIn(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
