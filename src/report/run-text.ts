import type { Plan, RunResult } from "../model/documents.generated.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { Rows, TextOptions } from "./palette.ts";
import type { Names } from "./people.ts";
import {
  durationWords,
  type EndedChange,
  exitWords,
  type OutcomeGroup,
  outlineRun,
  runHeadline,
  undoNote,
  waitingWords,
} from "./run-outline.ts";
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
        label: at === 0 ? "Seats freed" : "",
        text: `${figure(seats)} of ${label}`,
      })),
      { indent: 2 },
    );
  }
  for (const group of outline.groups) {
    page.blank();
    page.heading(`${group.title}: ${group.meaning}`, many(group.changes.length, "change"), group.tone);
    if (group.tone === "good" || group.tone === "plain") writeInShort(page, group, outline.names, options.rows);
    else writeEach(page, group, outline.names, options.rows);
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

/** A row for each change: what did not go as approved is read one by one. */
function writeEach(page: TextPage, { changes }: OutcomeGroup, names: Names, rows: Rows): void {
  const shown = rows === "all" ? changes : changes.slice(0, rows);
  const left = changes.length - shown.length;
  const fits = page.table(
    [
      { title: "Who", tone: "strong", least: 14 },
      { title: "Change", least: 14 },
      { title: "What happened", least: 20 },
    ],
    shown.map(({ accountId, asked, reason }) => ({ cells: [names.label(accountId), asked, reason] })),
    { indent: 2 },
  );
  if (!fits) {
    for (const { accountId, asked, reason } of shown) {
      page.paragraph(names.label(accountId), { indent: 2, tone: "strong" });
      page.paragraph(`${asked}: ${reason}`, { indent: 4 });
    }
  }
  if (left > 0) page.paragraph(`and ${figure(left)} more. --all lists everybody.`, { indent: 4, tone: "faint" });
}

/** A row for each kind of change, with its people: what went well is counted. */
function writeInShort(page: TextPage, { changes, meaning }: OutcomeGroup, names: Names, rows: Rows): void {
  const kinds = new Map<string, EndedChange[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.asked, change.reason]);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, [change]);
    else kind.push(change);
  }
  const most = rows === "all" ? kinds.size : rows;
  const left = [...kinds.values()].slice(most).reduce((sum, kind) => sum + kind.length, 0);
  for (const kind of [...kinds.values()].slice(0, most)) {
    const people = kind.map(({ accountId }) => names.label(accountId));
    const shown = rows === "all" ? people : people.slice(0, namesInShort);
    const more = people.length > shown.length ? ` and ${figure(people.length - shown.length)} more` : "";
    const { asked = "", reason = "" } = kind[0] ?? {};
    page.paragraph(`${figure(kind.length)} × ${asked}${reason === meaning ? "" : `: ${reason}`}`, {
      indent: 2,
      hang: 2,
    });
    page.paragraph(`${shown.join(", ")}${more}`, { indent: 4, tone: "faint" });
  }
  if (left > 0) page.paragraph(`and ${figure(left)} more. --all lists everybody.`, { indent: 4, tone: "faint" });
}

/** Names under what went well before the rest are counted. */
const namesInShort = 5;
