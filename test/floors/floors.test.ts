import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFloors } from "../../tools/checks/floors.ts";
import type { FloorReport } from "../../tools/checks/floors.ts";
import { repositoryRoot } from "../../tools/root.ts";

/** Each plant is a file of one line that breaks one rule, or `null` for an import that is allowed. */
const plants: readonly (readonly [path: string, line: string, rule: string | null])[] = [
  ["src/model/up.ts", `export type { X } from "../people/planted.ts";`, "floor-model"],
  ["src/model/package.ts", `export { parse } from "yaml";`, "model-imports-nothing"],
  ["src/model/node.ts", `export { createHash } from "node:crypto";`, "model-imports-nothing"],
  ["src/documents/up.ts", `export type { X } from "../people/planted.ts";`, "floor-documents"],
  ["src/people/up.ts", `export type { X } from "../policy/planted.ts";`, "floor-people"],
  ["src/policy/up.ts", `export { x } from "../plan/planted.ts";`, "floor-policy"],
  ["src/policy/down.ts", `export { x } from "../people/planted.ts";`, null],
  ["src/plan/up.ts", `export { x } from "../apply/planted.ts";`, "floor-plan"],
  ["src/plan/ports.ts", `export type { OrgReader } from "../ports.ts";`, "floor-plan"],
  ["src/plan/disk.ts", `export { readFileSync } from "node:fs";`, "pure-floors-without-io"],
  ["src/plan/http.ts", `export { request } from "node:http";`, "pure-floors-without-io"],
  ["src/plan/client.ts", `export { request } from "undici";`, "pure-floors-without-network"],
  ["src/plan/digest.ts", `export { createHash } from "node:crypto";`, null],
  ["src/report/plan.ts", `export { x } from "../plan/planted.ts";`, "report-decides-nothing"],
  ["src/report/disk.ts", `export { writeFileSync } from "node:fs";`, "pure-floors-without-io"],
  ["src/report/people.ts", `export { x } from "../people/planted.ts";`, null],
  ["src/apply/adapter.ts", `export { x } from "../atlassian/planted.ts";`, "apply-sees-ports"],
  ["src/apply/type.ts", `export type { X } from "../github/planted.ts";`, "apply-sees-ports"],
  ["src/apply/late.ts", `export const late = () => import("../ledger/planted.ts");`, "apply-sees-ports"],
  ["src/apply/ports.ts", `export type { OrgWriter } from "../ports.ts";`, null],
  ["src/apply/host.ts", `export type { ReviewHost } from "../review-ports.ts";`, "apply-sees-ports"],
  ["src/look-again.ts", `export type { ReviewHost } from "./review-ports.ts";`, "pipeline-sees-ports"],
  ["src/review/ports.ts", `export type { ReviewHost } from "../review-ports.ts";`, null],
  ["src/pipeline.ts", `export { x } from "./simulator/planted.ts";`, "pipeline-sees-ports"],
  ["src/looking.ts", `export { x } from "./ledger/planted.ts";`, "pipeline-sees-ports"],
  ["src/apply/upwards.ts", `export { x } from "../look-again.ts";`, "apply-sees-ports"],
  ["src/atlassian/other.ts", `export { x } from "../ledger/planted.ts";`, "adapter-atlassian"],
  ["src/git/other.ts", `export { x } from "../ledger/planted.ts";`, "adapter-git"],
  ["src/review/host.ts", `export { x } from "../github/planted.ts";`, "review-sees-ports"],
  ["src/review/plan.ts", `export { x } from "../plan/planted.ts";`, null],
  ["src/plan/mode.ts", `export { x } from "../action/planted.ts";`, "floor-plan"],
  ["src/github/mode.ts", `export { x } from "../action/planted.ts";`, "commands-are-the-top"],
  ["src/action/command.ts", `export { x } from "../commands/planted.ts";`, null],
  ["src/github/other.ts", `export { x } from "../atlassian/planted.ts";`, "adapter-github"],
  ["src/ledger/other.ts", `export { x } from "../github/planted.ts";`, "adapter-ledger"],
  ["src/ledger/up.ts", `export { x } from "../apply/planted.ts";`, "adapter-ledger"],
  ["src/simulator/ours.ts", `export { x } from "../people/planted.ts";`, "simulator-stands-alone"],
  ["src/simulator/reader.ts", `export { x } from "../atlassian/planted.ts";`, "simulator-stands-alone"],
  ["src/simulator/package.ts", `export { request } from "undici";`, "simulator-stands-alone"],
  ["src/simulator/wire.ts", `export type { WirePage } from "../atlassian/wire.ts";`, null],
  ["src/people/command.ts", `export { x } from "../commands/planted.ts";`, "commands-are-the-top"],
  ["src/commands/adapter.ts", `export { x } from "../atlassian/planted.ts";`, null],
  ["src/commands/nowhere.ts", `export { x } from "./nowhere-at-all.ts";`, "no-unresolved"],
  ["src/commands/tool.ts", `export { it } from "vitest";`, "shipped-code-needs-shipped-packages"],
];

