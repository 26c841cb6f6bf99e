import { readOutsideFile } from "../disk/policy-folder.ts";
import { OperatorError } from "../model/errors.ts";
import { type Finding, formatPlace } from "../model/finding.ts";
import type { UserColumn } from "../people/user-columns.ts";
import type { SortKey } from "../plan/user-list.ts";
import type { FileBytes } from "../policy/digest.ts";
import { nearest } from "../policy/distance.ts";
import type { Per, SelectionText } from "../policy/selection.ts";
import type { LookFlags } from "./look.ts";

export type UsersFormat = "table" | "csv" | "json" | "jsonl";

export interface UsersFlags extends LookFlags {
  readonly where?: string;
  readonly app?: readonly string[];
  readonly site?: readonly string[];
  readonly group?: readonly string[];
  readonly status?: readonly string[];
  readonly domain?: readonly string[];
  readonly role?: readonly string[];
  readonly idle?: string;
  readonly unused?: string;
  readonly neverActive?: string;
  readonly per?: Per;
  readonly fromCsv?: string;
  readonly column?: string;
  readonly unknown?: true;
  readonly columns?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly format?: UsersFormat;
  readonly out?: string;
  readonly all?: true;
  readonly saveAs?: string;
}

/** A filter on the command line, as text. `@FILE` is read. Throws OperatorError where that cannot be done. */
export async function selectionText(flags: UsersFlags): Promise<SelectionText> {
  const per = flags.per ?? "person";
  const inactivity = (text: string): unknown =>
    per === "seat" || flags.app !== undefined ? text : { everywhere: text };
  const all: readonly (SelectionText["flags"][number] | null)[] = [
    listed("--app", "app", flags.app),
    listed("--site", "site", flags.site),
    // Names of groups may hold commas.
    flags.group === undefined ? null : { flag: "--group", key: "memberOf", value: flags.group },
    listed("--status", "status", flags.status),
    listed("--domain", "emailDomain", flags.domain),
    listed("--role", "role", flags.role),
    flags.idle === undefined ? null : { flag: "--idle", key: "idle", value: inactivity(flags.idle) },
    flags.unused === undefined ? null : { flag: "--unused", key: "unused", value: inactivity(flags.unused) },
    flags.neverActive === undefined
      ? null
      : { flag: "--never-active", key: "neverActive", value: inactivity(flags.neverActive) },
  ];
  return { where: await whereText(flags.where), flags: all.filter((flag) => flag !== null), per };
}

function listed(
  flag: string,
  key: SelectionText["flags"][number]["key"],
  words: readonly string[] | undefined,
): SelectionText["flags"][number] | null {
  if (words === undefined) return null;
  const value = words.flatMap((word) => word.split(",").map((part) => part.trim()));
  return { flag, key, value: value.length === 1 ? value[0] : value };
}

async function whereText(text: string | undefined): Promise<FileBytes | null> {
  if (text === undefined) return null;
  if (text.startsWith("@")) return readOutsideFile(text.slice(1));
  return { path: "--where", bytes: new TextEncoder().encode(text) };
}

/** Whether a finding is about the command line, and not about the policy files. */
export function isOfSelection({ where, flags }: SelectionText, { place }: Finding): boolean {
  return place.file === where?.path || flags.some(({ flag }) => flag === place.file);
}

/** What is wrong with a filter of the command line, all of it, as one error. */
export function selectionError(findings: readonly Finding[]): OperatorError {
  const told = findings.map(({ place, message }) => {
    const at = place.file.startsWith("--") && place.file !== "--where" ? place.file : formatPlace(place);
    return `${at}: ${message}`;
  });
  const remedies = new Set(findings.map(remedyOf));
  return new OperatorError("usage", told.join(" "), [...remedies].join(" "));
}

/** Rules of policies in the words of a command line. */
function remedyOf({ rule, place, remedy }: Finding): string {
  if (rule === "site-needed") return "Add --site to say which is meant, or list each seat with --per seat.";
  if (rule !== "app-needed") return remedy;
  return place.file.startsWith("--") && place.file !== "--where"
    ? "Add --app, or list each seat with --per seat."
    : "Add `app:` beside it, or list each seat with --per seat.";
}

const seatColumns: ReadonlySet<string> = new Set(["app", "site", "roles", "via"]);

const usualColumns: Readonly<Record<Per, readonly string[]>> = {
  person: ["name", "email", "status", "seats", "lastActive"],
  seat: ["name", "email", "app", "site", "lastActive", "via"],
};

/** The columns that `--columns` names; without it, few for a table and all for a file. */
export function chosenColumns(
  { columns: written, unknown }: UsersFlags,
  per: Per,
  format: UsersFormat,
  all: readonly UserColumn[],
): readonly UserColumn[] {
  const doubt = unknown === true ? ["doubt"] : [];
  const fitting = all.filter(({ name }) => name !== "doubt" && (per === "seat" || !seatColumns.has(name)));
  const names =
    written?.split(",").map((name) => name.trim()) ??
    (format === "table" ? [...usualColumns[per], ...doubt] : [...fitting.map(({ name }) => name), ...doubt]);
  const columns = names.map((name) => columnNamed("--columns", name, per, all));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new OperatorError("usage", `--columns names ${twice} twice.`, "Name each column once.");
  }
  return columns;
}

/** The columns that `--sort` names, `:desc` for the other way round; by name without it. */
export function sortKeys({ sort }: UsersFlags, per: Per, all: readonly UserColumn[]): readonly SortKey[] {
  return (sort ?? "name").split(",").map((part): SortKey => {
    const [name = "", way, ...more] = part.trim().split(":");
    if ((way !== undefined && way !== "desc" && way !== "asc") || more.length > 0) {
      throw new OperatorError(
        "usage",
        `--sort ${part.trim()} does not say which way.`,
        "Write a column, or a column with :desc, for example --sort lastActive:desc.",
      );
    }
    return {
      column: columnNamed("--sort", name, per, all),
      order: way === "desc" ? "descending" : "ascending",
    };
  });
}

function columnNamed(flag: string, name: string, per: Per, all: readonly UserColumn[]): UserColumn {
  const column = all.find((each) => each.name === name);
  if (column === undefined) {
    const near = nearest(
      name,
      all.map((each) => each.name),
    );
    throw new OperatorError(
      "usage",
      name === "" ? `${flag} has an empty place.` : `${flag} names ${name}, which is no column.`,
      `${near === null ? "" : `Did you mean ${near}? `}Columns: ${all.map((each) => each.name).join(", ")}.`,
    );
  }
  if (per === "person" && seatColumns.has(name)) {
    throw new OperatorError(
      "usage",
      `${flag} names ${name}, which is about a seat.`,
      "List each seat with --per seat, or choose another column.",
    );
  }
  return column;
}
