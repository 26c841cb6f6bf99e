import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";

export interface SourceFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every module under src/ of the repository at `root`, sorted by path. Declaration files are no modules. */
export function readSources(root: string): readonly SourceFile[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.split(sep).join("/")}`)
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && !/\.d\.[cm]?ts$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The folder of src/ that holds `path`: `src/plan/pace.ts` is in `plan`, `src/cli.ts` in the empty one. */
export function folderOf(path: string): string {
  return path.split("/").slice(1, -1)[0] ?? "";
}
