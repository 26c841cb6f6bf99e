import type { Emulator } from "./emulator.ts";
import { object, objects, text } from "./json.ts";
import { entriesOf, parseCommit } from "./git-objects.ts";
import type { GitObject } from "./object-reader.ts";
import type { Repository } from "./repository.ts";
import { commitAt, refsOf } from "./repository.ts";

/** A commit that the emulator cannot hold under Git's id. */
export interface Substitute {
  readonly git: string;
  readonly emulator: string;
  readonly why: string;
}

/**
 * Makes the emulator reflect what a bare repository holds. Blobs, trees and ordinary commits have Git's own ids there; a
 * different id is a fault of the stage, and the mirror stops with it.
 */
export interface Bridge {
  mirror(repository: Repository): Promise<void>;
  /** Commits that the emulator cannot hold as they are, and those that come after them. */
  readonly substitutes: readonly Substitute[];
  /** Ids of Git in a text, as the emulator knows them. */
  toEmulator(words: string): string;
  /** Ids of the emulator in a text, as Git knows them. */
  toGit(words: string): string;
}

interface Mirrored {
  readonly refs: Map<string, string>;
  readonly objects: Set<string>;
}

export function createBridge(emulator: Emulator): Bridge {
  const mirrored = new Map<string, Mirrored>();
  const substitutes: Substitute[] = [];
  const known = { toEmulator: new Map<string, string>(), toGit: new Map<string, string>() };

  const post = async (repository: Repository, path: string, body: unknown, method = "POST") => {
    const answer = await emulator.request({
      method,
      path: `/repos/${repository.fullName}/git/${path}`,
      token: emulator.adminToken(),
      body,
    });
    if (answer.status >= 300)
      throw new Error(
        `The emulator refused ${method} git/${path} of ${repository.fullName} with ${answer.status}: ${JSON.stringify(answer.body)}`,
      );
    return object(answer.body);
  };

  const agree = (found: GitObject, sha: unknown) => {
    if (sha === found.id) return;
    throw new Error(`The ${found.type} ${found.id} of Git has the id ${String(sha)} in the emulator.`);
  };

  const copyCommit = async (repository: Repository, found: GitObject) => {
    const parsed = parseCommit(found.bytes);
    const parents = parsed.parents.map((parent) => known.toEmulator.get(parent) ?? parent);
    const { tree, author, committer, message } = parsed;
    const { sha } = await post(repository, "commits", { tree, parents, author, committer, message });
    const moved = parents.some((parent, index) => parent !== parsed.parents[index]);
    const why = moved ? "a commit before it has another id in the emulator" : parsed.unusual;
    if (sha === found.id || why === null) return agree(found, sha);
    substitutes.push({ git: found.id, emulator: String(sha), why });
    known.toEmulator.set(found.id, String(sha));
    known.toGit.set(String(sha), found.id);
  };

  const copyObjects = async (repository: Repository, state: Mirrored, tips: readonly string[]) => {
    const found = await newObjects(repository, state, tips);
    const of = (type: string) => found.filter((each) => each.type === type);
    await Promise.all(
      of("blob").map(async (each) =>
        agree(
          each,
          (await post(repository, "blobs", { content: each.bytes.toString("base64"), encoding: "base64" }))["sha"],
        ),
      ),
    );
    for (const each of of("tree"))
      agree(each, (await post(repository, "trees", { tree: entriesOf(each.bytes) }))["sha"]);
    for (const each of of("commit")) await copyCommit(repository, each);
    for (const { id } of found) state.objects.add(id);
  };

  const setRef = async (repository: Repository, state: Mirrored, name: string, id: string | undefined) => {
    if (id === undefined) await post(repository, name, undefined, "DELETE");
    else {
      const sha = known.toEmulator.get(id) ?? id;
      const answer = state.refs.has(name)
        ? await post(repository, name, { sha, force: true }, "PATCH")
        : await post(repository, "refs", { ref: name, sha });
      if (text(object(answer["object"])["sha"]) !== sha)
        throw new Error(`${name} of ${repository.fullName} is not at ${id} in the emulator.`);
    }
    if (id === undefined) state.refs.delete(name);
    else state.refs.set(name, id);
  };

  return {
    substitutes,
    toEmulator: (words) => translated(words, known.toEmulator),
    toGit: (words) => translated(words, known.toGit),
    mirror: async (repository) => {
      const state = mirrored.get(repository.fullName) ?? {
        refs: new Map(await emulatedRefs(emulator, repository)),
        objects: new Set(),
      };
      mirrored.set(repository.fullName, state);
      const refs = await peeled(repository);
      await copyObjects(repository, state, [...new Set(refs.values())]);
      for (const name of state.refs.keys()) if (!refs.has(name)) await setRef(repository, state, name, undefined);
      for (const [name, id] of refs) if (state.refs.get(name) !== id) await setRef(repository, state, name, id);
    },
  };
}

