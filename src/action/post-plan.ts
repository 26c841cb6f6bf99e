import type { Plan } from "../model/documents.generated.ts";
import type { NewCheckRun, PullRequest } from "../review-ports.ts";
import type { Names } from "../report/people.ts";
import { checkBytes, renderCheck } from "../report/review-check.ts";
import type { ReviewContext } from "../report/review-body.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { wholeOf } from "./whole.ts";

/** A plan that is shown to reviewers, and what it is set beside. */
export interface Shown {
  readonly plan: Plan;
  readonly names: Names;
  readonly context: ReviewContext;
  /** Where it is read row by row. */
  readonly rowsUrl: string;
}

/** Posts the check run that seals a plan to the head commit of a pull request. */
export async function postPlanCheck(
  action: Pick<ActionKit, "host" | "sealer" | "event" | "inputs" | "kit">,
  { number, head }: Pick<PullRequest, "number" | "head">,
  { plan, names, context, rowsUrl }: Shown,
  annotations: NewCheckRun["annotations"],
): Promise<void> {
  const { host, sealer, event, kit } = action;
  const organization = plan.organization.id;
  const place = { organization, repository: host.repository, pullRequest: number, head: head.commit };
  const { title, summary } = renderCheck(
    plan,
    names,
    { ...context, rows: { words: "the pull request", url: rowsUrl } },
    { maxBytes: checkBytes, whole: wholeOf(action, plan) },
  );
  await host.postCheckRun({
    commit: head.commit,
    name: marksOf(action.inputs).planCheck,
    externalId: sealer().seal(place, { planDigest: plan.digest, at: kit.clock.now() }),
    conclusion: conclusionOf(plan),
    title,
    summary,
    annotations,
    detailsUrl: event.runUrl,
  });
}

/**
 * An incomplete snapshot is no success. A tripped limit is none either, and still lets the pull request be merged where the
 * check is required: merging does nothing then, and only a merged plan can have its limit overridden.
 */
function conclusionOf(plan: Plan): NewCheckRun["conclusion"] {
  if (plan.certificate.state !== "complete") return "failure";
  return plan.quarantined.length > 0 ? "neutral" : "success";
}
