import type { Files } from "./commits.ts";
import type { Git } from "./git.ts";
import type { Judge } from "./judge.ts";
import type { Protection } from "./protection.ts";
import type { LoggedRequest } from "./proxy.ts";
import type { Level, Person, WorkflowRun, World } from "./world.ts";
import type { PushOptions } from "./worktree.ts";

export interface StageOptions {
  readonly owner?: string;
  readonly repo?: string;
  readonly visibility?: "private" | "public";
  /** Logins, and what each may do in the repository. */
  readonly people: Readonly<Record<string, Level>>;
  /** Slugs of the organisation's teams, and their members. */
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  /** The first commit on the default branch, by the first of the people. */
  readonly files: Files;
  /** The time that GitHub goes by; this machine's otherwise. */
  readonly clock?: () => Date;
  /** An Enterprise Server has its API under `/api/v3` of the one address it has, and another description. */
  readonly server?: "github.com" | "enterprise";
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, a text, or null where there is nothing. */
  readonly body: unknown;
}

export interface NewPullRequest {
  /** A branch, or `ada:branch` of a fork. */
  readonly head: string;
  readonly base?: string;
  readonly title: string;
  readonly body?: string;
  readonly draft?: boolean;
}

/** GitHub on the loopback address: Git, the API, people and their tokens. Nothing of ours is mocked behind it. */
export interface Stage {
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly fullName: string;
  readonly repositoryId: number;
  /** A folder for what a test needs on disk; gone when the stage is closed. */
  readonly folder: string;
  readonly world: World;
  /** Every request to the API so far. */
  readonly requests: readonly LoggedRequest[];
  readonly judge: Judge;
  person(login: string): Person;
  /** A further token of somebody, which may be one that can only read. */
  token(login: string, rights: "read" | "write"): string;
  /** A GITHUB_TOKEN with these permissions, named as workflows name them. */
  jobToken(permissions: Readonly<Record<string, "read" | "write">>): Promise<string>;
  revoke(token: string): void;
  /** What the API shows at a path; not logged, and not judged. */
  readonly look: (path: string) => Promise<unknown>;
  /** Calls the API. `token` may be a login; without one (null) nobody calls. */
  api(token: string | null, method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  clone(login: string): Promise<Git>;
  /** Commits files on a branch and pushes; gives the commit. Throws, with Git's words, where the push is refused. */
  push(login: string, branch: string, files: Files, message: string, options?: PushOptions): Promise<string>;
  /** Replaces a branch with one commit on top of another branch or commit. */
  forcePush(login: string, branch: string, files: Files, message: string, from?: string): Promise<string>;
  /** Gives the full name of the fork. */
  fork(login: string): Promise<string>;
  openPullRequest(login: string, pull: NewPullRequest): Promise<number>;
  /** Gives the id of the review. `sha`: another commit than the head. */
  review(
    login: string,
    number: number,
    event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT",
    sha?: string,
  ): Promise<number>;
  /** Gives the commit that the base branch is at afterwards. */
  merge(login: string, number: number, method: "merge" | "squash" | "rebase"): Promise<string>;
  /** Makes a branch one that changes through pull requests only; null lifts that. */
  protect(branch: string, protection: Protection | null): void;
  setLevel(login: string, level: Level): Promise<void>;
  allowActionsToOpenPullRequests(allowed: "allowed" | "not allowed"): void;
  /** Has `mergeable` be null at the first look after a change. */
  setMergeability(when: World["mergeability"]): void;
  /** Says what a workflow run is; what is left out stays as it was. */
  setRun(run: Partial<WorkflowRun> & { readonly id: number }): void;
  /** Puts an answer in place of the stage's own, for the next `times` requests to that operation. */
  answer(key: string, answer: { readonly status: number; readonly body: unknown; readonly times?: number }): void;
  /** Refs that are not the same in Git and in the emulator. */
  differences(): Promise<readonly string[]>;
  onClose(task: () => Promise<void> | void): void;
  /** Ends everything. Throws what went wrong inside the stage meanwhile. */
  close(): Promise<void>;
}
