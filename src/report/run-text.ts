import type { Plan, RunResult } from "../model/documents.generated.ts";
import { createTextPage } from "./page.ts";
import type { Rows, TextOptions } from "./palette.ts";
import type { Names } from "./people.ts";
import { durationWords, exitWords, outlineRun, runHeadline, undoNote, waitingWords } from "./run-outline.ts";
import type { Row } from "./table.ts";
import { capital, figure, many, momentWords, shellWord } from "./words.ts";

/** What can be done about a run, and where its proof is. */
export interface RunPlace {
  /** Where the audit log was written; null where it was not kept as a file. */
  readonly auditPath: string | null;
  /** The command that plans an undo; null where there is none. */
  readonly undoCommand: string | null;
}

export interface RunTextOptions extends TextOptions, RunPlace {
  readonly rows: Rows;
}

/**
 * A run for a terminal: what was carried out, what was left alone and why, what waits, how to undo it, where its audit log
 * is. With the plan, changes are told in words; without it, by their action's name.
 */
export function renderRunText(result: RunResult, plan: Plan | null, names: Names, options: RunTextOptions): string {
  const outline = outlineRun(result, plan, names);
  const page = createTextPage(options);
  page.heading(`Run for ${plan?.organization.name ?? result.organization}`, momentWords(result.startedAt));
  page.blank();
  page.paragraph(runHeadline(outline), { tone: "strong" });
  page.paragraph(exitWords(outline), { tone: result.exit.code === 0 ? "plain" : "caution" });
  for (const words of waitingWords(outline)) page.paragraph(words);
  page.blank();
  page.table(
    [{ title: "Outcome" }, { title: "Changes", align: "right" }, { title: "", least: 16, tone: "faint" }],
    outline.groups.map(({ title, changes, meaning }) => ({ cells: [title, figure(changes.length), meaning] })),
    { indent: 2 },
  );
  if (outline.freed.length > 0) {
    page.blank();
    page.pairs(
      outline.freed.map(({ label, seats }, at) => ({
        label: at === 0 ? "Seats given back" : "",
        text: `${figure(seats)} of ${label}`,
      })),
      { indent: 2 },
    );
  }
  for (const group of outline.groups) {
    page.blank();
    page.heading(`${group.title}: ${group.meaning}`, many(group.changes.length, "change"), group.tone);
    const shown = options.rows === "all" ? group.changes : group.changes.slice(0, options.rows);
    const left = group.changes.length - shown.length;
    const rows: readonly Row[] = shown.map(({ accountId, asked, reason }) => ({
      cells: [outline.names.label(accountId), asked, reason],
    }));
    const fits = page.table(
      [
        { title: "Who", tone: "strong", least: 14 },
        { title: "Change", least: 14 },
        { title: "What happened", least: 20 },
      ],
      rows,
      { indent: 2 },
    );
    if (!fits) {
      for (const { accountId, asked, reason } of shown) {
        page.paragraph(outline.names.label(accountId), { indent: 2, tone: "strong" });
        page.paragraph(`${asked}: ${reason}`, { indent: 4 });
      }
    }
    if (left > 0) page.paragraph(`and ${figure(left)} more. --all lists everybody.`, { indent: 4, tone: "faint" });
  }
  page.blank();
  if (options.undoCommand !== null && result.outcomes.length > 0) {
    page.heading("Undo");
    page.verbatim(options.undoCommand, { indent: 2, tone: "accent" });
    page.paragraph(capital(undoNote(outline)), { indent: 2 });
    page.blank();
  }
  page.heading("Proof");
  page.pairs(
    [
      { label: "Run", text: `${result.run}, ${durationWords(outline)}` },
      ...(options.auditPath === null ? [] : [{ label: "Audit log", text: options.auditPath }]),
    ],
    { indent: 2 },
  );
  if (options.auditPath !== null) {
    page.verbatim(`seatwright audit verify ${shellWord(options.auditPath)}`, { indent: 2, tone: "accent" });
  }
  page.verbatim(`Plan   ${result.planDigest}`, { indent: 2, tone: "faint" });
  page.verbatim(`Audit  ${result.auditHead}`, { indent: 2, tone: "faint" });
  return page.text();
}
