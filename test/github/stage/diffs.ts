import type { Repository } from "./repository.ts";
import { commitAt } from "./repository.ts";

export interface FileChange {
  readonly path: string;
  /** Null but for a renamed file. */
  readonly from: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed";
  /** The blob after the change, or before it where the file is gone. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Null for what is no text. */
  readonly patch: string | null;
}

const known = new WeakMap<Repository, Map<string, Promise<readonly FileChange[]>>>();

/** What `head` changes since it left `base`: three dots, as pull requests show it. */
export async function changesOf(repository: Repository, base: string, head: string): Promise<readonly FileChange[]> {
  const range = `${(await commitAt(repository, base)) ?? base}...${head}`;
  const diffs = known.get(repository) ?? new Map<string, Promise<readonly FileChange[]>>();
  known.set(repository, diffs);
  const diff = diffs.get(range) ?? readDiff(repository, range);
  diffs.set(range, diff);
  return await diff;
}

/** Every path that is touched, the old name of a renamed file too. */
export async function changedPaths(repository: Repository, base: string, head: string): Promise<readonly string[]> {
  return (await changesOf(repository, base, head)).flatMap(({ path, from }) => (from === null ? [path] : [from, path]));
}

async function readDiff({ git }: Repository, range: string): Promise<readonly FileChange[]> {
  const options = ["--raw", "--patch", "--no-abbrev", "--find-renames", "--no-color", "--no-ext-diff"];
  const whole = (await git.run(["-c", "core.quotePath=false", "diff", ...options, range])).stdout.toString();
  const patches = patchesOf(whole);
  return whole
    .split("\n")
    .filter((line) => /^:\d{6} \d{6} [0-9a-f]{40} [0-9a-f]{40} [A-Z]/.test(line))
    .map((line) => {
      const [head = "", first = "", second] = line.split("\t");
      const [, , before = "", after = "", letter = ""] = head.split(" ");
      const path = unquoted(second ?? first);
      const patch = patches.get(path) ?? null;
      const lines = patch?.split("\n") ?? [];
      return {
        path,
        from: second === undefined ? null : unquoted(first),
        status: letter === "A" ? "added" : letter === "D" ? "removed" : letter.startsWith("R") ? "renamed" : "modified",
        sha: letter === "D" ? before : after,
        additions: lines.filter((each) => each.startsWith("+")).length,
        deletions: lines.filter((each) => each.startsWith("-")).length,
        patch,
      };
    });
}

/** Hunks by path. */
function patchesOf(whole: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of whole.split("\ndiff --git ").slice(1)) {
    const start = part.indexOf("\n@@ ");
    if (start < 0) continue;
    const head = part.slice(0, start);
    const path = (/\n\+\+\+ ("?b\/.*)/.exec(head) ?? /\n--- ("?a\/.*)/.exec(head))?.[1]?.replace(/\t$/, "");
    if (path !== undefined) found.set(unquoted(path).slice(2), part.slice(start + 1).replace(/\n$/, ""));
  }
  return found;
}

/** Git puts a path in quotes where it holds a quote, a backslash or a control character. */
function unquoted(path: string): string {
  return path.startsWith('"') ? String(JSON.parse(path)) : path;
}
