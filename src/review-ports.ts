import type {
  Asked,
  BranchGuard,
  CreatorFacts,
  EnvironmentFacts,
  KeyFacts,
  KeyRefusal,
  WorkflowRights,
} from "./model/setup-facts.ts";
import type { Seconds } from "./model/time.ts";
import type { PolicyFileBytes } from "./ports.ts";

/** Where policies are reviewed and plans approved: one repository on GitHub, read and written through its REST API. */
export interface ReviewHost {
  /** `owner/name`. */
  readonly repository: string;
  repositoryFacts(): Promise<RepositoryFacts>;
  /** Null where there is none of this number. */
  pullRequest(number: number): Promise<PullRequest | null>;
  /** Pull requests that a commit of the default branch came by, merged or not. */
  pullRequestsOf(commit: string): Promise<readonly PullRequest[]>;
  openPullRequests(headBranch: string): Promise<readonly PullRequest[]>;
  /** The newest pull request from this branch of this repository, open or not; null: there was none. */
  newestPullRequest(headBranch: string): Promise<PullRequest | null>;
  /** Open pull requests into a branch, from branches of this repository whose names begin so. */
  openPullRequestsFrom(prefix: string, baseBranch: string): Promise<readonly PullRequest[]>;
  /** The parents of a commit, in their order; none where there is no such commit. */
  parentsOf(commit: string): Promise<readonly string[]>;
  /** The folders of a commit that hold a file of this name; `.` for the top. */
  foldersWith(commit: string, name: string): Promise<readonly string[]>;
  /** Every review, oldest first. */
  reviews(number: number): Promise<readonly Review[]>;
  /** What somebody may do with the repository, by their effective permission. */
  permission(login: string): Promise<Permission>;
  /**
   * Every time that somebody set this branch to a commit, by the repository's activity, newest first, and at most the last
   * thousand. Null where the server does not tell.
   */
  pushesTo(branch: string): Promise<readonly Push[] | null>;
  /** Check runs of this name on a commit, newest first. */
  checkRuns(commit: string, name: string): Promise<readonly CheckRun[]>;
  /** Posts a check run that is completed. More annotations than one request takes are sent in several. */
  postCheckRun(check: NewCheckRun): Promise<CheckRun>;
  /** Writes the one comment with this hidden marker, or replaces its body. Gives its address. */
  keepComment(number: number, marker: string, body: string): Promise<string>;
  /** Replaces the body of our one comment with this hidden marker, where there is one. Its address; null: there is none. */
  replaceComment(number: number, marker: string, body: string): Promise<string | null>;
  /** Opens a pull request, or updates title and body of the open one of the same head branch. */
  keepPullRequest(request: NewPullRequest): Promise<PullRequest>;
  /** Asks for reviews; people and teams who cannot be asked are given back, with why. */
  requestReviewers(number: number, owners: readonly string[]): Promise<readonly string[]>;
  closePullRequest(number: number, comment: string): Promise<void>;
  /** Writes the one open issue with this hidden marker, or replaces it; opens one where there is none. */
  keepIssue(marker: string, title: string, body: string): Promise<string>;
  /** Closes the open issue with this hidden marker, if there is one. Gives its address. */
  closeIssue(marker: string, comment: string): Promise<string | null>;
  /** A workflow run by its id: who triggered it, and whether it is over. Null where there is none. */
  workflowRun(id: string): Promise<WorkflowRun | null>;
}

export interface RepositoryFacts {
  readonly id: number;
  readonly defaultBranch: string;
  readonly visibility: "public" | "private" | "internal";
}

/** Somebody on GitHub: a person, or an app, a bot or an organisation, behind which may be anybody. */
export interface Account {
  readonly login: string;
  readonly kind: "person" | "other";
}

/** A branch was set to a commit, by whatever way: it was made, pushed to, force-pushed, merged into or deleted. */
export interface Push {
  /** Null: an account that is gone. */
  readonly by: Account | null;
  readonly what: "made" | "moved" | "deleted";
  readonly after: string;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly author: string;
  readonly authorKind: Account["kind"];
  readonly state: "open" | "merged" | "closed";
  readonly draft: boolean;
  readonly head: {
    readonly commit: string;
    readonly branch: string /** `owner/name`; null: gone. */;
    readonly repository: string | null;
  };
  readonly base: { readonly commit: string; readonly branch: string };
  /** The commit on the base branch that it became. */
  readonly mergeCommit: string | null;
  readonly mergedBy: string | null;
  readonly labels: readonly string[];
}

export interface Review {
  /** Login; `ghost` for an account that is gone. */
  readonly by: string;
  /** Bots and apps never approve. */
  readonly kind: "person" | "other";
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
  /** Full id; empty where GitHub names none, because the commit is gone: such a review approves nothing. */
  readonly commit: string;
  readonly at: Seconds;
  readonly url: string;
}

export type Permission = "admin" | "maintain" | "write" | "triage" | "read" | "none";

