import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateAll, staleFiles, writeAll } from "../../tools/codegen/main.ts";
import { makeReadonly } from "../../tools/codegen/readonly.ts";
import { repositoryRoot } from "../../tools/root.ts";

const common = {
  title: "Common",
  $defs: {
    Id: { title: "Id", description: "An id.", type: "string", pattern: "^[a-z]+$" },
    Pair: {
      title: "Pair",
      type: "array",
      prefixItems: [{ type: "integer" }, { $ref: "#/$defs/Id" }],
      minItems: 2,
      maxItems: 2,
    },
  },
};

const runResult = {
  title: "RunResult",
  type: "object",
  additionalProperties: false,
  required: ["id", "title", "pairs"],
  properties: {
    id: { description: "Which run.", $ref: "common.schema.json#/$defs/Id" },
    title: { type: "string", minLength: 1 },
    pairs: { type: "array", items: { $ref: "common.schema.json#/$defs/Pair" } },
    at: { type: "string", format: "date-time" },
    none: { type: "object", additionalProperties: false },
  },
};

describe("npm run generate", () => {
  let root = "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "seatwright-codegen-"));
    mkdirSync(join(root, "schemas"));
    symlinkSync(join(repositoryRoot, "node_modules"), join(root, "node_modules"));
    write("common", common);
    write("run-result", runResult);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it("gives readonly types, named by title, also across files", async () => {
    const types = await textOf("documents.generated.ts");
    expect(types).toContain("export type Id = string;");
    expect(types).toContain("readonly id: Id;");
    expect(types).toContain("readonly runResult: RunResult;");
    expect(types).toMatch(/pairs: readonly (Pair|\(readonly \[number, Id\]\))\[\];/);
    expect(types).toContain("[number, Id]");
    expect(types).toContain("* Which run.");
  });

  it("lets an object without properties hold nothing", async () => {
    write("empty", { title: "Empty", type: "object", additionalProperties: false });
    expect(await textOf("documents.generated.ts")).toContain("export type Empty = Readonly<Record<string, never>>;");
  });

  it("gives validators that run as they are and name all that is wrong, with its place", async () => {
    await writeAll(root);
    const program = `
      const { runResult } = require("./src/documents/validators.generated.cjs");
      runResult({ id: "A", title: "", pairs: [[1, "b", 2]], at: "today", extra: 1 });
      const wrong = runResult.errors.map(({ instancePath, keyword, params }) => [instancePath, keyword, params]);
      console.log(JSON.stringify([runResult({ id: "a", title: "t", pairs: [[1, "b"]] }), wrong]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
    const [valid, wrong] = JSON.parse(stdout);
    expect(valid).toBe(true);
    expect(wrong).toHaveLength(5);
    expect(wrong).toContainEqual(["", "additionalProperties", { additionalProperty: "extra" }]);
    expect(wrong).toContainEqual(["/id", "pattern", { pattern: "^[a-z]+$" }]);
    expect(wrong).toContainEqual(["/at", "format", { format: "date-time" }]);
    expect(wrong).toContainEqual(["/title", "minLength", { limit: 1 }]);
    expect(wrong).toContainEqual(["/pairs/0", "maxItems", { limit: 2 }]);
  });

  it("keeps properties that are called like a keyword", async () => {
    const properties = {
      title: { type: "string" },
      description: { type: "string" },
      examples: { type: "string" },
      const: { type: "string" },
    };
    write("words", {
      title: "Words",
      type: "object",
      additionalProperties: false,
      required: Object.keys(properties),
      properties,
    });
    await writeAll(root);
    const program = `
      const { words } = require("./src/documents/validators.generated.cjs");
      console.log(words({ title: "a", description: "b", examples: "c", const: "d" }), words({ title: "a" }));`;
    const { stdout } = spawnSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" });
    expect(stdout.trim()).toBe("true false");
    expect(await textOf("documents.generated.ts")).toMatch(
      /title: string;\s+readonly description: string;\s+readonly examples: string;/,
    );
  });

  it("writes what differs, once, and the same every time", async () => {
    const paths = (await generateAll(root)).map(({ path }) => path);
    expect(await writeAll(root)).toEqual(paths);
    expect(await writeAll(root)).toEqual([]);
    expect(await generateAll(root)).toEqual(await generateAll(root));
  });

  it("notices an edited file and a changed schema", async () => {
    await writeAll(root);
    writeFileSync(join(root, "src/model/documents.generated.ts"), "// edited");
    expect((await staleFiles(root)).map(({ path }) => path)).toEqual(["src/model/documents.generated.ts"]);
    await writeAll(root);
    write("run-result", { ...runResult, required: [] });
    expect((await staleFiles(root)).map(({ path }) => path)).toContain("src/documents/validators.generated.cjs");
  });

  it("refuses two types of one name, a reference to nothing, and a keyword that ajv does not know", async () => {
    write("other", { title: "Id", type: "string" });
    await expect(generateAll(root)).rejects.toThrow("are both called Id");
    write("other", { title: "Other", $ref: "common.schema.json#/$defs/Gone" });
    await expect(generateAll(root)).rejects.toThrow("common.schema.json#/$defs/Gone, which does not exist");
    write("other", { title: "Other", type: "object", propertys: {} });
    await expect(generateAll(root)).rejects.toThrow("propertys");
  });

  function write(name: string, schema: object): void {
    writeFileSync(join(root, `schemas/${name}.schema.json`), JSON.stringify(schema));
  }

  async function textOf(ending: string): Promise<string> {
    const files = await generateAll(root);
    return files.find(({ path }) => path.endsWith(ending))?.text ?? "";
  }
});

describe("makeReadonly", () => {
  it.each([
    ["type A = string[][];", "type A = readonly (readonly string[])[];"],
    ["type A = [string, number[]];", "type A = readonly [string, readonly number[]];"],
    ["type A = (string | [B])[];", "type A = readonly (string | readonly [B])[];"],
    [
      "interface A { readonly b: C[]; d?: { [k: string]: E } }",
      "interface A { readonly b: readonly C[]; readonly d?: { readonly [k: string]: E } }",
    ],
  ])("turns `%s` into `%s`", (source, expected) => {
    expect(makeReadonly(source)).toBe(expected);
  });
});
