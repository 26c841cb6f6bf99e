import { describe, expect, it } from "vitest";
import { checkConventions } from "../../tools/checks/conventions.ts";
import { readSources } from "../../tools/checks/sources.ts";
import { repositoryRoot } from "../../tools/root.ts";

const wiring = "builds an adapter: only src/wiring.ts and src/wiring-action.ts do that.";

describe("the house rules", () => {
  it.each([
    ["src/commands/plan.ts", `import { createReader } from "../atlassian/reader.ts";`],
    ["src/commands/plan.ts", `import { createReader as reader } from "../atlassian/reader.ts";`],
    ["src/commands/plan.ts", `import * as ledger from "../ledger/directory.ts";`],
    ["src/commands/plan.ts", `export { createReviewHost } from "../github/host.ts";`],
    ["src/cli.ts", `export const reader = () => import("./atlassian/reader.ts");`],
  ])("refuse in %s `%s`", (path, text) => {
    expect(checkConventions({ path, text })).toEqual([`${path}:1 ${wiring}`]);
  });

  it.each([
    ["src/wiring.ts", `import { createReader } from "./atlassian/reader.ts";`],
    ["src/atlassian/all.ts", `import { createReader } from "./reader.ts";`],
    ["src/commands/plan.ts", `import type { createReader } from "../atlassian/reader.ts";`],
    ["src/commands/plan.ts", `import { pathOfLedger } from "../ledger/directory.ts";`],
    ["src/commands/plan.ts", `import { createPlan } from "../plan/plan.ts";`],
  ])("accept in %s `%s`", (path, text) => {
    expect(checkConventions({ path, text })).toEqual([]);
  });

  it.each([
    "export function list(people: string[], all: boolean) {}",
    "export function list(people: string[], all = false) {}",
    "export const list = (all: boolean) => all;",
    "export const list = async function (all: boolean = true) {};",
  ])("refuse a boolean parameter in `%s`", (text) => {
    expect(checkConventions({ path: "src/people/a.ts", text })).toEqual([
      "src/people/a.ts:1 has a boolean parameter in an exported function: take an option with a name, or write two functions.",
    ]);
  });

  it.each([
    "function inside(all: boolean) { return all; } export const x = inside(true);",
    "export function list(options: { readonly all: boolean }) { return options.all; }",
    "export class LimitError extends OperatorError {}",
  ])("accept `%s`", (text) => {
    expect(checkConventions({ path: "src/people/a.ts", text })).toEqual([]);
  });

  it("refuse a class that is no error, and a module that passes another one on", () => {
    const text = `export class Planner {}\nexport * from "./other.ts";`;
    expect(checkConventions({ path: "src/people/a.ts", text })).toEqual([
      "src/people/a.ts:1 declares a class that is no error: use functions and plain data.",
      "src/people/a.ts:2 exports everything of another module: import from where things are.",
    ]);
  });

  it("are kept by this repository", () => {
    expect(readSources(repositoryRoot).flatMap(checkConventions)).toEqual([]);
  });
});
