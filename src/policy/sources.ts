import type { Source } from "../model/documents.generated.ts";
import type { Finding, Place } from "../model/finding.ts";
import { dayOf, type Seconds, secondsOf } from "../model/time.ts";
import type { Coverage } from "../people/builder.ts";
import type { Population } from "../people/population.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { bytesDigest } from "./digest.ts";
import { momentBefore, parseDuration } from "./duration.ts";
import { joinRows } from "./join.ts";
import type { ParsedRepository } from "./parts.ts";
import { splitSourceWord } from "./source-words.ts";
import type { DateSpan, SourceRow, SourceTable } from "./types.ts";
import { mappingsOf } from "./walk.ts";
import { errorAt, listOf, partOf, shown, warningAt } from "./written.ts";
import { daySpan, momentOn } from "./zones.ts";

/** A source as an edge read it. */
export interface SourceBytes {
  /** For messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When its content last changed; null where that cannot be told. */
  readonly changedAt: Seconds | null;
}

export interface SourcesContext {
  readonly asOf: Seconds;
  readonly coverage: Coverage;
  readonly sources: ReadonlyMap<string, SourceBytes>;
  readonly lastSourceRows: Readonly<Record<string, number>>;
}

export interface SourcesReading {
  readonly tables: ReadonlyMap<string, SourceTable>;
  readonly findings: readonly Finding[];
}

/**
 * Reads every source that a filter looks at. One that is missing, too short, too old, shrunk, or not in the promised
 * columns is an error: it is not believed, and the run stops. Messages name columns and lines, never what stands there.
 */
export function readSources(
  repository: ParsedRepository,
  population: Population,
  context: SourcesContext,
): SourcesReading {
  const tables = new Map<string, SourceTable>();
  const findings: Finding[] = [];
  const { organization } = repository;
  for (const [name, facts] of usedSources(repository)) {
    const source = organization.value.sources?.[name];
    if (source === undefined) continue;
    const declared: DeclaredSource = { name, source, facts, place: organization.at(["sources", name], "key") };
    const table = readSource(declared, population, context, (finding) => findings.push(finding));
    if (table !== null) tables.set(name, table);
  }
  return { tables, findings };
}

interface DeclaredSource {
  readonly name: string;
  readonly source: Source;
  /** Columns that filters look at. */
  readonly facts: ReadonlySet<string>;
  readonly place: Place;
}

