import { execFile } from "node:child_process";

/** The Git of this machine, and what a checkout says of where it comes from. */
export interface GitHere {
  /** As `git version` tells it; null where there is no Git. */
  version(): Promise<string | null>;
  /** Address of a folder's remote `origin`; null where it has none. */
  originOf(folder: string): Promise<string | null>;
}

/** Asks the installed Git. `env` is the environment it runs in. */
export function createGitHere(env: Readonly<Record<string, string | undefined>>): GitHere {
  const ask = (args: readonly string[]): Promise<string | null> =>
    new Promise((resolve) => {
      const surroundings = { PATH: env["PATH"], HOME: env["HOME"], SYSTEMROOT: env["SYSTEMROOT"], LC_ALL: "C" };
      execFile("git", [...args], { env: surroundings, timeout: 30_000 }, (error, out) =>
        resolve(error === null && out.trim() !== "" ? out.trim() : null),
      );
    });
  return {
    version: async () => /\d+\.\d+(\.\d+)?/.exec((await ask(["version"])) ?? "")?.[0] ?? null,
    originOf: (folder) => ask(["-C", folder, "config", "--get", "remote.origin.url"]),
  };
}

/** Host and `owner/name` of an address of Git; null for one that is not of that form. */
export function repositoryIn(address: string): { readonly host: string; readonly repository: string } | null {
  const short = /^[\w.-]+@([\w.-]+):([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address);
  const whole = /^(?:https?|ssh):\/\/(?:[^@/]+@)?([\w.-]+(?::\d+)?)\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address);
  const [, host, repository] = short ?? whole ?? [];
  return host === undefined || repository === undefined ? null : { host: host.toLowerCase(), repository };
}

/** Whether a version of whole numbers and dots, perhaps with a `v` before it, is this one or later. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number);
  const found = numbers(version);
  for (const [at, part] of numbers(least).entries()) {
    const own = found[at] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
