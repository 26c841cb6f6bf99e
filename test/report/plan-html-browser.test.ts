import { describe, expect } from "vitest";
import { createNames } from "../../src/report/people.ts";
import { renderPlanHtml } from "../../src/report/plan-html.ts";
import { openPage } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { populationOf, smallPopulation } from "../support/plan-parts.ts";
import { smallPlan } from "../support/plans.ts";

const chromium = needs("chromium");

describe("a plan in a browser", () => {
  chromium.it("opens with its style and without a complaint", async () => {
    const page = renderPlanHtml(smallPlan(), createNames(smallPopulation(), "names"), { planPath: null });
    const { dom, complaints } = await openPage(chromium.path ?? "", page);
    expect(complaints).toEqual([]);
    expect(dom).toContain("Ada Okafor");
    expect(dom).toContain("</footer>");
  });

  chromium.it("makes no element of a name", async () => {
    const plan = smallPlan();
    const hostile = [...new Set(plan.changes.map(({ accountId }) => accountId))].map((id) => ({
      id,
      status: "active",
      directories: [0],
      name: `<script>x()</script><img src=x onerror=x()>${id.slice(-3)}`,
    }));
    const page = renderPlanHtml(plan, createNames(populationOf(hostile), "names"), { planPath: null });
    const { dom, complaints } = await openPage(chromium.path ?? "", page);
    expect(complaints).toEqual([]);
    expect(dom).not.toMatch(/<script|<img/);
    expect(dom).toContain("&lt;script&gt;");
  });
});
