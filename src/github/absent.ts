import type { Part } from "./decode.ts";
import { GitHubFailure } from "./failures.ts";
import type { GitHubApi, Parameters } from "./transport.ts";

/**
 * Asks for something that may not be there: null where GitHub does not find it although it shows the repository. Throws
 * where the repository itself is not shown, which would make everything look absent.
 */
export async function askIfThere(api: GitHubApi, route: string, parameters: Parameters): Promise<Part | null> {
  return await absentAsNull(api, async () => await api.ask(route, parameters));
}

/** The same around any question. */
export async function absentAsNull<T>(api: GitHubApi, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GitHubFailure) || error.kind !== "absent") throw error;
    await api.ask("GET /repos/{owner}/{repo}");
    return null;
  }
}
