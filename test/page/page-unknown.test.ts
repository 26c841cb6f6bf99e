import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Org, openOrg } from "../../page/org.ts";
import { peopleCsv } from "../../page/selector.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import type { PageCounts } from "../../src/model/page-data.ts";
import type { PageContent } from "../../src/report/page-pack.ts";
import { policyYaml, seatwrightYaml } from "../policy/support.ts";
import { DAYS, now, organization, type PersonParts } from "../support/people.ts";
import { openReport, startBrowser } from "../support/page-browser.ts";
import { needs } from "../support/needs.ts";
import { contentOf } from "./content.ts";
import { answer, type Made, made, reportOf, run, textOf, withBuiltPage } from "./reports.ts";

/** What is not known is never shown as no. */

const chromium = needs("chromium");

let browser: Browser;
let files: Made;
let content: PageContent;
let file = "";

const added = now - 500 * DAYS;

/** Thirty people on Jira, ten of them on two Bitbucket workspaces, one of them whose groups nobody could read. */
function doubtful() {
  const usual: PersonParts = { added, claim: "managed", source: "invited" };
  const person = (at: number): PersonParts => ({
    ...usual,
    name: `Person ${at}`,
    groups: ["jira-users", ...(at < 10 ? ["code"] : []), ...(at > 26 ? ["both"] : [])],
    active: { jira: at < 20 ? 2 : 200, ...(at > 26 ? { confluence: 2 } : {}) },
  });
  return organization({
    instances: {
      jira: { app: "jira-software" },
      confluence: { app: "confluence" },
      bitbucket: { app: "bitbucket" },
      elsewhere: { app: "bitbucket", site: "code" },
    },
    groups: {
      "jira-users": { grants: ["jira"] },
      wiki: { grants: ["confluence"], members: 1 },
      code: { grants: ["bitbucket", "elsewhere"] },
      both: { grants: ["jira", "confluence"] },
      "hr-jira": { grants: ["jira"], synced: true },
    },
    people: {
      ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`p-${String(at).padStart(2, "0")}`, person(at)])),
      synced: { ...usual, name: "Sylvia Synced", groups: ["hr-jira"], active: { jira: 300 } },
      unread: { ...usual, name: "Una Read", groups: null, active: { jira: 400 } },
      outside: { ...usual, name: "Olga Outside", groups: [], active: {} },
    },
  });
}

beforeAll(async () => {
  files = await made(doubtful(), {
    "seatwright.yaml": `${seatwrightYaml}accessGroups: [jira-users, code]
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
prices: {bitbucket: {currency: USD, perSeatMonth: 3}, jira-software: {currency: USD, perSeatMonth: 9}}
`,
    "exemptions.yaml": "version: 1\nexemptions: []\n",
    "policies/a.yaml": policyYaml({
      where: "{app: jira-software, unused: 90d}",
      mode: "enforce",
      then: "[{revoke: {ifBlocked: handoff}}]",
      limits: "{percent: 100}",
    }),
  });
  content = contentOf(await textOf(await reportOf(files)));
  if (chromium.path === null) return;
  browser = await startBrowser(chromium.path);
  file = await withBuiltPage(content);
});

afterAll(() => browser?.close());

function rowOf(page: Page, sheet: string, name: string): Locator {
  return page
    .locator("section", { has: page.locator(`#${sheet}`) })
    .locator("tbody tr", { has: page.locator("th", { hasText: name }) });
}

