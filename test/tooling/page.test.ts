import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { pageMarks } from "../../src/report/page-embed.ts";
import { type BuiltPage, buildPage } from "../../tools/page.ts";
import { repositoryRoot } from "../../tools/root.ts";

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

describe("the report page as it is built", () => {
  let page: BuiltPage;

  beforeAll(async () => {
    const built = await buildPage(repositoryRoot);
    if (built === null) throw new Error("there is no page");
    page = built;
  });

  it("allows its own script and style by their hashes, and nothing else", () => {
    const style = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? "";
    const script = /<script>([^]*?)<\/script>/.exec(page.text)?.[1] ?? "";
    expect(script.length).toBeGreaterThan(50_000);
    expect(page.text).toContain(
      `content="default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'"`,
    );
  });

  it("has one place for its title and one for its data, outside of what is hashed", () => {
    expect(page.text.split(pageMarks.title)).toHaveLength(2);
    expect(page.text.split(pageMarks.data)).toHaveLength(2);
    expect(page.text).not.toMatch(/@seatwright-(policy|style|script)@/);
  });

  it("loads nothing: no address in an attribute, a style or an import", () => {
    expect(page.text).not.toMatch(/<(link|img|iframe|object|embed|base|form)\b/i);
    // A pattern of the page itself has an address too: `#` and its name.
    expect(page.text).not.toMatch(
      /url\((?!\\?["']?#)|@import|\bimport\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bfetch\(/,
    );
    expect(page.text).not.toMatch(/<[^>]+\son[a-z]+=/);
  });

  it("is the same bytes again, small, and without a path of this machine", async () => {
    expect((await buildPage(repositoryRoot))?.text).toBe(page.text);
    expect(page.text.length).toBeLessThan(300_000);
    expect(page.text).not.toContain(repositoryRoot);
  });

  it("is not built where there are no sources of it", async () => {
    expect(await buildPage("/nowhere")).toBeNull();
  });
});