/** The emulator gives every annotated tag an id by chance, so that a tag is its commit there. */
async function peeled(repository: Repository): Promise<ReadonlyMap<string, string>> {
  const refs = new Map<string, string>();
  for (const [name, id] of refsOf(repository)) {
    const commit = await commitAt(repository, id);
    if (commit === null)
      throw new Error(`${name} of ${repository.fullName} is no commit: the emulator cannot hold it.`);
    refs.set(name, commit);
  }
  return refs;
}

/** A fork has branches in the emulator before it has any of ours. */
async function emulatedRefs(emulator: Emulator, { fullName }: Repository): Promise<readonly [string, string][]> {
  const path = `/repos/${fullName}/git/matching-refs/heads`;
  const { body } = await emulator.request({ method: "GET", path, token: emulator.adminToken() });
  return objects(body).map((each) => [String(each["ref"]), ""]);
}

/** What the emulator has not seen of these commits. Whatever something is made of comes before it. */
async function newObjects(
  repository: Repository,
  { objects: seen }: Mirrored,
  tips: readonly string[],
): Promise<readonly GitObject[]> {
  const found = new Map<string, GitObject>();
  const visit = async (id: string): Promise<void> => {
    if (seen.has(id) || found.has(id)) return;
    const read = await repository.objects.read(id);
    if (read === null) throw new Error(`${id} is missing in ${repository.fullName}.`);
    const { tree, parents } = read.type === "commit" ? parseCommit(read.bytes) : { tree: null, parents: [] };
    const within = read.type === "tree" ? entriesOf(read.bytes).filter(({ type }) => type !== "commit") : [];
    for (const parent of parents) await visit(parent);
    if (tree !== null) await visit(tree);
    for (const { sha } of within) await visit(sha);
    found.set(id, read);
  };
  for (const tip of tips) await visit(tip);
  return [...found.values()];
}

function translated(words: string, ids: ReadonlyMap<string, string>): string {
  return ids.size === 0 ? words : words.replaceAll(/\b[0-9a-f]{40}\b/g, (id) => ids.get(id) ?? id);
}

/** Every ref that the emulator has and Git has not, or has elsewhere, and the other way round. For tests of the stage. */
export async function differences(
  emulator: Emulator,
  bridge: Bridge,
  repository: Repository,
): Promise<readonly string[]> {
  const ours = await peeled(repository);
  const kinds = new Set(["heads", ...[...ours.keys()].map((name) => name.split("/")[1] ?? "")]);
  const theirs = new Map<string, unknown>();
  for (const kind of kinds) {
    const path = `/repos/${repository.fullName}/git/matching-refs/${kind}`;
    const { body } = await emulator.request({ method: "GET", path, token: emulator.adminToken() });
    for (const each of objects(body)) theirs.set(String(each["ref"]), object(each["object"])["sha"]);
  }
  const names = [...new Set([...ours.keys(), ...theirs.keys()])];
  return names.filter((name) => theirs.get(name) !== bridge.toEmulator(ours.get(name) ?? ""));
}
