import { type Fields, fieldsIn } from "./workflow-takes.ts";

/**
 * What a written matrix and the choices of a run by hand make of a text of a job: one for each. Where neither says what an
 * expression is, it stays as it is.
 */
export function chosen(text: string, job: Fields, workflow: Fields): readonly string[] {
  const matrix = fieldsIn(fieldsIn(job["strategy"])["matrix"]);
  const rows = Array.isArray(matrix["include"]) ? matrix["include"].map(fieldsIn) : [];
  const choices = (kind: string, name: string): readonly string[] => {
    if (kind !== "matrix") return optionsOf(workflow, name);
    const list = matrix[name];
    return [...(Array.isArray(list) ? list : []), ...rows.flatMap((row) => row[name] ?? [])].map(String);
  };
  let texts: readonly string[] = [text];
  for (const [whole, kind = "", name = ""] of text.matchAll(/\$\{\{\s*(matrix|inputs)\.([\w-]+)\s*\}\}/g)) {
    const found = choices(kind, name);
    if (found.length > 0) texts = texts.flatMap((each) => found.map((choice) => each.replaceAll(whole, choice)));
  }
  return [...new Set(texts)];
}

/** What may be chosen for an input of a run by hand. */
export function optionsOf(workflow: Fields, name: string): readonly string[] {
  const input = fieldsIn(fieldsIn(fieldsIn(fieldsIn(workflow["on"])["workflow_dispatch"])["inputs"])[name]);
  return Array.isArray(input["options"]) ? input["options"].map(String) : [];
}
