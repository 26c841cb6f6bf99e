import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diskTrouble } from "./disk-trouble.ts";
import { OperatorError } from "../model/errors.ts";
import type { Clock } from "../ports.ts";
import type { GitAnswer, GitCall, RunGit } from "../git-program/run-git.ts";
import { localTrouble, type RemoteTrouble, remoteTrouble } from "../git-program/trouble.ts";
import { policyUse } from "./git-use.ts";

/** A bare repository of our own that holds what was fetched of the remote: no checkout, no branches, no hooks. */
export interface Store {
  /** The remote, as the beginning of a message. */
  readonly place: string;
  /**
   * Runs Git in the store. Throws OperatorError where it ends with another code than `codes` (without it: 0), unless it
   * printed too much.
   */
  here(args: readonly string[], call?: GitCall & { readonly codes?: readonly number[] }): Promise<GitAnswer>;
  /** Runs Git towards the remote. Tries again where it cannot be reached; throws RemoteTrouble where that does not help. */
  there(args: readonly string[]): Promise<GitAnswer>;
  /** Fetches what a ref of the remote names now, with its history. Gives the commit. */
  fetchRef(ref: string): Promise<string>;
  /** Throws OperatorError where neither the store nor the remote has this commit. */
  need(commit: string): Promise<void>;
  has(commit: string): Promise<boolean>;
  /** Whether the remote itself lacks a part of the history. */
  isShallow(): Promise<boolean>;
  /** A path in the store that nobody uses. */
  spare(): string;
  close(): Promise<void>;
}

/** Waits between tries to reach the remote, in milliseconds. */
const waits = [1_000, 4_000];

/**
 * Makes the store in `folder` when it is first needed. Only what is asked for is fetched, under refs of the store's own, so
 * that no name of the remote can meet another.
 */
export function createStore(options: {
  readonly folder: string;
  readonly remote: string;
  readonly clock: Clock;
  readonly runGitIn: (folder: string) => RunGit;
}): Store {
  const { folder, remote, clock, runGitIn } = options;
  const place = `The policy repository at ${remote}`;
  let opened: Promise<{ readonly path: string; readonly git: RunGit }> | null = null;
  let spares = 0;
  let path = folder;

  /** Fetches come one after the other: Git locks its lists of refs. */
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work, work);
    turn = result.catch(() => undefined);
    return result;
  }

  async function make(): Promise<{ readonly path: string; readonly git: RunGit }> {
    path = await diskTrouble(folder, async () => {
      await mkdir(folder, { recursive: true });
      return await mkdtemp(join(folder, "policies-"));
    });
    const git = runGitIn(path);
    const version = await git(["version"]);
    const [, major, minor] = /(\d+)\.(\d+)/.exec(version.out) ?? [];
    if (version.code !== 0 || Number(major) * 1000 + Number(minor) < 2038) throw policyUse.missing;
    const made = await git(["init", "--quiet", "--bare", "--template=", "--initial-branch=none"]);
    if (made.code !== 0) throw localTrouble(made, path, policyUse);
    const info = join(path, "info");
    await diskTrouble(info, async () => {
      await mkdir(info, { recursive: true });
      // Comes before any .gitattributes: whatever a branch says, files are merged line by line.
      await writeFile(join(info, "attributes"), "* !merge !conflict-marker-size !text !eol !filter !diff !ident\n");
    });
    return { path, git };
  }

  function open(): Promise<{ readonly path: string; readonly git: RunGit }> {
    opened ??= make();
    return opened;
  }

  const here: Store["here"] = async (args, { codes = [0], ...call } = {}) => {
    const { git } = await open();
    const answer = await git(args, call);
    if (answer.tooLong || (answer.code !== null && codes.includes(answer.code))) return answer;
    throw localTrouble(answer, path, policyUse);
  };

  const there: Store["there"] = async (args) => {
    const { git } = await open();
    for (let tries = 0; ; tries++) {
      const answer = await git(args);
      if (answer.code === 0) return answer;
      const trouble = remoteTrouble(answer, place, policyUse);
      const wait = waits[tries];
      if (trouble.kind !== "unreachable" || wait === undefined) throw troubleOf(answer, trouble);
      await clock.sleep(wait);
    }
  };

  async function fetch(source: string): Promise<string> {
    const target = `refs/seatwright/${createHash("sha256").update(source).digest("hex")}`;
    return await inTurn(async () => {
      await there([
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--update-shallow",
        "policies",
        `+${source}:${target}`,
      ]);
      const { out } = await here(["rev-parse", "--verify", "--end-of-options", `${target}^{commit}`]);
      return out.trim();
    });
  }

  const has: Store["has"] = async (commit) => {
    checkId(commit);
    const { git } = await open();
    return (await git(["cat-file", "-e", "--end-of-options", `${commit}^{commit}`])).code === 0;
  };

  return {
    place,
    here,
    there,
    has,
    async fetchRef(ref) {
      try {
        return await fetch(ref);
      } catch (error) {
        if (!(error instanceof GoneError)) throw error;
        throw new OperatorError(
          "usage",
          `${place} has no ${ref}.`,
          "Check the name; if the branch was deleted, there is nothing left to read.",
          { cause: error },
        );
      }
    },
    async need(commit) {
      if (await has(commit)) return;
      try {
        await fetch(commit);
      } catch (error) {
        if (!(error instanceof GoneError)) throw error;
        throw new OperatorError(
          "notApproved",
          `${place} does not have the commit ${commit}: its branch was probably rewritten or deleted.`,
          "Start again from what the branch holds now.",
          { cause: error },
        );
      }
    },
    isShallow: async () => (await here(["rev-parse", "--is-shallow-repository"])).out.trim() === "true",
    spare: () => join(path, `spare-${++spares}`),
    async close() {
      const made = await opened?.catch(() => null);
      opened = null;
      if (made !== undefined && made !== null) await rm(made.path, { recursive: true, force: true });
    },
  };
}

/** What was asked for is not, or no longer, at the remote. */
class GoneError extends Error {}

function troubleOf(answer: GitAnswer, trouble: RemoteTrouble): Error {
  const isGone = /couldn't find remote ref|not our ref|unadvertised object/.test(answer.err);
  return isGone ? new GoneError(trouble.message, { cause: trouble }) : trouble;
}

/** Ids come from GitHub and from Git, never from a person: anything else is a mistake of ours. */
function checkId(commit: string): void {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) throw new Error(`${JSON.stringify(commit)} is no commit's id`);
}
