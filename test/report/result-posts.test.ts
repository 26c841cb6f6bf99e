import { describe, expect, it } from "vitest";
import type { OutcomeKind, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { createNames } from "../../src/report/people.ts";
import { renderResultComment, type ResultContext } from "../../src/report/result-comment.ts";
import { renderLeftToDo } from "../../src/report/result-issue.ts";
import { accounts, organizationId, smallPopulation } from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan, smallRun } from "../support/plans.ts";
import { approvalOf, protectedDutyPlan } from "../support/reviews.ts";

const names = createNames(smallPopulation(), "names");
const whole = { words: "the ledger", url: null };
const marker = "<!-- seatwright:result -->";
const issue = { words: "issue 12", url: "https://github.com/acme/access/issues/12" };

function comment(
  result: RunResult,
  plan: Plan | null = smallPlan(),
  parts: Partial<ResultContext> = {},
  maxBytes = 60_000,
): string {
  const context: ResultContext = {
    approval: approvalOf(smallPlan()),
    issue,
    auditPath: "audit/r-20261120T061500Z-1a2b3c4d.jsonl",
    undoCommand: "seatwright undo r-20261120T061500Z-1a2b3c4d",
    ...parts,
  };
  return renderResultComment(result, plan, names, context, { marker, maxBytes, whole });
}

function left(result: RunResult | null, plan: Plan | null = smallPlan(), maxBytes = 60_000) {
  return renderLeftToDo(result, plan, names, { marker, maxBytes, whole });
}

function bodyOf(result: RunResult | null, plan: Plan | null = smallPlan()): string {
  const found = left(result, plan);
  return found.state === "open" ? found.body : "";
}

/** A run of these changes that all ended so. */
function allEnded(plan: Plan, outcome: OutcomeKind, reason = "as it was"): RunResult {
  return smallRun({
    outcomes: plan.changes.map(({ id, accountId, action }) => ({ change: id, accountId, action, outcome, reason })),
    exit: { code: 0, reason: "everything approved is settled" },
  });
}

const settledPlan: Plan = { ...smallPlan(), heldBack: [] };

describe("the result on the pull request", () => {
  it("reads like this", async () => {
    await expect(comment(smallRun())).toMatchFileSnapshot("golden/result-small.md");
  });

  it("begins with its marker, says how much was carried out, and counts what is left, with the issue", () => {
    const text = comment(smallRun());
    expect(text.startsWith(`${marker}\n## Seatwright applied a part of the plan for acme\n`)).toBe(true);
    expect(text).toContain("**4 of 10 changes were carried out.**");
    expect(text).toContain("5 things are left to do: owed 1, partly done 1, failed 1, not reached 1, withdrawn 1.");
    expect(text).toContain(`What to do about each is in [issue 12](${issue.url}).`);
  });

  it("tells the remedies itself where there is no issue", () => {
    expect(comment(smallRun(), smallPlan(), { issue: null })).toContain("| Failed | 1 | Nothing was changed for them.");
  });

  it("tells every outcome with its reason, whose word it was and where the proof is", () => {
    const text = comment(smallRun());
    for (const { reason } of smallRun().outcomes) expect(text).toContain(reason);
    expect(text).toContain("Approved by `ada-o`, `ben-w`, 20 November 2026, 06:10 UTC.");
    expect(text).toContain(smallRun().auditHead);
    expect(text).toContain(smallRun().planDigest);
  });

  it("names overrides with who gave them", () => {
    const overrides = [{ limit: "perRun.percent", planDigest: smallPlan().digest, by: "chidi-a", reason: "checked" }];
    expect(comment(smallRun(), smallPlan(), { approval: approvalOf(smallPlan(), { overrides }) })).toContain(
      "`perRun.percent` was overridden by `chidi-a`.",
    );
  });

  it("says that nothing is left", () => {
    const text = comment(allEnded(settledPlan, "done"), settledPlan);
    expect(text).toContain("## Seatwright applied the plan for acme");
    expect(text).toContain("All 10 changes were carried out.");
    expect(text).toContain("Nothing is left to do by this plan.");
  });

  it("does not say that it applied anything where it changed nothing", () => {
    const result = { ...allEnded(settledPlan, "not-reached"), exit: { code: 10, reason: "too many errors" } };
    expect(comment(result, settledPlan)).toContain("## Seatwright changed nothing for acme");
  });

  it("keeps to its budget", () => {
    const big = bigPlan(900);
    for (const maxBytes of [4000, 9000, 60_000]) {
      const text = comment(allEnded(big, "failed"), big, {}, maxBytes);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
      expect(text).toMatch(/left out to keep this short; everything is in the ledger/);
    }
  });
});

