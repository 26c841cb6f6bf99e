import { csvPieces } from "../src/report/csv.ts";
import { type Filters, roleScope, scopeOf } from "./filters.ts";
import { dayWords, groupsAreUnknown, type Org } from "./org.ts";

type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Exactly these people, by account id, as a file of named filters for a policy repository. */
export function peopleSelector({ head }: Org, name: string, people: readonly number[]): string {
  return selectorFile(name, { people: people.map((person) => head.people.ids[person] ?? "") });
}

/**
 * The filters as a named filter in the words of policies, or null where policies have no words for one of them: a search, a
 * bucket of last activity, a shield, the plan, a choice of people.
 */
export function filterSelector(org: Org, name: string, filters: Filters): string | null {
  const where = whereOf(org, filters);
  return where === null ? null : selectorFile(name, where);
}

function whereOf(org: Org, filters: Filters): { readonly [key: string]: Yaml } | null {
  const { search, only, selectedOnly, chosen } = filters;
  if (search.trim() !== "" || only !== null || selectedOnly) return null;
  if (chosen.last.length + chosen.shield.length + chosen.plan.length > 0) return null;
  const { head } = org;
  const thresholdOf = (option: string | number): string => head.thresholds[Number(option)] ?? "";
  const all: { readonly any: readonly Yaml[] }[] = [];
  const where: Record<string, Yaml> = {};
  const scope = scopeOf(org, filters).flatMap((at) => head.instances[at] ?? []);
  const places = scope.map(({ app, site }) => ({ app, site }));
  if (chosen.app.length + chosen.site.length > 0) {
    if (places.length === 0) return null;
    where["any"] = places.map((place) => ({ holds: place }));
  }
  const put = (any: readonly Yaml[]): void => {
    all.push({ any });
  };
  if (chosen.unused.length > 0) {
    put(chosen.unused.flatMap((option) => places.map((place) => ({ ...place, unused: thresholdOf(option) }))));
  }
  if (chosen.everywhere.length > 0) {
    put(chosen.everywhere.map((option) => ({ unused: { everywhere: thresholdOf(option) } })));
  }
  if (chosen.role.length > 0) {
    put(
      chosen.role.flatMap((option) =>
        roleScope(org, filters, Number(option)).map((at) => {
          const { app = "", site = "" } = head.instances[at] ?? {};
          return { app, site, role: head.people.roles[Number(option)] ?? "" };
        }),
      ),
    );
  }
  if (chosen.status.length > 0) where["status"] = chosen.status.map((code) => head.people.statuses[Number(code)] ?? "");
  if (chosen.account.length > 0) {
    put(chosen.account.map((code) => ({ account: head.people.claims[Number(code)] ?? "" })));
  }
  if (chosen.domain.length > 0)
    where["emailDomain"] = chosen.domain.map((code) => head.people.domains[Number(code)] ?? "");
  if (chosen.group.length > 0) where["memberOf"] = chosen.group.map((at) => groupWord(org, Number(at)));
  // Where nothing is left to ask about, nobody is meant, for which there are no words either.
  if (all.some(({ any }) => any.length === 0)) return null;
  if (all.length > 0) where["all"] = all;
  // An empty filter would mean everybody, and an unknown value has no word.
  if (Object.keys(where).length === 0) return null;
  if (chosen.status.includes(0) || chosen.account.includes(0) || chosen.domain.includes(0)) return null;
  return where;
}

/** The name of a group, or its id where the name means several groups or would be read as a pattern. */
function groupWord({ head: { groups } }: Org, at: number): string {
  const group = groups[at];
  if (group === undefined) return "";
  const isOnly = groups.filter(({ name }) => name === group.name).length === 1;
  return isOnly && !/[*?]/.test(group.name) ? group.name : group.id;
}

function selectorFile(name: string, where: Yaml): string {
  return `version: 1\nselectors:\n  ${name}:\n${yamlLines(where, 4)}`;
}

/** Every text is quoted as JSON, which YAML reads as it stands. */
function yamlLines(value: Yaml, indent: number): string {
  const margin = " ".repeat(indent);
  if (typeof value === "string") return `${margin}${JSON.stringify(value)}\n`;
  if (Array.isArray(value)) {
    return value.map((entry: Yaml) => `${margin}- ${yamlLines(entry, indent + 2).slice(indent + 2)}`).join("");
  }
  return Object.entries(value)
    .map(([key, entry]) =>
      typeof entry === "string"
        ? `${margin}${key}: ${JSON.stringify(entry)}\n`
        : `${margin}${key}:\n${yamlLines(entry, indent + 2)}`,
    )
    .join("");
}

/** What is not known, in CSV: the word that `seatwright users` has for it. */
const unknown = "unknown";

function groupNames({ head, groupsOf }: Org, person: number): readonly string[] {
  return groupsOf(person)
    .map((at) => head.groups[at]?.name ?? "")
    .sort();
}

/** People as CSV for spreadsheets, in this order. */
export function peopleCsv(org: Org, order: readonly number[]): string {
  const { head } = org;
  const shown = { names: head.people.names !== null, emails: head.people.emails !== null };
  const columns = [
    "accountId",
    ...(shown.names ? ["name"] : []),
    ...(shown.emails ? ["email"] : []),
    "status",
    "added",
    "lastActive",
    "seats",
    "perhapsSeats",
    "groups",
    "protected",
    "exempt",
  ];
  const cell = (words: string): string => (words === "not known" ? unknown : words);
  const labels = (of: readonly number[]): string => of.map((at) => head.instances[at]?.label ?? "").join("; ");
  function* rows(): Generator<readonly string[]> {
    for (const person of order) {
      yield [
        head.people.ids[person] ?? "",
        ...(shown.names ? [head.people.names?.[person] ?? ""] : []),
        ...(shown.emails ? [head.people.emails?.[person] ?? ""] : []),
        head.people.statuses[org.codes("status")[person] ?? 0] ?? "",
        cell(addedWords(org, person)),
        cell(dayWords(org.codes("last")[person] ?? 0)),
        labels(org.seatsOf(person)),
        labels(org.perhapsOf(person)),
        groupsAreUnknown(org, person) ? unknown : groupNames(org, person).join("; "),
        head.people.protections[org.codes("protection")[person] ?? 0] ?? "",
        head.people.exemptions[org.codes("exemption")[person] ?? 0] ?? "",
      ];
    }
  }
  return [...csvPieces(columns, rows())].join("");
}

/** When somebody came to the organisation. */
export function addedWords(org: Org, person: number): string {
  const day = org.codes("added")[person] ?? 0;
  return day === 0 ? "not known" : dayWords(day);
}
