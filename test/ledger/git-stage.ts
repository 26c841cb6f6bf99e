import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { createGitLedger, type GitLedger, type GitLedgerOptions } from "../../src/ledger/git/ledger.ts";
import { planTime, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { organizationId } from "../support/organization.ts";
import type { Job } from "./git-child.ts";

export const branch = "seatwright-ledger";
export const lockRef = "refs/seatwright/lock";

/** An empty repository on disk, as a server would keep it. */
export function bareRepository(): string {
  const directory = join(temporaryDirectory(), "ledger.git");
  git(".", "init", "--quiet", "--bare", "--initial-branch=main", directory);
  return directory;
}

/** What Git prints, run in a repository, as whoever else works with it. */
export function git(directory: string, ...args: readonly string[]): string {
  const someone = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
  return execFileSync("git", ["-C", directory, ...someone, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}

/** A ledger on the branch, with a copy of its own: another machine, unless a folder is given. */
export function ledgerAt(remote: string, more: Partial<GitLedgerOptions> = {}): GitLedger {
  return createGitLedger({
    folder: more.folder ?? join(temporaryDirectory(), "copy"),
    remote,
    organizationId,
    clock: testClock(planTime),
    ...more,
  });
}

/** Paths of the files on the branch. */
export function filesAt(remote: string): readonly string[] {
  return git(remote, "ls-tree", "-r", "--name-only", branch).split("\n");
}

/** A file on the branch. */
export function fileAt(remote: string, path: string): string {
  return git(remote, "show", `${branch}:${path}`);
}

/** Subjects of the branch's commits, oldest first. */
export function subjectsAt(remote: string): readonly string[] {
  return git(remote, "log", "--reverse", "--format=%s", branch).split("\n");
}

/** Has somebody else commit to a branch of the repository: what `change` does to a checkout of it. */
export function commitElsewhere(remote: string, change: (checkout: string) => void, onto = branch): void {
  const checkout = join(temporaryDirectory(), "elsewhere");
  git(".", "clone", "--quiet", "--branch", onto, remote, checkout);
  change(checkout);
  git(checkout, "add", "--all", "--force");
  git(checkout, "commit", "--quiet", "--message", "Something else");
  git(checkout, "push", "--quiet", "origin", `HEAD:${onto}`);
}

/** Installs a hook of the server. */
export function serverHook(remote: string, name: string, script: string): void {
  const path = join(remote, "hooks", name);
  mkdirSync(join(remote, "hooks"), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/**
 * An environment in which `git` is a script that stands before the real one, which it can start as `"$GIT" "$@"`. `$NOTES`
 * is a folder of the script's own.
 */
export function gitBehind(script: string): {
  readonly environment: Readonly<Record<string, string>>;
  readonly notes: string;
} {
  const notes = temporaryDirectory();
  const folder = temporaryDirectory();
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeFileSync(join(folder, "git"), `#!/bin/sh\nGIT=${real}\nNOTES=${notes}\n${script}\n`);
  chmodSync(join(folder, "git"), 0o755);
  return { environment: { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` }, notes };
}

/** A process of its own at work on a ledger. */
export interface Child {
  /** Resolves when it has printed this line. */
  readonly said: (line: string) => Promise<void>;
  /** The first of these lines that it prints. */
  readonly saidOneOf: <Line extends string>(...lines: readonly Line[]) => Promise<Line>;
  /** Lets it do its job; until then it waits. */
  readonly go: () => void;
  /** Ends its input, and waits until it is no more. Gives everything it printed. */
  readonly end: () => Promise<string>;
}

export function startChild(job: Job): Child {
  const script = fileURLToPath(new URL("git-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", script, JSON.stringify(job)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let all = "";
  let look = (): void => undefined;
  child.stdin.on("error", () => undefined);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    all += text;
    look();
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
      look();
    });
  });
  const saidOneOf = async <Line extends string>(...lines: readonly Line[]): Promise<Line> =>
    await new Promise((resolve, reject) => {
      const earlier = look;
      look = () => {
        earlier();
        const found = lines.find((line) => all.split("\n").slice(0, -1).includes(line));
        if (found !== undefined) resolve(found);
        else if (child.exitCode !== null || child.signalCode !== null)
          reject(new Error(`it ended having said: ${all}`));
      };
      look();
    });
  return {
    saidOneOf,
    said: async (line) => void (await saidOneOf(line)),
    go: () => void child.stdin.write("go\n"),
    async end() {
      child.stdin.end();
      await ended;
      return all;
    },
  };
}
