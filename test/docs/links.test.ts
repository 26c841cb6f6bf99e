import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { isThere, proseOf, readPage, readPages } from "./pages.ts";
import type { Page } from "./pages.ts";

interface Link {
  readonly from: string;
  readonly target: string;
}

/** Links and images of a page that stay inside the repository. Code is not looked at. */
function linksOf(page: Page): readonly Link[] {
  const prose = proseOf(page).replace(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g)];
  return targets.flatMap(([, target = ""]) => (/^(https?|mailto):/.test(target) ? [] : [{ from: page.path, target }]));
}

/** The names by which a page's headings can be linked to, as GitHub makes them, and its own anchors. */
function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  const prose = proseOf(page);
  for (const [, id = ""] of prose.matchAll(/<a id="([^"]+)">/g)) anchors.add(id);
  for (const [, heading = ""] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const base = heading
      .toLowerCase()
      .replace(/[`*_]/g, "")
      .replace(/[^\p{L}\p{N}\- ]/gu, "")
      .replaceAll(" ", "-");
    let name = base;
    for (let at = 1; anchors.has(name); at++) name = `${base}-${at}`;
    anchors.add(name);
  }
  return anchors;
}

/** Why a link leads nowhere, or null. */
function broken({ from, target }: Link): string | null {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : normalize(join(dirname(from), file));
  if (!isThere(path)) return `${from} links to ${target}, and ${path} does not exist.`;
  if (anchor === undefined || !path.endsWith(".md")) return null;
  return anchorsOf(readPage(path)).has(anchor)
    ? null
    : `${from} links to ${target}, and no heading there has that name.`;
}

describe("the links of the docs", () => {
  const links = readPages().flatMap(linksOf);

  it("are found", () => {
    expect(links.length).toBeGreaterThan(30);
  });

  it("all lead somewhere", () => {
    expect(links.map(broken).filter((problem) => problem !== null)).toEqual([]);
  });

  it("would be found out if they led nowhere", () => {
    expect(broken({ from: "docs/policies.md", target: "gone.md" })).toContain("does not exist");
    expect(broken({ from: "docs/policies.md", target: "#gone" })).toContain("no heading");
    expect(broken({ from: "README.md", target: "docs/policies.md#filters" })).toBeNull();
  });
});

describe("the paths of this repository that the docs name", () => {
  const named = readPages().flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:src|test|tools|schemas|policies\.example|docs)\/[A-Za-z0-9_./-]*)`/g)].map(
      ([, name = ""]): Link => ({ from: path, target: name }),
    ),
  );

  it("exist", () => {
    const missing = named.filter(({ target }) => !isThere(target));
    expect(missing.map(({ from, target }) => `${from} names ${target}, which does not exist.`)).toEqual([]);
  });

  it("are found", () => {
    expect(named.length).toBeGreaterThan(10);
  });
});
