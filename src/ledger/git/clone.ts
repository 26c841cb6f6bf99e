import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OperatorError } from "../../model/errors.ts";
import type { Seconds } from "../../model/time.ts";
import { ledgerOwner } from "../directory.ts";
import { isMissing, makeDirectory, namesIn, onDisk, readTextOrNull } from "../files.ts";
import type { GitAnswer, RunGit } from "../../git-program/run-git.ts";
import { localTrouble, remoteTrouble } from "../../git-program/trouble.ts";
import { ledgerUse } from "./git-use.ts";

/** What a look at the remote found. */
export interface RemoteState {
  /** Commit at the tip of the ledger's branch; null: there is no such branch yet. */
  readonly tip: string | null;
  /** What the lock's ref points at; null: nobody holds the lock. */
  readonly lock: string | null;
}

/** The local copy of the ledger's branch. Its work tree is a directory ledger. One process uses it at a time. */
export interface Clone {
  readonly tree: string;
  readonly git: RunGit;
  /** Branch and remote, as the beginning of a message. */
  readonly place: string;
  /**
   * Makes the work tree what the branch holds at the remote now. Throws OperatorError where that is no ledger of this
   * organisation, and where it lacks what this copy has seen there before.
   */
  refresh(): Promise<RemoteState>;
  /** To be called before anything is written to the work tree: whatever happens then, `refresh` puts it right. */
  spoil(): Promise<void>;
  /**
   * Commits what the work tree holds and pushes it on top of what `refresh` found. Throws RemoteTrouble, of kind `raced`
   * where somebody else was quicker.
   */
  publish(message: string, at: Seconds, when: "where something changed" | "always"): Promise<void>;
}

/** Marks a repository as one that Seatwright made and may overwrite, and says of which ledger. */
const MARK = join(".git", "seatwright-ledger");

