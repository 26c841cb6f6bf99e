import { describe, expect, it } from "vitest";
import { tally } from "../../tools/test/report.ts";
import type { TestReport } from "../../tools/test/report.ts";

const git = { needs: "git", required: true };
const documents = { needs: "documents", required: false };
const report: TestReport = { files: ["test/a.test.ts"], passed: 7, failures: [], notRun: [] };
const base = { checks: [], report, files: ["test/a.test.ts"], missing: "listed" } as const;

describe("the counts of npm test", () => {
  it("count each check as one, beside the tests", () => {
    const checks = [
      { name: "types", passed: true },
      { name: "lint", passed: false },
    ];
    const sum = tally({ ...base, checks, report: { ...report, failures: ["test/a.test.ts > b"] } });
    expect(sum.passed).toBe(8);
    expect(sum.failures).toEqual(["lint", "test/a.test.ts > b"]);
  });

  it("count a test file that nobody ran as failed", () => {
    const sum = tally({ ...base, files: ["test/a.test.ts", "test/lost.spec.ts"] });
    expect(sum.failures).toEqual(["test/lost.spec.ts was not run"]);
  });

  it("name what tests need that did not run, once for each need, and count them nowhere", () => {
    const sum = tally({ ...base, report: { ...report, notRun: [git, documents, git] } });
    expect(sum.notRun).toEqual(["not run: 2 tests, needs git", "not run: 1 test, needs documents"]);
    expect(sum.passed).toBe(7);
    expect(sum.failures).toEqual([]);
  });

  it("fail for a missing need where everything is required, but not for one that nobody can install", () => {
    const sum = tally({ ...base, missing: "fails", report: { ...report, notRun: [git, documents] } });
    expect(sum.failures).toEqual(["a test that needs git"]);
  });
});
