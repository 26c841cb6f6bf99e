import { devNull } from "node:os";
import { simpleGit, type SimpleGitOptions } from "simple-git";
import type { Seconds } from "../model/time.ts";
import { protocolOf } from "./address.ts";

/** What a Git command answered. Nothing in its texts is secret: the token is taken out of both. */
export interface GitAnswer {
  /** Exit code; null: ended by a signal. Below zero: not even started. */
  readonly code: number | null;
  /** What it printed, as it was printed. */
  readonly bytes: Buffer;
  readonly out: string;
  readonly err: string;
  /** Killed because it had said nothing for too long. */
  readonly silent: boolean;
  /** Killed because it had printed more than `atMost`. */
  readonly tooLong: boolean;
}

export interface GitCall {
  /** What the command reads. */
  readonly input?: string | Uint8Array;
  /** Bytes that it may print. */
  readonly atMost?: number;
  /** Date of the commits it makes. */
  readonly at?: Seconds;
  /** The file to use as index. */
  readonly index?: string;
}

/** Runs Git commands in one folder. Never rejects for what Git answers. */
export type RunGit = (args: readonly string[], call?: GitCall) => Promise<GitAnswer>;

export interface GitSurroundings {
  readonly folder: string;
  /** The address of the one remote; checked by `checkRemote`. */
  readonly remote: string;
  /** Settings of this repository, over those that hold for every use: the name of the remote among them. */
  readonly settings: Readonly<Record<string, string>>;
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

/** What could run something, ask something, or read what somebody else has set up. Commits are the tool's, never a person's. */
const guarded: Readonly<Record<string, string>> = {
  "user.name": "Seatwright",
  "user.email": "seatwright@seatwright.invalid",
  "core.hooksPath": devNull,
  "core.attributesFile": devNull,
  "core.excludesFile": devNull,
  "core.askPass": "",
  "core.fsmonitor": "false",
  "core.quotePath": "false",
  "core.fsync": "none",
  "commit.gpgSign": "false",
  "push.gpgSign": "false",
  "fetch.recurseSubmodules": "false",
  "submodule.recurse": "false",
  "credential.helper": "",
  "color.ui": "false",
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
  allowUnsafeProtocolOverride: true,
};

/**
 * Git without the user's configuration, hooks, prompts or locale, which speaks no protocol but the remote's. The token
 * goes to Git in its environment: arguments can be read by everybody on the machine, a configuration file stays behind
 * when a process is killed.
 */
export function createRunGit(surroundings: GitSurroundings): RunGit {
  const { folder, secrets, environment, remote } = surroundings;
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  const base = {
    ...inherited(environment),
    ...configuration(settingsOf(surroundings)),
    GIT_ALLOW_PROTOCOL: protocolOf(remote),
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ATTR_NOSYSTEM: "1",
  };

  return async (args, { input, atMost = Number.POSITIVE_INFINITY, at, index } = {}) => {
    const env: Readonly<Record<string, string>> = {
      ...base,
      ...(at === undefined ? {} : { GIT_AUTHOR_DATE: `@${at} +0000`, GIT_COMMITTER_DATE: `@${at} +0000` }),
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    };
    const limit = new AbortController();
    let answer: GitAnswer | null = null;
    const git = simpleGit({
      baseDir: folder,
      unsafe: allowed,
      allowEnvironment: Object.keys(env).filter((name) => name.startsWith("GIT_")),
      timeout: { block: SILENCE_MS },
      abort: limit.signal,
      // Without a text to read, Git must not wait for one.
      input: () => Buffer.from(input ?? ""),
      errors: (error, { exitCode, stdOut, stdErr }) => {
        const bytes = Buffer.concat(stdOut);
        answer = {
          code: limit.signal.aborted ? null : exitCode,
          bytes,
          get out() {
            return hide(bytes.toString("utf8"));
          },
          err: hide(Buffer.concat(stdErr).toString("utf8")),
          silent: error instanceof Error && "plugin" in error && error.plugin === "timeout",
          tooLong: limit.signal.aborted,
        };
        // Every answer is looked at by whoever asked; thrown errors would lose its parts.
        return undefined;
      },
    });
    let printed = 0;
    git.outputHandler((_command, stdout) => {
      stdout.on("data", (chunk: Buffer) => {
        printed += chunk.length;
        if (printed > atMost) limit.abort();
      });
    });
    await git.env(env).raw([...args]);
    if (answer === null) throw new Error(`git ${args[0]} gave no answer`);
    return answer;
  };
}

function settingsOf({ settings, authorization, environment }: GitSurroundings): Readonly<Record<string, string>> {
  const authority = environment["GIT_SSL_CAINFO"];
  return {
    ...guarded,
    ...settings,
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
