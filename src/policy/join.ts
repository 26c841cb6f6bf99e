import type { Population } from "../people/population.ts";
import { peopleByAddress } from "./accounts.ts";
import type { CsvRow } from "./csv.ts";
import type { SourceRow, SourceTable } from "./types.ts";

export interface Joined {
  readonly byPerson: SourceTable["byPerson"];
  /** Lines of rows that name nobody. */
  readonly unmatched: readonly number[];
  /** Lines of rows whose key several accounts have, or whose person has another row. */
  readonly ambiguous: readonly number[];
}

/** Joins rows to people: by address, where capitals do not count, or by account id. */
export function joinRows(
  rows: readonly CsvRow[],
  column: string,
  key: "email" | "accountId",
  toRow: (row: CsvRow) => SourceRow,
  population: Population,
): Joined {
  const byAddress =
    key === "email"
      ? peopleByAddress(
          population,
          rows.map((row) => row.cell(column)),
        )
      : null;
  const peopleOf = (text: string): readonly number[] => {
    if (byAddress !== null) return byAddress.get(text.toLowerCase()) ?? [];
    const person = population.find(text);
    return person === -1 ? [] : [person];
  };
  const byPerson = new Map<number, SourceRow | "ambiguous">();
  const unmatched: number[] = [];
  const ambiguous: number[] = [];
  for (const row of rows) {
    const text = row.cell(column);
    const people = text === "" ? [] : peopleOf(text);
    if (people.length === 0) unmatched.push(row.line);
    const twice = people.length > 1 || people.some((person) => byPerson.has(person));
    if (twice) ambiguous.push(row.line);
    const joined = twice ? "ambiguous" : toRow(row);
    for (const person of people) byPerson.set(person, joined);
  }
  return { byPerson, unmatched, ambiguous };
}
