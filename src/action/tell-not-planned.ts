import { OperatorError, PolicyError } from "../model/errors.ts";
import type { Annotation, PullRequest } from "../ports.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { checkBytes } from "../report/review-check.ts";
import { renderNotPlanned, renderPolicyErrors } from "../report/review-refusals.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { tellExit } from "./outputs.ts";
import { annotationsOf } from "./policies.ts";
import { quietly } from "./tell-refusal.ts";
import { runOf } from "./whole.ts";

type Telling = Pick<ActionKit, "host" | "runner" | "event" | "inputs">;

/**
 * Says on a pull request why its head has no plan: in the comment that would show it, so that no earlier plan stands there
 * as if it were of this head, and in a failed check run under the plan's name, which may be required. Neither carries a
 * seal: there is nothing to approve. A failure to tell is a warning: the error itself is what ends the run.
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
    postFailed(action, pullRequest.head.commit, { title: `${title}: ${reason}`, summary: body, annotations: [] }),
  );
}

/** What goes wrong without being anybody's to put right. The stack is in the log. */
const bug = {
  reason: "internal",
  message: "Seatwright has a bug, and stopped before it had a plan.",
  remedy: "Please report it, with the log of the run. Nothing was changed.",
} as const;

/** Mistakes in the policy files, where they stand. */
async function tellPolicyErrors(action: Telling, { number, head }: PullRequest, error: PolicyError): Promise<void> {
  const { host, inputs, runner } = action;
  const annotations = annotationsOf(error.findings, inputs.folder);
  for (const annotation of annotations) runner.annotate(annotation);
  const { comment } = marksOf(inputs);
  const options = { marker: comment, whole: runOf(action), head: head.commit };
  const { title, body } = renderPolicyErrors(error.findings, { ...options, maxBytes: commentBytes });
  const { body: summary } = renderPolicyErrors(error.findings, { ...options, maxBytes: checkBytes });
  await host.keepComment(number, comment, body);
  await postFailed(action, head.commit, { title, summary, annotations });
  tellExit(action, error.exitCode);
}

interface Failed {
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

/** A failed check run under the plan's name, without a seal. */
export async function postFailed(
  { host, inputs, event }: Pick<ActionKit, "host" | "inputs" | "event">,
  commit: string,
  { title, summary, annotations }: Failed,
): Promise<void> {
  await host.postCheckRun({
    commit,
    name: marksOf(inputs).planCheck,
    externalId: "no-plan",
    conclusion: "failure",
    title,
    summary,
    annotations,
    detailsUrl: event.runUrl,
  });
}
