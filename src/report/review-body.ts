import { everyChange } from "../model/plan-changes.ts";
import type { Plan } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { type MarkdownPart, wholePart } from "./markdown-budget.ts";
import { code, type WholeDocument, wholeWords } from "./markdown-parts.ts";
import { md, type Markdown } from "./markup.ts";
import { type Names, tellApart } from "./people.ts";
import { alertPart, limitAlerts, snapshotAlerts } from "./plan-markdown.ts";
import { conflictsPart, heldPart, policiesPart } from "./plan-markdown-parts.ts";
import { isQuiet, obstacleWords, outlinePlan, type PlanOutline, validWords } from "./plan-outline.ts";
import { changeParts, sinceParts } from "./review-causes.ts";
import {
  blockedPart,
  groundsPart,
  headlinePart,
  heldCountsPart,
  newsPart,
  notesPart,
  overridePart,
  owedGroupsPart,
  movingSeatsParts,
} from "./review-facts.ts";
import type { MoneyEstimate } from "./review-money.ts";
import { clip } from "./width.ts";
import { shortDigest } from "./words.ts";

/** What a review knows beside the plan itself. */
export interface ReviewContext {
  /** The plan of the base branch's policies on the same snapshot; null: what causes a change is not told. */
  readonly base: Plan | null;
  /** The plan that was posted in the same place before; null: this is the first. */
  readonly previous: Plan | null;
  /** What the seats cost before and after, where prices are given. */
  readonly estimates: readonly MoneyEstimate[];
}

export interface ReviewOptions {
  /** The HTML comment by which the text is found again. It comes first. */
  readonly marker: string;
  /** UTF-8. */
  readonly maxBytes: number;
  /** Where the whole plan can be read, for what is left out here. */
  readonly whole: WholeDocument;
}

/** A plan arranged for review: everybody in it, in the base and in the plan before is told apart. */
export function outlineReview(plan: Plan, names: Names, { base, previous }: ReviewContext): PlanOutline {
  const everybody = function* (): Iterable<string> {
    for (const each of [plan, base, previous]) {
      if (each === null) continue;
      for (const list of [everyChange(each), each.heldBack, each.conflicts])
        for (const { accountId } of list) yield accountId;
    }
  };
  return outlinePlan(plan, tellApart(names, everybody()));
}

/** A plan with what its review knows, where it is whole, and what the plan before it is told by: `Since the last push`. */
export interface Review {
  readonly outline: PlanOutline;
  readonly context: ReviewContext;
  readonly whole: WholeDocument;
  readonly since: string;
}

/** What a reviewer must know before any row: what is owed, how many, seats and money, news, stops, who else has to act. */
export function factParts({ outline, context, whole, since }: Review): readonly MarkdownPart[] {
  const { plan } = outline;
  const obstacle = obstacleWords(outline);
  return [
    ...owedGroupsPart(outline, whole),
    headlinePart(outline),
    ...(plan.rehearsal === true
      ? [alertPart("NOTE", md`This plan was made against a simulator: it can be applied to nothing else.`)]
      : []),
    ...snapshotAlerts(outline),
    ...(obstacle === null ? [] : [alertPart("NOTE", md`${obstacle}`)]),
    ...sinceParts(outline, context.previous, since),
    ...(isQuiet(outline) ? [] : movingSeatsParts(outline, whole)),
    ...newsPart(outline, isQuiet(outline) ? [] : context.estimates, whole),
    ...limitAlerts(outline),
    ...overridePart(outline),
    ...blockedPart(outline, whole),
    ...heldCountsPart(outline, whole),
    ...notesPart(outline, whole),
  ];
}

/** Every change by its cause, then the details of what is held back, of conflicts and policies. */
export function detailParts({ outline, context, whole }: Review): readonly MarkdownPart[] {
  const { heldBack } = outline;
  return [
    ...changeParts(outline, context.base, whole),
    ...(heldBack.length === 0 ? [] : [wholePart(md`\n### Held back, and what was looked at\n`.source)]),
    ...heldBack.map((kind) => heldPart(kind, outline, whole)),
    ...conflictsPart(outline, whole),
    ...policiesPart(outline, whole),
    groundsPart(outline, whole),
  ];
}

/** The hidden marker, which has to be one HTML comment on one line: anything else is a bug of the caller. */
export function markerOf({ marker }: Pick<ReviewOptions, "marker">): Markdown {
  if (!/^<!--(?:(?!--|>)[^\r\n])*-->$/.test(marker)) throw new Error("the marker is not one HTML comment on one line");
  return { language: "markdown", source: marker };
}

/** When a plan stops being valid, where it is whole, and its digest: short to compare by eye, full to approve by. */
export function digestWords({ plan }: PlanOutline, whole: WholeDocument): Markdown {
  return md`Valid until ${validWords(plan)}. After that Seatwright refuses it, and a fresh plan is needed. The whole plan is in ${wholeWords(whole)}. Nothing has been changed yet.

Digest ${code(shortDigest(plan.digest))}, in full ${code(plan.digest)}
`;
}

/** A text from outside for a title, where nothing can be escaped: letters, digits and plain punctuation only. */
export function titleWords(text: string): string {
  const plain = terminalText(text)
    .replaceAll(/[^\p{L}\p{M}\p{N} .,()'&+-]+/gu, " ")
    .replaceAll(/gh-(?=\d)/gi, "gh ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return clip(plain === "" ? "the organisation" : plain, 60);
}
