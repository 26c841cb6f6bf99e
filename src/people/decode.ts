import { snapshot as isSnapshotHeader } from "../documents/validators.generated.cjs";
import type { PersonRow, SnapshotHeader } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { secondsOf } from "../model/time.ts";
import { createPopulationBuilder } from "./builder.ts";
import { type Population, UNKNOWN_TIME } from "./population.ts";

/** Takes a snapshot file piece by piece, so that it never stands in memory whole. */
export interface SnapshotDecoder {
  push(text: string): void;
  /** The population. Throws OperatorError("usage") where the file is not a whole, valid snapshot. */
  finish(): Population;
}

const opening = ',"people":[';

/**
 * Reads what `encodeSnapshot` writes, and any other layout of the same JSON (then in one piece).
 * Every row is checked; the first bad one ends the reading with its line and field. `file` is for messages.
 */
export function createSnapshotDecoder(file: string): SnapshotDecoder {
  const builder = createPopulationBuilder();
  let header: SnapshotHeader | null = null;
  let whole: string[] | null = null;
  let unfinished: string[] = [];
  let line = 0;
  let rows = 0;
  let ended = false;

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
        whole = [text, "\n"];
        return;
      }
      header = checkedHeader(parse(`${text.slice(0, -opening.length)}}`, "line 1"));
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

  return {
    push(text) {
      let from = 0;
      for (let end = text.indexOf("\n"); end !== -1 && whole === null; end = text.indexOf("\n", from)) {
        unfinished.push(text.slice(from, end));
        from = end + 1;
        const complete = unfinished.join("");
        unfinished = [];
        takeLine(complete);
      }
      (whole ?? unfinished).push(text.slice(from));
    },
    finish() {
      const last = unfinished.join("");
      if (whole === null && line === 0) whole = [last];
      else if (whole === null && last !== "") takeLine(last);
      if (whole !== null) {
        const value = parse(whole.join(""), "the file");
        if (typeof value !== "object" || value === null || !("people" in value) || !Array.isArray(value.people)) {
          throw refuse("it has no list `people`");
        }
        const { people, ...head } = value;
        header = checkedHeader(head);
        people.forEach((row: unknown, at) => addRow(row, `people[${at}]`));
      } else if (!ended) {
        throw refuse("it ends before its last line; it was cut short");
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

const textFields = [
  "claim",
  "name",
  "nickname",
  "email",
  "jobTitle",
  "department",
  "organization",
  "location",
] as const;
const rowFields: ReadonlySet<string> = new Set([
  "id",
  "status",
  "directories",
  "source",
  "mfa",
  "added",
  "platformRoles",
  "groups",
  "active",
  "direct",
  "detail",
  ...textFields,
]);

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

/** What is wrong with a row, or null. Checks what `$defs/PersonRow` of the snapshot schema says, and that positions exist. */
export function problemOfRow(value: unknown, header: SnapshotHeader): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "a person must be an object";
  const row = value as Readonly<Record<string, unknown>>;
  for (const key in row) if (!rowFields.has(key)) return `\`${key}\` is not a field of a person`;
  if (typeof row.id !== "string" || !/^[A-Za-z0-9_|:-]{1,128}$/.test(row.id)) return "`id` is not an account id";
  if (typeof row.status !== "string") return "`status` must be a text";
  for (const field of textFields) {
    if (row[field] !== undefined && typeof row[field] !== "string") return `\`${field}\` must be a text`;
  }
  if (row.source !== undefined && row.source !== null && typeof row.source !== "string")
    return "`source` must be a text";
  if (row.mfa !== undefined && typeof row.mfa !== "boolean") return "`mfa` must be true or false";
  if (row.added !== undefined && !isTime(row.added)) return "`added` must be whole seconds";
  if (!arePositions(row.directories, header.directories.length))
    return "`directories` must be positions of directories";
  if (row.groups !== undefined && !arePositions(row.groups, header.groups.length))
    return "`groups` must be positions of groups";
  if (
    row.platformRoles !== undefined &&
    !(Array.isArray(row.platformRoles) && row.platformRoles.every((role) => typeof role === "string"))
  ) {
    return "`platformRoles` must be a list of texts";
  }
  const instances = header.instances.length;
  if (row.active !== undefined && !areTuples(row.active, [(at) => isPosition(at, instances), isTimeOrUnknown])) {
    return "`active` must be pairs of instance and seconds";
  }
  if (row.direct !== undefined && !areTuples(row.direct, [(at) => isPosition(at, instances), isText])) {
    return "`direct` must be pairs of instance and role";
  }
  if (row.detail !== undefined && !isDetail(row.detail, header)) return "`detail` must hold `membership` and `roles`";
  return null;
}

function isDetail(value: unknown, { directories, instances }: SnapshotHeader): boolean {
  if (typeof value !== "object" || value === null || !("membership" in value) || !("roles" in value)) return false;
  return (
    areTuples(value.membership, [(at) => isPosition(at, directories.length), isText]) &&
    areTuples(value.roles, [(at) => isPosition(at, instances.length), isText, isText])
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed();
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < UNKNOWN_TIME;
}

function isTimeOrUnknown(value: unknown): boolean {
  return value === UNKNOWN_TIME || isTime(value);
}

function isPosition(value: unknown, below: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < below;
}

function arePositions(value: unknown, below: number): boolean {
  return Array.isArray(value) && value.every((entry) => isPosition(entry, below));
}

function areTuples(value: unknown, checks: readonly ((entry: unknown) => boolean)[]): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (tuple) =>
        Array.isArray(tuple) && tuple.length === checks.length && checks.every((check, at) => check(tuple[at])),
    )
  );
}
