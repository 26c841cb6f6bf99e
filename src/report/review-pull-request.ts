import type { Plan } from "../model/documents.generated.ts";
import { fitMarkdown, type MarkdownPart } from "./markdown-budget.ts";
import { code, droppedParts, listPart, type WholeDocument } from "./markdown-parts.ts";
import { joined, md, type Markdown } from "./markup.ts";
import type { Names } from "./people.ts";
import { planTitle } from "./plan-markdown.ts";
import { undoWords } from "./plan-outline.ts";
import {
  detailParts,
  digestWords,
  factParts,
  markerOf,
  outlineReview,
  type ReviewContext,
  type ReviewOptions,
  titleWords,
} from "./review-body.ts";
import { approvalWords, planRefusalWords } from "./review-comment.ts";
import { many, people } from "./words.ts";

/** Somebody who is asked to review, and for which policies. */
export interface AskedReviewer {
  /** A team or a login, as the policies write it: `@acme/it-licences`. */
  readonly owner: string;
  readonly policies: readonly string[];
}

export interface PlanPullRequestContext extends Omit<ReviewContext, "base"> {
  readonly asked: readonly AskedReviewer[];
  /** Who could not be asked, and why: as the review host says it. */
  readonly notAsked: readonly string[];
}

/**
 * Title and body of the pull request that a scheduled run opens with its plan: to be read on its own. It says what an
 * approval and the merge do, who is asked and why. The title is plain text of at most 120
 * characters, without anything that GitHub would take for a mention or a reference; the body keeps to `maxBytes` as the
 * review comment does.
 */
export function renderPlanPullRequest(
  plan: Plan,
  names: Names,
  context: PlanPullRequestContext,
  options: ReviewOptions,
): { readonly title: string; readonly body: string } {
  const { whole } = options;
  const known = { ...context, base: null };
  const outline = outlineReview(plan, names, known);
  const review = { outline, context: known, whole, since: "Since the plan posted before" };
  const size =
    plan.changes.length === 0
      ? plan.quarantined.length === 0
        ? "nothing to apply"
        : `${many(plan.quarantined.length, "removal")} quarantined`
      : `${many(plan.changes.length, "change")} for ${people(outline.people)}`;
  const what = plan.origin.kind === "undo" ? "undo" : "plan";
  const body = fitMarkdown(
    {
      opening: md`${markerOf(options)}
## ${planTitle(outline)}

${originWords(plan)} It holds one plan document. **An approving review, then the merge, applies exactly this plan; a merge without one, or closing it, applies nothing.**
`.source,
      parts: [...factParts(review), ...askedParts(context, plan, whole), ...detailParts(review)],
      closing: md`
### What merging does

${approvalWords(outline, "this pull request")}

${planRefusalWords}

${digestWords(outline, whole)}`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
  return { title: `Seatwright ${what} for ${titleWords(plan.organization.name)}: ${size}`, body };
}

function originWords(plan: Plan): Markdown {
  if (undoWords(plan) !== null) return md`Seatwright opened this pull request to take back what it did before.`;
  return md`Seatwright opened this pull request: on its schedule it looked at the organisation, and this is what the policies in force ask for.`;
}

function askedParts(
  { asked, notAsked }: PlanPullRequestContext,
  plan: Plan,
  whole: WholeDocument,
): readonly MarkdownPart[] {
  const changesOf = new Map(plan.policies.map(({ id, changes }) => [id, changes]));
  return [
    ...(asked.length === 0
      ? []
      : [
          listPart(
            md`\n### Who is asked, and why\n\n`,
            asked.map(({ owner, policies }) => {
              const why = policies.map((id) => md`${code(id)} (${many(changesOf.get(id) ?? 0, "change")})`);
              return md`${owner}: owns ${joined(why, md`, `)}`;
            }),
            whole,
          ),
        ]),
    ...(notAsked.length === 0
      ? []
      : [
          listPart(
            md`\nCould not be asked:\n\n`,
            notAsked.map((each) => md`${each}`),
            whole,
          ),
        ]),
  ];
}
