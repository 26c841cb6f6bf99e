import type { Approval, OutcomeKind, Plan, RunResult } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { fitMarkdown, type MarkdownPart, wholePart } from "./markdown-budget.ts";
import {
  code,
  droppedParts,
  foldedEnd,
  foldedStart,
  listPart,
  markdownPerson,
  tablePart,
  type WholeDocument,
  wholeWords,
} from "./markdown-parts.ts";
import { joined, md, type Markdown } from "./markup.ts";
import type { Names } from "./people.ts";
import { alertPart } from "./plan-markdown.ts";
import { labelsOf, leftAfter, type LeftGroup, organizationOf } from "./result-left.ts";
import { markerOf, type ReviewOptions } from "./review-body.ts";
import {
  durationWords,
  exitWords,
  type OutcomeGroup,
  outlineRun,
  type RunOutline,
  runHeadline,
  undoNote,
} from "./run-outline.ts";
import type { RunPlace } from "./run-text.ts";
import { clip } from "./width.ts";
import { many, momentWords } from "./words.ts";

export interface ResultContext extends RunPlace {
  /** Whose word the run followed; null where it is not at hand. */
  readonly approval: Approval | null;
  /** Where the issue lists what is left; null: there is none. */
  readonly issue: WholeDocument | null;
}

/** Groups of outcomes up to this size are unfolded, unless all went well in them. */
const openRows = 20;
/** Approvers and overrides named where nothing is cut. */
const namedInClosing = 5;

/**
 * What came of an apply, posted back where the plan was approved: how many were carried out, what is left and where it is
 * listed, seats freed, each way in which changes ended, how to undo it and where the proof is. At most `maxBytes`
 * bytes of UTF-8, cut as the review comment is. Nothing that came from outside becomes markup or a mention.
 */
export function renderResultComment(
  result: RunResult,
  plan: Plan | null,
  names: Names,
  context: ResultContext,
  options: ReviewOptions,
): string {
  const outline = outlineRun(result, plan, names);
  const { whole } = options;
  const { undoCommand, auditPath } = context;
  return fitMarkdown(
    {
      opening: md`${markerOf(options)}
## ${titleWords(outline)} for ${organizationOf(result, plan)}

**${runHeadline(outline)}** ${clip(terminalText(exitWords(outline)), 300)}
`.source,
      parts: [
        ...leftParts(outline, plan, context, whole),
        ...outcomesPart(outline, whole),
        ...freedPart(outline, whole),
        ...outline.groups.map((group) => groupPart(group, outline, whole)),
        ...(undoCommand === null || result.outcomes.length === 0
          ? []
          : [wholePart(md`\n${code(undoCommand)} ${undoNote(outline)}\n`.source)]),
      ],
      closing: md`
${approvalLine(context.approval)}
Run ${code(result.run)}, ${momentWords(result.startedAt)}, ${durationWords(outline)}.${
        auditPath === null ? md`` : md` Audit log ${code(clip(auditPath, 200))}, head ${code(result.auditHead)}.`
      } The whole record is in ${wholeWords(whole)}.
Plan ${code(result.planDigest)}
`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
}

/** Outcomes after which something in the organisation is, or for a while was, not as before. */
const touched: ReadonlySet<OutcomeKind> = new Set(["done", "done-not-yet-visible", "partial", "failed-restored"]);

function titleWords({ result }: RunOutline): string {
  if (result.exit.code === 0) return "Seatwright applied the plan";
  const isTouched = result.outcomes.some(({ outcome }) => touched.has(outcome));
  return isTouched ? "Seatwright applied a part of the plan" : "Seatwright changed nothing";
}

function leftParts(
  { result, names, waiting }: RunOutline,
  plan: Plan | null,
  { issue }: ResultContext,
  whole: WholeDocument,
): readonly MarkdownPart[] {
  const groups = leftAfter(result, plan, labelsOf(plan, names.population));
  const count = groups.reduce((sum, { left }) => sum + left.length, 0);
  const turn =
    waiting === 0
      ? []
      : [
          wholePart(
            md`\n${many(waiting, "person", "people")} ${waiting === 1 ? "waits" : "wait"} for a turn in a later plan, as the policies' pace says.\n`
              .source,
          ),
        ];
  const counts = groups.map(({ title, left }) => `${title.toLowerCase()} ${left.length}`).join(", ");
  if (count === 0) return [wholePart(md`\nNothing is left to do by this plan.\n`.source), ...turn];
  const where = issue === null ? md`` : md` What to do about each is in ${wholeWords(issue)}.`;
  return [
    alertPart("WARNING", md`${many(count, "thing")} ${count === 1 ? "is" : "are"} left to do: ${counts}.${where}`),
    ...(issue === null ? [remediesPart(groups, whole)] : []),
    ...turn,
  ];
}

/** What to do about what is left, where no issue says it. */
function remediesPart(groups: readonly LeftGroup[], whole: WholeDocument): MarkdownPart {
  return tablePart({
    start: md``,
    columns: [{ title: "Left to do" }, { title: "Number", align: "right" }, { title: "What to do" }],
    items: groups,
    cells: ({ title, left, remedy }) => [md`${title}`, md`${left.length}`, md`${remedy}`],
    whole,
  });
}

function outcomesPart({ groups }: RunOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (groups.length === 0) return [];
  return [
    tablePart({
      start: md``,
      columns: [{ title: "Outcome" }, { title: "Changes", align: "right" }, { title: "Meaning" }],
      items: groups,
      cells: ({ title, changes, meaning }) => [md`${title}`, md`${changes.length}`, md`${meaning}`],
      whole,
    }),
  ];
}

function freedPart({ freed }: RunOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (freed.length === 0) return [];
  return [
    listPart(
      md`\nSeats freed:\n\n`,
      freed.map(({ label, seats }) => md`${seats} of ${label}`),
      whole,
    ),
  ];
}

function groupPart(group: OutcomeGroup, { names, result }: RunOutline, whole: WholeDocument): MarkdownPart {
  const wentWell = group.tone === "good" || group.tone === "plain";
  return tablePart({
    start: foldedStart(
      group.title,
      `${many(group.changes.length, "change")}, ${group.meaning}`,
      !wentWell && group.changes.length <= openRows ? "open" : "closed",
    ),
    columns: [{ title: "Who" }, { title: "Change" }, { title: "What happened" }],
    items: group.changes,
    cells: ({ accountId, asked, reason }) => [
      markdownPerson(accountId, names, result.organization),
      md`${asked}`,
      md`${reason}`,
    ],
    end: foldedEnd,
    whole,
  });
}

/** Whose word it was, by login; never a mention. */
function approvalLine(approval: Approval | null): Markdown {
  if (approval === null) return md``;
  const { approvers, overrides, at, made } = approval;
  const shown = approvers.slice(0, namedInClosing).map((login) => code(clip(login, 60)));
  const more = approvers.length - shown.length;
  const who = made === "standing" ? md`Under a standing approval of` : md`Approved by`;
  const past = overrides
    .slice(0, namedInClosing)
    .map(({ limit, by }) => md` ${code(clip(limit, 60))} was overridden by ${code(clip(by, 60))}.`);
  return md`${who} ${joined(shown, md`, `)}${more > 0 ? ` and ${more} more` : ""}, ${momentWords(at)}.${past}`;
}
