import type { Bridge } from "./bridge.ts";
import type { Emulator } from "./emulator.ts";
import type { Identity } from "./git.ts";
import type { Json } from "./json.ts";
import type { Pull } from "./pulls.ts";
import type { Protection } from "./protection.ts";
import type { Repository } from "./repository.ts";
import type { Times } from "./times.ts";

/** What somebody may do in the repository, in GitHub's words. */
export type Level = "admin" | "maintain" | "write" | "triage" | "read" | "none";

export interface Person {
  readonly login: string;
  readonly id: number;
  level: Level;
  /** For the API and for Git, with all that the person may do. */
  readonly token: string;
}

/** As the REST API names them: `pull_requests`, not `pull-requests`. */
export type Permissions = Readonly<Record<string, "read" | "write">>;

/** Whom a token stands for. */
export type Caller =
  | {
      readonly kind: "person";
      readonly login: string;
      /** A token may be allowed less than its owner. */
      readonly rights: "read" | "write";
      /** What the emulator knows the person by. */
      readonly emulated: string;
    }
  | {
      readonly kind: "job";
      readonly login: typeof botLogin;
      readonly permissions: Permissions;
      readonly emulated: string;
    };

export const botLogin = "github-actions[bot]";

/** The id that github-actions[bot] has on github.com; its commits' address is made of it. */
const botId = 41898282;

export type ActivityType = "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge";

export interface Activity {
  readonly id: number;
  readonly repository: string;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly at: Date;
  readonly type: ActivityType;
  readonly login: string;
}

/** A workflow run as a test says it is. */
export interface WorkflowRun {
  readonly id: number;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: string | null;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly attempt: number;
  readonly number: number;
  readonly actor: string;
  readonly path: string;
}

/** An answer that a test puts in place of the stage's own. */
export interface Supplied {
  /** As GitHub's documentation writes it: `GET /repos/{owner}/{repo}/environments`. */
  readonly key: string;
  readonly status: number;
  readonly body: unknown;
  times: number;
}

/** Everything there is on the stage, and how it is reached. */
export interface World {
  readonly owner: string;
  readonly visibility: "private" | "public";
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly emulator: Emulator;
  readonly bridge: Bridge;
  readonly times: Times;
  readonly upstream: Repository;
  readonly repositories: Map<string, Repository>;
  readonly people: ReadonlyMap<string, Person>;
  readonly teams: ReadonlyMap<string, readonly string[]>;
  readonly callers: Map<string, Caller>;
  readonly pulls: Map<number, Pull>;
  readonly activity: Activity[];
  readonly runs: Map<number, WorkflowRun>;
  /** By check run. */
  readonly annotations: Map<number, readonly Json[]>;
  readonly protections: Map<string, Protection>;
  readonly supplied: Supplied[];
  /** "Allow GitHub Actions to create and approve pull requests", a setting of the repository. */
  actionsMayOpenPullRequests: boolean;
  /** GitHub works out in the background whether a pull request can be merged. */
  mergeability: "at once" | "on the second look";
}

const order: readonly Level[] = ["none", "read", "triage", "write", "maintain", "admin"];

export function atLeast(level: Level, wanted: Level): boolean {
  return order.indexOf(level) >= order.indexOf(wanted);
}

/** What the owner of `login` may do in a repository. Whoever forks owns the fork; it is read by those who read its origin. */
export function levelOf(world: World, login: string, repository: Repository): Level {
  const level = world.people.get(login)?.level ?? "none";
  const visible = world.visibility === "public" || level !== "none";
  if (repository === world.upstream) return level === "none" && visible ? "read" : level;
  if (repository.owner === login) return "admin";
  return visible ? "read" : "none";
}

/** What a token may do with the Git data of a repository. Null: without a token. */
export function contentRights(world: World, caller: Caller | null, repository: Repository): "none" | "read" | "write" {
  const open = world.visibility === "public" ? "read" : "none";
  if (caller === null) return open;
  if (caller.kind === "job") return repository === world.upstream ? (caller.permissions["contents"] ?? open) : open;
  const level = levelOf(world, caller.login, repository);
  if (level === "none") return "none";
  return atLeast(level, "write") && caller.rights === "write" ? "write" : "read";
}

/** Name and address in commits: the address from which GitHub tells the account. */
export function identityOf(world: World, login: string): Identity {
  const id = login === botLogin ? botId : (world.people.get(login)?.id ?? 0);
  return { name: login, email: `${id}+${login}@users.noreply.github.com` };
}

/** Who merges and squashes by the name of somebody else. */
export const webFlow: Identity = { name: "GitHub", email: "noreply@github.com" };
