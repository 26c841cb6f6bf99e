import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";
import { isThere, readPage } from "./pages.ts";

const picture = readFileSync(join(repositoryRoot, "docs/lifecycle.svg"), "utf8");

describe("the picture of the life of a change", () => {
  it("can be heard: it has a title and a description, and the page has a text for it", () => {
    expect(picture).toContain('role="img" aria-labelledby="title desc"');
    expect(picture).toMatch(/<title id="title">[^<]+<\/title>/);
    expect(picture).toMatch(/<desc id="desc">[^<]{100,}<\/desc>/);
    expect(readPage("docs/lifecycle.md").text).toMatch(/!\[[^\]]{40,}\]\(lifecycle\.svg\)/);
  });

  it("has colours for light and for dark", () => {
    expect(picture).toContain("@media (prefers-color-scheme: dark)");
    const [light = "", dark = ""] = picture.split("@media (prefers-color-scheme: dark)");
    const coloured = [...light.matchAll(/^ {4}\.([a-z-]+) \{[^}]*(?:fill|stroke): #/gm)].map(([, name]) => name);
    expect(coloured.length).toBeGreaterThan(8);
    for (const name of coloured) expect(dark).toContain(`.${name} {`);
  });

  it("loads and runs nothing", () => {
    expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|<script|<image|<foreignObject|\son[a-z]+=/,
    );
  });

  it("names folders of the sources that exist", () => {
    const folders = [...picture.matchAll(/>(src\/[a-z]+)</g)].map(([, folder = ""]) => folder);
    expect(folders.length).toBeGreaterThan(7);
    expect(folders.filter((folder) => !isThere(folder))).toEqual([]);
  });
});
