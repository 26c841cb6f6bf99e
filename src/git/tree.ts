import { OperatorError } from "../model/errors.ts";
import { checkFileSize, isRepositoryFile, repositoryFolders } from "../policy/repository-files.ts";
import type { Store } from "./store.ts";

/** A file as a tree names it. */
export interface TreeFile {
  /** From the policy repository's root. */
  readonly path: string;
  /** Id of its content. */
  readonly blob: string;
  readonly bytes: number;
}

type Kind = "file" | "executable" | "link" | "submodule" | "folder" | "other";

interface Entry {
  readonly path: string;
  readonly kind: Kind;
  readonly id: string;
  readonly bytes: number;
  /** Whether the name is text and nothing in it hides or leads elsewhere. */
  readonly isPlain: boolean;
}

/** Bytes that Git may print of one tree: some hundred thousand files. A tree can be made that never ends. */
const LISTING_BYTES = 64 * 1024 * 1024;

/** Files of a policy repository, and lists among them, that are read at most. */
const MAX_FILES = 20_000;

const kinds: Readonly<Record<string, Kind>> = {
  "100644": "file",
  "100664": "file",
  "100755": "executable",
  "120000": "link",
  "160000": "submodule",
  "040000": "folder",
};

const shownKinds: Readonly<Record<Exclude<Kind, "file">, string>> = {
  executable: "is marked as executable",
  link: "is a symbolic link",
  submodule: "is a submodule",
  folder: "is a folder",
  other: "is no plain file",
};

/**
 * The policy files of a commit or tree, in order of paths by code units; none where it has no folder `root`. Throws
 * OperatorError("policyInvalid") naming the path where something lies there that is not simply a file.
 */
export async function policyFilesIn(store: Store, treeish: string, root: string): Promise<readonly TreeFile[]> {
  const entries = await entriesIn(store, treeish, root);
  const files = entries.filter(({ path, isPlain }) => isRepositoryFile(path) || (!isPlain && isBelowFolder(path)));
  for (const entry of entries) refuseLink(entry);
  for (const entry of entries) refuseUnlessFolder(entry);
  for (const entry of files) refuseUnlessFile(entry);
  const paths = new Set<string>();
  for (const { path } of entries) {
    if (paths.has(path)) throw refusal(path, "is there twice", "Commit it anew with Git itself");
    paths.add(path);
  }
  if (files.length > MAX_FILES) {
    throw new OperatorError(
      "policyInvalid",
      `The policy repository has ${files.length} files.`,
      `It may have ${MAX_FILES} at most.`,
    );
  }
  return files.map(({ path, id, bytes }) => ({ path, blob: id, bytes })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Ids of the contents below one folder of a commit, by path from the policy repository's root. Judges nothing. */
export async function blobsBelow(
  store: Store,
  treeish: string,
  root: string,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const tree = await treeAt(store, treeish, root === "" ? folder : `${root}/${folder}`, "pass over links");
  if (tree === null) return new Map();
  const entries = await listing(store, ["-r", tree], `${folder}/`);
  return new Map(entries.map(({ path, id }) => [path, id]));
}

/** One file of a commit by its path from the Git repository's root, or null. Throws as `policyFilesIn` does. */
export async function fileIn(store: Store, commit: string, path: string): Promise<TreeFile | null> {
  const at = path.lastIndexOf("/");
  const tree = await treeAt(store, commit, path.slice(0, Math.max(at, 0)), "refuse links");
  if (tree === null) return null;
  const entry = (await listing(store, [tree], path.slice(0, at + 1))).find((found) => found.path === path);
  if (entry === undefined || entry.kind === "folder") return null;
  refuseUnlessFile(entry);
  return { path, blob: entry.id, bytes: entry.bytes };
}

async function entriesIn(store: Store, treeish: string, root: string): Promise<readonly Entry[]> {
  const tree = await treeAt(store, treeish, root, "refuse links");
  if (tree === null) return [];
  const top = await listing(store, [tree], "");
  const folders = top.filter(({ path, kind }) => kind === "folder" && repositoryFolders.includes(path));
  const below = await Promise.all(folders.map(({ id, path }) => listing(store, ["-r", id], `${path}/`)));
  return [...top.filter(({ path }) => isRepositoryFile(path) || repositoryFolders.includes(path)), ...below.flat()];
}

/** The tree of a folder, or null where there is none. Goes down by folders only: a link on the way is never followed. */
async function treeAt(
  store: Store,
  treeish: string,
  folder: string,
  links: "refuse links" | "pass over links",
): Promise<string | null> {
  let tree = treeish;
  let path = "";
  for (const name of folder === "" ? [] : folder.split("/")) {
    const entries: readonly Entry[] = await listing(store, [tree], path);
    path += name;
    const found = entries.find((entry) => entry.path === path);
    if (found === undefined) return null;
    if (links === "refuse links") refuseLink(found);
    if (found.kind !== "folder") return null;
    tree = found.id;
    path += "/";
  }
  return tree;
}

async function listing(store: Store, what: readonly string[], prefix: string): Promise<readonly Entry[]> {
  const answer = await store.here(["ls-tree", "-z", "-l", "--full-tree", ...what], { atMost: LISTING_BYTES });
  if (answer.tooLong) {
    throw new OperatorError(
      "policyInvalid",
      `${prefix === "" ? "The repository" : prefix} holds more files than can be read.`,
      "Keep policies and lists in folders that hold nothing else.",
    );
  }
  return rows(answer.bytes).map((row) => entryOf(row, prefix));
}

function rows(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0, from);
    if (end === -1) throw new Error("git ls-tree ended in the middle of a line");
    found.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return found;
}

/** `100644 blob 0123…   42\tname`. Source: git-ls-tree(1), OUTPUT FORMAT. */
function entryOf(row: Buffer, prefix: string): Entry {
  const tab = row.indexOf(9);
  const parts = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)$/.exec(row.subarray(0, tab).toString("latin1"));
  const [, mode = "", id = "", size = ""] = parts ?? [];
  if (parts === null) throw new Error(`git ls-tree printed ${JSON.stringify(row.toString("latin1"))}`);
  const name = row.subarray(tab + 1);
  const path = prefix + name.toString("utf8");
  return {
    path,
    kind: kinds[mode] ?? "other",
    id,
    bytes: size === "-" ? 0 : Number(size),
    isPlain: isPlainPath(path) && Buffer.from(name.toString("utf8"), "utf8").equals(name),
  };
}

