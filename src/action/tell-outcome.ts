import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import type { PullRequest } from "../review-ports.ts";
import type { WholeDocument } from "../report/markdown-parts.ts";
import type { Names } from "../report/people.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { renderResultComment } from "../report/result-comment.ts";
import { organizationFlag } from "./by-hand-words.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { wholeOf } from "./whole.ts";

/** What came of an approved plan, and where that is told. */
export interface Outcome {
  /** Where the plan was approved. */
  readonly pullRequest: PullRequest;
  readonly names: Names;
  readonly plan: Plan;
  readonly approval: Approval;
  readonly result: RunResult;
  /** Where what is left is listed; null: nowhere. */
  readonly issue: WholeDocument | null;
}

/**
 * Says where a plan was approved what came of it: in a comment with the command that takes it back, and in a check run on
 * the merge commit.
 */
export async function tellOutcome(
  action: Pick<ActionKit, "host" | "runner" | "event" | "inputs">,
  { pullRequest, names, plan, approval, result, issue }: Outcome,
): Promise<void> {
  const { host, runner, event, inputs } = action;
  const marks = marksOf(inputs);
  const undoCommand = result.outcomes.some(({ outcome }) => hadEffect.has(outcome)) ? undoWords(result, inputs) : null;
  const auditPath = `audit/${result.run}.jsonl on the branch ${inputs.ledgerBranch}`;
  const comment = renderResultComment(
    result,
    plan,
    names,
    { approval, issue, auditPath, undoCommand },
    { marker: marks.result, maxBytes: commentBytes, whole: wholeOf(action, plan) },
  );
  await runner.summary(comment);
  await host.keepComment(pullRequest.number, marks.result, comment);
  await host.postCheckRun({
    commit: pullRequest.mergeCommit ?? event.commit,
    name: marks.applyCheck,
    externalId: result.run,
    conclusion: result.exit.code === 0 ? "success" : "failure",
    title: result.exit.reason,
    summary: comment,
    annotations: [],
    detailsUrl: event.runUrl,
  });
}

/** Outcomes after which something is not as it was. */
const hadEffect: ReadonlySet<string> = new Set(["done", "done-not-yet-visible", "partial"]);

/** How a run is taken back from GitHub. */
function undoWords({ run }: RunResult, inputs: ActionKit["inputs"]): string {
  return `gh workflow run seatwright.yml${organizationFlag(inputs)} -f mode=reconcile -f undo=${run}`;
}
