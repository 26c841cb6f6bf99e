import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";
import { checks, runChecks } from "../../tools/test/checks.ts";
import type { CheckResult } from "../../tools/test/checks.ts";

const plants: Readonly<Record<string, string>> = {
  "src/cli.ts": `import { used } from "./lint.ts";\nconsole.log(used);\n`,
  "src/lint.ts": `import * as fs from "fs";
export const used: any = fs;
export const unused = 1;
export default used;
async function later(): Promise<number> { return 1; }
later();
[1].forEach(async () => { await later(); });
export const count = [1][0]!;
if (used == 2) throw "text";
`,
  "src/types.ts": `export enum Colour { Red }\nexport const n: number = "n";\nexport class Point { constructor(readonly x: number) {} }\n`,
  "src/lost.ts": "export const lost = 1;\n",
  "test/planted.test.ts": `import { it } from "vitest";\nit.only("focuses", () => {});\nit.skip("hides", () => {});\n`,
};

const configuration = ["package.json", "tsconfig.json", ".oxlintrc.json", "biome.json", "knip.json"];

/** A check that has gone blind says that all is well. Each has to find what is planted here. */
describe("a check of npm test", () => {
  let root = "";
  const results = new Map<string, CheckResult>();

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "seatwright-sight-"));
    symlinkSync(join(repositoryRoot, "node_modules"), join(root, "node_modules"));
    for (const name of configuration) cpSync(join(repositoryRoot, name), join(root, name));
    for (const [path, text] of Object.entries(plants)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const planted = checks.filter(({ name }) => ["types", "lint", "dead code", "format"].includes(name));
    await runChecks(root, planted, (result) => results.set(result.name, result));
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    "typescript(no-floating-promises)",
    "typescript(no-misused-promises)",
    "typescript(no-explicit-any)",
    "typescript(no-non-null-assertion)",
    "typescript(only-throw-error)",
    "import(no-default-export)",
    "unicorn(prefer-node-protocol)",
    "eslint(eqeqeq)",
    "vitest(no-focused-tests)",
    "vitest(no-disabled-tests)",
  ])("sees %s", (rule) => {
    expect(results.get("lint")?.passed).toBe(false);
    expect(results.get("lint")?.output).toContain(rule);
  });

  it.each([
    ["a wrong type", "src/types.ts(2,14): error TS2322"],
    ["an enum", "src/types.ts(1,13): error TS1294"],
    ["a parameter property", "src/types.ts(3,34): error TS1294"],
  ])("sees %s", (_what, place) => {
    expect(results.get("types")?.passed).toBe(false);
    expect(results.get("types")?.output).toContain(place);
  });

  it("sees a file and an export that nobody uses", () => {
    expect(results.get("dead code")?.passed).toBe(false);
    expect(results.get("dead code")?.output).toContain("src/lost.ts");
    expect(results.get("dead code")?.output).toMatch(/unused\b.*src\/lint\.ts/);
  });

  it("sees a file that is not formatted", () => {
    expect(results.get("format")?.passed).toBe(false);
    expect(results.get("format")?.output).toContain("src/lint.ts");
  });

  it("fails when its program is not there", async () => {
    const [result] = await runChecks(root, [{ name: "gone", command: ["no-such-program"] }], () => {});
    expect(result?.passed).toBe(false);
    expect(result?.output).toContain("no-such-program could not be started");
  });

  it("runs on the Node that runs the tests, whatever the PATH says", async () => {
    const [result] = await runChecks(root, [{ name: "node", command: ["node", "-p", "process.version"] }], () => {});
    expect(result?.output).toBe(process.version);
    expect(spawnSync(process.execPath, ["-v"], { encoding: "utf8" }).stdout.trim()).toBe(process.version);
  });
});
