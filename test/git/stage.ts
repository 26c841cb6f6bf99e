import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  createPolicyRepository,
  type OpenPolicyRepository,
  type PolicyRepositoryOptions,
} from "../../src/git/policy-repository.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";

/** The moment of the first commit, unless a commit says otherwise. */
export const morning = 1_790_000_000;

/** Some time after all commits. */
export const evening = morning + 86_400;

/** What Git prints, run in a folder by somebody with nothing configured. */
export function git(
  folder: string,
  args: readonly string[],
  more: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): string {
  const env = {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
    ...more.env,
  };
  const settings = ["-c", "protocol.file.allow=always", "-c", "gc.auto=0", "-c", "core.fsync=none"];
  return execFileSync("git", ["-C", folder, ...settings, ...args], {
    env,
    encoding: "utf8",
    stdio: "pipe",
    maxBuffer: 1 << 28,
    ...(more.input === undefined ? {} : { input: more.input }),
  }).trim();
}

/** What a commit changes: contents by path; null takes a file away. */
export type Edit = Readonly<Record<string, string | Uint8Array | null>>;

/** A repository as a server keeps it, with somebody's checkout of it. */
export interface Stage {
  readonly remote: string;
  readonly checkout: string;
  /** Commits an edit on a branch, made from `from` where it is not there, and pushes it. Gives the commit. */
  commit(branch: string, edit: Edit, options?: { readonly from?: string; readonly at?: number }): string;
  /** Sets a ref of the server. */
  point(ref: string, commit: string): void;
  /** A commit on top of `parent` made of these lines of `git ls-tree`: also trees that no checkout could make. */
  plant(ref: string, rows: readonly string[], parent?: string): string;
  /** Stores a content at the server. Gives its id. */
  blob(content: string | Uint8Array): string;
  /** Stores a tree of these lines of `git ls-tree`. Gives its id. */
  tree(rows: readonly string[]): string;
}

export function createStage(): Stage {
  const remote = join(temporaryDirectory(), "policies.git");
  const checkout = join(temporaryDirectory(), "checkout");
  git(".", ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  git(".", ["init", "--quiet", "--initial-branch=main", checkout]);
  let commits = 0;

  const datesOf = (at: number): Readonly<Record<string, string>> => ({
    GIT_AUTHOR_DATE: `@${at} +0000`,
    GIT_COMMITTER_DATE: `@${at} +0000`,
  });
  const tree = (rows: readonly string[]): string =>
    git(remote, ["mktree", "-z", "--missing"], { input: rows.map((row) => `${row}\0`).join("") });

  return {
    remote,
    checkout,
    commit(branch, edit, { from, at = morning + 60 * commits++ } = {}) {
      const exists = git(checkout, ["branch", "--list", branch]) !== "";
      if (commits > 1 || exists) {
        git(checkout, exists ? ["checkout", "--quiet", branch] : ["checkout", "--quiet", "-b", branch, from ?? "main"]);
      }
      for (const [path, content] of Object.entries(edit)) {
        const file = join(checkout, path);
        rmSync(file, { recursive: true, force: true });
        if (content === null) continue;
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
      git(checkout, ["add", "--all", "--force"]);
      git(checkout, ["commit", "--quiet", "--allow-empty", "--message", "An edit"], { env: datesOf(at) });
      git(checkout, ["push", "--quiet", "--force", remote, `HEAD:refs/heads/${branch}`]);
      return git(checkout, ["rev-parse", "HEAD"]);
    },
    point(ref, commit) {
      git(remote, ["update-ref", ref, commit]);
    },
    tree,
    plant(ref, rows, parent) {
      const parents = parent === undefined ? [] : ["-p", parent];
      const commit = git(remote, ["commit-tree", tree(rows), ...parents, "-m", "Planted"], { env: datesOf(morning) });
      git(remote, ["update-ref", ref, commit]);
      return commit;
    },
    blob: (content) => git(remote, ["hash-object", "-w", "--stdin"], { input: content }),
  };
}

/** The policy repository at an address, in a folder that goes with the test. */
export function repositoryAt(remote: string, more: Partial<PolicyRepositoryOptions> = {}): OpenPolicyRepository {
  const repository = createPolicyRepository({
    folder: join(temporaryDirectory(), "copies"),
    remote,
    token: null,
    repoPath: ".",
    clock: testClock(evening),
    ...more,
  });
  onTestFinished(() => repository.close());
  return repository;
}

/** Files as texts by path. */
export function textsOf(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Record<string, string> {
  return Object.fromEntries(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString("utf8")]));
}

/** The operator's error that some work ends in. */
export async function refusalOf(work: Promise<unknown>): Promise<OperatorError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("it did not refuse");
}

/** An environment in which `git` is this script, which can start the real one as `"$GIT" "$@"` and write to `$NOTES`. */
export function gitBehind(script: string): {
  readonly environment: Readonly<Record<string, string>>;
  readonly notes: string;
} {
  const [notes, folder] = [temporaryDirectory(), temporaryDirectory()];
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeFileSync(join(folder, "git"), `#!/bin/sh\nGIT=${real}\nNOTES=${notes}\n${script}\n`);
  chmodSync(join(folder, "git"), 0o755);
  return { environment: { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` }, notes };
}
