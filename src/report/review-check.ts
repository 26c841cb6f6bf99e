import type { Plan } from "../model/documents.generated.ts";
import { groupWords } from "./change-groups.ts";
import { fitMarkdown, type MarkdownPart } from "./markdown-budget.ts";
import { droppedParts, listPart, type WholeDocument, wholeWords } from "./markdown-parts.ts";
import { md } from "./markup.ts";
import type { Names } from "./people.ts";
import { planTitle } from "./plan-markdown.ts";
import type { PlanOutline } from "./plan-outline.ts";
import {
  detailParts,
  digestWords,
  factParts,
  outlineReview,
  type ReviewContext,
  type ReviewOptions,
} from "./review-body.ts";
import { many, people } from "./words.ts";

/**
 * What the summary of a check run may hold. GitHub refuses more than 65,535 characters.
 * Source: GitHub REST API, "Create a check run".
 */
export const checkBytes = 60_000;

/** What a step summary may hold. GitHub drops one of more than 1 MiB. Source: GitHub Docs, "Adding a job summary". */
export const stepSummaryBytes = 1_000 * 1024 - 1;

export interface CheckContext extends ReviewContext {
  /** Where the rows are read: the comment, or the plan pull request; null: nowhere else. */
  readonly rows: WholeDocument | null;
}

const sinceBefore = "Since the plan posted before";

/** The most characters of a check run's title that are readable in GitHub's lists. */
const longestTitle = 80;

/**
 * Title and summary of the check run that goes with a plan. The title, of at most 80 characters, holds counts only, the
 * worst first; the summary is what a reviewer must know, each kind of change with its number, and the digest. Rows of
 * people are in the comment.
 */
export function renderCheck(
  plan: Plan,
  names: Names,
  context: CheckContext,
  options: Omit<ReviewOptions, "marker">,
): { readonly title: string; readonly summary: string } {
  const outline = outlineReview(plan, names, context);
  const { whole } = options;
  const { rows } = context;
  const summary = fitMarkdown(
    {
      opening: md`## ${planTitle(outline)}\n`.source,
      parts: [...factParts({ outline, context, whole, since: sinceBefore }), ...kindsPart(outline, whole)],
      closing: md`${rows === null ? [] : [md`\nWho it concerns, row by row, is in ${wholeWords(rows)}.\n`]}
${digestWords(outline, whole)}`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
  return { title: checkTitle(outline), summary };
}

/** The whole plan as a job's step summary: the review comment without a marker, and with room for many more rows. */
export function renderStepSummary(
  plan: Plan,
  names: Names,
  context: ReviewContext,
  options: Omit<ReviewOptions, "marker">,
): string {
  const outline = outlineReview(plan, names, context);
  const { whole } = options;
  const review = { outline, context, whole, since: sinceBefore };
  return fitMarkdown(
    {
      opening: md`## ${planTitle(outline)}\n`.source,
      parts: [...factParts(review), ...detailParts(review)],
      closing: md`\n${digestWords(outline, whole)}`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
}

/** The worst first; what does not fit any more is left out. */
function checkTitle({ plan, owed, tripped, people: concerned, held }: PlanOutline): string {
  const { changes, quarantined, certificate } = plan;
  const said = [
    ...(certificate.state === "complete" ? [] : [`snapshot ${certificate.state}`]),
    ...(owed.length === 0 ? [] : [`${many(owed.length, "duty", "duties")} owed`]),
    ...(tripped.length === 0 ? [] : [`${many(tripped.length, "limit")} tripped`]),
    ...(changes.length === 0 ? [] : [`${many(changes.length, "change")} for ${people(concerned)}`]),
    ...(quarantined.length === 0 ? [] : [`${many(quarantined.length, "removal")} quarantined`]),
    ...(held === 0 ? [] : [`${people(held)} held back`]),
  ];
  if (said.length === 0) return "Nothing to do: everything is as the policies say";
  return said.reduce((title, part) => {
    const longer = title === "" ? part : `${title}, ${part}`;
    return longer.length > longestTitle ? title : longer;
  }, "");
}

function kindsPart({ groups, quarantined }: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  const lines = [
    ...groups.map((group) => md`**${group.title}**: ${groupWords(group)}`),
    ...quarantined.map((group) => md`**${group.title}**: ${groupWords(group)}, quarantined`),
  ];
  return lines.length === 0 ? [] : [listPart(md`\n### What it does\n\n`, lines, whole)];
}
