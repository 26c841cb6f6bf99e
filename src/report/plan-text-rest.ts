import type { Conflict } from "../model/documents.generated.ts";
import { doerOf, handoffWords, type HeldGroup } from "./held-groups.ts";
import { actionWords } from "./labels.ts";
import type { TextPage } from "./page.ts";
import type { Rows } from "./palette.ts";
import type { Row } from "./table.ts";
import type { Names } from "./people.ts";
import { type PlanOutline, policyRemarks } from "./plan-outline.ts";
import { figure, many, people } from "./words.ts";

/** Names in one cell before the rest are counted. */
const namesInCell = 3;

/** Duties this plan does not do, each with its reason and who can do something about it. */
export function writeOwed(
  page: TextPage,
  { owed, names, labels }: PlanOutline,
  { rows }: { readonly rows: Rows },
): void {
  if (owed.length === 0) return;
  page.blank();
  page.heading(`Owed: ${many(owed.length, "duty", "duties")} this plan cannot do`, "", "danger");
  const shown = rows === "all" ? owed : owed.slice(0, rows);
  writeTable(
    page,
    ["Who", "Owed", "Why not", "Owner"],
    [
      ...shown.map((held) => ({
        cells: [names.label(held.accountId), actionWords(held, labels), held.reason, held.owner ?? ""],
      })),
      ...moreRow(owed.length - shown.length),
    ],
  );
}

/** Who is held back, by kind; blocked people by who can do something about it. */
export function writeHeldBack(
  page: TextPage,
  { heldBack, names }: PlanOutline,
  { rows }: { readonly rows: Rows },
): void {
  if (heldBack.length === 0) return;
  page.blank();
  page.heading("Held back", "left alone, although a policy speaks of them");
  writeTable(
    page,
    ["Who", "Asked for", "Reason"],
    heldBack.flatMap((kind): readonly Row[] => {
      const shown = rows === "all" ? kind.groups : kind.groups.slice(0, rows);
      const left = kind.groups.slice(shown.length).reduce((sum, group) => sum + group.accountIds.length, 0);
      return [
        { across: "", tone: "plain", indent: 0 },
        { across: `${kind.title}: ${people(kind.people)}, ${kind.meaning}`, tone: "accent", indent: 0 },
        ...(kind.kind === "blocked"
          ? rowsByOwner(shown, names, rows)
          : shown.map((group) => heldRow(group, names, rows))),
        ...moreRow(left),
      ];
    }),
  );
}

function rowsByOwner(groups: readonly HeldGroup[], names: Names, rows: Rows): readonly Row[] {
  return [...new Set(groups.map(doerOf))].flatMap((doer): readonly Row[] => {
    const theirs = groups.filter((group) => doerOf(group) === doer);
    const handoff = handoffWords(theirs);
    const title =
      doer === null ? "Nobody is named who could do it" : `${doer} can do it${handoff === null ? "" : `, ${handoff}`}`;
    return [{ across: title, tone: "faint", indent: 0 }, ...theirs.map((group) => heldRow(group, names, rows))];
  });
}

function heldRow({ accountIds, asked, owed, reason }: HeldGroup, names: Names, rows: Rows): Row {
  return { cells: [namesWords(accountIds, names, rows), `${asked}${owed ? " (owed)" : ""}`, reason] };
}

/** `Ada, Ben, Cleo and 12 more`. */
function namesWords(accountIds: readonly string[], names: Names, rows: Rows): string {
  const shown = rows === "all" ? accountIds : accountIds.slice(0, namesInCell);
  const left = accountIds.length - shown.length;
  return `${shown.map((id) => names.label(id)).join(", ")}${left > 0 ? ` and ${figure(left)} more` : ""}`;
}

/** A table whose empty columns are left out; where it does not fit, each row as a few lines. */
function writeTable(page: TextPage, titles: readonly string[], rows: readonly Row[]): void {
  const filled = titles.map((_, at) => rows.some((row) => "cells" in row && row.cells[at] !== ""));
  const isFilled = (_: unknown, at: number): boolean => filled[at] === true;
  const columns = titles.map((title, at) => ({
    title,
    least: 14,
    tone: at === 0 ? ("strong" as const) : ("plain" as const),
  }));
  const fits = page.table(
    columns.filter(isFilled),
    rows.map((row) => ("cells" in row ? { cells: row.cells.filter(isFilled) } : row)),
    { indent: 2 },
  );
  if (fits) return;
  for (const row of rows) {
    if ("across" in row) {
      page.paragraph(row.across, { indent: 2 + row.indent, tone: row.tone });
      continue;
    }
    const [first = "", ...rest] = row.cells;
    page.paragraph(first, { indent: 2, tone: "strong" });
    page.pairs(
      rest.flatMap((text, at) => (text === "" ? [] : [{ label: titles[at + 1] ?? "", text }])),
      { indent: 4 },
    );
  }
}

function moreRow(left: number): readonly Row[] {
  return left > 0 ? [{ across: `and ${figure(left)} more. --all lists everybody.`, tone: "faint", indent: 2 }] : [];
}

/** Two policies that wanted different things for one person, and which gave way. */
export function writeConflicts(
  page: TextPage,
  { plan, names, labels }: PlanOutline,
  { rows }: { readonly rows: Rows },
): void {
  if (plan.conflicts.length === 0) return;
  page.blank();
  page.heading("Conflicts: two policies wanted different things", many(plan.conflicts.length, "conflict"));
  const shown = rows === "all" ? plan.conflicts : plan.conflicts.slice(0, rows);
  const wish = (asked: Conflict["kept"]): string => `${asked.policy}: ${actionWords(asked, labels)}`;
  writeTable(
    page,
    ["Who", "Followed", "Gave way", "Reason"],
    [
      ...shown.map(({ accountId, kept, gaveWay, reason }) => ({
        cells: [names.label(accountId), wish(kept), wish(gaveWay), reason],
      })),
      ...moreRow(plan.conflicts.length - shown.length),
    ],
  );
}

/** Each policy with what it selected, and why it does nothing where it does nothing. */
export function writePolicies(page: TextPage, { plan }: PlanOutline): void {
  if (plan.policies.every(({ matched, unknown, holds }) => matched + unknown + holds.length === 0)) return;
  page.blank();
  page.heading("Policies", many(plan.policies.length, "policy", "policies"));
  page.table(
    [
      { title: "Policy", least: 10 },
      { title: "Selects", align: "right", least: 7 },
      { title: "Unknown", align: "right", least: 7 },
      { title: "Changes", align: "right", least: 7 },
    ],
    plan.policies.map((policy) => ({
      cells: [policy.id, figure(policy.matched), figure(policy.unknown), figure(policy.changes)],
      remarks: policyRemarks(policy).map((text) => ({ text, tone: "caution" as const })),
    })),
    { indent: 2 },
  );
}
