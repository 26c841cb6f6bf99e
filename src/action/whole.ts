import type { Plan } from "../model/documents.generated.ts";
import { stampedName } from "../model/plan-changes.ts";
import type { WholeDocument } from "../report/markdown-parts.ts";
import type { ActionKit } from "./kit.ts";

/** Where the whole plan can be read: in the ledger, on its branch. */
export function wholeOf({ event, inputs }: Pick<ActionKit, "event" | "inputs">, plan: Plan): WholeDocument {
  const url = `${event.serverUrl}/${event.repository}/blob/${inputs.ledgerBranch}/plans/${stampedName(plan)}`;
  return { words: "the plan document in the ledger", url };
}

/** Where a run can be read. */
export function runOf({ event }: Pick<ActionKit, "event">): WholeDocument {
  return { words: "the log of the run", url: event.runUrl };
}
