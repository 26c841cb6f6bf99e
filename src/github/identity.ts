import { nullableAt, type Part, textAt } from "./decode.ts";
import { GitHubFailure } from "./failures.ts";
import type { GitHubApi } from "./transport.ts";

/** Whose token this is. */
export interface Identity {
  /** Whether the token's own user, or a workflow's own token, wrote what has this `user` field. */
  wrote(part: Part): Promise<boolean>;
}

/** Author of what a workflow's own token writes. No person can have a login with brackets. */
const ACTIONS_BOT = "github-actions[bot]";

/** Asks once, when it is first needed. The token of an app has no user: nobody but github-actions[bot] is known then. */
export function createIdentity(api: GitHubApi): Identity {
  let own: Promise<string | null> | null = null;
  return {
    async wrote(part) {
      const user = nullableAt(part, "user");
      if (user === null) return false;
      const login = textAt(user, "login");
      if (login === ACTIONS_BOT) return textAt(user, "type") === "Bot";
      own ??= ownLogin(api);
      return login.toLowerCase() === (await own)?.toLowerCase();
    },
  };
}

/** Source: https://docs.github.com/rest/users/users#get-the-authenticated-user, which tokens of apps may not ask. */
async function ownLogin(api: GitHubApi): Promise<string | null> {
  try {
    return textAt(await api.ask("GET /user"), "login");
  } catch (error) {
    if (error instanceof GitHubFailure && (error.kind === "forbidden" || error.kind === "absent")) return null;
    throw error;
  }
}
