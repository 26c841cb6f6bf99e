import type { Approval, Change, EventBody, Plan, Tool } from "../model/documents.generated.ts";
import type { LoggedRun } from "../ports.ts";
import type { Journal } from "./journal.ts";
import { countsOf, type Ending, outcomesOf } from "./result.ts";

/** What a run writes down before anything else: on whose word, by which tool, and what it was approved to do. */
export function openingEvents(
  tool: Tool,
  plan: Plan,
  approval: Approval,
  earlier: LoggedRun | null,
): readonly EventBody[] {
  const { policyDigest, snapshotDigest } = plan;
  const started: EventBody = {
    type: earlier === null ? "run.started" : "run.resumed",
    tool,
    organization: plan.organization.id,
    planDigest: plan.digest,
    policyDigest,
    snapshotDigest,
    certificate: plan.certificate.state,
  };
  const described: EventBody = {
    type: "plan",
    planDigest: plan.digest,
    counts: {
      changes: plan.changes.length,
      quarantined: plan.quarantined.length,
      heldBack: plan.heldBack.length,
    },
  };
  // The approval comes first: whatever of this reaches the disk, it can be told on whose word the run began.
  const approved: EventBody = { type: "approval", approval };
  return earlier === null ? [approved, started, described] : [approved, started];
}

/** What a run writes down last. */
export function endingEvent(
  type: "run.finished" | "run.stopped",
  ending: Ending,
  changes: readonly Change[],
  journal: Journal,
): EventBody {
  const counts = countsOf(outcomesOf(changes, journal.summary()));
  return { type, exit: ending.exit, reason: ending.reason, counts };
}
