import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { takePictures } from "../../tools/pictures/pictures.ts";
import { makeReport } from "../../tools/pictures/report.ts";
import { repositoryRoot } from "../../tools/root.ts";
import { accessibilityFindings, openReport, startBrowser } from "../support/page-browser.ts";
import { needs } from "../support/needs.ts";

/** A report with large numbers and prices of every kind, on phones and on paper: nothing of it is cut off. */

const chromium = needs("chromium");
const folder = mkdtempSync(join(tmpdir(), "seatwright-fits-"));
const file = join(folder, "report.html");
const views = ["overview", "people", "groups", "history", "runs"] as const;

let browser: Browser;

beforeAll(async () => {
  if (chromium.path === null) return;
  browser = await startBrowser(chromium.path);
  await makeReport(2000, file);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

function phone(width: number): BrowserContextOptions {
  return { viewport: { width, height: 740 }, isMobile: true };
}

async function show(page: Page, view: string): Promise<void> {
  await page.locator(`nav a[href="#${view}"]`).click();
  await page.locator(`nav a[href="#${view}"][aria-current]`).waitFor();
}

/** Tables that are wider than their place, and texts that begin or end outside the screen. */
async function cutOff(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(`(() => {
    const wide = [...document.querySelectorAll(".wide")].filter((e) => e.scrollWidth > e.clientWidth);
    const seen = (e) => e.closest(".visually-hidden, thead, .scroller, .grid-head, legend, .skip") === null;
    const out = [...document.querySelectorAll("main *")].filter((e) => {
      if (e.children.length > 0 || e.textContent.trim() === "" || !seen(e)) return false;
      const { left, right, width } = e.getBoundingClientRect();
      return width > 0 && (left < 0 || right > document.documentElement.clientWidth + 0.5);
    });
    return [
      ...wide.map((e) => "table " + e.scrollWidth + " in " + e.clientWidth),
      ...out.map((e) => "text " + e.textContent.slice(0, 60)),
    ];
  })()`);
  return found as readonly string[];
}

/** Numbers that go on in another line. */
async function brokenNumbers(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(`(() => {
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const broken = [];
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      for (const { 0: number, index } of node.data.matchAll(/\\d[\\d,.]*/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + number.length);
        const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => top));
        if (lines.size > 1) broken.push(number + " in " + node.data.slice(0, 60));
      }
    }
    return broken;
  })()`);
  return found as readonly string[];
}

/** Goes through everything that the report shows without being asked for, and its seats by app and by site. */
async function throughAll(page: Page, look: (place: string) => Promise<void>): Promise<void> {
  for (const view of views) {
    await show(page, view);
    await look(view);
    if (view !== "overview") continue;
    for (const by of ["App", "Site"]) {
      await page.getByLabel(by, { exact: true }).check({ force: true });
      await look(`${view} by ${by}`);
    }
  }
}

describe("on a phone", () => {
  for (const width of [320, 360, 390]) {
    chromium.it(`nothing is cut off and no number is broken at ${width} pixels`, async () => {
      const { page } = await openReport(browser, file, "overview", phone(width));
      expect(await page.locator("#cost").count(), "there are prices").toBe(1);
      await throughAll(page, async (place) => {
        expect(await page.evaluate("document.documentElement.scrollWidth"), place).toBe(width);
        expect(await cutOff(page), place).toEqual([]);
        expect(await brokenNumbers(page), place).toEqual([]);
      });
      await page.context().close();
    });
  }

  chromium.it("axe finds no fault", async () => {
    const { page } = await openReport(browser, file, "overview", phone(390));
    await throughAll(page, async (place) => expect(await accessibilityFindings(page), place).toEqual([]));
    await page.context().close();
  });

  chromium.it("the way out of a person stays one word beside a long name", async () => {
    const { page } = await openReport(browser, file, "people", phone(320));
    await page.locator(".scroller [role=row]").first().click();
    await page.evaluate(`document.getElementById("dialog-title").textContent = "W".repeat(90)`);
    const close = page.getByRole("button", { name: "Close" });
    const lines = `(() => { const r = document.createRange(); r.selectNodeContents(document.querySelector(".dialog-head button")); return r.getClientRects().length; })()`;
    expect(await page.evaluate(lines)).toBe(1);
    const { x = 0, width = 0 } = (await close.boundingBox()) ?? {};
    expect(x + width).toBeLessThanOrEqual(320);
    await page.context().close();
  });
});

describe("on a screen that is too narrow for a table", () => {
  chromium.it("the keyboard reaches the table to scroll it, and axe finds no fault", async () => {
    const { page } = await openReport(browser, file, "overview", { viewport: { width: 740, height: 800 } });
    const table = page.locator(".wide", { has: page.locator("table.cost") });
    const isCut = `(() => { const e = document.querySelector("table.cost").parentElement; return e.scrollWidth > e.clientWidth; })()`;
    expect(await page.evaluate(isCut)).toBe(true);
    expect(await table.getAttribute("tabindex")).toBe("0");
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.context().close();
  });
});

describe("the pictures in docs/", () => {
  chromium.it("are all of those that `tools/pictures` takes, and of that size", async () => {
    const taken = await takePictures(chromium.path ?? "", file, folder);
    const docs = await Promise.all(
      ["README.md", "docs/report.md"].map((path) => readFile(join(repositoryRoot, path), "utf8")),
    );
    const shown = docs.flatMap((text) =>
      [...text.matchAll(/\((?:docs\/)?(report-\w+\.png)\)/g)].map(([, name]) => name),
    );
    expect(new Set(taken)).toEqual(new Set(shown));
    /** Width and height, in the first chunk of a PNG file. */
    const sizeOf = async (path: string): Promise<readonly number[]> => {
      const bytes = await readFile(path);
      return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    };
    for (const name of taken) {
      expect(await sizeOf(join(folder, name)), name).toEqual(await sizeOf(join(repositoryRoot, "docs", name)));
    }
  });
});

describe("on paper", () => {
  /** The width of an A4 page between its margins. */
  const paper: BrowserContextOptions = { viewport: { width: 703, height: 1000 } };

  chromium.it("the overview prints with prices, and no cell becomes a column of words", async () => {
    const { page } = await openReport(browser, file, "overview", paper);
    expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "print" });
    const lines: unknown =
      await page.evaluate(`[...document.querySelectorAll("table.cost td:last-child")].map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    })`);
    expect(Math.max(...(lines as number[]))).toBeGreaterThan(1);
    expect(Math.max(...(lines as number[]))).toBeLessThan(8);
    expect(await cutOff(page)).toEqual([]);
    expect(await brokenNumbers(page)).toEqual([]);
    await page.context().close();
  });

  chromium.it("has nothing to press, and tells long unused from not known without colours", async () => {
    const { page } = await openReport(browser, file, "overview", paper);
    const go = page.getByRole("button", { name: /^Show / });
    expect(await go.filter({ visible: true }).count()).toBeGreaterThan(0);
    await page.emulateMedia({ media: "print" });
    expect(await go.filter({ visible: true }).count()).toBe(0);
    const fills = (await page.evaluate(
      `["fresh", "aging", "old", "gone", "blank"].map((tone) => getComputedStyle(document.querySelector(".legend ." + tone)).fill)`,
    )) as readonly string[];
    expect(fills[3]).toContain("#hatch");
    expect(await page.locator("pattern#hatch").count()).toBe(1);
    expect(new Set(fills).size).toBe(5);
    await page.context().close();
  });
});
