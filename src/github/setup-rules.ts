import type { Asked, BranchGuard } from "../model/setup-facts.ts";
import { flagAt, optionalAt, optionalTextAt, type Part, textAt } from "./decode.ts";
import { GitHubFailure } from "./failures.ts";
import { asked } from "./setup-asked.ts";
import { countAt, fieldOf, optionalFlagAt, optionalListAt } from "./setup-fields.ts";
import type { GitHubApi } from "./transport.ts";

/** Nothing guards it. */
const unguarded: BranchGuard = {
  pullRequest: false,
  approvals: 0,
  dismissesStale: false,
  lastPush: false,
  codeOwners: false,
  checks: [],
  upToDate: false,
  noForcePush: false,
  noDeletion: false,
  bypass: { known: true, value: [] },
};

/**
 * What active rulesets say of a branch, the organisation's included.
 * Source: https://docs.github.com/rest/repos/rules#get-rules-for-a-branch
 */
export async function readRules(api: GitHubApi, branch: string): Promise<BranchGuard> {
  const rules = await api.list("GET /repos/{owner}/{repo}/rules/branches/{branch}", { branch });
  let guard = unguarded;
  const rulesets = new Set<number>();
  for (const rule of rules) {
    guard = { ...guard, ...partOf(rule, guard) };
    const id = fieldOf(rule, "ruleset_id");
    if (typeof id === "number") rulesets.add(id);
  }
  return { ...guard, bypass: await bypassOf(api, [...rulesets]) };
}

function partOf(rule: Part, guard: BranchGuard): Partial<BranchGuard> {
  const parameters = optionalAt(rule, "parameters");
  switch (textAt(rule, "type")) {
    case "pull_request": {
      if (parameters === null) return { pullRequest: true };
      return {
        pullRequest: true,
        approvals: Math.max(guard.approvals, countAt(parameters, "required_approving_review_count")),
        dismissesStale: guard.dismissesStale || flagAt(parameters, "dismiss_stale_reviews_on_push"),
        lastPush: guard.lastPush || flagAt(parameters, "require_last_push_approval"),
        codeOwners: guard.codeOwners || flagAt(parameters, "require_code_owner_review"),
      };
    }
    case "required_status_checks": {
      if (parameters === null) return {};
      const checks = optionalListAt(parameters, "required_status_checks").map((check) => ({
        name: textAt(check, "context"),
        app: appOf(check, "integration_id"),
      }));
      return {
        checks: [...guard.checks, ...checks],
        upToDate: guard.upToDate || flagAt(parameters, "strict_required_status_checks_policy"),
      };
    }
    case "non_fast_forward":
      return { noForcePush: true };
    case "deletion":
      return { noDeletion: true };
    default:
      return {};
  }
}

/** The app that must post a check; null where it is left out or −1, which is any. */
function appOf(check: Part, name: string): number | null {
  const id = fieldOf(check, name);
  return typeof id === "number" && id > 0 ? id : null;
}

/**
 * Who may pass by these rulesets. GitHub shows that only to who may change them: where it leaves the list out, it is not
 * known. Source: https://docs.github.com/rest/repos/rules#get-a-repository-ruleset
 */
async function bypassOf(api: GitHubApi, rulesets: readonly number[]): Promise<Asked<readonly string[]>> {
  const names: string[] = [];
  for (const ruleset_id of rulesets) {
    const found = await asked(
      async () =>
        await api.ask("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ruleset_id, includes_parents: true }),
    );
    if (!found.known) return found;
    if (fieldOf(found.value, "bypass_actors") === undefined) {
      return {
        known: false,
        why: `GitHub does not show this token who may bypass the ruleset ${textAt(found.value, "name")}.`,
        remedy: "Ask with the token of an administrator, or look at the ruleset's bypass list yourself.",
      };
    }
    for (const actor of optionalListAt(found.value, "bypass_actors")) names.push(actorWords(actor));
  }
  return { known: true, value: [...new Set(names)].sort() };
}

function actorWords(actor: Part): string {
  const type = textAt(actor, "actor_type");
  const id = fieldOf(actor, "actor_id");
  const mode = optionalTextAt(actor, "bypass_mode");
  const who = typeof id === "number" ? `${type} ${id}` : type;
  return mode === "pull_request" ? `${who} (in pull requests)` : who;
}

/**
 * What the branch's own protection says; null: it has none.
 * Source: https://docs.github.com/rest/branches/branch-protection#get-branch-protection
 */
export async function readProtection(api: GitHubApi, branch: string): Promise<BranchGuard | null> {
  let part: Part;
  try {
    part = await api.ask("GET /repos/{owner}/{repo}/branches/{branch}/protection", { branch });
  } catch (error) {
    // Whoever may look is told so in these words; whoever may not gets a plain 404.
    if (error instanceof GitHubFailure && error.kind === "absent" && /branch not protected/i.test(error.words))
      return null;
    throw error;
  }
  const reviews = optionalAt(part, "required_pull_request_reviews");
  const checks = optionalAt(part, "required_status_checks");
  const enabled = (name: string): boolean => {
    const setting = optionalAt(part, name);
    return setting !== null && flagAt(setting, "enabled");
  };
  const required =
    checks === null
      ? []
      : optionalListAt(checks, "checks").map((check) => ({
          name: textAt(check, "context"),
          app: appOf(check, "app_id"),
        }));
  return {
    pullRequest: reviews !== null,
    approvals:
      reviews === null || fieldOf(reviews, "required_approving_review_count") === undefined
        ? 0
        : countAt(reviews, "required_approving_review_count"),
    dismissesStale: reviews !== null && flagAt(reviews, "dismiss_stale_reviews"),
    lastPush: reviews !== null && optionalFlagAt(reviews, "require_last_push_approval") === true,
    codeOwners: reviews !== null && optionalFlagAt(reviews, "require_code_owner_reviews") === true,
    checks: required,
    upToDate: checks !== null && optionalFlagAt(checks, "strict") === true,
    noForcePush: !enabled("allow_force_pushes"),
    noDeletion: !enabled("allow_deletions"),
    bypass: { known: true, value: [...(enabled("enforce_admins") ? [] : ["administrators"]), ...allowed(reviews)] },
  };
}

function allowed(reviews: Part | null): readonly string[] {
  const allowances = reviews === null ? null : optionalAt(reviews, "bypass_pull_request_allowances");
  if (allowances === null) return [];
  return [
    ...optionalListAt(allowances, "users").map((user) => textAt(user, "login")),
    ...optionalListAt(allowances, "teams").map((team) => `team ${textAt(team, "slug")}`),
    ...optionalListAt(allowances, "apps").map((app) => `app ${textAt(app, "slug")}`),
  ];
}