/** Sources that filters look at, with the columns they look at, in order of names. */
function usedSources({ policies, selectors }: ParsedRepository): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  const use = (name: string): Set<string> => {
    const columns = used.get(name) ?? new Set();
    used.set(name, columns);
    return columns;
  };
  const filters = [...policies.map((policy) => partOf(policy, ["where"], policy.value.where)), ...selectors.values()];
  for (const { value } of filters.flatMap((filter) => [...mappingsOf(filter)])) {
    for (const name of listOf(value.in)) use(name);
    for (const word of Object.keys(value.date ?? {})) use(splitSourceWord(word)[0]);
    if (value.during !== undefined) use(splitSourceWord(value.during.from)[0]);
    for (const word of Object.keys(value.fact ?? {})) {
      const [name, column] = splitSourceWord(word);
      use(name).add(column);
    }
  }
  return new Map([...used].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readSource(
  declared: DeclaredSource,
  population: Population,
  context: SourcesContext,
  report: (finding: Finding) => void,
): SourceTable | null {
  const { name, source, facts, place } = declared;
  const given = context.sources.get(name);
  if (given === undefined) {
    const from =
      source.csv === "-" ? "It is given when you run" : `It should be at ${source.csv}; or give it when you run`;
    const remedy = `${from}: \`--source ${name}=PATH\`.`;
    report(errorAt(place, "source-missing", `The source ${shown(name)} is missing.`, remedy));
    return null;
  }
  checkAge(declared, given, context.asOf, report);
  const keyColumn = source.key.email ?? source.key.accountId ?? "";
  const dates = Object.entries(source.dates ?? {});
  const csv = readCsv(given, [keyColumn, ...dates.map(([, { column }]) => column), ...facts]);
  for (const finding of csv.findings) report(finding);
  if (csv.rows === null) return null;
  checkCount(declared, csv.rows.length, context.lastSourceRows[name], report);

  const badDates = new Map<string, number[]>();
  const spans = spanReader();
  const toRow = (row: CsvRow): SourceRow => ({
    columns: Object.fromEntries([...facts].map((column) => [column, row.cell(column)])),
    dates: Object.fromEntries(
      dates.flatMap(([date, { column, time, zone }]) => {
        const cell = row.cell(column);
        if (cell === "") return [];
        const span = spans(date, cell, time ?? null, zone ?? "UTC");
        if (span === null) noteLine(badDates, column, row.line);
        return [[date, span]];
      }),
    ),
  });
  const key = source.key.email === undefined ? "accountId" : "email";
  const joined = joinRows(csv.rows, keyColumn, key, toRow, population);
  const at = (line: number | undefined): Place => ({ file: given.path, line: line ?? 1, column: 1 });
  for (const [column, lines] of badDates) {
    const message = `${count(lines.length, "row has", "rows have")} no readable date in ${shown(column)}: ${linesOf(lines)}.`;
    const remedy =
      "Write days as 2026-11-30. Until then the date of these people is unknown, and nothing is done about it.";
    report(warningAt(at(lines[0]), "source-date", message, remedy));
  }
  if (joined.ambiguous.length > 0) {
    const lines = joined.ambiguous;
    const message = `${count(lines.length, "row does", "rows do")} not tell one person from another: ${linesOf(lines)}.`;
    const remedy =
      "Keep one row for each person, and a key that only one account has. Until then these people are unknown.";
    report(warningAt(at(lines[0]), "source-ambiguous", message, remedy));
  }
  if (source.unknownRows === "error" && context.coverage === "everybody" && joined.unmatched.length > 0) {
    const lines = joined.unmatched;
    const message = `${count(lines.length, "row names", "rows name")} nobody in the organisation: ${linesOf(lines)}.`;
    const remedy = "Correct them, or let them be reported only with `unknownRows: report`.";
    report(errorAt(at(lines[0]), "source-unknown-rows", message, remedy));
  }
  return {
    name,
    key,
    digest: bytesDigest(given.bytes),
    rows: csv.rows.length,
    unmatched: joined.unmatched.length,
    byPerson: joined.byPerson,
  };
}

function checkAge(
  { name, source, place }: DeclaredSource,
  { changedAt }: SourceBytes,
  asOf: Seconds,
  report: (finding: Finding) => void,
): void {
  const remedy = `Bring a newer one, or raise \`maxAge\` of ${shown(name)} in seatwright.yaml.`;
  if (changedAt === null) {
    const message = `It cannot be told how old the source ${shown(name)} is, so it is not believed.`;
    report(errorAt(place, "source-age", message, "Commit the file, or give one from disk with `--source`."));
    return;
  }
  const maxAge = parseDuration(source.maxAge);
  if (maxAge === null || changedAt >= momentBefore(asOf, maxAge)) return;
  const message = `The source ${shown(name)} is of ${dayOf(changedAt)}, older than ${source.maxAge}. It is not believed.`;
  report(errorAt(place, "source-age", message, remedy));
}

function checkCount(
  { name, source, place }: DeclaredSource,
  rows: number,
  before: number | undefined,
  report: (finding: Finding) => void,
): void {
  if (rows < source.minRows) {
    const message = `The source ${shown(name)} has ${count(rows, "row", "rows")}, fewer than ${source.minRows}. It is not believed.`;
    report(errorAt(place, "source-short", message, "Check the export that writes it, or lower `minRows`."));
    return;
  }
  const percent = Number(source.maxShrink.replace("%", ""));
  if (before === undefined || rows * 100 >= before * (100 - percent)) return;
  const message = `The source ${shown(name)} shrank from ${before} to ${rows} rows, by more than ${source.maxShrink}. It is not believed.`;
  report(
    errorAt(
      place,
      "source-shrunk",
      message,
      "Check the export that writes it. If the fall is right, raise `maxShrink` for once.",
    ),
  );
}

/** Reads cells as spans, each distinct cell of a date once: lists have many rows and few days. */
function spanReader(): (date: string, cell: string, time: string | null, zone: string) => DateSpan | null {
  const known = new Map<string, DateSpan | null>();
  return (date, cell, time, zone) => {
    const key = `${date} ${cell}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const span = spanOf(cell, time, zone);
    known.set(key, span);
    return span;
  };
}

/** A cell as a span: a day, a day at a time, or a moment with a zone. Null: none of these. */
function spanOf(cell: string, time: string | null, zone: string): DateSpan | null {
  const moment = secondsOf(cell) ?? (time === null ? null : momentOn(cell, time, zone));
  if (moment !== null) return { from: moment, to: moment };
  return time === null ? daySpan(cell, zone) : null;
}

function noteLine(lines: Map<string, number[]>, column: string, line: number): void {
  const noted = lines.get(column);
  if (noted === undefined) lines.set(column, [line]);
  else if (noted.at(-1) !== line) noted.push(line);
}

function count(many: number, one: string, several: string): string {
  return `${many} ${many === 1 ? one : several}`;
}

function linesOf(lines: readonly number[]): string {
  const named = lines.slice(0, 5).join(", ");
  return `${lines.length === 1 ? "line" : "lines"} ${named}${lines.length > 5 ? ` and ${lines.length - 5} more` : ""}`;
}
