import { writeSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Plan, UserList } from "../../src/model/documents.generated.ts";
import { seatwrightYaml } from "../policy/support.ts";
import { DAYS, now, organization, type PersonParts } from "../support/people.ts";
import { accessibilityFindings, openReport, startBrowser } from "../support/page-browser.ts";
import { needs } from "../support/needs.ts";
import { contentOf } from "./content.ts";
import { answer, type Made, made, reportOf, textOf, withBuiltPage } from "./reports.ts";

/** An organisation of a hundred thousand in a browser. How long things take is printed, not asserted. */

const chromium = needs("chromium");
const people = 100_000;

let browser: Browser;
let files: Made;
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
  const written = {
    "seatwright.yaml": `${seatwrightYaml}accessGroups: [jira-users, wiki]\n`,
    "exemptions.yaml": `version: 1
exemptions:
  - {id: EX-1, group: wiki, from: [saving], reason: Writers, owner: "@acme/it", until: 2027-03-31}
`,
  };
  files = await made(population, written);
  file = await withBuiltPage(contentOf(await textOf(await reportOf(files))));
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

  chromium.it(
    "copies out a selector that the commands accept and that means the same people",
    async () => {
      const { page } = await openReport(browser, file, "people");
      for (const [facet, option] of [
        ["app", "Jira"],
        ["unused", "120d"],
      ]) {
        await page.locator(`[data-facet="${facet}"] label:has([data-option="${option}"]) input`).check();
      }
      await comesTrue(page, `document.querySelector("[data-count]").dataset.count !== "${people}"`);
      await page.getByLabel(/^Select all/).check();
      const found = Number(await page.getAttribute("[data-selected]", "data-selected"));
      expect(found).toBeGreaterThan(1000);
      await page.getByRole("button", { name: "Copy out" }).click();
      const copied = async (name: string): Promise<string> => {
        await page.getByLabel("Name of the selector").fill(name);
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save as a file" }).click();
        await (await download).saveAs(join(files.repo, `policies/${name}.yaml`));
        return name;
      };
      const selectors = [await copied("these-people")];
      await page.getByText("Selector: the filter").click();
      selectors.push(await copied("this-filter"));
      tell(`${found} people copied out as a selector`);
      for (const name of selectors) {
        const users = await answer<UserList>("users", { ...files, where: `selector: ${name}`, columns: "accountId" });
        expect(users.matched, name).toBe(found);
        const once = { select: name, do: name === "these-people" ? "suspend" : "revoke", because: "They left" };
        const plan = await answer<Plan>("plan", { ...files, ...once });
        expect(plan.policies, name).toMatchObject([{ id: `ad-hoc-${name}`, matched: found }]);
      }
      await page.context().close();
    },
    180_000,
  );

  chromium.it(
    "prints, the people up to a thousand, and axe finds no fault with it",
    async () => {
      const { page, complaints } = await openReport(browser, file, "people");
      expect(await accessibilityFindings(page), "people").toEqual([]);
      const pages = async (): Promise<number> =>
        (await page.pdf()).toString("latin1").split("/Type /Page\n").length - 1;
      expect(await pages()).toBeGreaterThan(10);
      await page.emulateMedia({ media: "print" });
      expect(await page.locator(".scroller [role=row]").count(), "rows while it prepares").toBeLessThan(1500);
      await comesTrue(page, `document.querySelectorAll(".scroller [role=row]").length === 1000`);
      await page.emulateMedia({ media: "screen" });
      await page.locator('nav a[href="#overview"]').click();
      await page.locator("#seats").waitFor();
      expect(await accessibilityFindings(page), "overview").toEqual([]);
      expect(await pages()).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});
