import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { History, Plan, SeatReport, UserList } from "../../src/model/documents.generated.ts";
import { accessibilityFindings, openReport, startBrowser } from "../support/page-browser.ts";
import { needs } from "../support/needs.ts";
import { contentOf } from "./content.ts";
import { acme, answer, type Made, made, reportOf, run, textOf, withBuiltPage } from "./reports.ts";

/** The report in a browser: what it shows is what the commands answer, and it can be used by everybody. */

const chromium = needs("chromium");

let browser: Browser;
let files: Made;
let file = "";

beforeAll(async () => {
  if (chromium.path === null) return;
  browser = await startBrowser(chromium.path);
  files = await made(acme());
  file = await withBuiltPage(contentOf(await textOf(await reportOf(files))));
});

afterAll(() => browser?.close());

const views = ["overview", "people", "groups", "history", "runs"] as const;

/** How many people the list says it found, and of how many it cannot tell. */
async function found(page: Page): Promise<readonly [number, number]> {
  const count = Number(await page.getAttribute("[data-count]", "data-count"));
  const unknown = page.locator("[data-unknown]");
  return [count, (await unknown.count()) === 0 ? 0 : Number(await unknown.getAttribute("data-unknown"))];
}

/** Goes to a part of the report. */
async function show(page: Page, view: string): Promise<void> {
  await page.locator(`nav a[href="#${view}"]`).click();
  await page.locator(`nav a[href="#${view}"][aria-current]`).waitFor();
}

/** Opens every box of filters, so that all of it is there to be looked at. */
async function openFacets(page: Page): Promise<void> {
  for (const box of await page.locator(".facets summary").all()) {
    if ((await box.locator("xpath=..").getAttribute("open")) === null) await box.click();
  }
}

async function choose(page: Page, facet: string, option: string): Promise<void> {
  const box = page.locator(".facets details", { has: page.locator("summary", { hasText: facet }) });
  if ((await box.getAttribute("open")) === null) await box.locator("summary").click();
  await box
    .locator("label.option", { has: page.locator(`[data-option="${option}"]`) })
    .locator("input")
    .check();
}

describe("a report in a browser", () => {
  chromium.it("opens every part without a complaint and without asking for anything", async () => {
    const { page, complaints, asked } = await openReport(browser, file);
    for (const view of views) {
      await show(page, view);
      expect(await page.locator("main h2, main [role=grid]").count(), view).toBeGreaterThan(0);
    }
    expect([complaints, asked]).toEqual([[], []]);
    await page.context().close();
  });

  chromium.it("runs no script and no style but its own", async () => {
    const { page, complaints } = await openReport(browser, file);
    await page.evaluate(
      "document.body.insertAdjacentHTML('beforeend', `<i id=planted onclick=\"document.title='owned'\" style=\"color: rgb(1, 2, 3)\">x</i>`)",
    );
    await page.click("#planted");
    expect(await page.title()).toBe("Acme");
    expect(await page.evaluate("getComputedStyle(document.getElementById('planted')).color")).not.toBe("rgb(1, 2, 3)");
    expect(complaints.join("\n")).toMatch(/Content Security Policy/);
    await page.context().close();
  });

  chromium.it("makes no element of a name", async () => {
    const { page, complaints } = await openReport(browser, file, "people");
    await page.fill("#search", "<img src=x");
    expect(await found(page)).toEqual([1, 0]);
    await page.locator(".scroller [role=row]").click();
    expect(await page.textContent("#dialog-title")).toContain("<img src=x");
    expect(await page.locator("img").count()).toBe(0);
    expect([await page.title(), complaints]).toEqual(["Acme", []]);
    await page.context().close();
  });

  chromium.it("has nothing that axe finds fault with", async () => {
    const { page } = await openReport(browser, file);
    for (const view of views) {
      await show(page, view);
      await openFacets(page);
      expect(await accessibilityFindings(page), view).toEqual([]);
    }
    await show(page, "people");
    await page.locator(".scroller [role=row]").first().click();
    expect(await accessibilityFindings(page), "one person").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Copy out" }).click();
    expect(await accessibilityFindings(page), "copy out").toEqual([]);
    await page.evaluate("document.querySelector('dialog .plain').textContent = ''");
    expect(await accessibilityFindings(page), "a button that lost its name").not.toEqual([]);
    await page.context().close();
  });

  chromium.it("has colours that can be told apart in the dark too", async () => {
    const { page } = await openReport(browser, file, "overview", { colorScheme: "dark" });
    for (const view of views) {
      await show(page, view);
      expect(await accessibilityFindings(page, "contrast"), view).toEqual([]);
    }
    await page.evaluate("document.documentElement.style.setProperty('--faint', '#333')");
    expect(await accessibilityFindings(page, "contrast"), "grey on black").not.toEqual([]);
    await page.context().close();
  });
});

