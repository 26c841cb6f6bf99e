import * as validators from "../../src/documents/validators.generated.cjs";

/** Whether a value keeps to the schema of plans. */
export function isPlan(value: unknown): boolean {
  return validators.plan(value);
}

/** Whether a value keeps to the schema of run results. */
export function isRunResult(value: unknown): boolean {
  return validators.runResult(value);
}
