import type { Random } from "../random.ts";

/** What sort of account somebody is, which decides most else about them. */
export type Kind =
  | "org-admin"
  | "break-glass"
  | "jira-admin"
  | "confluence-admin"
  | "access-admin"
  | "site-admin"
  | "service"
  | "hostile"
  | "employee"
  | "direct-seat"
  | "doubled-seat"
  | "two-app-seat"
  | "team-seat"
  | "synced-seat"
  | "contractor"
  | "guest"
  | "customer"
  | "stakeholder"
  | "hire"
  | "invited"
  | "two-directories"
  | "suspended"
  | "suspended-in-one"
  | "deactivated"
  | "for-deletion"
  | "unattached";

/** Who is there however small the organisation, the most telling first. */
const always: readonly Kind[] = [
  "org-admin",
  "org-admin",
  "org-admin",
  "break-glass",
  "jira-admin",
  "confluence-admin",
  "access-admin",
  "site-admin",
  "service",
  "service",
  "service",
  "direct-seat",
  "doubled-seat",
  "two-app-seat",
  "team-seat",
  "synced-seat",
  "two-directories",
  "suspended-in-one",
  "suspended",
  "hire",
  "hire",
  "invited",
  "deactivated",
  "for-deletion",
  "unattached",
  "guest",
  "customer",
  "stakeholder",
  "contractor",
  "hostile",
  "hostile",
];

const crowd: readonly (readonly [Kind, number])[] = [
  ["employee", 74],
  ["contractor", 9],
  ["two-directories", 4],
  ["guest", 1.8],
  ["customer", 0.8],
  ["stakeholder", 1],
  ["hire", 2],
  ["invited", 1.4],
  ["suspended", 2],
  ["suspended-in-one", 0.4],
  ["deactivated", 1.6],
  ["for-deletion", 0.2],
  ["unattached", 1.4],
  ["service", 0.3],
];

/** The kinds of so many people, in the order in which the organisation lists them. */
export function pickKinds(random: Random, people: number): readonly Kind[] {
  const extra: Kind[] = [];
  if (people >= 500) extra.push("org-admin", "org-admin", "jira-admin", "access-admin", "site-admin");
  if (people >= 200) for (let count = 2; count < Math.min(10, people / 100); count++) extra.push("hostile");
  const kinds = [...always, ...extra].slice(0, people);
  while (kinds.length < people) kinds.push(random.weighted(crowd));
  for (let at = kinds.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    const [one, two] = [kinds[at], kinds[other]];
    if (one !== undefined && two !== undefined) [kinds[at], kinds[other]] = [two, one];
  }
  return kinds;
}
