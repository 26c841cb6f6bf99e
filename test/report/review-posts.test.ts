import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { createNames } from "../../src/report/people.ts";
import { checkBytes, renderCheck, renderStepSummary, stepSummaryBytes } from "../../src/report/review-check.ts";
import { renderPlanPullRequest } from "../../src/report/review-pull-request.ts";
import { fakeDigest, limit, planOf, smallPopulation } from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan } from "../support/plans.ts";
import { contextOf, fullContext, previousPlan, reviewedPlan } from "../support/reviews.ts";

const names = createNames(smallPopulation(), "names");
const whole = { words: "the plan document", url: null };
const marker = "<!-- seatwright:plan-pull-request -->";

const asked = [
  { owner: "@acme/identity", policies: ["leavers"] },
  { owner: "@acme/it-licences", policies: ["on-call-keeps-jira", "unused-seats"] },
];

function pullRequest(plan: Plan, parts: Partial<Parameters<typeof renderPlanPullRequest>[2]> = {}, maxBytes = 60_000) {
  const context = { previous: null, estimates: [], asked, notAsked: [], ...parts };
  return renderPlanPullRequest(plan, names, context, { marker, maxBytes, whole });
}

describe("the plan pull request", () => {
  it("says on its own that it takes a review and the merge, and what a merge without one and closing do", () => {
    const { title, body } = pullRequest(reviewedPlan());
    expect(title).toBe("Seatwright plan for acme: 10 changes for 9 people");
    expect(body.startsWith(`${marker}\n## Seatwright plan for acme\n`)).toBe(true);
    expect(body).toContain(
      "**An approving review, then the merge, applies exactly this plan; a merge without one, or closing it, applies nothing.**",
    );
    expect(body).not.toContain("is the approval");
    expect(body).toContain(`in full \`${reviewedPlan().digest}\``);
    expect(body).not.toContain("Because");
  });

  it("says who is asked and for which policies, without mentioning anybody, and who could not be asked", () => {
    const { body } = pullRequest(reviewedPlan(), { notAsked: ["@acme/ghosts: there is no such team"] });
    expect(body).toContain("- @&#8203;acme/identity: owns `leavers` (2 changes)");
    expect(body).toContain(
      "- @&#8203;acme/it-licences: owns `on-call-keeps-jira` (1 change), `unused-seats` (9 changes)",
    );
    expect(body).toContain("- @&#8203;acme/ghosts: there is no such team");
    expect(body.indexOf("### Who is asked")).toBeLessThan(body.indexOf("<details"));
  });

  it("says how it differs from the plan that was there before", () => {
    expect(pullRequest(reviewedPlan(), { previous: previousPlan() }).body).toContain(
      "**Since the plan posted before**:",
    );
  });

  it("says in its title what waits where a limit tripped, and what an undo is", () => {
    const quarantined = { ...quarantinedPlan(), changes: [] };
    expect(pullRequest(quarantined).title).toBe("Seatwright plan for acme: 9 removals quarantined");
    const undo: Plan = { ...smallPlan(), origin: { kind: "undo", run: "r-20261120T061500Z-1a2b3c4d" } };
    expect(pullRequest(undo).title).toMatch(/^Seatwright undo for acme:/);
    expect(pullRequest(undo).body).toContain("to take back what it did before");
  });

  it("has a title of plain text, whatever the organisation is called", () => {
    const organization = { id: "x", name: "closes #12 GH-7 @acme/all :bomb: <b> `x` [a](https://e.example)\n\u202E" };
    const { title } = pullRequest({ ...smallPlan(), organization });
    expect(title).not.toMatch(/[@#<>`[\]\n\u202E]|gh-\d/i);
    expect(title.length).toBeLessThanOrEqual(120);
  });

  it("keeps to its budget", () => {
    for (const maxBytes of [5000, 20_000, 60_000]) {
      expect(Buffer.byteLength(pullRequest(bigPlan(2000), {}, maxBytes).body)).toBeLessThanOrEqual(maxBytes);
    }
  });
});

describe("the check run", () => {
  const check = (plan: Plan, rows: { readonly words: string; readonly url: string } | null = null) =>
    renderCheck(plan, names, { ...fullContext(), base: null, rows }, { maxBytes: checkBytes, whole });

  it("has a title of at most 80 characters, the worst first", () => {
    expect(check(reviewedPlan()).title).toBe("1 duty owed, 10 changes for 9 people, 10 people held back");
    const worst: Plan = {
      ...quarantinedPlan(),
      certificate: { state: "incomplete", concerns: [] },
      limits: [limit({ tripped: true }), limit({ limit: "perDay.changes", tripped: true })],
    };
    const { title } = check(worst);
    expect(title).toMatch(/^snapshot incomplete, 1 duty owed, 2 limits tripped, 1 change for 1 person/);
    expect(title.length).toBeLessThanOrEqual(80);
    expect(check(planOf()).title).toBe("Nothing to do: everything is as the policies say");
  });

  it("has a summary with the facts, each kind of change and the digest, and leaves rows of people to the comment", () => {
    const { summary } = check(reviewedPlan(), { words: "the comment", url: "https://github.com/acme/access/pull/1" });
    expect(summary).toContain("- **Revoke Jira on acme**: 5 people");
    expect(summary).toContain("is in [the comment](https://github.com/acme/access/pull/1)");
    expect(summary).toContain(reviewedPlan().digest);
    expect(summary).not.toContain("<details");
    expect(Buffer.byteLength(check(bigPlan(5000)).summary)).toBeLessThan(3000);
  });
});

describe("the step summary", () => {
  it("stays under 1,000 KiB and uses them", () => {
    const big = bigPlan(6000);
    const context = contextOf({ base: { ...big, digest: fakeDigest(9), changes: [] } });
    const size = Buffer.byteLength(renderStepSummary(big, names, context, { maxBytes: stepSummaryBytes, whole }));
    expect(size).toBeLessThan(1_000 * 1024);
    expect(size).toBeGreaterThan(1_000 * 1024 - 1000);
  });

  it("tells causes as the comment does, and has no marker", () => {
    const text = renderStepSummary(reviewedPlan(), names, fullContext(), { maxBytes: stepSummaryBytes, whole });
    expect(text).toMatch(/^## Seatwright plan for acme/);
    expect(text).toContain("### Because you changed the policy: 2 changes for 2 people");
  });
});
