import { snapshot as isSnapshotHeader } from "../documents/validators.generated.cjs";
import type { PersonRow, SnapshotHeader } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { secondsOf } from "../model/time.ts";
import { createPopulationBuilder } from "./builder.ts";
import { problemOfRow } from "./check-row.ts";
import type { Population } from "./population.ts";
import { expectPeople, expectRows, noRows } from "./row-columns.ts";
import { createRowScanner, type RowScanner } from "./scan.ts";

/** Takes a snapshot file piece by piece, so that it never stands in memory whole. */
export interface SnapshotDecoder {
  push(text: string): void;
  /** Takes the next bytes instead, which may be overwritten afterwards. */
  pushBytes(bytes: Uint8Array): void;
  /** The population. Throws OperatorError("usage") where the file is not a whole, valid snapshot. */
  finish(): Population;
}

const opening = ',"people":[';
const LINE_FEED = 0x0a;

/** After how many bytes of rows it is reckoned how much is to come; and again after so many times as many. */
const SAMPLE = 1 << 20;
const AGAIN = 4;
/** Bytes of the shortest row there can be, and less. */
const SHORTEST_ROW = 16;

/**
 * Reads what `encodeSnapshot` writes, and any other layout of the same JSON (then in one piece).
 * Every row is checked; the first bad one ends the reading with its line and field. `file` is for messages; `length` is
 * how many bytes will be pushed in all, where that is known.
 */
