import { compareText } from "../model/order.ts";
import { DAY, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { renderCsv } from "./csv.ts";
import { appLabel } from "./labels.ts";

/** One thing to be done in an identity provider. */
export interface HandoffRow {
  readonly id: string;
  readonly accountId: string;
  readonly provider: string | null;
  readonly owner: string | null;
  readonly action: string;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly seat: { readonly app: string; readonly site: string } | null;
  readonly policies: readonly string[];
  readonly reason: string;
  /** A moment. */
  readonly since: string;
}

/** One file for whoever runs a provider. */
export interface HandoffFile {
  /** Without a folder: `okta.csv`. */
  readonly name: string;
  readonly provider: string | null;
  readonly owner: string | null;
  readonly rows: number;
  readonly text: string;
}

const columns = [
  "id",
  "state",
  "open since",
  "days open",
  "to do",
  "account id",
  "e-mail",
  "name",
  "groups to leave",
  "app",
  "site",
  "policy",
  "owner",
  "reason",
] as const;

/**
 * The hand-offs as one CSV file for each identity provider, the longest open first. Names and addresses come from the
 * snapshot, also where reports show ids only: whoever acts in Okta or Entra has to find the person there.
 */
export function renderHandoffs(
  rows: readonly HandoffRow[],
  population: Population,
  asOf: string,
): readonly HandoffFile[] {
  const byProvider = [...Map.groupBy(rows, ({ provider, owner }) => provider ?? owner ?? "")].sort(([a], [b]) =>
    compareText(a, b),
  );
  const taken = new Set<string>();
  return byProvider.map(([key, own]) => {
    const ordered = [...own].sort((a, b) => compareText(a.since, b.since) || compareText(a.id, b.id));
    return {
      name: fileName(key, taken),
      provider: own[0]?.provider ?? null,
      owner: own[0]?.owner ?? null,
      rows: own.length,
      text: renderCsv(
        columns,
        ordered.map((row) => cellsOf(row, population, asOf)),
      ),
    };
  });
}

function cellsOf(row: HandoffRow, population: Population, asOf: string): readonly string[] {
  const person = population.find(row.accountId);
  const text = (field: "email" | "name"): string => (person === -1 ? "" : (population.text(field, person) ?? ""));
  const days = Math.max(0, Math.floor(((secondsOf(asOf) ?? 0) - (secondsOf(row.since) ?? 0)) / DAY));
  return [
    row.id,
    row.since === asOf ? "new" : "open",
    row.since.slice(0, 10),
    String(days),
    toDo(row),
    row.accountId,
    text("email"),
    text("name"),
    row.groups.map(({ name }) => name).join("; "),
    row.seat === null ? "" : appLabel(row.seat.app),
    row.seat?.site ?? "",
    row.policies.join("; "),
    row.owner ?? "",
    row.reason,
  ];
}

function toDo({ action, groups }: HandoffRow): string {
  if (groups.length > 0) return groups.length === 1 ? "take out of the group" : "take out of the groups";
  return action === "activate" ? "activate the account" : action === "deactivate" ? "deactivate the account" : action;
}

/** A provider's name as a file name that no other provider has. */
function fileName(key: string, taken: Set<string>): string {
  const slug = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const base = slug === "" ? "provider-not-named" : slug.slice(0, 80);
  let name = `${base}.csv`;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}.csv`;
  taken.add(name);
  return name;
}
