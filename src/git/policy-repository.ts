import { OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import { isListPath } from "../policy/repository-files.ts";
import type { Clock, PolicyFileBytes } from "../ports.ts";
import type { PolicyRepository } from "../review-ports.ts";
import { checkNoDebugOutput, checkRemote, credentialsOf, isRefName } from "../git-program/address.ts";
import { checkListCount, createAgeOf, lastChangeOf } from "./ages.ts";
import { readBlobs } from "./blobs.ts";
import { mergedTree } from "./merge.ts";
import { publishCommit, removeBranch } from "./publish.ts";
import { createRunGit } from "../git-program/run-git.ts";
import { policySettings } from "./git-use.ts";
import { createStore } from "./store.ts";
import { blobsBelow, fileIn, policyFilesIn } from "./tree.ts";

export interface PolicyRepositoryOptions {
  /** A folder for the copy of the repository, which is made there when it is first needed. */
  readonly folder: string;
  /** Address or absolute path of the repository. */
  readonly remote: string;
  /** Goes with each request to a remote over HTTP, as the password of `user`. */
  readonly token: string | null;
  /** By default `x-access-token`, which is what GitHub wants. */
  readonly user?: string;
  /** Folder of the policies inside the repository, with forward slashes; `.` for all of it. */
  readonly repoPath: string;
  readonly clock: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A policy repository with a copy on this machine, which `close` deletes. */
export interface OpenPolicyRepository extends PolicyRepository {
  close(): Promise<void>;
}

/**
 * The policy repository as Git objects. They are fetched into a bare repository of our own, apart from any checkout, and
 * read there: nothing of a branch is checked out, and nothing that it or this machine has configured is run. Throws
 * OperatorError where address, folder or surroundings cannot be used.
 */
export function createPolicyRepository(options: PolicyRepositoryOptions): OpenPolicyRepository {
  const { folder, remote, token, user = "x-access-token", clock, environment = process.env } = options;
  const { authorization, secrets } = credentialsOf(token, user);
  checkRemote("the policy repository", remote, authorization === null ? "without token" : "with token");
  if (authorization !== null) checkNoDebugOutput(process.env["DEBUG"]);
  const root = rootOf(options.repoPath);
  const store = createStore({
    folder,
    remote,
    clock,
    runGitIn: (place) =>
      createRunGit({
        folder: place,
        remote,
        settings: policySettings(remote),
        authorization,
        secrets,
        environment,
      }),
  });
  const ageOf = createAgeOf(store, clock);
  const fromTop = (path: string): string => (root === "" ? path : `${root}/${path}`);

  async function read(
    treeish: string,
    changedAt: (path: string, blob: string) => Promise<Seconds | null>,
  ): Promise<readonly PolicyFileBytes[]> {
    const files = await policyFilesIn(store, treeish, root);
    checkListCount(files.filter(({ path }) => isListPath(path)).length);
    const contents = await readBlobs(store, files);
    const read: PolicyFileBytes[] = [];
    // One after the other: each may walk through the whole history.
    for (const { path, blob } of files) {
      const bytes = contents.get(blob);
      if (bytes === undefined) throw new Error(`${path} was listed and not read`);
      read.push({ path, bytes, changedAt: isListPath(path) ? await changedAt(path, blob) : null });
    }
    return read;
  }

  return {
    async commitOf(ref) {
      const full = ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
      if (!isRefName(full)) {
        throw new OperatorError(
          "usage",
          `${JSON.stringify(ref)} cannot be the name of a branch.`,
          "Name a branch, or a full ref such as refs/pull/7/head.",
        );
      }
      return await store.fetchRef(full);
    },
    async filesOf(commit) {
      await store.need(commit);
      return await read(commit, (path) => ageOf(commit, fromTop(path)));
    },
    async filesMerged(base, head) {
      await store.need(base);
      await store.need(head);
      const tree = await mergedTree(store, base, head);
      const [inBase, inHead] = [
        await blobsBelow(store, base, root, "data"),
        await blobsBelow(store, head, root, "data"),
      ];
      return await read(tree, async (path, blob) => {
        const sides = [base, head].filter((side) => (side === base ? inBase : inHead).get(path) === blob);
        const [unchanged = null] = sides;
        // What head leaves as it is in base is as old as in base; what is merged from both, or moved, as young as either.
        if (unchanged !== null) return await ageOf(unchanged, fromTop(path));
        const ages = [await ageOf(base, fromTop(path)), await ageOf(head, fromTop(path))];
        return latestOf(ages);
      });
    },
    async contains(commit, ancestor) {
      await store.need(commit);
      // With its history, a commit brings all of its ancestors.
      if (!(await store.has(ancestor))) return false;
      const { code } = await store.here(["merge-base", "--is-ancestor", ancestor, commit], { codes: [0, 1] });
      return code === 0;
    },
    async lastChange(commit, path) {
      await store.need(commit);
      return await lastChangeOf(store, commit, plainPath(path));
    },
    async fileOf(commit, path) {
      await store.need(commit);
      const file = await fileIn(store, commit, plainPath(path));
      return file === null ? null : ((await readBlobs(store, [file])).get(file.blob) ?? null);
    },
    pushBranch: (branch, base, files, message) =>
      publishCommit(store, clock, {
        branch,
        base,
        files: files.map(({ path, text }) => ({ path: plainPath(path), text })),
        message,
      }),
    deleteBranch: (branch) => removeBranch(store, branch),
    close: () => store.close(),
  };
}

/** The later of two moments; null where one cannot be told. */
function latestOf(moments: readonly (Seconds | null)[]): Seconds | null {
  return moments.reduce((late, moment) => (late === null || moment === null ? null : Math.max(late, moment)));
}

/** A path from the Git repository's root, as people write it, without `./` and double slashes. */
function plainPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** The folder of the policies; empty for the whole repository. */
function rootOf(folder: string): string {
  const plain = plainPath(folder);
  if (folder.startsWith("/") || plain.split("/").includes("..") || /[\p{Cc}\\]/u.test(plain)) {
    throw new OperatorError(
      "usage",
      `${JSON.stringify(folder)} is no folder inside the policy repository.`,
      "Name it from the repository's root, such as policies/acme, or leave it out.",
    );
  }
  return plain;
}
