/** What the tests came to. Written by the reporter, read by `npm test`. */
export interface TestReport {
  readonly files: readonly string[];
  readonly passed: number;
  /** Where something failed; also tests that were skipped without saying what they need. */
  readonly failures: readonly string[];
  /** One entry for each test that could not run here. */
  readonly notRun: readonly NotRun[];
}

export interface NotRun {
  readonly needs: string;
  /** Whether somebody who requires everything can be asked for it. */
  readonly required: boolean;
}

/** The environment variable that tells the reporter where to write. */
export const reportVariable = "SEATWRIGHT_TEST_REPORT";

/** The counts of a whole run, checks and tests together, and the lines that explain them. */
export interface Tally {
  readonly passed: number;
  readonly failures: readonly string[];
  readonly notRun: readonly string[];
}

/**
 * Adds up checks and tests. With `missing: "fails"` a test that did not run counts as failed, unless what it needs cannot
 * be installed. A test file of `files` that the report does not know counts as failed: nothing may go missing quietly.
 */
export function tally(parts: {
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[];
  readonly report: TestReport;
  readonly files: readonly string[];
  readonly missing: "listed" | "fails";
}): Tally {
  const { checks, report, files, missing } = parts;
  const required = missing === "fails" ? report.notRun.filter((entry) => entry.required) : [];
  const unseen = files.filter((file) => !report.files.includes(file));
  return {
    passed: checks.filter((check) => check.passed).length + report.passed,
    failures: [
      ...checks.filter((check) => !check.passed).map(({ name }) => name),
      ...report.failures,
      ...unseen.map((file) => `${file} was not run`),
      ...required.map((entry) => `a test that needs ${entry.needs}`),
    ],
    notRun: [...Map.groupBy(report.notRun, (entry) => entry.needs)].map(
      ([need, entries]) => `not run: ${entries.length === 1 ? "1 test" : `${entries.length} tests`}, needs ${need}`,
    ),
  };
}
