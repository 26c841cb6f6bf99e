import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";
import { reportVariable } from "./report.ts";
import type { TestReport } from "./report.ts";

/** A vitest reporter that counts what really ran, and writes the counts to the file that `reportVariable` names. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const path = process.env[reportVariable];
    if (path !== undefined) writeFileSync(path, JSON.stringify(count(modules, unhandled)));
  }
}

function count(modules: readonly TestModule[], unhandled: readonly SerializedError[]): TestReport {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const suites = modules.flatMap((module) => [...module.children.allSuites()]);
  const broken = [...modules, ...suites].filter((group) => group.errors().length > 0);
  const skipped = tests.filter((test) => stateOf(test) === "skipped" || stateOf(test) === "pending");
  return {
    files: modules.map(({ relativeModuleId }) => relativeModuleId),
    passed: tests.filter((test) => stateOf(test) === "passed").length,
    failures: [
      ...tests.filter((test) => stateOf(test) === "failed").map(placeOf),
      ...broken.map((group) =>
        group.type === "module" ? group.relativeModuleId : `${group.module.relativeModuleId} > ${group.fullName}`,
      ),
      ...unhandled.map(({ message }) => `an error outside of any test: ${message}`),
      ...skipped.filter((test) => test.meta().notRun === undefined).map((test) => `${placeOf(test)} (skipped)`),
    ],
    notRun: skipped.flatMap((test) => test.meta().notRun ?? []),
  };
}

function stateOf(test: TestCase): "passed" | "failed" | "skipped" | "pending" {
  return test.result().state;
}

function placeOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}
