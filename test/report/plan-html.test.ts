import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { createNames } from "../../src/report/people.ts";
import { renderPlanHtml } from "../../src/report/plan-html.ts";
import { accounts, held, organizationId, planOf, smallPopulation } from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan } from "../support/plans.ts";

function render(plan: Plan): string {
  return [...renderPlanHtml(plan, createNames(smallPopulation(), "names"), { planPath: "plan.json" })].join("");
}

describe("a plan as a page", () => {
  it("stands alone: no script, no style on elements, nothing loaded, links only to the administration", () => {
    const page = render(smallPlan());
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|<embed|<form|\sstyle=|\son\w+=|@import|url\(/i);
    const targets = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map((found) => found[1] ?? "");
    expect(targets.length).toBeGreaterThan(10);
    for (const target of targets) {
      expect(
        target.startsWith("#") || target.startsWith(`https://admin.atlassian.com/o/${organizationId}/users/`),
      ).toBe(true);
    }
  });

  it("allows by its policy the style it has, by digest, and nothing else", () => {
    const page = render(planOf());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${digest}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<style>"));
  });

  it("has landmarks, a language, and headers on every table", () => {
    const page = render(smallPlan());
    for (const part of ['<html lang="en-GB">', "<header>", "<nav aria-label=", "<main>", "<footer>"]) {
      expect(page).toContain(part);
    }
    const tables = page.split("<table ").slice(1);
    for (const table of tables) {
      expect(table).toMatch(/<th scope="col"/);
      expect(table).toMatch(/<th scope="row"/);
    }
  });

  it("uses each id once, and leads no link nowhere", () => {
    const page = render(quarantinedPlan());
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((found) => found[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    for (const [, target] of page.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(target);
  });

  it("opens and closes every element", () => {
    for (const plan of [smallPlan(), quarantinedPlan(), planOf(), bigPlan(450)]) {
      const page = render(plan);
      for (const name of ["table", "tbody", "tr", "td", "section", "details", "div", "dl", "ul", "main", "p"]) {
        expect([name, page.match(new RegExp(`<${name}[ >]`, "g"))?.length]).toEqual([
          name,
          page.match(new RegExp(`</${name}>`, "g"))?.length,
        ]);
      }
    }
  });

  it("holds every change and everybody held back, with the evidence of each change", () => {
    const plan = smallPlan();
    const page = render(plan);
    for (const { id } of plan.changes) expect(page).toContain(`Change ${id}`);
    for (const { accountId } of plan.heldBack) expect(page).toContain(`/users/${accountId}"`);
    expect(page).toContain("unused: 90d is true: last active 2026-08-21 (policies/seats.yaml:10)");
  });

  it("shows each kind of holding back with its reason", () => {
    const kinds = ["blocked", "unknown", "protected", "exempt", "held", "waiting", "quarantined"] as const;
    const heldBack = kinds.map((kind) => held({ accountId: accounts.ada, kind, reason: `the reason for ${kind}` }));
    const page = render(planOf({ heldBack }));
    for (const kind of kinds) expect(page).toContain(`the reason for ${kind}`);
  });

  it("folds what is beyond the first rows of a large group, and still has everybody", () => {
    const plan = bigPlan(1500);
    const page = render(plan);
    expect(page).toContain("Rows 201 to 1,200, less surprising");
    expect(page).toContain("Rows 1,201 to 1,500, less surprising");
    for (const { accountId } of plan.changes) expect(page).toContain(`/users/${accountId}"`);
  });

  it("comes in pieces, so that a large plan is never one text", () => {
    const pieces = [...renderPlanHtml(bigPlan(3000), createNames(null, "ids"), { planPath: null })];
    expect(pieces.length).toBeGreaterThan(3000);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(20_000);
  });

  it("says that there is nothing to do", () => {
    expect(render(planOf())).toContain("Nothing to do: everything is as the policies say.");
  });
});
