import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";

interface Picture {
  readonly name: string;
  readonly view: string;
  readonly screen: BrowserContextOptions;
  /** What is done on the page before. */
  readonly before: (page: Page) => Promise<void>;
}

const wide = { viewport: { width: 1280, height: 860 } } as const;

/** What docs/ and the README show of the report. */
const pictures: readonly Picture[] = [
  { name: "report-light.png", view: "overview", screen: wide, before: async () => undefined },
  { name: "report-dark.png", view: "people", screen: { ...wide, colorScheme: "dark" }, before: selectThree },
  {
    name: "report-phone.png",
    view: "overview",
    screen: { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true },
    before: showSeats,
  },
];

/** Takes the pictures of docs/ from a report, with the Chromium at this path, into a folder. Gives their names. */
export async function takePictures(browserPath: string, report: string, folder: string): Promise<readonly string[]> {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    for (const { name, view, screen, before } of pictures) {
      const context = await browser.newContext(screen);
      const page = await context.newPage();
      page.setDefaultTimeout(25_000);
      await page.goto(`${pathToFileURL(report).href}#${view}`);
      await page.waitForSelector('html[data-state="ready"]', { state: "attached" });
      await before(page);
      await page.screenshot({ path: join(folder, name) });
      await context.close();
    }
  } finally {
    await browser.close();
  }
  return pictures.map(({ name }) => name);
}

/** Narrows the list down and selects three of those who are left. */
async function selectThree(page: Page): Promise<void> {
  await page.fill("#search", "n");
  for (const [facet, option] of [
    ["app", "Jira"],
    ["unused", "60d"],
  ]) {
    await page.locator(`[data-facet="${facet}"] label:has([data-option="${option}"]) input`).check();
  }
  await page.locator(".grid-head .cell-last button").click();
  await page.waitForSelector('.cell-last[aria-sort="ascending"]');
  for (const at of [1, 2, 4]) await page.locator(`[data-index="${at}"] input`).check();
}

/** The table of seats, which on a phone becomes cards. */
async function showSeats(page: Page): Promise<void> {
  await page.evaluate('window.scrollTo(0, document.getElementById("seats").getBoundingClientRect().top - 24)');
}