export interface CheckRun {
  readonly id: number;
  readonly commit: string;
  readonly externalId: string;
  readonly conclusion: string | null;
  readonly completedAt: Seconds | null;
  readonly url: string;
}

/** Something to show at a line of a file. */
export interface Annotation {
  readonly file: string;
  readonly line: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

export interface NewCheckRun {
  readonly commit: string;
  readonly name: string;
  readonly externalId: string;
  readonly conclusion: "success" | "failure" | "neutral" | "action_required";
  readonly title: string;
  /** Markdown, 65,535 characters at most. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly detailsUrl: string | null;
}

export interface NewPullRequest {
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly title: string;
  readonly body: string;
}

export interface WorkflowRun {
  readonly id: string;
  readonly status: "going" | "over";
  /** Who triggered this attempt. */
  readonly triggeredBy: string | null;
  /** Who triggered the first one, and gave the inputs that every later one has too. */
  readonly startedBy: string | null;
  readonly event: string;
  /** The branch that its workflow file was taken from. */
  readonly branch: string | null;
}

/** The policy repository as Git objects: what a commit holds is read, never checked out, never run. */
export interface PolicyRepository {
  /** The commit that a ref of the remote names now. Fetches. */
  commitOf(ref: string): Promise<string>;
  /** The policy files of a commit. */
  filesOf(commit: string): Promise<readonly PolicyFileBytes[]>;
  /**
   * The policy files as they would be if `head` were merged into `base` now. Throws OperatorError where the two conflict in
   * any file.
   */
  filesMerged(base: string, head: string): Promise<readonly PolicyFileBytes[]>;
  /** Whether one commit is an ancestor of another, or the same. */
  contains(commit: string, ancestor: string): Promise<boolean>;
  /** The last commit up to this one that changed a file, by its path in the repository; null where it cannot be told. */
  lastChange(commit: string, path: string): Promise<string | null>;
  /** One file of a commit by its path in the repository, or null where it has none. */
  fileOf(commit: string, path: string): Promise<Uint8Array | null>;
  /**
   * Sets a branch of the remote to one new commit on top of `base` that adds these files; replaces what the branch held.
   * Gives the commit.
   */
  pushBranch(branch: string, base: string, files: readonly NewFile[], message: string): Promise<string>;
  deleteBranch(branch: string): Promise<void>;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** Signs and verifies texts as people do it with their SSH keys. Nothing of it is ours: the keys stay where they are. */
export interface Signatures {
  /**
   * A signature over a text with somebody's key: the path of a private key, or of a public one whose private half an agent
   * holds. Throws OperatorError where it cannot be made, or ssh-keygen is missing.
   */
  sign(text: string, keyFile: string): Promise<string>;
  /** Which of these public keys made this signature over this text; null: none. Throws OperatorError as `sign` does. */
  verify(text: string, signature: string, publicKeys: readonly string[]): Promise<string | null>;
  /** The public key that belongs to a key file, or null where no file tells. */
  publicKeyOf(keyFile: string): Promise<string | null>;
}

/** What an organisation's API key tells about itself. Reads only. */
export interface KeyInspector {
  /** Ids of the organisations that it opens. Throws OperatorError where it opens none, or there is no answer. */
  opens(): Promise<readonly string[]>;
  /** Whether it may search people, which no key with scopes may: null, or why it may not. */
  maySearch(): Promise<Asked<KeyRefusal | null>>;
  /** The organisation's API keys. Which of them is asking, Atlassian does not tell. */
  keys(): Promise<Asked<readonly KeyFacts[]>>;
  /** Somebody who made a key; null: not in the organisation any more. */
  creator(accountId: string): Promise<Asked<CreatorFacts | null>>;
}

/** How a repository is set up. Everything is asked for by itself: what may not be asked is not known. */
export interface SetupInspector {
  /** `owner/name`. */
  readonly repository: string;
  /** Throws OperatorError where GitHub does not show the repository to this token at all. */
  repositoryFacts(): Promise<RepositoryFacts & { readonly level: Permission | null }>;
  /** The rulesets' rules that hold for a branch, whether it is there or not. */
  branchRules(branch: string): Promise<Asked<BranchGuard>>;
  /** The branch's own protection, the older kind; null: it has none. */
  branchProtection(branch: string): Promise<Asked<BranchGuard | null>>;
  /** Every environment, with the branches and tags that may deploy to it and the names of its secrets. */
  environments(): Promise<Asked<readonly EnvironmentFacts[]>>;
  /** Names of the secrets that every workflow of the repository can read: its own, or those the organisation shares with it. */
  sharedSecrets(of: "repository" | "organisation"): Promise<Asked<readonly string[]>>;
  workflowRights(): Promise<Asked<WorkflowRights>>;
  /** The workflow files of a branch. */
  workflows(branch: string): Promise<Asked<readonly NewFile[]>>;
}
