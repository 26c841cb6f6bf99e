import type { Cell, UserColumn, UserRow } from "../people/user-columns.ts";
import { csvPieces } from "./csv.ts";
import { createTextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { figure, many, people } from "./words.ts";

/** What is not known, in a table and in CSV. */
const notKnown = "unknown";

/** Texts of a profile that nobody filled in or that are hidden: there is nothing to call unknown. */
const mayBeEmpty: ReadonlySet<string> = new Set([
  "name",
  "nickname",
  "email",
  "emailDomain",
  "department",
  "jobTitle",
  "location",
  "organization",
  "lastActiveOn",
  "app",
  "site",
]);

/** The rows as CSV for spreadsheets, piece by piece: lists joined with semicolons, moments whole. */
export function usersCsv(columns: readonly UserColumn[], rows: readonly UserRow[]): Generator<string> {
  return csvPieces(
    columns.map(({ name }) => name),
    cellsOf(rows, columns),
  );
}

function* cellsOf(rows: readonly UserRow[], columns: readonly UserColumn[]): Generator<readonly string[]> {
  for (const row of rows) yield columns.map((column) => cellText(column, column.of(row)));
}

/** Rows that are made into text at once. */
const rowsInPiece = 1_000;

/** One JSON object on a line for each row, piece by piece. */
export function* usersJsonLines(columns: readonly UserColumn[], rows: readonly UserRow[]): Generator<string> {
  for (let from = 0; from < rows.length; from += rowsInPiece) {
    const piece = rows.slice(from, from + rowsInPiece);
    yield piece.map((row) => `${JSON.stringify(rowValue(columns, row))}\n`).join("");
  }
}

/** A document with the rows as its last key, one to a line, piece by piece: one JSON document, never in memory whole. */
export function* usersJson(
  head: Readonly<Record<string, unknown>>,
  columns: readonly UserColumn[],
  rows: readonly UserRow[],
): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[\n`;
  for (let from = 0; from < rows.length; from += rowsInPiece) {
    const piece = rows.slice(from, from + rowsInPiece);
    const lines = piece.map((row) => JSON.stringify(rowValue(columns, row))).join(",\n");
    yield from + rowsInPiece < rows.length ? `${lines},\n` : `${lines}\n`;
  }
  yield "]}\n";
}

function rowValue(columns: readonly UserColumn[], row: UserRow): Readonly<Record<string, Cell>> {
  return Object.fromEntries(columns.map((column) => [column.name, column.of(row)]));
}

export interface UsersTable {
  readonly columns: readonly UserColumn[];
  /** Those that are shown. */
  readonly rows: readonly UserRow[];
  /** What a row is. */
  readonly per: "person" | "seat";
  readonly shown: "matched" | "unknown";
  readonly matched: number;
  readonly unknown: number;
}

/** The rows as a table for a terminal, moments as days, with how many there are, and of how many it cannot be told. */
export function renderUsersText(table: UsersTable, options: TextOptions): string {
  const { columns, rows, per, shown, matched, unknown } = table;
  const page = createTextPage(options);
  const count = (value: number): string => (per === "seat" ? many(value, "seat") : people(value));
  const all = shown === "matched" ? matched : unknown;
  const lines = rows.map((row) => columns.map((column) => shortText(column, column.of(row))));
  if (rows.length > 0) {
    const fits = page.table(
      columns.map(({ title, name }) => ({ title, least: name === "accountId" ? 24 : 8 })),
      lines.map((cells) => ({ cells })),
    );
    if (!fits) {
      for (const cells of lines) {
        page.pairs(columns.map(({ title }, at) => ({ label: title, text: cells[at] ?? "" })));
        page.blank();
      }
    }
    page.blank();
  }
  const left = all - rows.length;
  const more = left > 0 ? ` ${figure(left)} more: add --all, or write them with --format csv.` : "";
  if (shown === "matched") {
    page.paragraph(`${count(matched)}.${more}`, { tone: "strong" });
    if (unknown > 0) {
      page.paragraph(`Of ${count(unknown)} it cannot be told; --unknown lists them.`, { tone: "caution" });
    }
  } else {
    page.paragraph(`${count(unknown)} of whom the filter cannot be told.${more}`, { tone: "caution" });
    page.paragraph(`It is true of ${count(matched)}, who are not listed here.`, { tone: "faint" });
  }
  return page.text();
}

function cellText({ name }: UserColumn, cell: Cell): string {
  if (cell === null) return mayBeEmpty.has(name) ? "" : notKnown;
  return typeof cell === "string" ? cell : cell.join("; ");
}

function shortText(column: UserColumn, cell: Cell): string {
  const text = cellText(column, cell);
  return column.kind === "moment" ? text.slice(0, 10) : text;
}