describe("the issue of what is left", () => {
  it("reads like this", async () => {
    await expect(bodyOf(smallRun())).toMatchFileSnapshot("golden/result-left.md");
  });

  it("counts things, people and duties, and links each account", () => {
    const found = left(smallRun());
    expect(found).toMatchObject({ state: "open", title: "Seatwright: 5 things left to do for acme" });
    expect(bodyOf(smallRun())).toContain("**5 things left to do, for 5 people; 2 duties among them.**");
    expect(bodyOf(smallRun())).toContain(`https://admin.atlassian.com/o/${organizationId}/users/${accounts.oskar}`);
  });

  it("is open for the API key alone, and counts what has to be done about it", () => {
    const concerns = [{ found: "The key `a` ends @soon.", remedy: "Make another." }];
    const done = { ...settledPlan, heldBack: [], quarantined: [] };
    const found = renderLeftToDo(null, done, names, { marker, maxBytes: 60_000, whole, concerns });
    expect(found).toMatchObject({ state: "open", title: "Seatwright: 1 thing left to do for acme" });
    const body = found.state === "open" ? found.body : "";
    expect(body).toContain("**1 thing left to do.** This is");
    expect(body).toContain("### The API key\n\n- The key \\`a\\` ends @&#8203;soon. Make another.");
  });

  it.each<readonly [OutcomeKind, string]>([
    ["failed", "### Failed: 10"],
    ["failed-restored", "### Failed and put back: 10"],
    ["partial", "### Partly done: 10"],
    ["unconfirmed", "### Not confirmed: 10"],
    ["withdrawn", "### Withdrawn: 10"],
    ["not-reached", "### Not reached: 10"],
  ])("lists what ended as %s, with what to do", (outcome, title) => {
    expect(bodyOf(allEnded(settledPlan, outcome, "the reason"), settledPlan)).toMatch(
      new RegExp(`${title}\n\n[A-Z][^\n]{40,}\n\n\\| Who`),
    );
  });

  it.each<OutcomeKind>(["done", "done-not-yet-visible", "already-so"])("is closed where all ended as %s", (outcome) => {
    const found = left(allEnded(settledPlan, outcome), settledPlan);
    expect(found).toMatchObject({ state: "done" });
    expect(found.state === "done" ? found.words : "").toMatch(/^Nothing is left to do for acme:/);
  });

  it("leaves those alone who came back, unless a duty speaks of them", () => {
    const body = bodyOf(allEnded(settledPlan, "left-alone"), settledPlan);
    expect(body).toContain("### Duties left alone: 2");
    expect(body).not.toContain("Ben Whitfield");
  });

  it("lists owed duties first, with whoever can do them, also of a plan that nobody applied", () => {
    const body = bodyOf(null);
    expect(body).toMatch(/### Owed: 1\n/);
    expect(body).toContain("@&#8203;acme/iam");
    expect(body).toContain("This is what the plan of 20 November 2026, 06:00 UTC left.");
    expect(bodyOf(smallRun()).indexOf("### Owed")).toBeLessThan(bodyOf(smallRun()).indexOf("### Partly done"));
  });

  it("lists removals that a limit holds, once, until an override lets them through", () => {
    const plan = quarantinedPlan();
    expect(bodyOf(null, plan)).toContain("### Quarantined: 9");
    const carriedOut = allEnded({ ...plan, changes: [...plan.changes, ...plan.quarantined] }, "done");
    expect(bodyOf(carriedOut, plan)).not.toContain("Quarantined");
  });

  it("drops a duty on somebody protected once it was let through and done", () => {
    const plan = protectedDutyPlan();
    expect(bodyOf(null, plan)).toContain("### Owed: 1");
    expect(left(allEnded({ ...plan, changes: plan.protectedDuties }, "done"), plan)).toMatchObject({ state: "done" });
  });

  it("keeps to its budget", () => {
    const big = bigPlan(900);
    for (const maxBytes of [4000, 60_000]) {
      const found = left(allEnded(big, "failed"), big, maxBytes);
      expect(found.state === "open" ? Buffer.byteLength(found.body) : 0).toBeLessThanOrEqual(maxBytes);
    }
  });

  it("tells what the run tells where the plan is not at hand", () => {
    const found = left(smallRun(), null);
    expect(found.state === "open" ? found.body : "").toContain("| revoke | left jira-users-acme; the direct role");
  });
});
