import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

/** A page that stays open, to be used with mouse and keyboard. */
export interface OpenReport {
  readonly page: Page;
  /** What the browser complained of: errors, refused styles, scripts and connections. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for, besides its own file. */
  readonly asked: readonly string[];
}

/** Starts the Chromium at this path, for all the tests of a file. */
export function startBrowser(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-gpu"] });
}

/** Opens a report from disk and waits until it is there. */
export async function openReport(
  browser: Browser,
  file: string,
  view = "overview",
  options: BrowserContextOptions = {},
): Promise<OpenReport> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  const complaints: string[] = [];
  const asked: string[] = [];
  const own = pathToFileURL(file).href;
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(own) && !url.startsWith("blob:")) asked.push(url);
  });
  await page.goto(`${own}#${view}`);
  await page.waitForSelector("html[data-state]", { state: "attached" });
  expect(await page.getAttribute("html", "data-state")).toBe("ready");
  return { page, complaints, asked };
}

/**
 * What axe finds on a page as it is now, one line for each rule and element. `contrast`: of colours alone, for a page that was
 * looked at whole in others.
 */
export async function accessibilityFindings(page: Page, what: "all" | "contrast" = "all"): Promise<readonly string[]> {
  // The page's own policy holds for scripts of the page; this one comes from outside it.
  await page.evaluate(axe.source);
  const options = what === "all" ? "" : "{ runOnly: ['color-contrast'] }";
  const found: unknown = await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + ": " + failureSummary)))`,
  );
  return found as readonly string[];
}