describe("the figures of a report", () => {
  chromium.it("are those of `seats` and of the plan", async () => {
    const seats = await answer<SeatReport>("seats", { ...files });
    const plan = await answer<Plan>("plan", { ...files });
    const { page } = await openReport(browser, file);
    const rows = await page
      .locator("section", { has: page.locator("#seats") })
      .locator("tbody tr")
      .all();
    const shown = await Promise.all(
      rows.slice(0, -1).map(async (row) => ({
        seats: Number.parseInt((await row.locator('[data-title="Seats"]').innerText()).replace(",", ""), 10),
        overdue: await row.locator('[data-title="Overdue 90d"]').innerText(),
        now: Number(await row.locator('[data-title="Free now"]').innerText()),
      })),
    );
    expect(shown).toEqual(
      seats.instances.map(({ held, unused, signal }) => {
        const after = unused.find((entry) => entry.for === "90d");
        const overdue = (after?.idle ?? 0) + (after?.neverActive ?? 0);
        return {
          seats: held,
          overdue: signal?.trusted === true ? String(overdue) : "not known",
          now: after?.reclaim.now,
        };
      }),
    );
    const figureOf = (title: string) =>
      page
        .locator(".figures > div", { has: page.locator(`dt:text-is("${title}")`) })
        .locator(".value")
        .innerText();
    expect(Number(await figureOf("Changes in the plan"))).toBe(plan.changes.length);
    expect(Number(await figureOf("Could be freed now"))).toBe(
      seats.total.unused.find((entry) => entry.for === "90d")?.reclaim.now,
    );
    expect(await figureOf("Estimated cost")).toMatch(/^\d/);
    await page.context().close();
  });

  chromium.it(
    "say of a person where it is not known whether a seat is held, and never that there is none",
    async () => {
      const { page } = await openReport(browser, file, "people");
      await page.fill("#search", "Two Places");
      const row = page.locator(".scroller [role=row]");
      await expect.poll(() => row.count()).toBe(1);
      const users = await answer<UserList>("users", {
        ...files,
        where: "{people: [two]}",
        columns: "seats,perhapsSeats",
      });
      expect(users.rows).toEqual([
        { seats: [], perhapsSeats: ["confluence on acme", "confluence on labs", "jira-software on acme"] },
      ]);
      expect(await row.locator(".cell-seats").innerText()).toBe(
        "not known: Jira on acme, Confluence on acme, Confluence on labs",
      );
      await page.context().close();
    },
  );

  chromium.it("lead to as many people as `users` lists", async () => {
    const { page } = await openReport(browser, file);
    await page
      .locator("#seats >> xpath=ancestor::section")
      .locator("tr", { hasText: "Jira on acme" })
      .locator('[data-title="Overdue 90d"] button')
      .click();
    const users = await answer<UserList>("users", { ...files, app: ["jira-software"], site: ["acme"], unused: "90d" });
    expect(users.matched).toBeGreaterThan(0);
    expect((await found(page))[0]).toBe(users.matched);
    await page.context().close();
  });
});