describe("seats whose activity cannot be believed", () => {
  const cases = [
    ["App and site", "Bitbucket on code", "not known"],
    ["App", "Bitbucket", "not known"],
    ["App", "Jira", /^1\d$/],
    ["Site", "code", "not known"],
    ["Site", "acme", /^1\d\s*without Bitbucket$/],
    ["Site", "Everywhere", /^1\d\s*without Bitbucket$/],
  ] as const;

  chromium.it("are not shown as used or unused, however seats are put together", async () => {
    const { page } = await openReport(browser, file);
    for (const [by, name, words] of cases) {
      await page.getByLabel(by, { exact: true }).check({ force: true });
      const row = rowOf(page, "seats", name).last();
      for (const title of ["Unused 60d", "Overdue 90d"]) {
        const text = await row.locator(`[data-title="${title}"]`).innerText();
        if (words instanceof RegExp) expect(text, `${by}: ${name}`).toMatch(words);
        else expect(text, `${by}: ${name}`).toBe(words);
      }
      const bar = (await row.locator(".bar").getAttribute("aria-label")) ?? "";
      if (words === "not known")
        expect(bar, name).toMatch(/0 within 30 days.* 0 longer ago or never, [12]0 not known$/);
      else if (name !== "Jira") expect(bar, name).toMatch(/[12]0 not known$/);
    }
    await page.context().close();
  });

  chromium.it("are not shown as in use, nor as nothing to save", async () => {
    const { page } = await openReport(browser, file);
    expect(await rowOf(page, "reclaim", "Bitbucket on code").locator('[data-title="In use"]').innerText()).toBe(
      "not known",
    );
    expect(await rowOf(page, "reclaim", "Everywhere").locator('[data-title="In use"]').innerText()).toMatch(
      /without Bitbucket$/,
    );
    expect(await rowOf(page, "cost", "Bitbucket on code").locator('[data-title="Would save"]').innerText()).toMatch(
      /^not known/,
    );
    expect(await rowOf(page, "cost", "Jira").locator('[data-title="Would save"]').innerText()).toMatch(/^USD/);
    expect(await page.locator(".figures").innerText()).toMatch(/Unused for 90d\s+1\d\s+seats without Bitbucket;/);
    await page.context().close();
  });
});

describe("somebody whose groups could not be read", () => {
  chromium.it("is said to be so in the window too, and not to be in no group", async () => {
    const { page } = await openReport(browser, file, "people");
    await page.fill("#search", "Una Read");
    const row = page.locator(".scroller [role=row]");
    await expect.poll(() => row.count()).toBe(1);
    expect(await row.locator(".cell-seats").innerText()).toMatch(/^not known: .*Jira on acme/);
    await row.click();
    const text = await page.locator("dialog[open]").innerText();
    expect(text).toContain("The groups of this person could not be read");
    expect(text).not.toContain("No role on any app is known");
    expect(text).not.toContain("Groups (0)");
    expect(text).toMatch(/Groups\s+Not known\./);
    for (const name of ["Jira on acme", "Confluence on acme", "Bitbucket on acme", "Bitbucket on code"]) {
      expect(text).toMatch(new RegExp(`${name}\\s+not known whether a seat is held`));
    }
    await page.context().close();
  });

  chromium.it(
    "differs from somebody of whom a group does not add up, who is told which, and from nobody's",
    async () => {
      const { page } = await openReport(browser, file, "people");
      await page.fill("#search", "Olga Outside");
      await expect.poll(() => page.locator(".scroller [role=row]").count()).toBe(1);
      await page.locator(".scroller [role=row]").click();
      const text = await page.locator("dialog[open]").innerText();
      expect(text).toMatch(/Confluence on acme\s+not known whether a seat is held/);
      expect(text).toContain("perhaps by wiki, whose members do not add up");
      expect(text).toContain("Groups (0)");
      await page.context().close();
    },
  );

  it("has the groups `unknown` in the CSV of the page, as in that of `users`", async () => {
    const org: Org = openOrg(content);
    const lines = peopleCsv(
      org,
      Array.from({ length: org.size }, (_, at) => at),
    ).split("\r\n");
    const [head = "", ...rows] = lines.map((line) => line.replace("\ufeff", "").replaceAll('"', ""));
    const at = head.split(",").indexOf("groups");
    const here = new Map(rows.map((line) => [line.split(",")[0], line.split(",")[at]]));
    const { out } = await run("users", { ...files, format: "csv", columns: "accountId,groups" });
    const there = out
      .replace("\ufeff", "")
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.replaceAll('"', "").split(","));
    expect(there.length).toBe(org.size);
    expect(here.get("unread")).toBe("unknown");
    expect(here.get("outside")).toBe("");
    for (const [id = "", groups] of there) expect(here.get(id), id).toBe(groups);
  });
});

