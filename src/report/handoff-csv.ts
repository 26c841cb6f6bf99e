import { appLabel } from "../model/apps.ts";
import { compareText } from "../model/order.ts";
import { DAY, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { renderCsv } from "./csv.ts";

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

/** An identity provider, with who runs it. */
export interface ProviderName {
  readonly name: string;
  readonly owner: string;
}

/**
 * The hand-offs as one CSV file for each identity provider, the longest open first. A provider that has nothing to do gets
 * a file without rows, so that no earlier one is taken for today's. Names and addresses come from the
 * snapshot, also where reports show ids only: whoever acts in Okta or Entra has to find the person there.
 */
export function renderHandoffs(
  rows: readonly HandoffRow[],
  providers: readonly ProviderName[],
  population: Population,
  asOf: string,
): readonly HandoffFile[] {
  const byProvider = Map.groupBy(rows, ({ provider, owner }) => provider ?? owner ?? "");
  const owners = new Map(providers.map(({ name, owner }) => [name, owner]));
  const taken = new Set<string>();
  return [...new Set([...owners.keys(), ...byProvider.keys()])].sort(compareText).map((key) => {
    const own = byProvider.get(key) ?? [];
    const ordered = [...own].sort((a, b) => compareText(a.since, b.since) || compareText(a.id, b.id));
    return {
      name: fileName(key, taken),
      owner: owners.get(key) ?? own[0]?.owner ?? null,
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
