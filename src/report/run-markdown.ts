import type { Plan, RunResult } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { fitMarkdown, wholePart } from "./markdown-budget.ts";
import {
  code,
  droppedParts,
  foldedEnd,
  foldedStart,
  listPart,
  markdownPerson,
  tablePart,
  type WholeDocument,
} from "./markdown-parts.ts";
import { md } from "./markup.ts";
import type { Names } from "./people.ts";
import { durationWords, exitWords, outlineRun, runHeadline, undoNote, waitingWords } from "./run-outline.ts";
import type { RunPlace } from "./run-text.ts";
import { clip } from "./width.ts";
import { many, momentWords } from "./words.ts";

export interface RunMarkdownOptions extends RunPlace {
  /** UTF-8. */
  readonly maxBytes: number;
  /** Where the whole result can be read. */
  readonly whole: WholeDocument;
}

/** Groups of outcomes up to this size are unfolded, unless all went well in them. */
const openRows = 20;

/**
 * A run for a pull request: headline and exit reason, then each way in which changes ended with its reasons, how to undo it
 * and where the proof is. At most `maxBytes` bytes, cut as a plan is. Nothing that came from outside becomes markup.
 */
export function renderRunMarkdown(
  result: RunResult,
  plan: Plan | null,
  names: Names,
  options: RunMarkdownOptions,
): string {
  const outline = outlineRun(result, plan, names);
  const { whole, undoCommand, auditPath } = options;
  const organization = clip(terminalText(plan?.organization.name ?? result.organization), 60);
  const exit = clip(terminalText(exitWords(outline)), 300);
  return fitMarkdown(
    {
      opening: md`## Seatwright run for ${organization}

**${runHeadline(outline)}** ${exit} ${waitingWords(outline).join(" ")}
`.source,
      parts: [
        tablePart({
          start: md``,
          columns: [{ title: "Outcome" }, { title: "Changes", align: "right" }, { title: "Meaning" }],
          items: outline.groups,
          cells: ({ title, changes, meaning }) => [md`${title}`, md`${changes.length}`, md`${meaning}`],
          whole,
        }),
        ...(outline.freed.length === 0
          ? []
          : [
              listPart(
                md`\nSeats freed:\n\n`,
                outline.freed.map(({ label, seats }) => md`${seats} of ${label}`),
                whole,
              ),
            ]),
        ...outline.groups.map((group) =>
          tablePart({
            start: foldedStart(
              group.title,
              `${many(group.changes.length, "change")}, ${group.meaning}`,
              group.tone !== "good" && group.tone !== "plain" && group.changes.length <= openRows ? "open" : "closed",
            ),
            columns: [{ title: "Who" }, { title: "Change" }, { title: "What happened" }],
            items: group.changes,
            cells: ({ accountId, asked, reason }) => [
              markdownPerson(accountId, outline.names, result.organization),
              md`${asked}`,
              md`${reason}`,
            ],
            end: foldedEnd,
            whole,
          }),
        ),
        ...(undoCommand === null || result.outcomes.length === 0
          ? []
          : [wholePart(md`\n${code(undoCommand)} ${undoNote(outline)}\n`.source)]),
      ],
      closing: md`
Run ${code(result.run)}, ${momentWords(result.startedAt)}, ${durationWords(outline)}.${
        auditPath === null ? md`` : md` Audit log ${code(auditPath)}, head ${code(result.auditHead)}.`
      } Plan ${code(result.planDigest)}
`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
}
