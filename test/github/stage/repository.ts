import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "./git.ts";
import { createGit } from "./git.ts";
import type { ObjectReader } from "./object-reader.ts";
import { createObjectReader } from "./object-reader.ts";

/** A bare repository: what it holds is the truth, and the emulator only reflects it. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly folder: string;
  readonly git: Git;
  readonly objects: ObjectReader;
  /** Does one thing at a time: what moves refs, and what looks at them before and after. */
  turn<T>(task: () => Promise<T>): Promise<T>;
}

export const noObject = "0".repeat(40);

export const defaultBranch = "main";

/**
 * As GitHub keeps them: every object can be fetched by its id, partial clones work, `refs/pull` is seen but not pushed
 * to, and what is pushed is checked.
 */
const configuration = `[core]
	repositoryformatversion = 0
	bare = true
[gc]
	auto = 0
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	fsckObjects = true
	autogc = false
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
`;

/** Makes an empty bare repository at `root/owner/name.git`. */
export function createRepository(root: string, owner: string, name: string): Repository {
  const folder = join(root, owner, `${name}.git`);
  for (const part of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks", "info"])
    mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, "config"), configuration);
  writeFileSync(join(folder, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
  let last: Promise<unknown> = Promise.resolve();
  return {
    owner,
    name,
    fullName: `${owner}/${name}`,
    folder,
    git: createGit(folder),
    objects: createObjectReader(folder),
    turn: async (task) => {
      const mine = last.then(task);
      last = mine.catch(() => undefined);
      return await mine;
    },
  };
}

/** Every ref with the object it points to, read from the files that Git keeps them in. */
export function refsOf({ folder }: Repository): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  const packed = join(folder, "packed-refs");
  if (existsSync(packed))
    for (const line of readFileSync(packed, "utf8").split("\n"))
      if (/^[0-9a-f]{40} refs\//.test(line)) refs.set(line.slice(41), line.slice(0, 40));
  for (const entry of readdirSync(join(folder, "refs"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".lock")) continue;
    const path = join(entry.parentPath, entry.name);
    refs.set(path.slice(folder.length + 1), readFileSync(path, "utf8").trim());
  }
  return new Map([...refs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The commit that a ref, a branch or an id names, or null. */
export async function commitAt({ objects }: Repository, name: string): Promise<string | null> {
  return name === "" ? null : ((await objects.read(`${name}^{commit}`))?.id ?? null);
}

export interface RefChange {
  readonly ref: string;
  /** Forty zeros where the ref was not there. */
  readonly before: string;
  /** Forty zeros where the ref is gone. */
  readonly after: string;
}

/** Moves refs from where they are expected to be, all or none; false where one is elsewhere. Forty zeros: not there. */
export async function moveRefs({ git }: Repository, ...changes: readonly RefChange[]): Promise<boolean> {
  if (changes.length === 0) return true;
  const input = changes.map(({ ref, before, after }) => `update ${ref} ${after} ${before}\n`).join("");
  return (await git.run(["update-ref", "--stdin"], { input })).code === 0;
}

/** What is different between two looks at the refs. */
export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((ref) => ({ ref, before: before.get(ref) ?? noObject, after: after.get(ref) ?? noObject }))
    .filter((change) => change.before !== change.after);
}

/** Whether everything at `ancestor` is also in `commit`. Names and ids both do. */
export async function contains(repository: Repository, commit: string, ancestor: string): Promise<boolean> {
  const wanted = await commitAt(repository, ancestor);
  return wanted !== null && (await history(repository, commit, new Set())).includes(wanted);
}

/** The commits that `head` has and `base` has not, parents before their children. */
export async function commitsBetween(repository: Repository, base: string, head: string): Promise<readonly string[]> {
  return await history(repository, head, new Set(await history(repository, base, new Set())));
}

/** Everything that led to a commit, parents first. */
async function history(repository: Repository, name: string, without: ReadonlySet<string>): Promise<readonly string[]> {
  const done = new Set<string>();
  const open = [await commitAt(repository, name)];
  while (open.length > 0) {
    const commit = open.at(-1) ?? null;
    if (commit === null || done.has(commit) || without.has(commit)) {
      open.pop();
      continue;
    }
    const missing = (await parentsOf(repository, commit)).filter((parent) => !done.has(parent) && !without.has(parent));
    if (missing.length === 0) {
      done.add(commit);
      open.pop();
    } else open.push(...missing);
  }
  return [...done];
}

const known = new WeakMap<Repository, Map<string, readonly string[]>>();

async function parentsOf(repository: Repository, commit: string): Promise<readonly string[]> {
  const parents = known.get(repository) ?? new Map<string, readonly string[]>();
  known.set(repository, parents);
  const found = parents.get(commit);
  if (found !== undefined) return found;
  const words = (await repository.objects.read(commit))?.bytes.toString() ?? "";
  const headers = words.slice(0, words.indexOf("\n\n")).split("\n");
  const read = headers.filter((line) => line.startsWith("parent ")).map((line) => line.slice("parent ".length));
  parents.set(commit, read);
  return read;
}