describe("the history in a report", () => {
  chromium.it(
    "tells how many were active within the chosen time, as `history` does, and names what is gone",
    async () => {
      const content = contentOf(await textOf(file));
      const [first, ...later] = content.head.history;
      if (first === undefined) throw new Error("the report has no history");
      const sold = { held: 7, unknown: 2, active: content.head.activeLengths.map(() => 5) };
      const before = { ...first, seats: { ...first.seats, "ari:cloud:confluence::site/sold": sold } };
      const head = {
        ...content.head,
        history: [before, ...later],
        gone: { "ari:cloud:confluence::site/sold": "Confluence on sold" },
      };
      const { page } = await openReport(browser, await withBuiltPage({ ...content, head }), "history");
      const row = page
        .locator("section", { has: page.locator("#compare") })
        .locator("tr", { hasText: "Confluence on sold (gone)" });
      expect(await row.innerText()).toContain("2 more not known");
      for (const length of ["90d", "30d"]) {
        await page.getByLabel("Active within").selectOption(length);
        const jira = page
          .locator("section", { has: page.locator("#compare") })
          .locator("tr", { hasText: "Jira on acme" })
          .locator('[data-title="Active now"]');
        const { snapshots, instances } = await answer<History>("history", { ...files, active: length });
        const id = instances.find(({ app }) => app === "jira-software")?.instance ?? "";
        expect(snapshots.at(-1)?.active[id]).toBeGreaterThan(0);
        expect(Number(await jira.innerText())).toBe(snapshots.at(-1)?.active[id]);
      }
      await page.context().close();
    },
  );
});

describe("the groups in a report", () => {
  chromium.it("can be narrowed to those that new people land in, or say that this was not read", async () => {
    const { page } = await openReport(browser, file, "groups");
    await page.getByLabel("Default", { exact: true }).check({ force: true });
    expect(await page.locator("main").innerText()).toContain("seatwright sync --default-groups");
    await page.context().close();
    const content = contentOf(await textOf(file));
    const groups = content.head.groups.map((group) => ({
      ...group,
      grants: group.grants.map((grant) => ({ ...grant, isDefault: group.name === "wiki" })),
    }));
    const read = await openReport(
      browser,
      await withBuiltPage({ ...content, head: { ...content.head, groups } }),
      "groups",
    );
    await read.page.getByLabel("Default 1", { exact: true }).check({ force: true });
    expect(await read.page.locator("main tbody tr").allInnerTexts()).toEqual([
      expect.stringContaining("default of Confluence on acme: new people land here"),
    ]);
    await read.page.context().close();
  });
});

describe("filters", () => {
  chromium.it("find whom `users` finds, and copy out as a filter that means the same", async () => {
    const { page } = await openReport(browser, file, "people");
    await choose(page, "Seat on app", "Jira");
    await choose(page, "Domain", "agency.example");
    const told = await page.locator('[data-facet="unused"] [data-option="90d"]').innerText();
    await choose(page, "A seat there unused for", "90d");
    const flags = { app: ["jira-software"], unused: "90d", domain: ["agency.example"] };
    const users = await answer<UserList>("users", { ...files, ...flags });
    expect(users.matched).toBeGreaterThan(0);
    expect(await found(page)).toEqual([users.matched, users.unknown]);
    expect(Number(told)).toBe(users.matched);

    await page.getByRole("button", { name: "Copy out" }).click();
    await page.getByText("Selector: the filter").click();
    const yaml = (await page.textContent('[data-copy="filter"]')) ?? "";
    await writeFile(join(files.repo, "policies/copied.yaml"), yaml);
    const again = await answer<UserList>("users", { ...files, where: "selector: my-selection" });
    expect([again.matched, again.unknown]).toEqual([users.matched, users.unknown]);
    await page.context().close();
  });
});

