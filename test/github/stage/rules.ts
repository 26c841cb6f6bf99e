import type { Level } from "./world.ts";

/** Who may call an operation. */
export interface Rule {
  /** What somebody with a token of their own must be allowed in the repository; "anyone" needs no token. */
  readonly person: Level | "anyone" | "signed in" | "never";
  /** The permissions of which a job's GITHUB_TOKEN needs one, "any" where every token does, "none" where none ever does. */
  readonly job: readonly string[] | "any" | "none";
}

const repo = "/repos/{owner}/{repo}";
const number = `${repo}/pulls/{pull_number}`;
const issue = `${repo}/issues/{issue_number}`;

/**
 * Person's level, permissions of a job, operations. From
 * https://docs.github.com/rest/authentication/permissions-required-for-github-apps, and for people from each operation's page.
 * GITHUB_TOKEN can have the permissions of https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 * and no others: `administration` and the organisation's `members` are not among them.
 */
const table: readonly [Rule["person"], string, readonly string[]][] = [
  [
    "read",
    "metadata:read",
    [
      `GET ${repo}`,
      `GET ${repo}/collaborators/{username}`,
      `GET ${repo}/collaborators/{username}/permission`,
      `GET ${repo}/rules/branches/{branch}`,
      `GET ${repo}/rulesets`,
      `GET ${repo}/rulesets/{ruleset_id}`,
    ],
  ],
  ["write", "metadata:read", [`GET ${repo}/collaborators`]],
  [
    "read",
    "contents:read",
    [
      `GET ${repo}/activity`,
      `GET ${repo}/branches`,
      `GET ${repo}/branches/{branch}`,
      `GET ${repo}/codeowners/errors`,
      `GET ${repo}/commits`,
      `GET ${repo}/commits/{ref}`,
      `GET ${repo}/compare/{basehead}`,
      `GET ${repo}/contents/{path}`,
      `GET ${repo}/git/ref/{ref}`,
      `GET ${repo}/git/matching-refs/{ref}`,
      `GET ${repo}/git/commits/{commit_sha}`,
      `GET ${repo}/git/trees/{tree_sha}`,
      `GET ${repo}/git/blobs/{file_sha}`,
    ],
  ],
  [
    "write",
    "contents:write",
    [
      `PUT ${repo}/contents/{path}`,
      `DELETE ${repo}/contents/{path}`,
      `POST ${repo}/git/refs`,
      `PATCH ${repo}/git/refs/{ref}`,
      `DELETE ${repo}/git/refs/{ref}`,
      `POST ${repo}/git/commits`,
      `POST ${repo}/git/trees`,
      `POST ${repo}/git/blobs`,
      `PUT ${number}/merge`,
    ],
  ],
  [
    "read",
    "pull_requests:read",
    [
      `GET ${repo}/commits/{commit_sha}/pulls`,
      `GET ${repo}/pulls`,
      `GET ${number}`,
      `GET ${number}/commits`,
      `GET ${number}/files`,
      `GET ${number}/reviews`,
      `GET ${number}/reviews/{review_id}`,
    ],
  ],
  ["read", "pull_requests:write", [`POST ${repo}/pulls`, `PATCH ${number}`, `POST ${number}/reviews`]],
  [
    "write",
    "pull_requests:write",
    [
      `POST ${number}/requested_reviewers`,
      `DELETE ${number}/requested_reviewers`,
      `PUT ${number}/reviews/{review_id}/dismissals`,
    ],
  ],
  ["read", "issues:read", [`GET ${repo}/issues`, `GET ${repo}/labels`, `GET ${repo}/labels/{name}`]],
  ["read", "issues:write", [`POST ${repo}/issues`]],
  ["write", "issues:write", [`POST ${repo}/labels`]],
  [
    "read",
    "issues:read pull_requests:read",
    [`GET ${issue}`, `GET ${issue}/comments`, `GET ${repo}/issues/comments/{comment_id}`, `GET ${issue}/labels`],
  ],
  [
    "read",
    "issues:write pull_requests:write",
    [
      `PATCH ${issue}`,
      `POST ${issue}/comments`,
      `PATCH ${repo}/issues/comments/{comment_id}`,
      `DELETE ${repo}/issues/comments/{comment_id}`,
    ],
  ],
  [
    "triage",
    "issues:write pull_requests:write",
    [`POST ${issue}/labels`, `PUT ${issue}/labels`, `DELETE ${issue}/labels/{name}`],
  ],
  [
    "read",
    "checks:read",
    [
      `GET ${repo}/check-runs/{check_run_id}`,
      `GET ${repo}/check-runs/{check_run_id}/annotations`,
      `GET ${repo}/commits/{ref}/check-runs`,
    ],
  ],
  // Only apps write checks: https://docs.github.com/rest/checks/runs#create-a-check-run
  ["never", "checks:write", [`POST ${repo}/check-runs`, `PATCH ${repo}/check-runs/{check_run_id}`]],
  [
    "read",
    "actions:read",
    [
      `GET ${repo}/actions/runs/{run_id}`,
      `GET ${repo}/environments`,
      `GET ${repo}/environments/{environment_name}`,
      `GET ${repo}/environments/{environment_name}/deployment-branch-policies`,
    ],
  ],
  ["admin", "none", [`GET ${repo}/actions/permissions/workflow`, `GET ${repo}/branches/{branch}/protection`]],
  ["signed in", "none", ["GET /user", "GET /orgs/{org}/teams/{team_slug}/members"]],
  ["anyone", "any", ["GET /users/{username}", "GET /rate_limit"]],
];

/** Neither the stage nor the emulator plays these: a test supplies what is answered. */
export const suppliedOnly: ReadonlySet<string> = new Set([
  `GET ${repo}/rulesets`,
  `GET ${repo}/rulesets/{ruleset_id}`,
  `GET ${repo}/environments`,
  `GET ${repo}/environments/{environment_name}`,
  `GET ${repo}/environments/{environment_name}/deployment-branch-policies`,
  `GET ${repo}/branches/{branch}/protection`,
]);

const rules: ReadonlyMap<string, Rule> = new Map(
  table.flatMap(([person, job, keys]) =>
    keys.map((key) => [key, { person, job: job === "any" || job === "none" ? job : job.split(" ") }] as const),
  ),
);

/** Every operation that the stage plays. */
export function playedOperations(): readonly string[] {
  return [...rules.keys()].filter((key) => !suppliedOnly.has(key));
}

/** Who may call the operation with this key; null for one that the stage does not play. */
export function ruleOf(key: string): Rule | null {
  return rules.get(key) ?? null;
}
