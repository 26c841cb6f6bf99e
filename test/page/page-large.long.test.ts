import { writeSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { seatwrightYaml } from "../policy/support.ts";
import { DAYS, now, organization, type PersonParts } from "../support/people.ts";
import { openReport, startBrowser } from "../support/page-browser.ts";
import { needs } from "../support/needs.ts";
import { contentOf } from "./content.ts";
import { made, reportOf, textOf, withBuiltPage } from "./reports.ts";

/** An organisation of a hundred thousand in a browser. How long things take is printed, not asserted. */

const chromium = needs("chromium");
const people = 100_000;

let browser: Browser;
let file = "";

beforeAll(async () => {
  if (chromium.path === null) return;
  browser = await startBrowser(chromium.path);
  const parts = Object.fromEntries(
    Array.from({ length: people }, (_, at): [string, PersonParts] => [
      `712020:${String(at).padStart(8, "0")}-8acf-40d9-96f3-${((at * 7_919) % 1_000_003).toString(16).padStart(12, "0")}`,
      {
        name: `Person ${((at * 7_919) % people).toString(36)} ${at}`,
        email: `person-${at}@example.com`,
        added: now - 500 * DAYS,
        groups: at % 3 === 0 ? ["jira-users", "wiki"] : at % 3 === 1 ? ["jira-users"] : [],
        active: at % 5 === 0 ? {} : { jira: at % 400 },
      },
    ]),
  );
  const population = organization({
    groups: { "jira-users": { grants: ["jira"] }, wiki: { grants: ["confluence"] } },
    people: parts,
  });
  const files = {
    "seatwright.yaml": `${seatwrightYaml}accessGroups: [jira-users, wiki]\n`,
    "exemptions.yaml": `version: 1
exemptions:
  - {id: EX-1, group: wiki, from: [saving], reason: Writers, owner: "@acme/it", until: 2027-03-31}
`,
  };
  file = await withBuiltPage(contentOf(await textOf(await reportOf(await made(population, files)))));
}, 180_000);

afterAll(() => browser?.close());

/** Printed past the runner, which keeps what passing tests say to itself. */
function tell(words: string): void {
  writeSync(2, `100,000 people: ${words}\n`);
}

/** Asks from outside: the page's own policy forbids the waiting that Playwright would do inside it. */
async function comesTrue(page: Page, question: string): Promise<void> {
  await expect.poll(() => page.evaluate(question), { timeout: 30_000 }).toBe(true);
}

describe("a report of a hundred thousand people", () => {
  chromium.it(
    "keeps few rows in the page, finds and filters among all of them",
    async () => {
      const started = performance.now();
      const lap = (what: string): void => tell(`${what} after ${Math.round(performance.now() - started)} ms`);
      const { page, complaints } = await openReport(browser, file, "people");
      lap("open");
      const paint = await page.evaluate("Math.round(performance.getEntriesByName('first-paint')[0]?.startTime)");
      tell(`first paint after ${String(paint)} ms`);
      expect(await page.getAttribute("[data-count]", "data-count")).toBe(String(people));
      const rows = page.locator(".scroller [role=row]");
      let most = await rows.count();
      for (const share of [0.1, 0.35, 0.5, 0.99, 1, 0]) {
        await page.evaluate(
          `{ const s = document.querySelector(".scroller"); s.scrollTop = s.scrollHeight * ${share}; }`,
        );
        await comesTrue(
          page,
          `(() => { const s = document.querySelector(".scroller"); const top = s.getBoundingClientRect().top; return [...s.querySelectorAll("[role=row]")].some((row) => Math.abs(row.getBoundingClientRect().top - top) < 41); })()`,
        );
        most = Math.max(most, await rows.count());
      }
      expect(most).toBeLessThan(100);
      lap("scrolled");
      await page.fill("#search", "person-99999@");
      await page.fill("#search", " 99999");
      await page.waitForSelector('[data-count="1"]');
      expect(await rows.first().textContent()).toContain(" 99999");
      lap("searched");
      await page.fill("#search", "");
      await page.locator('[data-facet="unused"] input').nth(2).check();
      await comesTrue(page, `document.querySelector("[data-count]").dataset.count !== "${people}"`);
      const found = Number(await page.getAttribute("[data-count]", "data-count"));
      expect(found).toBeGreaterThan(1000);
      await page.getByLabel(/^Select all/).check();
      expect(await page.getAttribute("[data-selected]", "data-selected")).toBe(String(found));
      lap("filtered and selected");
      await page.locator(".grid-head .cell-last button").click();
      await page.waitForSelector('[aria-sort="ascending"].cell-last');
      lap("sorted");
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});
