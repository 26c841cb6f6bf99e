import type { ExportManifest } from "../model/documents.generated.ts";
import { momentOf } from "../model/time.ts";
import type { RowCell, RowColumn, RowTable } from "../people/rows.ts";
import { csvPieces } from "./csv.ts";
import { createTextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { figure, momentWords } from "./words.ts";

/** Rows that are made into text at once. */
const rowsInPiece = 1_000;

/**
 * Rows as CSV for spreadsheets and databases, piece by piece: moments as `2026-11-20T06:00:00Z`, booleans as `true` and
 * `false`, nothing where a cell is empty. A text that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function exportCsv({ columns }: RowTable, rows: Iterable<readonly RowCell[]>): Generator<string> {
  return csvPieces(
    columns.map(({ name }) => name),
    csvCells(columns, rows),
  );
}

function* csvCells(columns: readonly RowColumn[], rows: Iterable<readonly RowCell[]>): Generator<readonly string[]> {
  for (const row of rows) {
    yield columns.map((column, at) => {
      const value = jsonValue(column, row[at] ?? null);
      return value === null ? "" : String(value);
    });
  }
}

/** The same as one JSON object on a line for each row, piece by piece; an empty cell is null. */
export function* exportJsonLines({ columns }: RowTable, rows: Iterable<readonly RowCell[]>): Generator<string> {
  let lines: string[] = [];
  for (const row of rows) {
    const entries = columns.map((column, at) => [column.name, jsonValue(column, row[at] ?? null)] as const);
    lines.push(`${JSON.stringify(Object.fromEntries(entries))}\n`);
    if (lines.length < rowsInPiece) continue;
    yield lines.join("");
    lines = [];
  }
  yield lines.join("");
}

function jsonValue({ kind }: RowColumn, cell: RowCell): RowCell {
  return kind === "moment" && typeof cell === "number" ? momentOf(cell) : cell;
}

/** What an export wrote, for a terminal. */
export function renderExport(manifest: ExportManifest, folder: string, options: TextOptions): string {
  const page = createTextPage(options);
  page.heading(`Exported to ${folder}`, manifest.asOf === null ? "" : momentWords(manifest.asOf));
  page.blank();
  const columns = [{ title: "Table" }, { title: "Rows", align: "right" as const }, { title: "File" }];
  const rows = manifest.tables.map(({ table, rows, file }) => ({ cells: [table, figure(rows), file] }));
  if (!page.table(columns, rows)) {
    for (const { cells } of rows) page.paragraph(cells.join(", "));
  }
  for (const note of manifest.notes) {
    page.blank();
    page.paragraph(`${note}.`, { tone: "caution" });
  }
  page.blank();
  page.paragraph("The files hold names, addresses or account ids: keep them out of Git.");
  return page.text();
}
