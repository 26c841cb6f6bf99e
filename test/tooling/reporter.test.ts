import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";
import { reportVariable } from "../../tools/test/report.ts";
import type { TestReport } from "../../tools/test/report.ts";

const files: Readonly<Record<string, string>> = {
  "good.test.ts": `import { expect, it } from "vitest"; it("passes", () => expect(1).toBe(1)); it("fails", () => expect(1).toBe(2));`,
  "hidden.test.ts": `import { it } from "vitest"; it.skip("hides", () => {}); it.todo("comes later"); it("gives up", (context) => context.skip());`,
  "broken.test.ts": `import "./nowhere.ts";`,
  "hook.test.ts": `import { beforeAll, describe, it } from "vitest"; describe("group", () => { beforeAll(() => { throw new Error("no"); }); it("never starts", () => {}); });`,
  "late.test.ts": `import { it } from "vitest"; it("leaves a promise behind", () => { setTimeout(() => { throw new Error("too late"); }, 0); return new Promise((done) => setTimeout(done, 50)); });`,
  "needs.test.ts": `import { it } from "vitest"; import { needs } from "SUPPORT/needs.ts"; needs("git").it("pushes", () => {}); needs("git").describe("with git", () => { it("pulls", () => {}); });`,
};

/** Vitest over planted tests in a folder of their own, without any program on the PATH. */
describe("the reporter that counts", () => {
  let folder = "";
  let report: TestReport;

  beforeAll(() => {
    folder = mkdtempSync(join(repositoryRoot, "node_modules/.planted-"));
    mkdirSync(join(folder, "empty"));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text.replace("SUPPORT", join(repositoryRoot, "test/support")));
    }
    writeFileSync(
      join(folder, "vitest.config.mjs"),
      `export default { test: { include: ["*.test.ts"], exclude: [], allowOnly: false } };`,
    );
    const path = join(folder, "report.json");
    const reporter = join(repositoryRoot, "tools/test/reporter.ts");
    spawnSync(
      process.execPath,
      [join(repositoryRoot, "node_modules/vitest/vitest.mjs"), "run", `--reporter=${reporter}`],
      {
        cwd: folder,
        env: { PATH: join(folder, "empty"), [reportVariable]: path },
      },
    );
    report = JSON.parse(readFileSync(path, "utf8"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it("counts the tests that passed and names those that failed", () => {
    expect(report.passed).toBe(2);
    expect(report.failures).toContain("good.test.ts > fails");
  });

  it.each(["hides", "comes later", "gives up"])("counts a test that %s as failed", (name) => {
    expect(report.failures).toContain(`hidden.test.ts > ${name} (skipped)`);
  });

  it("counts a file that cannot be loaded as failed", () => {
    expect(report.failures).toContain("broken.test.ts");
  });

  it("counts a hook that failed, and the tests that it kept from running", () => {
    const failures = report.failures.filter((failure) => failure.startsWith("hook.test.ts"));
    expect(failures).toEqual(["hook.test.ts > group", "hook.test.ts > group > never starts (skipped)"]);
  });

  it("counts an error that no test caught", () => {
    expect(report.failures).toContain("an error outside of any test: too late");
  });

  it("tells apart a test that needs a program which is not there", () => {
    const git = { needs: "git", required: true };
    expect(report.notRun).toEqual([git, git]);
    expect(report.failures.filter((failure) => failure.startsWith("needs.test.ts"))).toEqual([]);
  });

  it("knows every file", () => {
    expect(report.files.toSorted()).toEqual(Object.keys(files).toSorted());
  });
});
