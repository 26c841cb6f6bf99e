import { type Bits, noBits, setBit } from "../model/bits.ts";
import { alwaysUnknown, type Verdict } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import { globMatcher } from "./glob.ts";
import type { SourceRow, SourceTable, Test } from "./types.ts";

/** Tests that look at sources. */
export type SourceTest = Extract<Test, { readonly key: "fact" | "date" | "during" }>;

/** Whether people have a row in a source. A source that was not read tells nothing. */
export function rowVerdict(population: Population, table: SourceTable | undefined): Verdict {
  return bySource(population, table, () => true);
}

/**
 * What a source says of people. Without a row: false. With two, or with a key that several accounts have: unknown. A
 * value that is not there or cannot be read: unknown.
 */
export function sourceVerdict(population: Population, table: SourceTable | undefined, test: SourceTest): Verdict {
  const matches = test.key === "fact" ? globMatcher(test.globs) : () => false;
  return bySource(population, table, (row) => {
    switch (test.key) {
      case "fact": {
        const cell = row.columns[test.column] ?? "";
        return cell === "" ? null : matches(cell);
      }
      case "date": {
        const date = row.dates[test.date] ?? null;
        return date === null ? null : date.to <= test.notAfter;
      }
      case "during": {
        const from = row.dates[test.from] ?? null;
        const to = row.dates[test.to] ?? null;
        if (from !== null && from.from > test.now) return false;
        if (to !== null && to.to < test.now) return false;
        return from === null || to === null ? null : true;
      }
    }
  });
}

function bySource(
  population: Population,
  table: SourceTable | undefined,
  judge: (row: SourceRow) => boolean | null,
): Verdict {
  const { size } = population;
  if (table === undefined) return alwaysUnknown(size);
  const yes = noBits(size);
  const unknown = table.key === "email" && table.unmatched > 0 ? addressHidden(population) : noBits(size);
  for (const [person, row] of table.byPerson) {
    const answer = row === "ambiguous" ? null : judge(row);
    if (answer === true) setBit(yes, person);
    else if (answer === null) setBit(unknown, person);
  }
  return { yes, unknown };
}

/**
 * People whose address is hidden from the organisation: no row by address can be found for them. Where every row of the
 * source found its person, none is left that could be theirs.
 */
function addressHidden(population: Population): Bits {
  const { size } = population;
  const { codes } = population.shared.emailDomain;
  const hidden = noBits(size);
  for (let person = 0; person < size; person++) if (codes[person] === 0) setBit(hidden, person);
  return hidden;
}
