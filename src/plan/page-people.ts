import { isBillable } from "../model/apps.ts";
import type { PageColumn, PageColumns, PagePath, PagePeople } from "../model/page-data.ts";
import { pageColumn, pageDays } from "../model/page-data.ts";
import { DAY, secondsOf, type Seconds } from "../model/time.ts";
import { bucketOf, idleBuckets } from "../people/idle-buckets.ts";
import {
  claims,
  type ListColumn,
  managementSources,
  mfaStates,
  NEVER,
  type Population,
  statuses,
  UNKNOWN_TIME,
} from "../people/population.ts";
import { openDirectories } from "../people/directories.ts";
import { rolePaths, type SeatPath } from "../people/seats.ts";
import type { Cell } from "../people/user-columns.ts";
import type { UserList } from "./user-list.ts";

/** What of people may be shown. */
type Show = "names" | "names-and-emails" | "ids";

export interface PeopleForPage {
  readonly people: Omit<PagePeople, "roles" | "roleInstances">;
  readonly columns: PageColumns;
}

/**
 * Everybody of a snapshot as columns for the report page. What a list of people tells comes from `list`, which is of everybody.
 * Addresses are there only where they may be shown, and with ids alone neither are names and domains.
 */
export function peopleForPage(population: Population, list: UserList, show: Show): PeopleForPage {
  const { size } = population;
  const everybody = Array.from({ length: size }, (_, person) => person);
  const cells = (name: string): readonly Cell[] => {
    const column = list.columns.find((entry) => entry.name === name);
    if (column === undefined) throw new Error(`there is no column ${name}`);
    return everybody.map((person) => column.of({ person, instance: null }));
  };
  const textsOf = (name: string): readonly (string | null)[] => cells(name).map((cell) => textOf(cell));
  const protections = coded(textsOf("protected"), "");
  const exemptions = coded(textsOf("exempt"), "");
  const domains = coded(show === "ids" ? everybody.map(() => null) : textsOf("emailDomain"), null);
  const names = show === "ids" ? null : shownNames(textsOf("name"), textsOf("nickname"));
  const asOf = secondsOf(population.header.asOf) ?? 0;
  const { paths, list: pathList } = pathsOf(population);
  const columns = new Map<string, PageColumn>([
    ["status", population.status],
    ["claim", population.claim],
    ["source", population.source],
    ["mfa", population.mfa],
    ["admin", population.platformRoles],
    ["groupsUnknown", population.groupsUnknown],
    ["added", Uint16Array.from(population.added, (at) => (at === UNKNOWN_TIME ? 0 : dayNumber(at)))],
    ["domain", domains.codes],
    ["protection", protections.codes],
    ["exemption", exemptions.codes],
    ["bucket", Uint8Array.from(cells("lastActive"), (cell) => bucketOf(momentIn(cell), asOf))],
    ["last", Uint16Array.from(cells("lastActive"), (cell) => daysOf(momentIn(cell)))],
    ...listColumns("groups", population.groups),
    ...listColumns("directories", population.directories),
    ...listColumns("paths", pathList),
  ]);
  for (const [instance, times] of population.lastActive.entries()) {
    if (times.every((at) => at === NEVER)) continue;
    columns.set(pageColumn.lastActive(instance), Uint16Array.from(times, daysOf));
  }
  return {
    people: {
      ids: textsOf("accountId").map((id) => id ?? ""),
      names,
      emails: show === "names-and-emails" ? textsOf("email") : null,
      domains: domains.values,
      statuses,
      claims,
      sources: managementSources,
      mfa: mfaStates,
      protections: protections.values.map((text) => text ?? ""),
      exemptions: exemptions.values.map((text) => text ?? ""),
      paths,
      buckets: idleBuckets,
    },
    columns,
  };
}

function textOf(cell: Cell): string | null {
  return cell === null || typeof cell === "string" ? cell : cell.join(", ");
}

function shownNames(
  names: readonly (string | null)[],
  nicknames: readonly (string | null)[],
): readonly (string | null)[] {
  return names.map((name, person) => {
    const shown = (name ?? nicknames[person] ?? "").trim();
    return shown === "" ? null : shown;
  });
}

function momentIn(cell: Cell): number {
  if (cell === null || typeof cell !== "string") return UNKNOWN_TIME;
  return cell === "never" ? NEVER : (secondsOf(cell) ?? UNKNOWN_TIME);
}

function daysOf(at: number): number {
  if (at === UNKNOWN_TIME) return pageDays.unknown;
  return at === NEVER ? pageDays.never : dayNumber(at);
}

/** Never 0: that day is not told apart from never. */
function dayNumber(at: Seconds): number {
  return Math.min(Math.max(1, Math.floor(at / DAY)), pageDays.unknown - 1);
}

/** Texts as codes; `none` has code 0. */
function coded(
  texts: readonly (string | null)[],
  none: string | null,
): { readonly codes: Uint32Array; readonly values: readonly (string | null)[] } {
  const known = new Map<string | null, number>([[none, 0]]);
  const codes = Uint32Array.from(texts, (text) => {
    const code = known.get(text) ?? known.size;
    known.set(text, code);
    return code;
  });
  return { codes, values: [...known.keys()] };
}

function listColumns(
  name: "groups" | "directories" | "paths",
  { starts, values }: ListColumn,
): readonly (readonly [string, PageColumn])[] {
  return [
    [pageColumn.starts(name), starts],
    [pageColumn.values(name), values],
  ];
}

/** For everybody, the ways in which they hold roles: each way that occurs is there once. */
function pathsOf(population: Population): { readonly paths: readonly PagePath[]; readonly list: ListColumn } {
  const paths: PagePath[] = [];
  const known = new Map<string, number>();
  const starts = new Uint32Array(population.size + 1);
  const values: number[] = [];
  for (let person = 0; person < population.size; person++) {
    const open = openDirectories(population, person);
    for (let instance = 0; instance < population.header.instances.length; instance++) {
      const found = rolePaths(population, person, instance);
      if (found.paths.length === 0) continue;
      const live = found.paths.map((path) => isSeat(population, open, path));
      const key = JSON.stringify([instance, found, live]);
      const at = known.get(key) ?? paths.length;
      if (at === paths.length) {
        known.set(key, at);
        paths.push({
          instance,
          certain: found.certain,
          by: found.paths.map((path, position) => ({
            role: path.role.replace("atlassian/", ""),
            group: path.via === "group" ? path.group : null,
            seat: live[position] ?? false,
          })),
        });
      }
      values.push(at);
    }
    starts[person + 1] = values.length;
  }
  return { paths, list: { starts, values: Uint32Array.from(values) } };
}

/** As `seatPaths` tells which paths cost a seat. */
function isSeat({ header }: Population, open: ReadonlySet<number>, path: SeatPath): boolean {
  if (!isBillable(path.role)) return false;
  return path.via === "direct" || open.has(header.groups[path.group]?.directory ?? -1);
}