/** No part leads elsewhere, and no character hides what a reviewer would see. */
function isPlainPath(path: string): boolean {
  const parts = path.split("/");
  return (
    parts.every((part) => part !== "" && part !== "." && part !== "..") &&
    !/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(path)
  );
}

function isBelowFolder(path: string): boolean {
  return /\.(ya?ml|csv)$/.test(path) && repositoryFolders.includes(path.split("/")[0] ?? "");
}

/** What lies behind a link would not be read, while somebody believes that it is. */
function refuseLink({ path, kind }: Entry): void {
  if (kind === "link" || kind === "submodule") {
    throw refusal(path, shownKinds[kind], "Commit the files themselves in its place");
  }
}

function refuseUnlessFolder({ path, kind }: Entry): void {
  if (repositoryFolders.includes(path) && kind !== "folder") {
    throw refusal(path, "is a file where a folder belongs", "Rename it, or delete it");
  }
}

function refuseUnlessFile({ path, kind, bytes, isPlain }: Entry): void {
  if (!isPlain) {
    throw refusal(path, "has a name that hides something or leads elsewhere", "Rename it: letters, digits and dashes");
  }
  if (kind === "executable") {
    throw refusal(path, shownKinds.executable, "Run `git update-index --chmod=-x` on it and commit");
  }
  if (kind !== "file") throw refusal(path, shownKinds[kind], "Commit a plain file in its place");
  checkFileSize(path, bytes);
}

function refusal(path: string, what: string, remedy: string): OperatorError {
  return new OperatorError(
    "policyInvalid",
    `${shownPath(path)} ${what}. Only plain files are read.`,
    `${remedy}; nothing was planned from this commit.`,
  );
}

/** A path for a message: as it is where it is harmless, else with everything odd spelt out. */
export function shownPath(path: string): string {
  if (/^[\w./ @+-]+$/.test(path)) return path;
  return JSON.stringify(path).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
