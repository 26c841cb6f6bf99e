import type { Change } from "../model/documents.generated.ts";
import { attemptCame, type Journal } from "./journal.ts";
import { operationKey } from "../plan/operations.ts";

/**
 * Operations that other changes of the same person have carried out in this run, by key. Two seats can hang on one group:
 * leaving it is the work of whichever change comes first, and both are done by it.
 */
export function doneByOthers(journal: Journal, ofPerson: readonly Change[], change: Change): ReadonlySet<string> {
  const done = new Set<string>();
  for (const { id } of ofPerson) {
    if (id === change.id) continue;
    const { forward, inverse } = journal.change(id);
    for (const [index, attempt] of forward) {
      const putBack = inverse.get(index);
      const isBack = putBack !== undefined && attemptCame(putBack) !== "false";
      if (attemptCame(attempt) === "true" && !isBack) done.add(operationKey(attempt.operation));
    }
  }
  return done;
}
