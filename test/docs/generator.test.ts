import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { policyRegions } from "../../tools/codegen/policy-docs.ts";
import { fillRegions } from "../../tools/codegen/regions.ts";
import { createLexicon, inlineYaml, valueWords } from "../../tools/codegen/schema-words.ts";
import { readSchemas } from "../../tools/codegen/schemas.ts";
import type { Json, SchemaFile } from "../../tools/codegen/schemas.ts";
import { repositoryRoot } from "../../tools/root.ts";
import { rowsOf } from "./pages.ts";

const schemas = readSchemas(join(repositoryRoot, "schemas"));

describe("fillRegions", () => {
  const texts = new Map([["one", "new"]]);

  it("replaces what is between the marks, keeps the rest, and does nothing the second time", () => {
    const page = "before\n<!-- generated:one -->\nold\n<!-- /generated -->\nafter\n";
    const filled = "before\n<!-- generated:one -->\n\nnew\n\n<!-- /generated -->\nafter\n";
    expect(fillRegions(page, texts)).toBe(filled);
    expect(fillRegions(filled, texts)).toBe(filled);
  });

  it.each([
    ["<!-- generated:one -->\n", "one is not closed"],
    ["<!-- generated:one -->\n<!-- generated:one -->\n<!-- /generated -->\n", "not closed before"],
    ["<!-- generated:one -->\n<!-- /generated -->\n<!-- generated:one -->\n<!-- /generated -->\n", "there twice"],
    ["<!-- generated:two -->\n<!-- /generated -->\n", "Nothing fills the region two"],
    ["<!-- /generated -->\n", "was not opened"],
    ["nothing\n", "no region for one"],
  ])("refuses %j", (page, message) => {
    expect(() => fillRegions(page, texts)).toThrow(message);
  });
});

describe("the tables of the policy language", () => {
  const regions = policyRegions(schemas);
  const schema = JSON.parse(readFileSync(join(repositoryRoot, "schemas/policies.schema.json"), "utf8"));

  it.each([
    ["policy-keys", "PolicySource"],
    ["filters", "Where"],
    ["actions", "Action"],
    ["limit-keys", "PolicyLimits"],
  ])("hold in %s every key of %s", (region, definition) => {
    const named = new Set(rowsOf(regions.get(region) ?? "").map(([cell]) => cell?.replaceAll("`", "")));
    const keys = Object.keys(schema.$defs[definition].properties);
    expect(keys.filter((key) => !named.has(key))).toEqual([]);
  });

  it("say of every filter what it speaks of, what it tests and what it takes, with an example that is YAML", () => {
    for (const [key = "", ...cells] of rowsOf(regions.get("filters") ?? "")) {
      expect(cells, key).toHaveLength(4);
      for (const cell of cells) expect(cell, key).not.toBe("");
      for (const example of cells[3]?.split("<br>") ?? []) {
        expect(Object.keys(parse(example.replaceAll("`", ""))), key).toEqual([key.replaceAll("`", "")]);
      }
    }
  });

  it("cannot miss a filter that the schema gains", () => {
    const more: readonly SchemaFile[] = schemas.map((file) => {
      if (file.file !== "policies.schema.json") return file;
      const grown = structuredClone(schema);
      grown.$defs.Where.properties.shoeSize = { type: "integer" };
      return { ...file, schema: grown };
    });
    expect(() => policyRegions(more)).toThrow("shoeSize");
  });
});

describe("words for values", () => {
  const lexicon = createLexicon(schemas);

  it.each<[Json, string]>([
    [{ enum: ["a", "b", "c"] }, "`a`, `b` or `c`"],
    [{ type: "boolean" }, "`true` or `false`"],
    [{ type: "integer", minimum: 0, maximum: 100 }, "a whole number from 0 to 100"],
    [{ type: "integer", minimum: 1 }, "a whole number, at least 1"],
    [{ type: "array", items: { type: "string" } }, "a list of texts"],
    [{ $ref: "common.schema.json#/$defs/Texts" }, "a text or a list"],
    [{ $ref: "common.schema.json#/$defs/Duration" }, "a [duration](#durations)"],
    [{ $ref: "policies.schema.json#/$defs/Notice" }, "`none`, or `before:` and a [duration](#durations)"],
    [{ $ref: "policies.schema.json#/$defs/Nothing" }, "`{}`"],
  ])("of %j are %s", (given, words) => {
    expect(valueWords(lexicon, given)).toBe(words);
  });

  it("refuse a reference to nothing", () => {
    expect(() => valueWords(lexicon, { $ref: "common.schema.json#/$defs/Gone" })).toThrow("defines no Gone");
  });

  it.each<Json>([
    ["on-call", "leads-*"],
    { everywhere: "180d" },
    { "hr.cost_centre": ["4410"] },
    "yes",
    "@acme/it",
    false,
    12,
    "a: b",
    [{ unused: "90d" }],
  ])("become YAML that means the same: %j", (value) => {
    expect(parse(`key: ${inlineYaml(value)}`)).toEqual({ key: value });
  });
});
