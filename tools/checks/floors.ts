import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import type { ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import { readSources } from "./sources.ts";

export interface FloorReport {
  /** How many modules of src/ were looked at. */
  readonly modules: number;
  /** One line for each import that leaves its floor, and one when not every file was seen. */
  readonly findings: readonly string[];
}

/** Checks the imports of src/ in the repository at `root` against `.dependency-cruiser.mjs` of this repository. */
export async function checkFloors(root: string): Promise<FloorReport> {
  const options = await extractOptions(join(import.meta.dirname, "../../.dependency-cruiser.mjs"));
  const { output } = await cruise(["src"], { ...options, baseDir: root, validate: true });
  if (typeof output === "string") throw new Error("dependency-cruiser answered with text instead of a result.");
  const seen = seenModules(output);
  const files = readSources(root).map(({ path }) => path);
  const unseen = files.filter((file) => !seen.has(file));
  return {
    modules: seen.size,
    findings: [
      ...output.summary.violations.map(
        ({ from, to, rule }) => `${from} imports ${to}: ${rule.name}. ${commentOf(output, rule.name)}`,
      ),
      ...(files.length === 0 ? ["There is no file in src/: nothing was checked."] : []),
      ...unseen.map((file) => `${file} was not seen by dependency-cruiser, so its imports were not checked.`),
    ],
  };
}

function seenModules(result: ICruiseResult): ReadonlySet<string> {
  const own = result.modules.filter(
    ({ source, couldNotResolve }) => source.startsWith("src/") && couldNotResolve !== true,
  );
  return new Set(own.map(({ source }) => source));
}

function commentOf(result: ICruiseResult, rule: string): string {
  return result.summary.ruleSetUsed?.forbidden?.find(({ name }) => name === rule)?.comment ?? "";
}
