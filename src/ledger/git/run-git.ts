import { devNull } from "node:os";
import { simpleGit, type SimpleGitOptions } from "simple-git";
import type { Seconds } from "../../model/time.ts";

/** What a Git command answered. Nothing in it is secret: the token is taken out of both texts. */
export interface GitAnswer {
  /** Exit code; null: ended by a signal. Below zero: not even started. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Killed because it had said nothing for too long. */
  readonly silent: boolean;
}

/** Runs Git commands in one folder. Never rejects for what Git answers. */
export type RunGit = (args: readonly string[], at?: Seconds) => Promise<GitAnswer>;

export interface GitSurroundings {
  readonly folder: string;
  /** Reached as the remote `ledger`; checked by `checkRemote`. */
  readonly remote: string;
  /** Name of the ledger's branch at the remote, without `refs/heads/`. */
  readonly branch: string;
  /** Value of the header `Authorization` for a remote over HTTP, or null. */
  readonly authorization: string | null;
  /** Texts that may never be shown. */
  readonly secrets: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How long a command may say nothing, in milliseconds. */
const SILENCE_MS = 600_000;

/** What Git needs of the caller's environment. Everything else, `GIT_DIR` and traces included, stays outside. */
const passedOn: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "USERPROFILE",
  "SYSTEMROOT",
  "TMPDIR",
  "TMP",
  "TEMP",
  "SSH_AUTH_SOCK",
  "GIT_SSH_COMMAND",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
]);

/** Who commits: always the tool, never the person or the machine that runs it. */
const identity: Readonly<Record<string, string>> = {
  "user.name": "Seatwright",
  "user.email": "seatwright@seatwright.invalid",
};

/**
 * What a user's or the clone's own configuration could do harm with. A branch that others can push to must not run anything
 * here, bring links that lead out of the work tree, or come out with other bytes than went in.
 */
const guarded: Readonly<Record<string, string>> = {
  "core.hooksPath": devNull,
  "core.attributesFile": devNull,
  "core.excludesFile": devNull,
  "core.askPass": "",
  "core.fsmonitor": "false",
  "core.symlinks": "false",
  "core.fileMode": "false",
  "core.autocrlf": "false",
  "core.safecrlf": "false",
  "core.logAllRefUpdates": "false",
  "core.quotePath": "false",
  "core.fsync": "none",
  "commit.gpgSign": "false",
  "push.gpgSign": "false",
  "credential.helper": "",
  "color.ui": "false",
  "fetch.fsckObjects": "true",
  "fetch.recurseSubmodules": "false",
  "submodule.recurse": "false",
  "gc.autoDetach": "false",
  "maintenance.autoDetach": "false",
  "http.lowSpeedLimit": "1000",
  "http.lowSpeedTime": "60",
};

/** These are refused by simple-git unless they are named: the values above are all ours. */
const allowed: NonNullable<SimpleGitOptions["unsafe"]> = {
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeHooksPath: true,
  allowUnsafeAskPass: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
};

/**
 * Git as the ledger uses it: without the user's configuration, hooks, prompts or locale. The token goes to Git in its
 * environment: arguments can be read by everybody on the machine, a configuration file stays behind when a process is
 * killed. `at` is the date of commits.
 */
export function createRunGit(surroundings: GitSurroundings): RunGit {
  const { folder, secrets, environment } = surroundings;
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  const base = { ...inherited(environment), ...configuration(settingsOf(surroundings)) };

  return async (args, at) => {
    let answer: GitAnswer = { code: 0, out: "", err: "", silent: false };
    const date = at === undefined ? {} : { GIT_AUTHOR_DATE: `@${at} +0000`, GIT_COMMITTER_DATE: `@${at} +0000` };
    const env: Readonly<Record<string, string>> = { ...base, ...date };
    const git = simpleGit({
      baseDir: folder,
      unsafe: allowed,
      allowEnvironment: Object.keys(env).filter((name) => name.startsWith("GIT_")),
      timeout: { block: SILENCE_MS },
      errors: (error, { exitCode, stdOut, stdErr }) => {
        answer = {
          code: exitCode,
          out: hide(Buffer.concat(stdOut).toString("utf8")),
          err: hide(Buffer.concat(stdErr).toString("utf8")),
          silent: error instanceof Error && "plugin" in error && error.plugin === "timeout",
        };
        // Every answer is looked at by whoever asked; thrown errors would lose its parts.
        return undefined;
      },
    });
    await git.env(env).raw([...args]);
    return answer;
  };
}

function settingsOf(surroundings: GitSurroundings): Readonly<Record<string, string>> {
  const { remote, branch, authorization, environment } = surroundings;
  const authority = environment["GIT_SSL_CAINFO"];
  return {
    ...guarded,
    ...identity,
    "remote.ledger.url": remote,
    "remote.ledger.fetch": `refs/heads/${branch}:refs/remotes/ledger/${branch}`,
    ...(authority === undefined ? {} : { "http.sslCAInfo": authority }),
    // A redirect could carry the token to another host.
    ...(authorization === null
      ? {}
      : { "http.extraHeader": `Authorization: ${authorization}`, "http.followRedirects": "false" }),
  };
}

/** Settings as `GIT_CONFIG_COUNT` hands them over. Source: git-config(1), ENVIRONMENT; Git 2.31. */
function configuration(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(settings);
  return {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
  };
}

function inherited(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => passedOn.has(entry[0].toUpperCase()) && entry[1] !== undefined,
  );
  return {
    // Nobody is there to answer a question of ssh.
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oConnectTimeout=30",
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: "0",
    // What Git says is read here, so it must say it in one language.
    LC_ALL: "C",
  };
}
