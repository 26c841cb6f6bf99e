import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as validators from "../../src/documents/validators.generated.cjs";
import * as policyFiles from "../../src/documents/policy-files.generated.cjs";
import * as written from "../support/written.generated.cjs";
import { planDigest } from "../../src/plan/digest.ts";
import type { Plan } from "../../src/model/documents.generated.ts";

const folder = join(import.meta.dirname, "../../schemas");

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly [key: string]: unknown;
}

const schemas = readdirSync(folder).map((file) => ({
  file,
  schema: JSON.parse(readFileSync(join(folder, file), "utf8")) as Schema,
}));

/** `run-result.schema.json` is validated by `runResult`. */
function validatorOf(file: string): ((value: unknown) => boolean) & { readonly errors?: unknown } {
  const key = file.replace(".schema.json", "").replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found = ({ ...validators, ...policyFiles, ...written } as Readonly<Record<string, unknown>>)[key];
  if (typeof found !== "function") throw new Error(`${file} has no validator`);
  return found as ReturnType<typeof validatorOf>;
}

const documents = schemas.filter(({ file }) => file !== "common.schema.json");

describe("the schema of every document", () => {
  it.each(documents)("$file: has a title, a description, and examples that keep to it", ({ file, schema }) => {
    expect(schema.title).toBeTypeOf("string");
    expect(schema.description).toBeTypeOf("string");
    expect(schema.examples?.length ?? 0).toBeGreaterThan(0);
    const validate = validatorOf(file);
    for (const example of schema.examples ?? []) {
      expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it("shows a plan with the digest that it really has", () => {
    const [example] = documents.find(({ file }) => file === "plan.schema.json")?.schema.examples ?? [];
    expect(planDigest(example as Plan)).toBe((example as Plan).digest);
  });
});
