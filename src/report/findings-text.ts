import { type Finding, formatPlace } from "../model/finding.ts";
import { terminalText } from "./escape.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { displayWidth } from "./width.ts";
import { listed, many } from "./words.ts";

export interface FindingsTextOptions extends TextOptions {
  /** `plan` (unless told): the last line says what the findings mean for planning. `none`: they are about no plan. */
  readonly consequence?: "plan" | "none";
}

/**
 * Findings for a terminal, by file in the order given and inside a file by place: each as `file:line:column severity
 * message`, the line it speaks of with a mark under the column, and the remedy. `texts` holds the files that may be quoted,
 * by path; sources are rows of personal data and are never quoted, whatever `texts` holds. The last line counts.
 */
export function renderFindingsText(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  options: FindingsTextOptions,
): string {
  const page = createTextPage(options);
  for (const [file, group] of byFile(findings)) {
    const lines = isQuotable(file) ? texts.get(file)?.split(/\r\n|\r|\n/) : undefined;
    for (const finding of group) {
      page.blank();
      writeFinding(page, finding, lines?.[finding.place.line - 1]);
    }
  }
  page.blank();
  page.paragraph(summaryWords(findings, options.consequence ?? "plan"), { tone: "strong" });
  return page.text();
}

/** Only what a person wrote as policy: YAML. */
function isQuotable(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

function byFile(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.place.file);
    if (group === undefined) groups.set(finding.place.file, [finding]);
    else group.push(finding);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  }
  return groups;
}

function writeFinding(page: TextPage, finding: Finding, line: string | undefined): void {
  const { severity, message, remedy, place, rule } = finding;
  const tone = severity === "error" ? "danger" : "caution";
  page.paragraph(`${formatPlace(place)} ${severity} ${message}`, { hang: 2, tone });
  if (line !== undefined && line.trim() !== "") writeExcerpt(page, line, place);
  page.paragraph(remedy, { indent: 2 });
  page.paragraph(rule, { indent: 2, tone: "faint" });
}

/** The line, scrolled so that the column is in view, with a mark under it. */
function writeExcerpt(page: TextPage, line: string, place: { readonly line: number; readonly column: number }): void {
  const gutter = `${place.line} | `;
  const room = Math.max(20, page.width - 2 - gutter.length);
  const column = Math.min(place.column - 1, line.length);
  const from = column < room - 10 ? 0 : column - Math.floor(room / 2);
  const before = terminalText(line.slice(from, column));
  let shown = before + terminalText(line.slice(column));
  while (displayWidth(shown) > room) shown = shown.slice(0, -1);
  page.verbatim(`${gutter}${shown}`, { indent: 2, tone: "faint" });
  page.verbatim(`${" ".repeat(gutter.length - 2)}| ${" ".repeat(displayWidth(before))}^`, { indent: 2, tone: "faint" });
}

/** `3 problems: 2 errors and 1 warning in 2 files. Nothing is planned until the errors are put right.` */
function summaryWords(findings: readonly Finding[], about: "plan" | "none"): string {
  if (findings.length === 0) return "No problems found.";
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const files = new Set(findings.map(({ place }) => place.file)).size;
  const parts = [...(errors > 0 ? [many(errors, "error")] : []), ...(warnings > 0 ? [many(warnings, "warning")] : [])];
  const counted = `${many(findings.length, "problem")}: ${listed(parts)} in ${many(files, "file")}.`;
  if (about === "none") return counted;
  const consequence =
    errors === 0
      ? "A plan can be made."
      : `Nothing is planned until the ${errors === 1 ? "error is" : "errors are"} put right.`;
  return `${counted} ${consequence}`;
}