export function createSnapshotDecoder(file: string, length = 0): SnapshotDecoder {
  const columns = noRows();
  const builder = createPopulationBuilder(columns);
  let header: SnapshotHeader | null = null;
  let scanner: RowScanner | null = null;
  let whole: Buffer[] | null = null;
  let unfinished: Buffer[] = [];
  /** The first half of a character that a piece of text ended in. */
  let half = "";
  let line = 0;
  let rows = 0;
  let ended = false;
  let taken = 0;
  let headerLength = 0;
  let expectAt = SAMPLE;

  function refuse(what: string, cause?: unknown): OperatorError {
    return new OperatorError(
      "usage",
      `${file} is not a snapshot Seatwright can read: ${what}`,
      "Make a fresh one with `seatwright sync --out FILE`; do not edit snapshots by hand.",
      { cause },
    );
  }

  function addRow(value: unknown, where: string): void {
    const problem = header === null ? "the rows come before the header" : problemOfRow(value, header);
    if (problem !== null) throw refuse(`${where}: ${problem}`);
    builder.add(value as PersonRow);
    rows++;
  }

  function takeLine(text: string): void {
    line++;
    if (line === 1) {
      if (!text.endsWith(opening)) {
        whole = [Buffer.from(`${text}\n`)];
        return;
      }
      header = checkedHeader(parse(`${text.slice(0, -opening.length)}}`, "line 1"));
      scanner = createRowScanner(columns, header);
      return;
    }
    if (text === "]}") {
      ended = true;
      return;
    }
    if (text === "" && ended) return;
    if (ended) throw refuse(`line ${line}: there is text after the end`);
    addRow(parse(text.endsWith(",") ? text.slice(0, -1) : text, `line ${line}`), `line ${line}`);
  }

  /** How many people the header announces, or as many as the file can hold at most. */
  function announced(): number {
    return Math.min(header?.peopleCount ?? 0, Math.floor(length / SHORTEST_ROW));
  }

  /** Keeps bytes of a file of another layout, which is read in one piece at its end. */
  function isKept(bytes: Buffer): boolean {
    whole?.push(Buffer.from(bytes));
    return whole !== null;
  }

  /** Takes whole lines, each with its line feed. */
  function takeLines(lines: Buffer): void {
    let from = 0;
    scanner?.makeRoomFor(lines.length);
    while (from < lines.length) {
      const next = scanner === null || ended ? -1 : scanner.scan(lines, from);
      if (next !== -1) {
        line++;
        rows++;
        from = next;
        continue;
      }
      const end = lines.indexOf(LINE_FEED, from);
      takeLine(lines.toString("utf8", from, end));
      from = end + 1;
      if (isKept(lines.subarray(from))) return;
      if (line === 1) {
        headerLength = from;
        expectPeople(columns, announced());
        scanner?.makeRoomFor(lines.length);
      }
    }
  }

  function pushBytes(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isKept(chunk)) return;
    const first = chunk.indexOf(LINE_FEED);
    if (first === -1) {
      unfinished.push(Buffer.from(chunk));
      return;
    }
    const last = chunk.lastIndexOf(LINE_FEED);
    let from = 0;
    if (unfinished.length > 0) {
      from = first + 1;
      const joined = Buffer.concat([...unfinished, chunk.subarray(0, from)]);
      unfinished = [];
      takeLines(joined);
    }
    if (isKept(chunk.subarray(from))) return;
    takeLines(chunk.subarray(from, last + 1));
    const rest = chunk.subarray(last + 1);
    if (rest.length > 0 && !isKept(rest)) unfinished.push(Buffer.from(rest));
    const complete = taken + last + 1 - headerLength;
    if (length > 0 && complete >= expectAt) {
      expectPeople(columns, announced());
      expectRows(columns, (length - headerLength) / complete, chunk.length);
      expectAt = complete * AGAIN;
    }
    taken += chunk.length;
  }

  function parse(text: string, where: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw refuse(`${where} is not JSON, or the file was cut short`, cause);
    }
  }

  function checkedHeader(value: unknown): SnapshotHeader {
    const found = wellFormed(value);
    if (!isSnapshotHeader(found)) {
      const first = isSnapshotHeader.errors?.[0];
      throw refuse(`its header does not keep to the schema (${first?.instancePath ?? ""} ${first?.message ?? ""})`);
    }
    const problem = problemOfHeader(found);
    if (problem !== null) throw refuse(problem);
    return found;
  }

  function takeWhole(text: string): void {
    const value = parse(text, "the file");
    if (typeof value !== "object" || value === null || !("people" in value) || !Array.isArray(value.people)) {
      throw refuse("it has no list `people`");
    }
    const { people, ...head } = value;
    header = checkedHeader(head);
    people.forEach((row: unknown, at) => addRow(row, `people[${at}]`));
  }

  return {
    pushBytes,
    push(text) {
      const joined = half + text;
      const isCut = /[\ud800-\udbff]$/.test(joined);
      half = isCut ? joined.slice(-1) : "";
      pushBytes(Buffer.from(isCut ? joined.slice(0, -1) : joined));
    },
    finish() {
      const last = Buffer.concat([...unfinished, Buffer.from(half)]);
      if (whole !== null) takeWhole(Buffer.concat([...whole, last]).toString("utf8"));
      else if (line === 0) takeWhole(last.toString("utf8"));
      else {
        if (last.length > 0) takeLine(last.toString("utf8"));
        if (!ended) throw refuse("it ends before its last line; it was cut short");
      }
      if (header === null) throw refuse("it is empty");
      if (rows !== header.peopleCount) {
        throw refuse(`its header announces ${header.peopleCount} people and it holds ${rows}`);
      }
      const population = builder.finish(header, "everybody");
      if (population.size !== rows) throw refuse("an account stands in it twice");
      return population;
    },
  };
}

/** What is wrong with a header that keeps to the schema, or null: what it refers to must exist, and once. */
function problemOfHeader(header: SnapshotHeader): string | null {
  const { directories, instances, groups, holders } = header;
  if (secondsOf(header.asOf) === null) return "`asOf` is not a moment";
  for (const [name, list] of [
    ["directories", directories] as const,
    ["instances", instances] as const,
    ["groups", groups] as const,
  ]) {
    if (new Set(list.map(({ id }) => id)).size !== list.length) return `\`${name}\` holds an id twice`;
  }
  for (const [at, group] of groups.entries()) {
    if (group.directory >= directories.length) return `groups[${at}] is in a directory that is not there`;
    if (group.grants.some((grant) => grant.instance >= instances.length)) {
      return `groups[${at}] grants a role on an instance that is not there`;
    }
  }
  return holders.some((count) => count.instance >= instances.length)
    ? "`holders` counts on an instance that is not there"
    : null;
}

/** The same value with halves of surrogate pairs replaced: Atlassian may cut a name in the middle of a character. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, wellFormed(entry)]));
}
