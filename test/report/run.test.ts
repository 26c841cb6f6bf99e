import { describe, expect, it } from "vitest";
import type { Outcome, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { createNames } from "../../src/report/people.ts";
import { renderRunMarkdown } from "../../src/report/run-markdown.ts";
import { renderRunText } from "../../src/report/run-text.ts";
import { displayWidth } from "../../src/report/width.ts";
import { isRunResult } from "../support/documents.ts";
import { accounts, smallPopulation } from "../support/plan-parts.ts";
import { bigPlan, smallPlan, smallRun } from "../support/plans.ts";

const names = createNames(smallPopulation(), "names");
const place = {
  auditPath: "ledger/audit/r-20261120T061500Z-1a2b3c4d.jsonl",
  undoCommand: "seatwright undo r-20261120T061500Z-1a2b3c4d",
};

function text(result: RunResult, plan: Plan | null = smallPlan(), width = 80): string {
  return renderRunText(result, plan, names, { colour: "off", width, rows: 20, ...place });
}

function markdown(result: RunResult, plan: Plan | null = smallPlan(), maxBytes = 60_000): string {
  return renderRunMarkdown(result, plan, names, { maxBytes, whole: { words: "the ledger", url: null }, ...place });
}

function flat(given: string): string {
  return given.replace(/\s+/g, " ");
}

function outcomes(kind: Outcome["outcome"], count: number): readonly Outcome[] {
  return bigPlan(count).changes.map(({ id, accountId, action }) => ({
    change: id,
    accountId,
    action,
    outcome: kind,
    reason: "left jira-users-acme; the seat is free",
  }));
}

describe("a run", () => {
  it("is one by the schema in these tests", () => {
    expect(isRunResult(smallRun())).toBe(true);
  });

  it("reads like this on a terminal", async () => {
    await expect(text(smallRun())).toMatchFileSnapshot("golden/small-run.txt");
  });

  it("keeps to the width", () => {
    for (const width of [45, 60, 80, 120]) {
      const long = text(smallRun(), smallPlan(), width)
        .split("\n")
        .filter((line) => displayWidth(line) > width && !/sha256:|seatwright /.test(line));
      expect(long).toEqual([]);
    }
  });

  it("tells every outcome with its reason, what needs an eye before what went well", () => {
    for (const report of [flat(text(smallRun())), flat(markdown(smallRun()))]) {
      for (const { reason } of smallRun().outcomes) expect(report).toContain(reason);
      expect(report.lastIndexOf("Partly done")).toBeLessThan(report.lastIndexOf("Left alone"));
      expect(report.lastIndexOf("Left alone")).toBeLessThan(report.lastIndexOf("Already so"));
    }
  });

  it("counts what was carried out, what waits, and gives the exit reason", () => {
    for (const report of [flat(text(smallRun())), flat(markdown(smallRun()))]) {
      expect(report).toContain("4 of 10 changes were carried out.");
      expect(report).toContain("Ended with exit code 5: stopped by the operator after the change in flight.");
      expect(report).toContain("1 change was not reached: the same apply goes on from there.");
      expect(report).toContain("2 changes wait for a new plan.");
    }
  });

  it("counts seats freed only for what was carried out", () => {
    const report = flat(text(smallRun()));
    expect(report).toContain("3 of Jira on acme 2 of Confluence on acme");
  });

  it("says how to undo it and where its proof is", () => {
    const report = text(smallRun());
    expect(report).toContain(place.undoCommand);
    expect(report).toContain(`seatwright audit verify ${place.auditPath}`);
    expect(report).toContain(smallRun().auditHead);
    expect(markdown(smallRun())).toContain(`\`${place.undoCommand}\``);
  });

  it("says that all was carried out, and that it ended well", () => {
    const result = smallRun({ outcomes: outcomes("done", 3), exit: { code: 0, reason: "all changes carried out" } });
    expect(flat(text(result, null))).toContain("All 3 changes were carried out. Ended well: all changes carried out.");
  });

  it("counts what went well by kind of change instead of listing it, unless told to list", () => {
    const result = smallRun({ outcomes: outcomes("done", 40) });
    const options = { colour: "off", width: 200, ...place } as const;
    const short = renderRunText(result, bigPlan(40), names, { ...options, rows: 20 });
    expect(short).toContain("40 × Revoke Jira on acme: left jira-users-acme; the seat is free");
    expect(short).toContain("and 35 more");
    const all = renderRunText(result, bigPlan(40), names, { ...options, rows: "all" });
    for (const { accountId } of result.outcomes) expect(flat(all)).toContain(accountId);
  });

  it("tells of a run that had nothing to do", () => {
    const result = smallRun({ outcomes: [], exit: { code: 0, reason: "nothing to do" } });
    expect(flat(text(result))).toContain("There was nothing to carry out. Ended well: nothing to do.");
    expect(text(result)).not.toContain("seatwright undo");
  });

  it("names actions as they are where the plan is not at hand", () => {
    expect(flat(text(smallRun(), null))).toContain("Chidi Anagonye revoke left jira-users-acme");
  });

  it("keeps its Markdown to the budget, and says what is left out", () => {
    const result = smallRun({ outcomes: outcomes("done", 900) });
    for (const budget of [4000, 9000, 60_000]) {
      const report = markdown(result, bigPlan(900), budget);
      expect(Buffer.byteLength(report)).toBeLessThanOrEqual(budget);
      expect(report).toMatch(/left out to keep this short; everything is in the ledger/);
    }
  });

  it("calls people by account id where that is all there is", () => {
    const report = renderRunText(smallRun(), null, createNames(null, "ids"), {
      colour: "off",
      width: 100,
      rows: "all",
      auditPath: null,
      undoCommand: null,
    });
    expect(report).toContain(accounts.ada);
  });
});
