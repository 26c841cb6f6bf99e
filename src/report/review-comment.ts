import type { Plan } from "../model/documents.generated.ts";
import { fitMarkdown } from "./markdown-budget.ts";
import { code, droppedParts } from "./markdown-parts.ts";
import { md, type Markdown } from "./markup.ts";
import type { Names } from "./people.ts";
import { planTitle } from "./plan-markdown.ts";
import { obstacleWords, type PlanOutline } from "./plan-outline.ts";
import {
  detailParts,
  digestWords,
  factParts,
  markerOf,
  outlineReview,
  type ReviewContext,
  type ReviewOptions,
} from "./review-body.ts";

/**
 * The comment on a pull request that changes policies: what a reviewer must know, then what the change of the policies
 * causes and what the world does, then everything else, and how to approve. At most `maxBytes` bytes of UTF-8, cut row by
 * row with the count of what is missing and where the whole plan is. Nothing that came from outside becomes markup, a
 * mention or a link. Marker, title, how to approve and digest are never cut: with fewer than 4,000 bytes they may not fit,
 * which is a bug of the caller. Throws where `context.base` is of another moment or organisation. `options.head` is the
 * commit that the plan is of, named at the top: a push after it is another plan.
 */
export function renderReviewComment(
  plan: Plan,
  names: Names,
  context: ReviewContext,
  options: ReviewOptions & { readonly head: string },
): string {
  const outline = outlineReview(plan, names, context);
  const { whole } = options;
  const review = { outline, context, whole, since: "Since the last push" };
  return fitMarkdown(
    {
      opening: md`${markerOf(options)}\n## ${planTitle(outline)}

Planned for commit ${code(options.head.slice(0, 7))}. After another push this is out of date until it names that commit.
`.source,
      parts: [...factParts(review), ...detailParts(review)],
      closing: md`
### What your approval does

${approvalWords(outline, "this pull request")}

${refusalWords}

${digestWords(outline, whole)}`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
}

/** What approving and merging brings about. `what`: the pull request, as a reader would call it. */
export function approvalWords(outline: PlanOutline, what: string): Markdown {
  const { plan } = outline;
  if (obstacleWords(outline) !== null) {
    return md`Merging ${what} changes nothing in the organisation, because the organisation file says power: observe.`;
  }
  if (plan.changes.length === 0) {
    return md`This plan changes nothing in the organisation by an approval alone. What later plans propose is reviewed by itself.`;
  }
  return md`**Approve ${what} after reading; merging applies exactly this plan.** Each person is looked at again just before: whoever came back to work is left alone, what is no longer proposed is not done, and nothing is added. What is done can be undone where a row says so.`;
}

/** Whose approval Seatwright does not count. Source: DESIGN 7, "Approved". */
export const refusalWords: Markdown = md`Seatwright looks for approvals itself when it applies. It does not count one by the author, by anybody who made the branch or pushed to it, by somebody who may only read, or by an app; nor one given before this plan was posted or for an earlier commit. Where an app, a bot or a workflow wrote or pushed some of it, two have to approve. It applies nothing where somebody who may write asks for changes, or where the policies are not the same any more after the merge; a later plan then proposes what is left.`;

/** The same of a pull request that Seatwright opened itself: it is the author, and nobody's own work is in it. */
export const planRefusalWords: Markdown = md`Seatwright looks for approvals itself when it applies. It does not count one by whoever asked for an undo that takes something away, accepted counts that the plan was made on, or changed the policies behind it without a review; nor one by somebody who may only read, or by an app; nor one given before this plan was posted or for an earlier commit. It applies nothing where somebody who may write asks for changes, or where the policies are not the same any more after the merge; a later plan then proposes what is left.`;
