import path from "node:path";
import { writeWhole } from "../../disk/write.ts";
import { OperatorError } from "../../model/errors.ts";
import type { Kit } from "../../wiring.ts";
import { ACTION_PLACEHOLDER, WORKFLOW_PATH, type WorkflowAnswers, workflowFile } from "./workflow.ts";
import type { Layout } from "./workflow-layout.ts";

interface Wanted {
  readonly time: WorkflowAnswers["time"];
  /** As the flag gives it. */
  readonly uses: string | undefined;
  readonly layout: Layout;
}

/** Writes the workflow for organisation files that are there, and nothing else. Gives the exit code. */
export async function writeWorkflow(kit: Kit, wanted: Wanted): Promise<number> {
  const { layout, time } = wanted;
  const uses = wanted.uses === undefined ? null : pinned(wanted.uses);
  const text = workflowFile({ time, uses, layout });
  await writeWhole(path.join(kit.repo, WORKFLOW_PATH), [text], "anyone");
  const { terminal } = kit;
  if (kit.json) {
    terminal.out(`${JSON.stringify({ repository: kit.repo, written: [WORKFLOW_PATH] })}\n`);
    return 0;
  }
  terminal.out(
    `Wrote ${WORKFLOW_PATH} in ${kit.repo}, for the organisation files that are there. Nothing else was written.\n`,
  );
  if (layout.kind === "folders") {
    const names = layout.organizations.map(({ name }) => name);
    terminal.out("Each organisation needs two environments with its own key, limited to the default branch:\n");
    for (const name of names) terminal.out(`  seatwright-${name}, seatwright-${name}-apply\n`);
    terminal.out("For a further organisation, move the workflow away and run init again.\n");
  }
  terminal.out("docs/github.md says what else the workflow needs.\n");
  tellPlaceholder(kit, uses);
  return 0;
}

/** Says where the workflow's action is still to be named; nothing where it is. */
export function tellPlaceholder({ terminal }: Kit, uses: string | null): void {
  if (uses !== null) return;
  terminal.out(`${WORKFLOW_PATH} has ${ACTION_PLACEHOLDER} where it names the action: put your own there.\n`);
}

/** The action as `--uses` names it: by a commit, because what runs there sees a key that can write. Throws OperatorError for another. */
export function pinned(uses: string): string {
  if (/^[\w.-]+\/[\w.-]+(\/[\w.-]+)*@([0-9a-f]{40}|[0-9a-f]{64})$/.test(uses)) return uses;
  throw new OperatorError(
    "usage",
    `--uses ${uses} does not name an action by its commit.`,
    "Write owner/repository@ and the full id of a commit that you reviewed; a tag or a branch can be moved.",
  );
}