const folders = [
  "people",
  "policy",
  "plan",
  "apply",
  "review",
  "atlassian",
  "git",
  "github",
  "ledger",
  "simulator",
  "commands",
  "action",
];

describe("the floors", () => {
  it("are kept by this repository, and every file of src/ was looked at", async () => {
    const report = await checkFloors(repositoryRoot);
    expect(report.findings).toEqual([]);
    expect(report.modules).toBe(countModules(join(repositoryRoot, "src")));
    expect(report.modules).toBeGreaterThan(0);
  });

  describe("in a copy with planted imports", () => {
    let root = "";
    let report: FloorReport;

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), "seatwright-floors-"));
      cpSync(join(repositoryRoot, "package.json"), join(root, "package.json"));
      symlinkSync(join(repositoryRoot, "node_modules"), join(root, "node_modules"));
      for (const folder of folders)
        write(root, `src/${folder}/planted.ts`, "export const x = 1; export type X = number;");
      write(root, "src/ports.ts", "export interface OrgReader {} export interface OrgWriter {}");
      write(root, "src/review-ports.ts", "export interface ReviewHost {}");
      write(root, "src/atlassian/wire.ts", "export interface WirePage {}");
      for (const [path, line] of plants) write(root, path, line);
      report = await checkFloors(root);
    });

    afterAll(() => rmSync(root, { recursive: true }));

    it.each(plants.filter(([, , rule]) => rule !== null))("%s with `%s` breaks %s", (path, _line, rule) => {
      const rules = report.findings.filter((finding) => finding.startsWith(`${path} imports`));
      expect(rules.map((finding) => /: ([\w-]+)\./.exec(finding)?.[1])).toContain(rule);
    });

    it.each(plants.filter(([, , rule]) => rule === null))("%s may say `%s`", (path) => {
      expect(report.findings.filter((finding) => finding.startsWith(path))).toEqual([]);
    });

    it("every file was looked at", () => {
      expect(report.modules).toBe(countModules(join(root, "src")));
    });
  });

  it("report an empty src/ instead of being content with it", async () => {
    const root = mkdtempSync(join(tmpdir(), "seatwright-floors-"));
    mkdirSync(join(root, "src"));
    const report = await checkFloors(root);
    rmSync(root, { recursive: true });
    expect(report.findings).toEqual(["There is no file in src/: nothing was checked."]);
  });

  it("report two files that import each other", async () => {
    const root = mkdtempSync(join(tmpdir(), "seatwright-floors-"));
    write(root, "src/plan/a.ts", `import { b } from "./b.ts"; export const a = () => b;`);
    write(root, "src/plan/b.ts", `import { a } from "./a.ts"; export const b = () => a;`);
    const report = await checkFloors(root);
    rmSync(root, { recursive: true });
    expect(report.findings.join("\n")).toContain("no-cycles");
  });
});

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${text}\n`);
}

/** Counted here by another way than the check itself: by hand, folder by folder. */
function countModules(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.isDirectory()) return sum + countModules(join(folder, entry.name));
    const isModule = [".ts", ".cjs", ".mjs", ".js"].some((ending) => entry.name.endsWith(ending));
    return isModule && !entry.name.endsWith(".d.ts") ? sum + 1 : sum;
  }, 0);
}