export function createClone(options: {
  readonly folder: string;
  readonly remote: string;
  readonly branch: string;
  readonly lockRef: string;
  readonly organizationId: string;
  readonly runGitIn: (folder: string) => RunGit;
}): Clone {
  const { folder, remote, branch, lockRef, organizationId, runGitIn } = options;
  const tree = join(folder, "tree");
  const spoilt = join(folder, "spoilt");
  const git = runGitIn(tree);
  const local = `refs/heads/${branch}`;
  const seen = `refs/remotes/ledger/${branch}`;
  const mark = `${organizationId} ${branch}\n`;
  let swept = false;
  const place = `The ledger's branch ${branch} at ${remote}`;

  async function here(...args: readonly string[]): Promise<GitAnswer> {
    const answer = await git(args);
    if (answer.code !== 0) throw localTrouble(answer, tree, ledgerUse);
    return answer;
  }

  /** Makes the repository, without templates and hooks, in one step, where it is not there. */
  async function make(): Promise<"made" | "was there"> {
    const found = await readTextOrNull(join(tree, MARK));
    if (found === mark) return "was there";
    if (found !== null || (await namesIn(tree)).length > 0) {
      const what = found === null ? "in use for something else" : "the copy of another ledger, or of another branch";
      throw new OperatorError(
        "usage",
        `${tree} is ${what}.`,
        "Name an empty folder for the copy of this ledger; each ledger has one of its own.",
      );
    }
    const fresh = join(folder, `.tree.${randomUUID()}.tmp`);
    try {
      await onDisk(fresh, () => mkdir(fresh));
      const git = runGitIn(fresh);
      const made = await git(["init", "--template=", `--initial-branch=${branch}`]);
      if (made.code !== 0) throw localTrouble(made, fresh, ledgerUse);
      const version = /(\d+)\.(\d+)/.exec((await git(["version"])).out);
      if (version === null || Number(version[1]) * 1000 + Number(version[2]) < 2032) throw ledgerUse.missing;
      await onDisk(fresh, async () => {
        await mkdir(join(fresh, ".git", "info"), { recursive: true });
        // Comes before any .gitattributes of the branch: the bytes that went in come out.
        await writeFile(
          join(fresh, ".git", "info", "attributes"),
          "* -text -ident -filter !eol !working-tree-encoding\n",
        );
        await writeFile(join(fresh, MARK), mark);
        await rm(tree, { recursive: true, force: true });
        await rename(fresh, tree);
      });
      return "made";
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }

  async function look(): Promise<RemoteState> {
    const answer = await git(["ls-remote", "ledger", local, lockRef]);
    if (answer.code !== 0) throw remoteTrouble(answer, place, ledgerUse);
    const refs = refsIn(answer.out);
    return { tip: refs.get(local) ?? null, lock: refs.get(lockRef) ?? null };
  }

  async function refs(): Promise<{ readonly branch: string | null; readonly remote: string | null }> {
    const answer = await git(["show-ref"]);
    // Ends with 1 where there is none.
    if (answer.code !== 0 && answer.code !== 1) throw localTrouble(answer, tree, ledgerUse);
    const found = refsIn(answer.out);
    return { branch: found.get(local) ?? null, remote: found.get(seen) ?? null };
  }

  async function fetch(known: string | null): Promise<string | null> {
    // The first time the newest commit will do. Later fetches leave no gap, so that it can be told what follows from what.
    const depth = known === null ? ["--depth=1"] : [];
    const answer = await git(["fetch", ...depth, "--no-tags", "--no-write-fetch-head", "ledger"]);
    if (answer.code === 0) return (await refs()).remote;
    if (/\[rejected\]/.test(answer.err)) throw rewritten();
    throw remoteTrouble(answer, place, ledgerUse);
  }

  function rewritten(): OperatorError {
    return new OperatorError(
      "usage",
      `${place} no longer holds what this copy of it has seen there: the branch was rewritten or deleted. Nothing was written to it.`,
      `Find out who did that, and put the branch back from the server's records or from another copy. If the ledger was moved on purpose, delete ${folder} and run the command again.`,
    );
  }

  async function refresh(): Promise<RemoteState> {
    await makeDirectory(folder);
    const nothing = { branch: null, remote: null };
    await sweep();
    const [state, known] = (await make()) === "made" ? [await look(), nothing] : await Promise.all([look(), refs()]);
    if (state.tip === null && known.remote !== null) throw rewritten();
    const tip = state.tip === null || state.tip === known.remote ? state.tip : await fetch(known.remote);
    const isSpoilt = await exists(spoilt);
    if (isSpoilt || tip !== known.branch) await reset(tip, isSpoilt ? "with leftovers" : "as it was committed");
    if (tip !== null) await checkOwner();
    return { ...state, tip };
  }

  /** Removes what a killed process left, once: it would stop Git, and nobody else is at work here. */
  async function sweep(): Promise<void> {
    if (swept) return;
    for (const name of ["index", "HEAD", "shallow", "packed-refs", local, seen]) {
      const path = join(tree, ".git", `${name}.lock`);
      await onDisk(path, () => rm(path, { force: true }));
    }
    swept = true;
  }

  async function reset(tip: string | null, before: "with leftovers" | "as it was committed"): Promise<void> {
    await spoil();
    if (tip === null) {
      await here("read-tree", "--empty");
      await here("update-ref", "-d", local);
    } else {
      await here("reset", "--hard", seen);
    }
    if (before === "with leftovers" || tip === null) await here("clean", "-ffdx");
    await onDisk(spoilt, () => rm(spoilt, { force: true }));
  }

  async function checkOwner(): Promise<void> {
    const found = await ledgerOwner(tree);
    if (found?.owner === organizationId) return;
    const whose =
      found === null
        ? "is no ledger: it holds something else"
        : `is the ledger of organisation ${found.owner ?? "unknown"}, not of ${organizationId}`;
    throw new OperatorError(
      "usage",
      `${place} ${whose}. Nothing was written to it.`,
      "Name another branch, one for each organisation; Seatwright makes it when it is not there.",
    );
  }

  async function spoil(): Promise<void> {
    await onDisk(spoilt, () => writeFile(spoilt, ""));
  }

  async function publish(message: string, at: Seconds, when: "where something changed" | "always"): Promise<void> {
    await here("add", "--all", "--force", "--verbose", ".");
    const empty = when === "always" ? ["--allow-empty"] : [];
    const committed = await git(["commit", "--no-verify", "--cleanup=verbatim", ...empty, `--message=${message}`], {
      at,
    });
    const isUnchanged = committed.code === 1 && committed.out.includes("nothing to commit");
    if (committed.code !== 0 && !isUnchanged) throw localTrouble(committed, tree, ledgerUse);
    await onDisk(spoilt, () => rm(spoilt, { force: true }));
    if (isUnchanged) return;
    const pushed = await git(["push", "--porcelain", "--no-verify", "ledger", `${local}:${local}`]);
    if (pushed.code !== 0) throw remoteTrouble(pushed, place, ledgerUse);
  }

  return { tree, git, place, refresh, spoil, publish };
}

/** Lines of an object id and a ref, as `ls-remote` and `show-ref` write them. */
function refsIn(text: string): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, id, ref] = /^([0-9a-f]{40,64})\s+(\S+)$/.exec(line) ?? [];
    if (id !== undefined && ref !== undefined) refs.set(ref, id);
  }
  return refs;
}

async function exists(path: string): Promise<boolean> {
  return await onDisk(path, async () => {
    try {
      await access(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  });
}
