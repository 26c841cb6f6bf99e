import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../root.ts";
import { checks, distCheck, runChecks, toolEnvironment } from "./checks.ts";
import type { CheckResult } from "./checks.ts";
import { reportVariable, tally } from "./report.ts";
import type { TestReport } from "./report.ts";

/** Of a failed check; whoever needs more starts it alone. */
const shownLines = 60;

const { values } = parseArgs({ options: { with: { type: "string", multiple: true, default: [] } } });
const withLong = values.with.includes("long");
const missing = process.env["SEATWRIGHT_REQUIRE_ALL"] === "1" ? "fails" : "listed";

const results = await runChecks(repositoryRoot, values.with.includes("dist") ? [...checks, distCheck] : checks, tell);
const report = await runTests();
const files = testFiles().filter((file) => withLong || !isLong(file));
const long = withLong ? [] : testFiles().filter(isLong);
const { passed, failures, notRun } = tally({ checks: results, report, files, missing });
const left = missing === "fails" ? long.map((file) => `${file} was not run: it needs --with long`) : [];

console.log("");
for (const line of notRun) console.log(line);
if (long.length > 0)
  console.log(`not run: ${long.length} long test ${long.length === 1 ? "file" : "files"}, needs --with long`);
for (const line of [...failures, ...left]) console.log(`failed: ${line}`);
console.log(`${passed} passed, ${failures.length + left.length} failed`);
process.exitCode = failures.length + left.length === 0 ? 0 : 1;

function tell({ name, passed: ok, output, seconds }: CheckResult): void {
  console.log(`${ok ? "passed" : "FAILED"}  ${name} (${seconds.toFixed(1)} s)`);
  if (ok) return;
  const lines = output.split("\n");
  const shown =
    lines.length > shownLines
      ? [...lines.slice(0, shownLines), `... and ${lines.length - shownLines} lines more.`]
      : lines;
  console.log(shown.map((line) => `  ${line}`).join("\n"));
}

/** Every test, in one run of vitest. A run that ends badly without naming a failure is a failure itself. */
async function runTests(): Promise<TestReport> {
  const folder = mkdtempSync(join(tmpdir(), "seatwright-test-"));
  const path = join(folder, "report.json");
  const vitest = join(repositoryRoot, "node_modules/vitest/vitest.mjs");
  const code = await new Promise<number | null>((resolve) => {
    const args = [vitest, "run", "--reporter=minimal", `--reporter=${join(import.meta.dirname, "reporter.ts")}`];
    const child = spawn(process.execPath, args, {
      cwd: repositoryRoot,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...toolEnvironment(repositoryRoot),
        [reportVariable]: path,
        ...(withLong ? { SEATWRIGHT_LONG: "1" } : {}),
        ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
      },
    });
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  const counted = readReport(path);
  rmSync(folder, { recursive: true });
  if (code === 0 || counted.failures.length > 0) return counted;
  return { ...counted, failures: [`the tests ended with exit code ${code ?? "unknown"}, though none failed`] };
}

function readReport(path: string): TestReport {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { files: [], passed: 0, failures: ["the tests did not come to an end"], notRun: [] };
  }
}

function testFiles(): readonly string[] {
  return readdirSync(join(repositoryRoot, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(test|spec)\.[cm]?[jt]sx?$/.test(name))
    .map((name) => `test/${name.replaceAll("\\", "/")}`)
    .sort();
}

function isLong(file: string): boolean {
  return file.endsWith(".long.test.ts");
}
