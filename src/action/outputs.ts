import path from "node:path";
import { writeWhole } from "../disk/write.ts";
import type { Plan, RunResult } from "../model/documents.generated.ts";
import { everyChange } from "../model/plan-changes.ts";
import { exitReasonOf } from "../model/errors.ts";
import { jsonPieces } from "../report/json-pieces.ts";
import type { ActionKit } from "./kit.ts";

/** Puts what a plan says in numbers where later steps find it, and the plan itself in a file of the run's own. */
export async function tellPlan(
  { runner, event }: Pick<ActionKit, "runner" | "event">,
  plan: Plan,
  exit: number,
): Promise<void> {
  const file = path.join(event.temporary, "seatwright-plan.json");
  await writeWhole(file, jsonPieces(plan, "lines"), "private");
  runner.output("digest", plan.digest);
  runner.output("plan-path", file);
  runner.output("changes", plan.changes.length);
  runner.output("people", new Set(plan.changes.map(({ accountId }) => accountId)).size);
  runner.output("quarantined", plan.quarantined.length);
  runner.output("held-back", plan.heldBack.length);
  runner.output("owed", plan.heldBack.filter(({ owed }) => owed).length);
  runner.output(
    "seats-freed",
    plan.seats.reduce((sum, { before, after }) => sum + Math.max(0, before - after), 0),
  );
  tellExit({ runner }, exit);
}

/** The same of a run. */
export function tellResult({ runner }: Pick<ActionKit, "runner">, result: RunResult, plan: Plan): void {
  const done = new Set(result.outcomes.flatMap(({ outcome, change }) => (outcome === "done" ? [change] : [])));
  const freed = everyChange(plan).filter(({ id, direction }) => direction === "take" && done.has(id));
  runner.output("run", result.run);
  runner.output("digest", result.planDigest);
  runner.output("changes", result.outcomes.length);
  for (const [outcome, count] of Object.entries(result.counts)) runner.output(`outcome-${outcome}`, count);
  runner.output(
    "seats-freed",
    freed.reduce(
      (sum, { before, after }) => sum + before.seats.filter((seat) => !after.seats.includes(seat)).length,
      0,
    ),
  );
  tellExit({ runner }, result.exit.code);
}

/** The exit code and its name, as docs/exit-codes.md has them. */
export function tellExit({ runner }: Pick<ActionKit, "runner">, exit: number): void {
  runner.output("exit-code", exit);
  runner.output("exit-reason", exitReasonOf(exit));
}
