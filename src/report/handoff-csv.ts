import { appLabel } from "../model/apps.ts";
import type { HandedTo } from "../model/handoff.ts";
import { compareText } from "../model/order.ts";
import { DAY, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { renderCsv } from "./csv.ts";

/** One thing to be done elsewhere: in an identity provider, or by an admin of the organisation. */
export interface HandoffRow {
  readonly id: string;
  readonly accountId: string;
  readonly to: HandedTo;
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

/** One file for whoever runs a provider, or for admins. */
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
 * The hand-offs as one CSV file for each identity provider and one for admins of the organisation, the longest open first.
 * Who has nothing to do gets a file without rows, so that no earlier one is taken for today's. Names and addresses come from the
 * snapshot, also where reports show ids only: whoever acts in Okta or Entra has to find the person there.
 */
export function renderHandoffs(
  rows: readonly HandoffRow[],
  providers: readonly ProviderName[],
  population: Population,
  asOf: string,
): readonly HandoffFile[] {
  if (rows.length === 0 && providers.length === 0) return [];
  const ofProviders = rows.filter(({ to }) => to === "provider");
  const byProvider = Map.groupBy(ofProviders, ({ provider, owner }) => provider ?? owner ?? "");
  const owners = new Map(providers.map(({ name, owner }) => [name, owner]));
  const taken = new Set<string>([adminsFile]);
  const files = [...new Set([...owners.keys(), ...byProvider.keys()])].sort(compareText).map((key): FileParts => {
    const own = byProvider.get(key) ?? [];
    return { name: fileName(key, taken), owner: owners.get(key) ?? own[0]?.owner ?? null, own };
  });
  const forAdmins = rows.filter(({ to }) => to === "admins");
  return [...files, { name: adminsFile, owner: "admins of the organisation", own: forAdmins }].map((file) => {
    const { name, owner, own } = file;
    const ordered = [...own].sort((a, b) => compareText(a.since, b.since) || compareText(a.id, b.id));
    return {
      name,
      owner,
      rows: own.length,
      text: renderCsv(
        columns,
        ordered.map((row) => cellsOf(row, population, asOf)),
      ),
    };
  });
}

const adminsFile = "organisation-admins.csv";

interface FileParts extends Pick<HandoffFile, "name" | "owner"> {
  readonly own: readonly HandoffRow[];
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

function toDo({ to, action, groups }: HandoffRow): string {
  if (to === "admins")
    return action === "revoke" || action === "setRole" ? "decide, and free the seat by hand" : action;
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
