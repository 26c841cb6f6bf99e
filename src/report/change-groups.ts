import type { Change } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";
import { hazardWords, undoWords, whyWords } from "./change-words.ts";
import { actionWords, type Labels, operationWords } from "./labels.ts";
import { bySurprise } from "./surprise.ts";
import { many, people } from "./words.ts";

/** One aspect of a change that a table may show. */
export interface Facet {
  readonly key: "why" | "policies" | "how" | "hazards" | "undo";
  readonly title: string;
  readonly of: (change: Change) => string;
}

/** One aspect in words. */
export interface Said {
  readonly key: Facet["key"];
  readonly title: string;
  readonly text: string;
}

/** What is usual in a group: for all of its changes, or for all but those that say otherwise. */
export interface Usual extends Said {
  readonly for: "all" | "most";
}

/** Changes that do the same thing: one action on one app or target. */
export interface ChangeGroup {
  readonly title: string;
  readonly purpose: Change["purpose"];
  readonly direction: Change["direction"];
  /** By surprise. */
  readonly changes: readonly Change[];
  /** Different people among them. */
  readonly people: number;
  /** What holds for all of them, or for all but those that `exceptionsOf` tells of: said once. */
  readonly usual: readonly Usual[];
  /** What differs from row to row. */
  readonly varying: readonly Facet[];
  /** Where one change differs from what is usual in its group. */
  readonly exceptionsOf: (change: Change) => readonly Said[];
}

/** What this share of a group has in common is said once, and the others say where they differ. */
const usualPercent = 60;

/** Drastic first, then what gives. */
const actionOrder: readonly Change["action"][] = [
  "removeFromOrg",
  "deactivate",
  "suspend",
  "revoke",
  "removeFromGroup",
  "setRole",
  "activate",
  "restore",
  "grant",
  "addToGroup",
];

/**
 * Changes by what they do, duties first, what takes before what gives, the most drastic action first; inside each group by
 * surprise. Every change is in exactly one group. `becauseOf` tells what obliges a policy, null where nothing does.
 */
export function groupChanges(
  changes: readonly Change[],
  population: Population | null,
  labels: Labels,
  becauseOf: (policy: string) => string | null,
): readonly ChangeGroup[] {
  const facets = facetsOf(labels, becauseOf);
  const groups = new Map<string, Change[]>();
  for (const change of bySurprise({ changes }, population)) {
    const key = JSON.stringify([change.purpose, change.direction, change.action, change.seat?.instance, change.target]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()]
    .flatMap((members) => groupOf(members, facets, labels))
    .sort(
      (a, b) =>
        Number(a.purpose !== "duty") - Number(b.purpose !== "duty") ||
        Number(a.direction !== "take") - Number(b.direction !== "take") ||
        rankOf(a) - rankOf(b) ||
        (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
    );
}

/** What is usual, and that rows may differ where they do. */
export function usualWords({ text, for: reach }: Usual): string {
  return reach === "all" ? text : `${text.replace(/\.$/, "")} (unless a row says otherwise)`;
}

/** How many, and of which kind: `12 people, duty`. */
export function groupWords({ people: concerned, changes, purpose, direction }: ChangeGroup): string {
  const size =
    concerned === changes.length ? people(concerned) : `${many(changes.length, "change")}, ${people(concerned)}`;
  return [size, ...(purpose === "duty" ? ["duty"] : []), ...(direction === "give" ? ["gives"] : [])].join(", ");
}

function rankOf({ changes }: ChangeGroup): number {
  return changes[0] === undefined ? 0 : actionOrder.indexOf(changes[0].action);
}

function groupOf(changes: readonly Change[], facets: readonly Facet[], labels: Labels): readonly ChangeGroup[] {
  const [first] = changes;
  if (first === undefined) return [];
  const usual = facets.flatMap((facet) => {
    const { text, count } = mostCommon(changes.map(facet.of));
    return count * 100 < usualPercent * changes.length
      ? []
      : [{ facet, text, for: count === changes.length ? ("all" as const) : ("most" as const) }];
  });
  return [
    {
      title: actionWords(first, labels),
      purpose: first.purpose,
      direction: first.direction,
      changes,
      people: new Set(changes.map(({ accountId }) => accountId)).size,
      usual: usual
        .filter(({ text }) => text !== "")
        .map(({ facet, text, for: reach }) => ({ key: facet.key, title: facet.title, text, for: reach })),
      varying: facets.filter((facet) => usual.every((each) => each.facet !== facet)),
      exceptionsOf: (change) =>
        usual.flatMap(({ facet, text }) => {
          const own = facet.of(change);
          return own === text ? [] : [{ key: facet.key, title: facet.title, text: own === "" ? "none" : own }];
        }),
    },
  ];
}

function mostCommon(texts: readonly string[]): { readonly text: string; readonly count: number } {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  let best = { text: "", count: 0 };
  for (const [text, count] of counts) if (count > best.count) best = { text, count };
  return best;
}

function facetsOf(labels: Labels, becauseOf: (policy: string) => string | null): readonly Facet[] {
  return [
    { key: "why", title: "Why", of: whyWords },
    {
      key: "policies",
      title: "Policy",
      of: ({ policies }) => policies.map(({ policy }) => policyWords(policy, becauseOf(policy))).join(", "),
    },
    {
      key: "how",
      title: "How",
      of: ({ operations }) => operations.map((operation) => operationWords(operation, labels)).join(", then "),
    },
    {
      key: "hazards",
      title: "Hazard",
      of: ({ hazards }) => hazards.map((hazard) => hazardWords[hazard].mark).join(", "),
    },
    { key: "undo", title: "Undo", of: undoWords },
  ];
}

function policyWords(policy: string, because: string | null): string {
  return because === null ? policy : `${policy} (${because})`;
}
