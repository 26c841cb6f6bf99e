import { escaped } from "./workflow-names.ts";
import { type Fields, fieldsIn } from "./workflow-takes.ts";

/** A workflow file. */
export interface Workflow {
  readonly path: string;
  readonly content: Fields;
}

/**
 * The workflow that a job calls, as it is with what the job hands it in place of its inputs and secrets. Null: the job calls
 * none. `elsewhere`: one that is in no file here.
 * Source: https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
 */
export function followCall(job: Fields, workflows: readonly Workflow[]): Workflow | "elsewhere" | null {
  const { uses } = job;
  if (typeof uses !== "string") return null;
  const callee = uses.startsWith("./") ? workflows.find(({ path }) => path === uses.slice(2)) : undefined;
  if (callee === undefined) return "elsewhere";
  let text = JSON.stringify(callee.content["jobs"]);
  for (const [kind, given] of [
    ["inputs", fieldsIn(job["with"])],
    ["secrets", fieldsIn(job["secrets"])],
  ] as const) {
    for (const [name, value] of Object.entries(given)) {
      text = text.replaceAll(new RegExp(String.raw`(?<![\w.])${kind}\.${escaped(name)}\b`, "gi"), () => handed(value));
    }
  }
  return { path: callee.path, content: { ...callee.content, jobs: JSON.parse(text) as unknown } };
}

/** The inside of an expression that is worth what was handed over, as it stands in a JSON text. */
function handed(value: unknown): string {
  const text = String(value);
  const inside = text.includes("${{") ? text.replaceAll(/\$\{\{|\}\}/g, "") : `'${text}'`;
  return JSON.stringify(inside).slice(1, -1);
}