describe("a change between two days", () => {
  /** The first day of the history with another number of seats held and not known on Jira. */
  const withHistory = async (then: { readonly held: number; readonly unknown: number | null }): Promise<string> => {
    const [first, ...later] = content.head.history;
    const jira = content.head.instances.find(({ app }) => app === "jira-software")?.id ?? "";
    if (first === undefined || first.seats[jira] === undefined) throw new Error("the report has no history of Jira");
    const before: PageCounts = { ...first, seats: { ...first.seats, [jira]: { ...first.seats[jira], ...then } } };
    return withBuiltPage({ ...content, head: { ...content.head, history: [before, ...later] } });
  };

  chromium.it("is a range, with the reason, where another number of seats was not known", async () => {
    const { held = 0, unknown = 0 } = content.head.seats.instances.find(({ app }) => app === "jira-software") ?? {};
    expect(unknown).toBeGreaterThan(0);
    const made = await withHistory({ held: held + 55, unknown: unknown + 10 });
    const { page } = await openReport(browser, made, "history");
    const jira = rowOf(page, "compare", "Jira on acme");
    expect(await jira.locator('[data-title="Change"]').innerText()).toBe("−65 to −55");
    const main = await page.locator("main").innerText();
    expect(main).toContain("A change is a range where");
    expect(main).toContain("The shaded band above a line");
    await page.context().close();
  });

  chromium.it("is one number where as many were not known, and not known where that was not counted", async () => {
    const { held = 0, unknown = 0 } = content.head.seats.instances.find(({ app }) => app === "jira-software") ?? {};
    for (const [then, words] of [
      [{ held: held + 3, unknown }, "−3"],
      [{ held: held + 3, unknown: null }, "not known"],
    ] as const) {
      const { page } = await openReport(browser, await withHistory(then), "history");
      expect(await rowOf(page, "compare", "Jira on acme").locator('[data-title="Change"]').innerText()).toBe(words);
      expect(await page.locator("main").innerText()).not.toContain("A change is a range where");
      await page.context().close();
    }
  });

  chromium.it("has its band drawn in the curve", async () => {
    /** Points of the curve that are as opaque as a band. */
    const banded = async (unknown: number): Promise<number> => {
      const history = content.head.history.map((counts) => ({
        ...counts,
        seats: Object.fromEntries(Object.entries(counts.seats).map(([id, seats]) => [id, { ...seats, unknown }])),
      }));
      const made = await withBuiltPage({ ...content, head: { ...content.head, history } });
      const { page } = await openReport(browser, made, "history");
      await page.waitForSelector("canvas");
      const count: unknown = await page.evaluate(`(() => {
        const canvas = document.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((count, value, at) => count + (at % 4 === 3 && value === 64 ? 1 : 0), 0);
      })()`);
      await page.context().close();
      return Number(count);
    };
    expect(await banded(0)).toBeLessThan(500);
    expect(await banded(5)).toBeGreaterThan(5000);
  });
});

describe("open hand-offs", () => {
  chromium.it("for the identity provider and for admins are told apart", async () => {
    const plan = await answer<Plan>("plan", { ...files });
    const codes = plan.heldBack.filter(({ handoff }) => handoff).map(({ code }) => code);
    const synced = codes.filter((code) => code === "synced-group").length;
    expect([synced > 0, synced < codes.length], codes.join(" ")).toEqual([true, true]);
    const { page } = await openReport(browser, file);
    const card = page.locator(".figures > div", { hasText: "Open hand-offs" });
    expect((await card.locator("dd").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "))).toEqual([
      `${synced} for the identity provider`,
      `${codes.length - synced} for admins, by hand`,
    ]);
    const doers = await page
      .locator("section", { has: page.locator("#handoffs") })
      .locator('[data-title="Who can do it"]')
      .allInnerTexts();
    expect(new Set(doers)).toEqual(
      new Set(["the identity provider, which is not named", "an admin of the organisation"]),
    );
    await page.context().close();
  });
});
