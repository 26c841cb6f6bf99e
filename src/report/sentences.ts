import type { TextPage } from "./page.ts";
import type { Column, Row } from "./table.ts";

/** Writes a table, or where it does not fit, each row as a sentence. */
export function writeTable(page: TextPage, columns: readonly Column[], rows: readonly Row[]): void {
  if (!page.table(columns, rows, { indent: 2 })) writeSentences(page, columns, rows);
}

/** Writes each row as a sentence, for a terminal too narrow for the table; lines across are left out. */
export function writeSentences(page: TextPage, columns: readonly Column[], rows: readonly Row[]): void {
  let label = "";
  for (const row of rows) {
    if ("across" in row) continue;
    const { cells, remarks = [] } = row;
    const [first = "", ...rest] = cells;
    label = first === "" ? label : first;
    const told = rest.flatMap((cell, at) => {
      const { title = "" } = columns[at + 1] ?? {};
      return cell === "" ? [] : [`${title.toLowerCase()} ${cell}`];
    });
    page.paragraph(`${label}: ${told.join(", ")}`, { indent: 2, hang: 2 });
    for (const { text, tone } of remarks) page.paragraph(text, { indent: 4, tone });
  }
}
