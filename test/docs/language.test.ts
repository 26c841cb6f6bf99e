import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appNames } from "../../src/model/apps.ts";
import { allOf, anyOf, notOf, type Truth, truthAt, type Verdict } from "../../src/model/verdict.ts";
import { unbuiltOrganizationWords, unbuiltPolicyWords } from "../../src/policy/unbuilt.ts";
import { repositoryRoot } from "../../tools/root.ts";
import { readPage, rowsOf } from "./pages.ts";

const policies = readPage("docs/policies.md");

function section(heading: string): string {
  const start = policies.text.indexOf(`\n## ${heading}\n`);
  const end = policies.text.indexOf("\n## ", start + 1);
  expect(start, heading).not.toBe(-1);
  return policies.text.slice(start, end === -1 ? undefined : end);
}

describe("docs/policies.md", () => {
  it("shows the truth table that evaluation follows", () => {
    const verdicts: Readonly<Record<string, Verdict>> = {
      true: { yes: Uint32Array.of(1), unknown: Uint32Array.of(0) },
      false: { yes: Uint32Array.of(0), unknown: Uint32Array.of(0) },
      unknown: { yes: Uint32Array.of(0), unknown: Uint32Array.of(1) },
    };
    const rows = rowsOf(section("True, false and unknown"));
    expect(rows).toHaveLength(6);
    for (const [a = "", b = "", all, any, not] of rows) {
      const [one, other] = [verdicts[a], verdicts[b]];
      if (one === undefined || other === undefined) throw new Error(`There is no value ${a} or ${b}.`);
      const results: readonly Truth[] = [allOf(1, [one, other]), anyOf(1, [one, other]), notOf(1, one)].map((verdict) =>
        truthAt(verdict, 0),
      );
      expect([all, any, not], `${a}, ${b}`).toEqual(results);
    }
  });

  it("names every word that is not carried out yet, with what it holds", () => {
    const rows = rowsOf(section("Words not carried out yet"));
    const holding = (words: string): string => rows.filter(([, , held]) => held?.startsWith(words)).join("\n");
    const named = (word: string): RegExp => new RegExp(`\`${word.replace(/: \{.*$/, "")}[\`:]`);
    for (const { word } of unbuiltPolicyWords) expect(holding("holds the policy")).toMatch(named(word));
    for (const { word } of unbuiltOrganizationWords) expect(holding("holds every policy")).toMatch(named(word));
    const words = rows.flatMap(([cell = ""]) => cell.split("`, `"));
    expect(words).toHaveLength(unbuiltPolicyWords.length + unbuiltOrganizationWords.length);
  });

  it("describes every action of the schema by hand as well as in the table", () => {
    const schema = JSON.parse(readFileSync(join(repositoryRoot, "schemas/policies.schema.json"), "utf8"));
    const described = `${rowsOf(section("Actions"))
      .map(([cell]) => cell)
      .join()}${section("Words not carried out yet")}`;
    const missing = Object.keys(schema.$defs.Action.properties).filter((name) => !described.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});

describe("the hazards of docs/policies.md", () => {
  it("are those that a plan can carry", () => {
    const schema = JSON.parse(readFileSync(join(repositoryRoot, "schemas/plan.schema.json"), "utf8"));
    const hazards = section("How a seat is freed");
    const rows = rowsOf(hazards.slice(hazards.indexOf("| hazard |")));
    const named = rows.map(([cell]) => cell?.replaceAll("`", ""));
    expect(new Set(named)).toEqual(new Set(schema.$defs.Hazard.enum));
  });
});

describe("docs/concepts.md", () => {
  it("lists every app that policies can name", () => {
    const { text } = readPage("docs/concepts.md");
    expect(appNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
