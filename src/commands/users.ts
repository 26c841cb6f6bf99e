import { readOutsideFile } from "../disk/policy-folder.ts";
import { requireWritable, writeWhole } from "../disk/write.ts";
import type { UserList as UserListDocument, Where } from "../model/documents.generated.ts";
import { exitCodes, OperatorError, PolicyError } from "../model/errors.ts";
import { checkAgainst } from "../policies-now.ts";
import { sortedRows, userList } from "../plan/user-list.ts";
import { type PeopleFile, readPeopleFile } from "../policy/people-file.ts";
import { reachedFrom } from "../policy/questions.ts";
import { readSelection, type SelectionText, selectionQuestion } from "../policy/selection.ts";
import type { PolicySet } from "../policy/types.ts";
import type { Written } from "../policy/written.ts";
import { renderUsersText, usersCsv, usersJson, usersJsonLines } from "../report/users-rows.ts";
import { figure, many, people } from "../report/words.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { look, type Look, tellWarnings } from "./look.ts";
import { wholeNumber } from "./numbers.ts";
import { requireFreeName, saveSelector } from "./save-selector.ts";
import {
  chosenColumns,
  isOfSelection,
  selectionError,
  selectionText,
  sortKeys,
  type UsersFlags,
  type UsersFormat,
} from "./users-flags.ts";

/** Rows of a table on a terminal, unless all are asked for. */
const ROWS_IN_TABLE = 40;

/**
 * `seatwright users`: the people, or seats, whom a filter selects, as a table, CSV, JSON or JSON Lines. Changes nothing but,
 * with --save-as, a file of the policy repository.
 */
export async function runUsers(kit: Kit, flags: UsersFlags): Promise<number> {
  const format = formatOf(kit, flags);
  const limit = flags.limit === undefined ? null : wholeNumber("--limit", flags.limit, 1, 10_000_000);
  const text = await selectionText(flags);
  requireTogether(flags);
  if (flags.out !== undefined) await requireWritable(flags.out);
  const seen = await look(kit, flags);
  const { population, repository, view } = seen;
  if (flags.saveAs !== undefined) requireFreeName(repository, flags.saveAs);

  const { where, set } = resolveSelection(kit, seen, text);
  const file = flags.fromCsv === undefined ? null : await peopleFile(flags, flags.fromCsv, seen);
  const list = userList({ population, policies: set, ledger: view, per: text.per, file: file?.table ?? null });
  const columns = chosenColumns(flags, text.per, format, list.columns);
  const keys = sortKeys(flags, text.per, list.columns);
  const shown = flags.unknown === true ? "unknown" : "matched";
  const sorted = sortedRows(list[shown], keys);
  const read = flags.out === undefined && kit.terminal.result === "terminal" ? "on screen" : "by programs";
  const most =
    limit ?? (format === "table" && read === "on screen" && flags.all !== true ? ROWS_IN_TABLE : sorted.length);
  const rows = sorted.slice(0, most);
  const counts = { matched: list.matched.length, unknown: list.unknown.length };
  const needsPolicies = columns.some(({ name }) => name === "protected" || name === "exempt");
  const notes = [...certificateNotes(seen), ...fileNotes(file), ...(needsPolicies ? seen.notes : [])];

  const { header } = population;
  const { colour } = kit.terminal;
  // Other programs go by lines: a row is one, however long.
  const width = read === "on screen" ? kit.terminal.width : Number.POSITIVE_INFINITY;
  const head: Omit<UserListDocument, "rows"> = {
    kind: "users",
    version: 1,
    tool,
    organization: { id: header.organization.id, name: header.organization.name },
    asOf: header.asOf,
    certificate: header.certificate.state,
    per: text.per,
    where: where?.value ?? null,
    file: file === null ? null : listedPeople(file),
    ...counts,
    shown,
    notes,
    columns: columns.map(({ name }) => name),
  };
  const table = { columns, rows, per: text.per, shown, ...counts } as const;
  const pieces: Iterable<string> = {
    table: () => [renderUsersText(table, { colour: flags.out === undefined ? colour : "off", width })],
    csv: () => usersCsv(columns, rows),
    json: () => usersJson({ ...head }, columns, rows),
    jsonl: () => usersJsonLines(columns, rows),
  }[format]();
  if (flags.out === undefined) for (const piece of pieces) kit.terminal.out(piece);
  else await writeWhole(flags.out, pieces, "private");
  tellRest(kit, { flags, format, notes, rows: rows.length, ...counts });

  if (flags.saveAs !== undefined) {
    requireFreeName(repository, flags.saveAs);
    const saved = await saveSelector(kit, seen, repository, flags.saveAs, savedWhere(where, file));
    kit.terminal.err(
      `Saved as ${flags.saveAs} in ${saved.path}. Policies name it with \`selector: ${flags.saveAs}\`; ` +
        `for once, \`seatwright plan --select ${flags.saveAs} --do ${saved.oneOff} --because "..."\`.\n`,
    );
  }
  return exitCodes.done;
}

function formatOf(kit: Kit, { format }: UsersFlags): UsersFormat {
  if (!kit.json) return format ?? "table";
  if (format === undefined || format === "json") return "json";
  throw new OperatorError("usage", `--json and --format ${format} ask for two things.`, "Keep one of the two.");
}

