import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readInputs } from "../../src/action/inputs.ts";
import { repositoryRoot } from "../../tools/root.ts";

interface Declared {
  readonly description?: string;
}

interface Declaration {
  readonly inputs: Readonly<Record<string, Declared>>;
  readonly outputs: Readonly<Record<string, Declared>>;
}

const read = (path: string): string => readFileSync(`${repositoryRoot}/${path}`, "utf8");
const declared = parse(read("action.yml")) as Declaration;
const sources = readdirSync(`${repositoryRoot}/src/action`).map((name) => read(`src/action/${name}`));

/** Every outcome that a run can have for a change, as the schema of its result lists them. */
const outcomes = (
  JSON.parse(read("schemas/run-result.schema.json")) as {
    readonly $defs: { readonly OutcomeKind: { readonly enum: readonly string[] } };
  }
).$defs.OutcomeKind.enum;

/** Names that the code gives outputs, with the one that ends in an outcome written out. */
function outputsInCode(): readonly string[] {
  return sources.flatMap((text) =>
    [...text.matchAll(/\boutput\(\s*["`]([^"`]+)["`]/g)].flatMap(([, name = ""]) =>
      name === "outcome-${outcome}" ? outcomes.map((outcome) => `outcome-${outcome}`) : [name],
    ),
  );
}

/** Names of inputs that the code asks for: those of `readInputs`, and the two secrets. */
function inputsInCode(): readonly string[] {
  const asked: string[] = [];
  readInputs((name) => {
    asked.push(name);
    return name === "mode" ? "plan" : "";
  });
  const own = [...read("src/action.ts").matchAll(/runner\.input\("([^"]+)"\)/g)].map(([, name = ""]) => name);
  return [...asked, ...own];
}

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

describe("action.yml", () => {
  it("declares every output that the action gives, and no other", () => {
    const inCode = outputsInCode();
    expect(inCode.length).toBeGreaterThan(20);
    expect(sorted(Object.keys(declared.outputs))).toEqual(sorted(inCode));
  });

  it("declares every input that the action reads, and no other", () => {
    expect(sorted(Object.keys(declared.inputs))).toEqual(sorted(inputsInCode()));
  });

  it("describes each of them", () => {
    for (const [name, { description = "" }] of Object.entries({ ...declared.inputs, ...declared.outputs }))
      expect(description, name).toMatch(/^\S.{8,}\.$/);
  });
});
