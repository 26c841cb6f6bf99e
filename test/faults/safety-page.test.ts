import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";
import { isThere, readPage } from "../docs/pages.ts";

const { text } = readPage("docs/safety.md");

/** A test that the page names: its file, and its title where the file holds several. */
interface Named {
  readonly file: string;
  readonly title: string;
}

function namedIn(markdown: string): readonly Named[] {
  const named: Named[] = [];
  let file = "";
  for (const [, path, title] of markdown.matchAll(/`(test\/[\w./-]+)`|“([^”]+)”/g)) {
    if (path !== undefined) file = path;
    if (title !== undefined) named.push({ file, title });
  }
  return named;
}

/** Why a named test cannot be found, or null. The title stands in its file as a text, whole. */
function missing({ file, title }: Named): string | null {
  if (!isThere(file)) return `${file} does not exist`;
  const source = readFileSync(join(repositoryRoot, file), "utf8");
  return [`"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted))
    ? null
    : `${file} has no test “${title}”`;
}

const rows = text.split("\n").filter((line) => line.startsWith("| "));
const ids = (letter: "R" | "I", most: number): readonly string[] =>
  Array.from({ length: most }, (_, at) => `${letter}-${String(at + 1).padStart(2, "0")}`);

describe("the page about safety", () => {
  it("speaks of every requirement and every incident, each in a row of its own table", () => {
    const own = (id: string): boolean => rows.some((row) => (row.split("|")[1] ?? "").includes(id));
    expect([...ids("R", 36), ...ids("I", 48)].filter((id) => !own(id))).toEqual([]);
  });

  it("names tests that exist, by file and title", () => {
    const named = namedIn(text);
    expect(named.length).toBeGreaterThan(50);
    expect(named.map(missing).filter((problem) => problem !== null)).toEqual([]);
  });

  it("names code that exists, and a scenario or a test for everything that is kept", () => {
    const paths = [...text.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
    const kept = rows.filter((row) => /^\| R-\d\d /.test(row) && /\| (kept|partly)/.test(row));
    expect(kept.length).toBeGreaterThan(25);
    expect(kept.filter((row) => !row.includes("`src/") || !row.includes("`test/"))).toEqual([]);
  });

  it("would be found out if a title were not there", () => {
    expect(missing({ file: "test/apply/run.test.ts", title: "does what nobody wrote" })).toContain("has no test");
    expect(missing({ file: "test/gone.test.ts", title: "x" })).toContain("does not exist");
    expect(namedIn("`test/a.ts`: “one”; “two”, `test/b.ts`")).toHaveLength(2);
  });
});
