import { CsvError, parse } from "csv-parse/sync";
import type { Finding } from "../model/finding.ts";
import type { FileBytes } from "./digest.ts";
import { nearest } from "./distance.ts";
import { errorAt, shown } from "./written.ts";

export interface CsvRow {
  /** The line in the file on which the row ends. */
  readonly line: number;
  /** The cell of one of the wanted columns, without spaces around it. */
  cell(column: string): string;
}

export interface CsvReading {
  /** Null where the file cannot be read as promised. */
  readonly rows: readonly CsvRow[] | null;
  /** Names of all columns, as far as the first row was read. */
  readonly columns: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Reads a CSV file (RFC 4180, UTF-8, a BOM may lead) with a row of column names, and keeps the wanted columns. Each wanted
 * column must be there once, and every row must have as many cells as there are columns.
 */
export function readCsv({ path, bytes }: FileBytes, wanted: readonly string[]): CsvReading {
  let header: readonly string[] | null = null;
  const refuse = (line: number, message: string, remedy: string): CsvReading => ({
    rows: null,
    columns: header ?? [],
    findings: [errorAt({ file: path, line, column: 1 }, "source-csv", message, remedy)],
  });
  const text = decoded(bytes);
  if (text === null) return refuse(1, "The file is not UTF-8 text.", "Export it as CSV in UTF-8.");
  let positions: readonly number[] = [];
  const rows: CsvRow[] = [];
  const uneven: number[] = [];
  try {
    parse(text, {
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (record: readonly string[], { lines }: { readonly lines: number }) => {
        if (header === null) {
          header = record;
          positions = wanted.map((column) => record.indexOf(column));
        } else if (record.length !== header.length) {
          uneven.push(lines);
        } else {
          const cells = positions.map((position) => record[position] ?? "");
          rows.push({ line: lines, cell: (column) => cells[wanted.indexOf(column)] ?? "" });
        }
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const lines: unknown = error["lines"];
    const line = typeof lines === "number" ? lines : 1;
    return refuse(
      line,
      "The file is not valid CSV from here on.",
      "Close every quote; write a quote inside quotes twice.",
    );
  }
  const names: readonly string[] = header ?? [];
  if (names.length === 0) return refuse(1, "The file is empty.", "Export it again, with a first row of column names.");
  for (const column of new Set(wanted)) {
    const times = names.filter((name) => name === column).length;
    if (times === 1) continue;
    if (times > 1) return refuse(1, `Two columns are called ${shown(column)}.`, "Give each column its own name.");
    if (names.length === 1 && /[;\t]/.test(names[0] ?? "")) {
      return refuse(1, "The columns are not separated by commas.", "Export it as CSV with commas.");
    }
    const near = nearest(column, names);
    const remedy =
      near === null ? "Check the export, or the column's name in seatwright.yaml." : `Did you mean ${shown(near)}?`;
    return refuse(1, `There is no column called ${shown(column)}.`, remedy);
  }
  const [first] = uneven;
  if (first !== undefined) {
    const more = uneven.length > 1 ? `, and so have ${uneven.length - 1} more` : "";
    return refuse(
      first,
      `This row has more or fewer cells than there are columns${more}.`,
      "Put cells that hold a comma in quotes.",
    );
  }
  return { rows, columns: names, findings: [] };
}

/** The text without a byte order mark, or null where it is not UTF-8. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
