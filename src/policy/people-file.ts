import { compareText } from "../model/order.ts";
import type { Finding } from "../model/finding.ts";
import type { Population } from "../people/population.ts";
import { peopleByAddress } from "./accounts.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { bytesDigest, type FileBytes } from "./digest.ts";
import { nearest } from "./distance.ts";
import type { SourceRow, SourceTable } from "./types.ts";
import { errorAt, shown, shownList } from "./written.ts";

/** Whom a file of people names. */
export interface PeopleFile {
  /** As a source that filters can look at: people it names are in it; whoever it might name is unknown. */
  readonly table: SourceTable;
  /** Account ids it certainly names, in order, each once. */
  readonly accountIds: readonly string[];
  /** Lines of rows that name nobody. */
  readonly unmatched: readonly number[];
  /** Lines of rows with an address that several accounts have. */
  readonly ambiguous: readonly number[];
}

export interface PeopleFileReading {
  /** Null where a finding is an error. */
  readonly file: PeopleFile | null;
  readonly findings: readonly Finding[];
}

const listed: SourceRow = { columns: {}, dates: {} };

/**
 * Reads a CSV file with a column of addresses or account ids, both may stand in it. Without `column` the file must have
 * one column. Somebody who is listed twice is listed.
 */
export function readPeopleFile(
  file: FileBytes,
  column: string | null,
  population: Population,
  name: string,
): PeopleFileReading {
  const { columns, findings } = readCsv(file, []);
  if (columns.length === 0) return { file: null, findings };
  const wanted = column ?? (columns.length === 1 ? columns[0] : undefined);
  const at = { file: file.path, line: 1, column: 1 };
  if (wanted === undefined) {
    const remedy = `Name one with --column: ${shownList(columns)}.`;
    return {
      file: null,
      findings: [errorAt(at, "source-csv", "The file has several columns, and none was named.", remedy)],
    };
  }
  if (!columns.includes(wanted) && !findings.some(({ rule }) => rule !== "source-csv")) {
    const near = nearest(wanted, columns);
    const remedy = near === null ? `Its columns are ${shownList(columns)}.` : `Did you mean ${shown(near)}?`;
    return {
      file: null,
      findings: [errorAt(at, "source-csv", `There is no column called ${shown(wanted)}.`, remedy)],
    };
  }
  const { rows, findings: wrong } = readCsv(file, [wanted]);
  if (rows === null) return { file: null, findings: wrong };
  return { file: joined(file, rows, wanted, population, name), findings: [] };
}

function joined(
  file: FileBytes,
  rows: readonly CsvRow[],
  column: string,
  population: Population,
  name: string,
): PeopleFile {
  const byAddress = peopleByAddress(
    population,
    rows.map((row) => row.cell(column)).filter((cell) => cell.includes("@")),
  );
  const byPerson = new Map<number, SourceRow | "ambiguous">();
  const unmatched: number[] = [];
  const ambiguous: number[] = [];
  let addressesUnmatched = 0;
  for (const row of rows) {
    const cell = row.cell(column);
    const found = cell.includes("@") ? (byAddress.get(cell.toLowerCase()) ?? []) : [population.find(cell)];
    const people = found.filter((person) => person !== -1);
    if (people.length === 0) {
      unmatched.push(row.line);
      if (cell.includes("@")) addressesUnmatched++;
    }
    if (people.length > 1) ambiguous.push(row.line);
    for (const person of people) {
      if (people.length === 1) byPerson.set(person, listed);
      else if (!byPerson.has(person)) byPerson.set(person, "ambiguous");
    }
  }
  const named = [...byPerson].flatMap(([person, row]) =>
    row === "ambiguous" ? [] : [population.text("id", person) ?? ""],
  );
  return {
    table: {
      name,
      key: "email",
      digest: bytesDigest(file.bytes),
      rows: rows.length,
      unmatched: addressesUnmatched,
      byPerson,
    },
    accountIds: named.sort(compareText),
    unmatched,
    ambiguous,
  };
}
