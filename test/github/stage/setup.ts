import type { Files } from "./commits.ts";
import { commitFiles } from "./commits.ts";
import { textAt } from "./json.ts";
import { createRepository, defaultBranch, moveRefs, noObject } from "./repository.ts";
import type { Person, World } from "./world.ts";
import { identityOf } from "./world.ts";

/** The emulator makes github-actions[bot] an account when it first writes something. */
export async function meetBot({ emulator, upstream }: World): Promise<void> {
  const token = await emulator.jobToken({ contents: "write" });
  const path = `/repos/${upstream.fullName}/git/blobs`;
  await emulator.request({ method: "POST", path, token, body: { content: "" } });
}

/** Puts files on the default branch, as the first of the people. */
export async function firstCommit(world: World, files: Files): Promise<void> {
  const login = [...world.people.keys()][0];
  if (login === undefined) throw new Error("A stage needs somebody who makes the first commit.");
  const after = await commitFiles(world.upstream.git, {
    parent: null,
    files,
    message: "Begin",
    by: identityOf(world, login),
    at: world.times.now(),
  });
  const change = { ref: `refs/heads/${defaultBranch}`, before: noObject, after };
  await moveRefs(world.upstream, change);
  const at = world.times.now();
  world.activity.push({ ...change, id: 1, repository: world.upstream.fullName, at, type: "branch_creation", login });
  await world.bridge.mirror(world.upstream);
}

/** https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/about-forks: as visible as its origin, and owned by who made it. */
export async function makeFork(world: World, root: string, person: Person): Promise<string> {
  const { upstream, emulator } = world;
  const answer = await emulator.request({
    method: "POST",
    path: `/repos/${upstream.fullName}/forks`,
    token: person.token,
    body: {},
  });
  const fork = createRepository(root, person.login, textAt(answer.body, "name"));
  world.repositories.set(fork.fullName, fork);
  // The bridge writes there as the stage's admin.
  await emulator.request({
    method: "PUT",
    path: `/repos/${fork.fullName}/collaborators/admin`,
    token: person.token,
    body: { permission: "admin" },
  });
  await fork.git.text(["fetch", "--quiet", "--no-write-fetch-head", upstream.folder, "+refs/heads/*:refs/heads/*"]);
  await world.bridge.mirror(fork);
  return fork.fullName;
}
