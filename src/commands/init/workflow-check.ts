import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Finding } from "../../model/finding.ts";
import { ACTION_PLACEHOLDER } from "./workflow.ts";

const FOLDER = ".github/workflows";

/**
 * A warning for each workflow of a policy repository that still has the placeholder of `init` where the action is to be
 * named: GitHub cannot run it. Where there is no folder of workflows, there are no findings.
 */
export async function workflowFindings(repo: string): Promise<readonly Finding[]> {
  const folder = path.join(repo, FOLDER);
  return namesIn(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .flatMap((name) => placeholderIn(`${FOLDER}/${name}`, readFileSync(path.join(folder, name), "utf8")));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** At the first place where it stands. */
function placeholderIn(file: string, text: string): readonly Finding[] {
  const before = text.split(ACTION_PLACEHOLDER);
  const [head = ""] = before;
  if (before.length === 1) return [];
  const lines = head.split("\n");
  return [
    {
      severity: "warning",
      rule: "workflow-placeholder",
      place: { file, line: lines.length, column: (lines.at(-1) ?? "").length + 1 },
      message: `GitHub cannot run this workflow: ${ACTION_PLACEHOLDER} stands where it names the action.`,
      remedy: "Put the action's repository and the full id of a commit that you reviewed in its place, everywhere.",
    },
  ];
}
