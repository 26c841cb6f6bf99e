import { stringify } from "csv-stringify/sync";

/**
 * A table as CSV that Excel and LibreOffice open as it is meant: UTF-8 with a byte order mark, CRLF, and no cell that a
 * spreadsheet would take for a formula (such a cell gets an apostrophe in front). The first row names the columns.
 */
export function renderCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [columns, ...rows].map((row) => row.map(plainCell));
  return stringify(cells, { bom: true, record_delimiter: "windows", escape_formulas: true });
}

/** Without control characters, and without spaces before what a spreadsheet would take for a formula. */
function plainCell(text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, " ");
  return /^\s+[=+\-@]/u.test(plain) ? plain.trimStart() : plain;
}
