import { OperatorError } from "../model/errors.ts";
import { bytesDigest } from "../policy/digest.ts";
import type { PullRequest } from "../review-ports.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { renderRefusal } from "../report/review-refusals.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { runOf } from "./whole.ts";

type Telling = Pick<ActionKit, "host" | "runner" | "event" | "inputs">;

/**
 * Says that nothing, or no more, was applied, why, and what to do: in a comment where the plan was approved, and in a
 * failed check run on the commit that was to be applied. `pullRequest` null: a push that came by none. The check run has a
 * name of its own: the plan's check says what the plan is, and stays. A failure to tell is a warning: the refusal itself is
 * what ends the run.
 */
export async function tellRefusal(
  action: Telling,
  pullRequest: PullRequest | null,
  error: OperatorError,
): Promise<void> {
  const { host, event, runner, inputs } = action;
  const marks = marksOf(inputs);
  const title = error.reason === "appliedPartially" ? "Seatwright stopped in the middle" : "Seatwright applied nothing";
  const comment = renderRefusal(
    { message: error.message, remedy: remedyFor(error, pullRequest) },
    { marker: marks.refusal, maxBytes: commentBytes, whole: runOf(action), title, runUrl: event.runUrl },
  );
  await runner.summary(comment);
  if (pullRequest !== null) {
    await quietly(action, "Seatwright could not comment", () =>
      host.keepComment(pullRequest.number, marks.refusal, comment),
    );
  }
  const commit = pullRequest === null ? pushedCommit(action) : pullRequest.mergeCommit;
  if (commit === null) return;
  await quietly(action, "Seatwright could not post a check", () =>
    postRefusal(action, { commit, title, comment, error }),
  );
}

/** A run by hand names what it wants applied; the commit it started from has nothing to do with that. */
function pushedCommit({ event }: Telling): string | null {
  return event.name === "push" ? event.commit : null;
}

interface Refused {
  readonly commit: string;
  readonly title: string;
  readonly comment: string;
  readonly error: OperatorError;
}

/** Once for the same words, and not over the word that the plan was applied: an old run that is run again is refused, too. */
async function postRefusal({ host, event, inputs }: Telling, refused: Refused): Promise<void> {
  const { commit, title, comment, error } = refused;
  const name = marksOf(inputs).applyCheck;
  const words = bytesDigest(Buffer.from(`${error.message}\n${error.remedy}`)).slice("sha256:".length, 23);
  const externalId = `refused:${error.reason}:${words}`;
  const posted = await host.checkRuns(commit, name);
  const isTold = posted.some(({ conclusion }) => conclusion === "success") || posted[0]?.externalId === externalId;
  if (isTold) return;
  await host.postCheckRun({
    commit,
    name,
    externalId,
    conclusion: "failure",
    title: `${title}: ${error.reason}`,
    summary: comment,
    annotations: [],
    detailsUrl: event.runUrl,
  });
}

/** Does this, or warns that it could not be done, where that is an operator's to put right. */
export async function quietly(
  { runner }: Pick<ActionKit, "runner">,
  title: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (trouble) {
    if (!(trouble instanceof OperatorError)) throw trouble;
    runner.warn(title, trouble.message);
  }
}

/** What to do about an error, in the words of GitHub where the command line has others. */
function remedyFor({ reason, remedy }: OperatorError, pullRequest: PullRequest | null): string {
  const overrides = [...remedy.matchAll(/--override (\S+)/g)].map(([, given]) => given);
  if (pullRequest === null || !["limitTripped", "dutiesOwed"].includes(reason) || overrides.length === 0) return remedy;
  return (
    `If the number is right, somebody with write permission who did not approve starts the workflow by hand, with mode apply, pull-request ${pullRequest.number}, ` +
    `a reason, and override ${overrides.join(" ")}; otherwise find out why it is so high. The plan is not used up.`
  );
}
