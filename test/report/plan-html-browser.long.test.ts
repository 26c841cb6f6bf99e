import { describe, expect } from "vitest";
import { createNames } from "../../src/report/people.ts";
import { renderPlanHtml } from "../../src/report/plan-html.ts";
import { openPage } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { bigPlan } from "../support/plans.ts";

const chromium = needs("chromium");

describe("a large plan in a browser", () => {
  chromium.it(
    "opens with 50,000 changes",
    async () => {
      const page = renderPlanHtml(bigPlan(50_000), createNames(null, "names"), { planPath: null });
      const { dom, complaints } = await openPage(chromium.path ?? "", page);
      expect(complaints).toEqual([]);
      expect(dom.match(/<th scope="row">/g)?.length).toBeGreaterThan(50_000);
    },
    120_000,
  );
});