/** Flags that mean nothing without another. */
function requireTogether({ column, fromCsv, saveAs, unknown, where, ...flags }: UsersFlags): void {
  if (column !== undefined && fromCsv === undefined) {
    throw new OperatorError("usage", "--column names a column of no file.", "Name the file with --from-csv.");
  }
  if (saveAs === undefined) return;
  if (unknown === true) {
    throw new OperatorError(
      "usage",
      "--unknown lists of whom the filter cannot be told; a selector is saved as the filter itself.",
      "Leave one of --unknown and --save-as out.",
    );
  }
  const { app, site, group, status, domain, role, idle, unused, neverActive } = flags;
  const asked = [app, site, group, status, domain, role, idle, unused, neverActive, where, fromCsv];
  if (asked.some((flag) => flag !== undefined)) return;
  throw new OperatorError(
    "usage",
    "--save-as has nothing to save: no filter was given, and a selector never means everybody.",
    "Give a filter with --where, a flag such as --idle, or a file with --from-csv.",
  );
}

/** The filter as written, and everything with its names resolved. Throws OperatorError where something is wrong. */
function resolveSelection(
  kit: Kit,
  { policies, population, view }: Look,
  text: SelectionText,
): { readonly where: Written<Where> | null; readonly set: PolicySet } {
  const read = readSelection(text, policies.repository);
  const wrong = read.findings.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw selectionError(wrong);
  const { where } = read;
  const named = policies.repository.exemptions.flatMap(({ value }) => value.selector ?? []);
  const asked =
    where === null
      ? { ...policies.repository, policies: [], selectors: reachedFrom([], named, policies.repository.selectors) }
      : selectionQuestion(policies.repository, where, text.per);
  const { set, findings } = checkAgainst({ ...policies, repository: asked }, population, view);
  const errors = findings.filter(({ severity }) => severity === "error");
  const own = errors.filter((finding) => isOfSelection(text, finding));
  if (own.length > 0) throw selectionError(own);
  if (set === null) throw new PolicyError(findings);
  // Warnings about the policy files are told by the commands that plan.
  tellWarnings(kit, null, [...read.findings, ...findings.filter((finding) => isOfSelection(text, finding))]);
  return { where, set };
}

async function peopleFile(flags: UsersFlags, file: string, { population }: Look): Promise<PeopleFile> {
  const read = readPeopleFile(await readOutsideFile(file), flags.column ?? null, population, "--from-csv");
  if (read.file !== null) return read.file;
  const [first] = read.findings;
  throw new OperatorError(
    "usage",
    `--from-csv ${file}: ${first?.message ?? "The file cannot be read."}`,
    first?.remedy ?? "Export it again as CSV in UTF-8, with a first row of column names.",
  );
}

function listedPeople({ table, accountIds, unmatched, ambiguous }: PeopleFile): UserListDocument["file"] {
  return { rows: table.rows, people: accountIds.length, unmatched, ambiguous };
}

function certificateNotes({ population }: Look): readonly string[] {
  const { state, checks } = population.header.certificate;
  if (state === "complete") return [];
  const concerns = checks.filter((check) => check.state !== "passed").map(({ message }) => message);
  return [`The snapshot is ${state}: ${concerns.join("; ")}`];
}

function fileNotes(file: PeopleFile | null): readonly string[] {
  if (file === null) return [];
  const { table, accountIds, unmatched, ambiguous } = file;
  const told = `${many(table.rows, "row")} of the file ${table.rows === 1 ? "names" : "name"} ${people(accountIds.length)}`;
  return [
    told,
    ...(unmatched.length === 0
      ? []
      : [
          `${many(unmatched.length, "row")} ${unmatched.length === 1 ? "names" : "name"} nobody in the organisation, or somebody whose address is hidden: ${linesOf(unmatched)}`,
        ]),
    ...(ambiguous.length === 0
      ? []
      : [`${many(ambiguous.length, "row")} with an address that several accounts have: ${linesOf(ambiguous)}`]),
  ];
}

function linesOf(lines: readonly number[]): string {
  const more = lines.length > 5 ? ` and ${lines.length - 5} more` : "";
  return `${lines.length === 1 ? "line" : "lines"} ${lines.slice(0, 5).join(", ")}${more}`;
}

interface Rest {
  readonly flags: UsersFlags;
  readonly format: UsersFormat;
  readonly notes: readonly string[];
  readonly rows: number;
  readonly matched: number;
  readonly unknown: number;
}

/** What the rows themselves do not say, on stderr: how many there are, and of how many it cannot be told. */
function tellRest({ terminal, json }: Kit, { flags, format, notes, rows, matched, unknown }: Rest): void {
  if (flags.out !== undefined) {
    terminal.err(
      `Wrote ${many(rows, "row")} to ${flags.out}. They hold names and addresses: keep the file out of Git.\n`,
    );
  }
  if (json) return;
  if (format !== "table" || flags.out !== undefined) {
    const noun = flags.per === "seat" ? many(matched, "seat") : people(matched);
    const how = flags.unknown === true ? "" : "; --unknown lists them";
    terminal.err(
      `The filter is true of ${noun}. Of ${figure(unknown)} it cannot be told${unknown === 0 ? "" : how}.\n`,
    );
  }
  for (const note of notes) terminal.err(`${note}.\n`);
}

/** The selection as a filter for the policy repository: people of a file by account id. */
function savedWhere(where: Written<Where> | null, file: PeopleFile | null): Where {
  if (file === null) {
    if (where === null) throw new Error("there is no filter to save");
    return where.value;
  }
  if (file.accountIds.length === 0) {
    throw new OperatorError(
      "usage",
      "The file names nobody in the organisation, so there is nobody to save.",
      "Check the file and --column.",
    );
  }
  const listed: Where = { people: file.accountIds };
  return where === null ? listed : { ...where.value, all: [...(where.value.all ?? []), listed] };
}
