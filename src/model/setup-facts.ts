import type { Seconds } from "./time.ts";

/** Something that was asked for: what it is, or why that is not known. */
export type Asked<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly why: string; readonly remedy: string };

/** One of an organisation's API keys, as the list of them tells it. */
export interface KeyFacts {
  readonly label: string;
  /** Null: it never ends. */
  readonly expiresAt: Seconds | null;
  readonly revoked: boolean;
  readonly scopes: readonly string[];
  readonly createdBy: string | null;
}

/** Why Atlassian refuses the key something. */
export interface KeyRefusal {
  readonly why: string;
  readonly remedy: string;
}

/** Whoever made a key. */
export interface CreatorFacts {
  /** As a search tells it: `active`, `suspended`, ... */
  readonly status: string;
  readonly orgAdmin: boolean;
}

/** Who has the ledger's lock. */
export interface LockFacts {
  readonly purpose: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
  /** The CI's run, where it is held by one. */
  readonly run: string | null;
  /** `gone`: its process has certainly ended, and the next run succeeds to it by itself. */
  readonly holder: "gone" | "perhaps at work";
}

/** What guards a branch, as far as one kind of rule tells. */
export interface BranchGuard {
  readonly pullRequest: boolean;
  readonly approvals: number;
  readonly dismissesStale: boolean;
  readonly lastPush: boolean;
  /** Whether the owners that CODEOWNERS names have to approve what is theirs. */
  readonly codeOwners: boolean;
  readonly checks: readonly RequiredCheck[];
  readonly upToDate: boolean;
  readonly noForcePush: boolean;
  readonly noDeletion: boolean;
  /** Who may pass by these rules, in words. */
  readonly bypass: Asked<readonly string[]>;
}

/** A check that must have passed. */
export interface RequiredCheck {
  readonly name: string;
  /** Id of the app that must have posted it; null: whoever may post checks or statuses can. */
  readonly app: number | null;
}

export interface EnvironmentFacts {
  readonly name: string;
  /** `everything`: nothing limits what deploys. `protected`: any branch that has protection. */
  readonly deploys: "everything" | "protected" | Asked<readonly DeployRule[]>;
  readonly secrets: Asked<readonly string[]>;
}

export interface DeployRule {
  /** A name, perhaps with wildcards. */
  readonly pattern: string;
  readonly kind: "branch" | "tag";
}

export interface WorkflowRights {
  /** What a workflow's token may do where the workflow says nothing. */
  readonly byDefault: "read" | "write";
  readonly opensPullRequests: boolean;
}
