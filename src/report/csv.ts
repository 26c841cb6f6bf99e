import { stringify } from "csv-stringify/sync";

/** Rows that are made into text at once. */
const rowsInPiece = 1_000;

/**
 * A table as CSV that Excel and LibreOffice open as it is meant: UTF-8 with a byte order mark, CRLF, and no cell that a
 * spreadsheet would take for a formula (such a cell gets an apostrophe in front). The first row names the columns.
 */
export function renderCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [...csvPieces(columns, rows)].join("");
}

/** The same piece by piece, for tables that should never stand in memory whole. */
export function* csvPieces(columns: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  let piece: string[][] = [columns.map(plainCell)];
  let bom = true;
  for (const row of rows) {
    if (piece.length === rowsInPiece) {
      yield pieceText(piece, bom);
      bom = false;
      piece = [];
    }
    piece.push(row.map(plainCell));
  }
  yield pieceText(piece, bom);
}

function pieceText(rows: readonly (readonly string[])[], bom: boolean): string {
  return stringify([...rows], { bom, record_delimiter: "windows", escape_formulas: true });
}

/** Without control characters, and without spaces before what a spreadsheet would take for a formula. */
function plainCell(text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, " ");
  return /^\s+[=+\-@]/u.test(plain) ? plain.trimStart() : plain;
}
