import { describe, expect, it } from "vitest";
import { checkPurity } from "../../tools/checks/purity.ts";
import { readSources } from "../../tools/checks/sources.ts";
import { repositoryRoot } from "../../tools/root.ts";

const impure: readonly (readonly [string, string])[] = [
  ["export const x = process.env.HOME;", "process"],
  ["export const x = { process };", "process"],
  ["export const x = Date.now();", "Date.now"],
  ["export const x = new Date();", "new Date() without a moment"],
  ["export const x = Date();", "Date()"],
  ["export const x = new Date(2026, 0, 1);", "new Date() from local parts"],
  ["export const x = Math.random();", "Math.random"],
  [`import { Temporal } from "temporal-polyfill"; export const x = Temporal.Now.instant();`, "Temporal.Now"],
  [`import { randomUUID } from "node:crypto"; export const x = randomUUID;`, "randomUUID"],
  [`import * as node from "node:crypto"; export const x = node.randomBytes(1);`, "node.randomBytes"],
  ["export const x = globalThis;", "globalThis"],
  [`export const x = fetch("http://127.0.0.1");`, "fetch"],
  ["export const x = performance.now();", "performance"],
  ["setTimeout(() => {}, 1);", "setTimeout"],
  [`console.log("x");`, "console"],
  [`export const x = ["b", "a"].sort((a, b) => a.localeCompare(b));`, ".localeCompare()"],
  ["export const x = (1234).toLocaleString();", ".toLocaleString()"],
  ["export const x = (at: Date) => at.getHours();", ".getHours()"],
  ["export const x = (at: Date) => at.toDateString();", ".toDateString()"],
];

const pure = [
  "export interface Run { readonly process: string; readonly fetch: number }",
  "export const x = (run: { process: string }) => run.process;",
  "export const x = (at: number) => new Date(at).toISOString();",
  "export const x = (at: Date) => at.getUTCHours();",
  `import { createHash } from "node:crypto"; export const x = createHash("sha256");`,
  "// process.env and Date.now() in a comment\nexport const x = 'Math.random()';",
];

describe("a pure floor", () => {
  it.each(impure)("refuses `%s`", (text, found) => {
    const [finding, ...others] = checkPurity({ path: "src/plan/planted.ts", text: `// one line before\n${text}\n` });
    expect(finding).toContain(`src/plan/planted.ts:2 uses ${found}`);
    expect(others).toEqual([]);
  });

  it.each(pure)("accepts `%s`", (text) => {
    expect(checkPurity({ path: "src/plan/planted.ts", text })).toEqual([]);
  });

  it.each(["model", "documents", "people", "policy", "plan", "report"])("is src/%s", (folder) => {
    expect(checkPurity({ path: `src/${folder}/planted.ts`, text: "export const x = process.pid;" })).toHaveLength(1);
    expect(
      checkPurity({ path: `src/${folder}/deeper/planted.ts`, text: "export const x = process.pid;" }),
    ).toHaveLength(1);
  });

  it.each(["src/apply/planted.ts", "src/atlassian/planted.ts", "src/cli.ts"])("is not around %s", (path) => {
    expect(checkPurity({ path, text: "export const x = process.pid;" })).toEqual([]);
  });

  it("leaves the simulator its sockets and timers, but no clock and no dice", () => {
    const path = "src/simulator/planted.ts";
    expect(checkPurity({ path, text: "setTimeout(() => process.pid, 1);" })).toEqual([]);
    expect(checkPurity({ path, text: "export const x = [Date.now(), Math.random(), new Date()];" })).toHaveLength(3);
  });

  it("is what the floors of this repository are", () => {
    expect(readSources(repositoryRoot).flatMap(checkPurity)).toEqual([]);
  });
});
