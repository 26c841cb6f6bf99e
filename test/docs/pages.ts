import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/root.ts";

/** A Markdown page for people: its path from the repository's root, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** README.md and every page of docs/. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(join(repositoryRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`);
  return ["README.md", ...docs].map(readPage);
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(repositoryRoot, path), "utf8") };
}

export function isThere(path: string): boolean {
  return existsSync(join(repositoryRoot, path));
}

/** A fenced block of code. `line` is that of its first line, from 1. */
export interface Fence {
  readonly page: string;
  readonly line: number;
  /** The words behind the opening fence: `yaml`, `sh`, `yaml organization`. */
  readonly info: string;
  readonly text: string;
}

/** Every fenced block of a page, in order. Throws for one that is not closed. */
export function fencesOf(page: Page): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly line: number; readonly info: string; readonly lines: string[] } | null = null;
  for (const [at, line] of page.text.split("\n").entries()) {
    const info = /^```(.*)$/.exec(line)?.[1];
    if (info === undefined) open?.lines.push(line);
    else if (open === null) open = { line: at + 2, info: info.trim(), lines: [] };
    else {
      fences.push({ page: page.path, line: open.line, info: open.info, text: `${open.lines.join("\n")}\n` });
      open = null;
    }
  }
  if (open !== null) throw new Error(`${page.path}:${open.line} opens a block that is not closed.`);
  return fences;
}

/** The page without its fenced blocks, line for line. */
export function proseOf(page: Page): string {
  let fenced = false;
  return page.text
    .split("\n")
    .map((line) => {
      if (line.startsWith("```")) {
        fenced = !fenced;
        return "";
      }
      return fenced ? "" : line;
    })
    .join("\n");
}

/** The text between `<!-- name -->` and `<!-- /... -->`, trimmed. */
export function regionOf(page: Page, name: string): string {
  const start = page.text.indexOf(`<!-- ${name} -->`);
  const end = page.text.indexOf("<!-- /", start);
  if (start === -1 || end === -1) throw new Error(`${page.path} has no region ${name}.`);
  return page.text.slice(start, end).split("\n").slice(1).join("\n").trim();
}

/** The rows of the first table in a Markdown text, without its head. */
export function rowsOf(markdown: string): readonly (readonly string[])[] {
  const lines = markdown.split("\n");
  const head = lines.findIndex((line) => /^\|( ?-+ ?\|)+$/.test(line));
  if (head === -1) throw new Error("There is no table.");
  const rows = lines.slice(head + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return (end === -1 ? rows : rows.slice(0, end)).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
}
