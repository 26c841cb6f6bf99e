import type { Account, Permission } from "../review-ports.ts";
import { absentAsNull } from "./absent.ts";
import { flagAt, nullableAt, optionalAt, optionalTextAt, type Part, textAt, wordAt, wrong } from "./decode.ts";
import { GitHubFailure } from "./failures.ts";
import type { GitHubApi } from "./transport.ts";

/** An account as GitHub shows it beside what it did. Only a `User` is a person: apps, Copilot and Dependabot are none. */
export function accountAt(part: Part, path: string): Account {
  return { login: textAt(part, `${path}.login`), kind: textAt(part, `${path}.type`) === "User" ? "person" : "other" };
}

const order: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

/**
 * What somebody may do with the repository, by every way they have it (as a collaborator, through teams, the organisation,
 * or everybody's). Where GitHub's fields differ, the least of them counts; `none` for whom GitHub does not know.
 * Source: https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function readPermission(api: GitHubApi, login: string): Promise<Permission> {
  const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  const part = await absentAsNull(api, async () => await api.ask(route, { username: login }));
  if (part === null) return "none";
  const user = nullableAt(part, "user");
  if (user !== null && textAt(user, "login").toLowerCase() !== login.toLowerCase()) {
    throw wrong({ ...user, path: "user.login" }, "is somebody else than who was asked about");
  }
  // `permission` knows four levels: maintain counts as write there, triage as read, a custom role as what it is based on.
  const coarse = wordAt(part, "permission", ["admin", "write", "read", "none"]);
  const flags = user === null ? null : optionalAt(user, "permissions");
  return least(coarse, flags === null ? byRole(part, coarse) : byFlags(flags));
}

function byFlags(flags: Part): Permission {
  const levels = [
    ["admin", "admin"],
    ["maintain", "maintain"],
    ["push", "write"],
    ["triage", "triage"],
    ["pull", "read"],
  ] as const;
  return levels.find(([flag]) => flagIfThere(flags, flag))?.[1] ?? "none";
}

/** `triage` and `maintain` are documented as optional. */
function flagIfThere(flags: Part, name: string): boolean {
  return name === "triage" || name === "maintain" ? optionalFlag(flags, name) : flagAt(flags, name);
}

function optionalFlag(flags: Part, name: string): boolean {
  const fields = flags.value as Readonly<Record<string, unknown>>;
  return fields[name] === undefined ? false : flagAt(flags, name);
}

/** A role that GitHub does not define is the organisation's own: then only the coarse level tells. */
function byRole(part: Part, coarse: Permission): Permission {
  const role = optionalTextAt(part, "role_name");
  return order.find((level) => level === role) ?? coarse;
}

/** The lesser of the two, where maintain against write, and triage against read, are the same said more finely. */
function least(coarse: Permission, fine: Permission): Permission {
  const level = fine === "maintain" ? "write" : fine === "triage" ? "read" : fine;
  return order.indexOf(level) > order.indexOf(coarse) ? coarse : fine;
}

/**
 * Asks owners (`@login`, or `@organisation/team` of the repository's own organisation) for their review. Gives back who
 * could not be asked, with why; that stops nothing.
 * Source: https://docs.github.com/rest/pulls/review-requests#request-reviewers-for-a-pull-request, which refuses all where
 * one cannot be asked.
 */
export async function askReviewers(
  api: GitHubApi,
  number: number,
  owners: readonly string[],
): Promise<readonly string[]> {
  const wanted = [...new Set(owners)].map((owner) => reviewerOf(owner, api.repository.owner));
  const known = wanted.filter((each) => "ask" in each);
  const strangers = wanted.flatMap((each) => ("why" in each ? [`${each.owner}: ${each.why}`] : []));
  if (known.length === 0) return strangers;
  if ((await refusalFor(api, number, known)) === null) return strangers;
  const refused: string[] = [];
  for (const each of known) {
    const why = await refusalFor(api, number, [each]);
    if (why !== null) refused.push(`${each.owner}: ${why}`);
  }
  return [...strangers, ...refused];
}

type Reviewer =
  | { readonly owner: string; readonly ask: "reviewers" | "team_reviewers"; readonly name: string }
  | { readonly owner: string; readonly why: string };

function reviewerOf(owner: string, organization: string): Reviewer {
  const [, first, team] = /^@([A-Za-z0-9][A-Za-z0-9_-]*)(?:\/([A-Za-z0-9._-]+))?$/.exec(owner) ?? [];
  if (first === undefined) return { owner, why: "neither @login nor @organisation/team" };
  if (team === undefined) return { owner, ask: "reviewers", name: first };
  if (first.toLowerCase() === organization.toLowerCase()) return { owner, ask: "team_reviewers", name: team };
  return { owner, why: `a team of another organisation than ${organization}` };
}

/** Why GitHub does not ask these, or null where it did. */
async function refusalFor(
  api: GitHubApi,
  number: number,
  reviewers: readonly Extract<Reviewer, { readonly ask: string }>[],
): Promise<string | null> {
  const named = (kind: "reviewers" | "team_reviewers") =>
    reviewers.filter(({ ask }) => ask === kind).map(({ name }) => name);
  try {
    await api.ask("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
      pull_number: number,
      reviewers: named("reviewers"),
      team_reviewers: named("team_reviewers"),
    });
    return null;
  } catch (error) {
    if (!(error instanceof GitHubFailure) || error.kind !== "invalid") throw error;
    const said = error.words === "" ? "GitHub does not say why" : `GitHub says “${error.words}”`;
    return reviewers.some(({ ask }) => ask === "team_reviewers")
      ? `${said}; a workflow's own token cannot ask teams that it may not see`
      : said;
  }
}
