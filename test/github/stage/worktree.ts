import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "./commits.ts";
import { commitFiles } from "./commits.ts";
import type { Git } from "./git.ts";
import { createGit } from "./git.ts";
import type { Repository } from "./repository.ts";
import { commitAt, createRepository, defaultBranch } from "./repository.ts";
import type { World } from "./world.ts";
import { identityOf } from "./world.ts";

/** Git's way to send a token with every request, as the checkout action does. */
export function tokenHeader(token: string): string {
  return `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
}

export interface PushOptions {
  /** Where a branch begins that is not there yet; the default branch otherwise. */
  readonly from?: string;
  /** `ada/policies`; the upstream repository otherwise. */
  readonly repository?: string;
  /** Replaces what the branch holds with a commit on top of `from`. */
  readonly force?: true;
}

/**
 * Commits and pushes as a person does, over HTTP with their token. Each person has a repository of their own for it, which
 * borrows the objects of the one on the stage instead of fetching them.
 */
export async function pushAs(
  world: World,
  root: string,
  push: { login: string; token: string; branch: string; files: Files; message: string } & PushOptions,
): Promise<string> {
  const { login, branch, files, message, from = defaultBranch } = push;
  const target = world.repositories.get(push.repository ?? world.upstream.fullName);
  if (target === undefined) throw new Error(`There is no repository ${push.repository ?? ""} on the stage.`);
  const git = ownRepository(root, login, target);
  const tip = async (name: string) => await commitAt(target, name);
  const start = (await tip(`refs/heads/${from}`)) ?? (await tip(from));
  const parent = push.force === true ? start : ((await tip(`refs/heads/${branch}`)) ?? start);
  const by = identityOf(world, login);
  const commit = await commitFiles(git, { parent, files, message, by, at: world.times.now() });
  const refspec = `${push.force === true ? "+" : ""}${commit}:refs/heads/${branch}`;
  const url = `${world.serverUrl}/${target.fullName}.git`;
  await git.text(["-c", `http.extraHeader=${tokenHeader(push.token)}`, "push", "--quiet", url, refspec]);
  return commit;
}

function ownRepository(root: string, login: string, { folder: origin, fullName }: Repository): Git {
  const { folder, git } = createRepository(join(root, "people", login), fullName.replace("/", "-"), "own");
  writeFileSync(join(folder, "objects/info/alternates"), `${join(origin, "objects")}\n`);
  return git;
}

export interface CheckoutOptions {
  readonly token: string;
  /** What is fetched: a full ref, or a commit's id. */
  readonly ref: string;
  readonly repository: string;
  /** 0 is the whole history. */
  readonly depth: number;
  /** Whether later Git commands of the job can use the token too. */
  readonly credentials: "kept" | "dropped";
}

/**
 * A work tree as https://github.com/actions/checkout makes it: one ref, as deep as asked for, on a branch of its name
 * where it is one, and detached otherwise.
 */
export async function checkOut(world: World, folder: string, options: CheckoutOptions): Promise<Git> {
  const { token, ref, repository, depth, credentials } = options;
  mkdirSync(folder, { recursive: true });
  const git = createGit(folder);
  const header = tokenHeader(token);
  await git.text(["init", "--quiet", `--initial-branch=${defaultBranch}`]);
  await git.text(["remote", "add", "origin", `${world.serverUrl}/${repository}`]);
  await git.text(["config", "gc.auto", "0"]);
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  const target = branch === undefined ? "refs/remotes/checkout" : `refs/remotes/origin/${branch}`;
  const how = ["--quiet", "--no-tags", ...(depth === 0 ? [] : [`--depth=${depth}`])];
  await git.text(["-c", `http.extraHeader=${header}`, "fetch", ...how, "origin", `+${ref}:${target}`]);
  await git.text([
    "checkout",
    "--quiet",
    "--force",
    ...(branch === undefined ? ["--detach", target] : ["-B", branch, target]),
  ]);
  if (credentials === "kept") await git.text(["config", `http.${world.serverUrl}/.extraheader`, header]);
  return git;
}

/** A whole clone of a person, with their name and token set up. */
export async function cloneAs(world: World, folder: string, login: string, token: string): Promise<Git> {
  const { fullName } = world.upstream;
  const git = await checkOut(world, folder, {
    token,
    ref: `refs/heads/${defaultBranch}`,
    repository: fullName,
    depth: 0,
    credentials: "kept",
  });
  const { name, email } = identityOf(world, login);
  await git.text(["config", "user.name", name]);
  await git.text(["config", "user.email", email]);
  await git.text(["fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*"]);
  return git;
}