describe("a selection", () => {
  chromium.it("stays while filters change, and comes out as a selector and as CSV that the commands read", async () => {
    const { page } = await openReport(browser, file, "people");
    await page.fill("#search", "idle person 3");
    await page.locator(".scroller [role=row]").first().press("Space");
    await page.fill("#search", "busy person 1");
    await page.locator(".scroller [role=row]", { hasText: "Idle" }).waitFor({ state: "detached" });
    const some = (await found(page))[0];
    await page.getByLabel(/^Select all/).check();
    await page.fill("#search", "");
    expect(await page.getAttribute("[data-selected]", "data-selected")).toBe(String(some + 1));
    await page.getByText("Selected only").click();
    expect((await found(page))[0]).toBe(some + 1);

    await page.getByRole("button", { name: "Copy out" }).click();
    await page.getByLabel("Name of the selector").fill("chosen");
    await writeFile(join(files.repo, "policies/copied.yaml"), (await page.textContent('[data-copy="people"]')) ?? "");
    const listed = await answer<UserList>("users", { ...files, where: "selector: chosen" });
    expect(listed.matched).toBe(some + 1);

    await page.getByText("CSV", { exact: true }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as a file" }).click();
    const csv = join(files.repo, "people.csv");
    await (await download).saveAs(csv);
    const fromCsv = await answer<UserList>("users", { ...files, fromCsv: csv, column: "accountId" });
    expect(new Set(fromCsv.rows.map(({ accountId }) => accountId))).toEqual(
      new Set(listed.rows.map(({ accountId }) => accountId)),
    );
    expect((await run("users", { ...files, where: "selector: chosen" })).code).toBe(0);
    const once = { select: "chosen", do: "suspend", because: "They left" };
    const plan = await answer<Plan>("plan", { ...files, ...once });
    expect(plan.policies).toMatchObject([{ id: "ad-hoc-chosen", matched: some + 1 }]);
    await page.context().close();
  });
});

describe("the keyboard", () => {
  chromium.it("reaches everything: from the search into the rows, to a person and back", async () => {
    const { page } = await openReport(browser, file, "people");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("search");
    await page.keyboard.type("idle");
    const focused = page.locator(".scroller [role=row]:focus");
    for (let steps = 0; steps < 60; steps++) {
      await page.keyboard.press("Tab");
      if ((await focused.count()) > 0) break;
    }
    await page.keyboard.press("ArrowDown");
    await page.locator('[data-index="1"]:focus').waitFor();
    await page.keyboard.press("End");
    await page.locator('[data-index="13"]:focus').waitFor();
    await page.keyboard.press("Space");
    expect(await page.getAttribute('[data-index="13"]', "aria-selected")).toBe("true");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator('[data-index="13"]:focus').waitFor();
    await page.context().close();
  });
});

describe("paper and phone", () => {
  chromium.it("has everybody found on paper, not only who is in sight", async () => {
    const { page } = await openReport(browser, file, "people", { viewport: { width: 1000, height: 400 } });
    const [all] = await found(page);
    expect(await page.locator(".scroller [role=row]").count()).toBeLessThan(all);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "print" });
    // A row that is placed by the list, not by the paper, has a transform.
    await page.locator(`.scroller [role=row]:not([style*="transform"]) >> nth=${all - 1}`).waitFor();
    await page.context().close();
  });

  chromium.it("fits a phone: no part is wider than the screen", async () => {
    const { page } = await openReport(browser, file, "overview", {
      viewport: { width: 360, height: 740 },
      isMobile: true,
    });
    for (const view of views) {
      await show(page, view);
      expect(await page.evaluate("document.documentElement.scrollWidth"), view).toBe(360);
    }
    await page.context().close();
  });
});

describe("a report that was cut short", () => {
  chromium.it("says so in words", async () => {
    const text = await textOf(file);
    const at = text.indexOf("</script>", text.indexOf('id="data"'));
    await writeFile(file.replace(".html", "-cut.html"), `${text.slice(0, at - 4000)}${text.slice(at)}`);
    const page = await browser.newPage();
    await page.goto(`file://${file.replace(".html", "-cut.html")}`);
    await page.waitForSelector('html[data-state="failed"]', { state: "attached" });
    expect(await page.textContent("#page")).toContain("The report could not be opened.");
    await page.close();
  });
});
