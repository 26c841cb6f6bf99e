import { OperatorError, PolicyError } from "../model/errors.ts";
import type { Annotation, PullRequest } from "../review-ports.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { checkBytes } from "../report/review-check.ts";
import { renderNotPlanned, renderPolicyErrors } from "../report/review-refusals.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { sealOfNoPlan } from "./nothing-changed.ts";
import { tellExit } from "./outputs.ts";
import { annotationsOf } from "./policies.ts";
import { quietly } from "./tell-refusal.ts";
import { runOf } from "./whole.ts";

type Telling = Pick<ActionKit, "host" | "runner" | "event" | "inputs" | "sealer" | "kit">;

/**
 * Says on a pull request why its head has no plan: in the comment that would show it, so that no earlier plan stands there
 * as if it were of this head, and in a failed check run under the plan's name, which may be required. That one voids the
 * plans that were posted for the head before: there is nothing to approve. A failure to tell is a warning: the error itself
 * is what ends the run.
 */
export async function tellNotPlanned(action: Telling, pullRequest: PullRequest, error: unknown): Promise<void> {
  if (error instanceof PolicyError) return tellPolicyErrors(action, pullRequest, error);
  const { reason, message, remedy } = error instanceof OperatorError ? error : bug;
  const { comment } = marksOf(action.inputs);
  const options = { marker: comment, maxBytes: commentBytes, whole: runOf(action) };
  const { title, body } = renderNotPlanned(
    { message, remedy },
    { ...options, head: pullRequest.head.commit, runUrl: action.event.runUrl },
  );
  await action.runner.summary(body);
  await quietly(action, "Seatwright could not comment", () =>
    action.host.keepComment(pullRequest.number, comment, body),
  );
  await quietly(action, "Seatwright could not post a check", () =>
    postFailed(action, pullRequest, { title: `${title}: ${reason}`, summary: body, annotations: [] }),
  );
}

/** What goes wrong without being anybody's to put right. The stack is in the log. */
const bug = {
  reason: "internal",
  message: "Seatwright has a bug, and stopped before it had a plan.",
  remedy: "Please report it, with the log of the run. Nothing was changed.",
} as const;

/** Mistakes in the policy files, where they stand. */
async function tellPolicyErrors(action: Telling, pullRequest: PullRequest, error: PolicyError): Promise<void> {
  const { number, head } = pullRequest;
  const { host, inputs, runner } = action;
  const annotations = annotationsOf(error.findings, inputs.folder);
  for (const annotation of annotations) runner.annotate(annotation);
  const { comment } = marksOf(inputs);
  const options = { marker: comment, whole: runOf(action), head: head.commit };
  const { title, body } = renderPolicyErrors(error.findings, { ...options, maxBytes: commentBytes });
  const { body: summary } = renderPolicyErrors(error.findings, { ...options, maxBytes: checkBytes });
  await host.keepComment(number, comment, body);
  await postFailed(action, pullRequest, { title, summary, annotations });
  tellExit(action, error.exitCode);
}

interface Failed {
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

/** A failed check run under the plan's name. */
async function postFailed(action: Telling, pullRequest: PullRequest, failed: Failed): Promise<void> {
  const { host, inputs, event } = action;
  await host.postCheckRun({
    ...failed,
    commit: pullRequest.head.commit,
    name: marksOf(inputs).planCheck,
    externalId: sealIfPossible(action, pullRequest),
    conclusion: "failure",
    detailsUrl: event.runUrl,
  });
}

/** Without a key nothing can be sealed; that there is none may be what is told. */
function sealIfPossible(action: Telling, pullRequest: PullRequest): string {
  try {
    return sealOfNoPlan(action, pullRequest);
  } catch (error) {
    if (error instanceof OperatorError && error.reason === "credentials") return "no-plan";
    throw error;
  }
}
