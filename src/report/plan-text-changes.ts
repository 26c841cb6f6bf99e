import type { Change } from "../model/documents.generated.ts";
import { type ChangeGroup, type Facet, groupWords, usualWords } from "./change-groups.ts";
import { activityWords, factWords, marksOf } from "./change-words.ts";
import { operationWords } from "./labels.ts";
import type { TextPage } from "./page.ts";
import type { Rows, Tone } from "./palette.ts";
import type { PlanOutline } from "./plan-outline.ts";
import type { Column } from "./table.ts";
import { figure } from "./words.ts";

/** What is told of each change: what a decision needs, or all that the plan knows. */
export type Detail = "short" | "full";

/** Writes each group: what its changes have in common once, then a row for each person. */
export function writeChangeGroups(
  page: TextPage,
  outline: PlanOutline,
  groups: readonly ChangeGroup[],
  options: { readonly rows: Rows; readonly detail: Detail; readonly remark?: string },
): void {
  for (const group of groups) {
    page.blank();
    page.heading(
      group.title,
      [groupWords(group), ...(options.remark === undefined ? [] : [options.remark])].join(", "),
    );
    page.pairs(
      group.usual.map((said) => ({ label: said.title, text: usualWords(said), tone: toneOf(said.key) })),
      { indent: 2 },
    );
    if (group.usual.length > 0) page.blank();
    const shown = options.rows === "all" ? group.changes : group.changes.slice(0, options.rows);
    const asTable = options.detail === "short" && writeTable(page, outline, group, shown);
    if (!asTable) for (const change of shown) writeStacked(page, outline, group, change, options.detail);
    const left = group.changes.length - shown.length;
    if (left > 0) {
      page.paragraph(`and ${figure(left)} more, less surprising. --all lists everybody.`, { indent: 4, tone: "faint" });
    }
  }
}

function writeTable(page: TextPage, outline: PlanOutline, group: ChangeGroup, changes: readonly Change[]): boolean {
  const { varying } = group;
  const marks = changes.map((change) => marksWords(change, outline));
  const marked = marks.some((text) => text !== "");
  const columns: readonly Column[] = [
    { title: "Who", tone: "strong", least: 14 },
    ...(marked ? [{ title: "", tone: "caution", least: 5 } as const] : []),
    { title: "Last active", least: 24 },
    ...varying.map((facet): Column => ({ title: facet.title, least: 14, tone: toneOf(facet.key) })),
  ];
  const rows = changes.map((change, at) => ({
    cells: [
      outline.names.label(change.accountId),
      ...(marked ? [marks[at] ?? ""] : []),
      activityWords(change, outline.plan.asOf),
      ...varying.map((facet) => facet.of(change)),
    ],
    remarks: group
      .exceptionsOf(change)
      .map(({ key, title, text }) => ({ text: `${title}: ${text}`, tone: toneOf(key) })),
  }));
  return page.table(columns, rows, { indent: 2 });
}

function toneOf(key: Facet["key"]): Tone {
  return key === "hazards" ? "caution" : "plain";
}

function marksWords(change: Change, { isAdmin, markFresh }: PlanOutline): string {
  return marksOf(change, { admin: isAdmin(change), markFresh }).join(", ");
}

function writeStacked(
  page: TextPage,
  outline: PlanOutline,
  { varying, exceptionsOf }: ChangeGroup,
  change: Change,
  detail: Detail,
): void {
  const marks = marksWords(change, outline);
  page.paragraph(`${outline.names.label(change.accountId)}${marks === "" ? "" : ` (${marks})`}`, {
    indent: 2,
    tone: "strong",
  });
  const brief = [
    ...varying.map((facet) => ({ key: facet.key, title: facet.title, text: facet.of(change) })),
    ...exceptionsOf(change),
  ].filter(({ text }) => text !== "");
  const full = detail === "full";
  page.pairs(
    [
      { label: "Last active", text: activityWords(change, outline.plan.asOf) },
      ...brief
        .filter(({ key }) => !full || key === "hazards" || key === "undo")
        .map(({ key, title, text }) => ({ label: title, text, tone: toneOf(key) })),
      ...(full ? fullDetail(change, outline) : []),
    ],
    { indent: 4 },
  );
}

function fullDetail(
  change: Change,
  { labels }: PlanOutline,
): readonly { readonly label: string; readonly text: string }[] {
  const { before, after } = change;
  const seats = (list: readonly string[]): string => list.map((id) => labels.instance(id)).join(", ") || "none";
  return [
    { label: "Account", text: change.accountId },
    { label: "Change", text: change.id },
    ...change.policies.flatMap(({ policy, facts }) => [
      { label: "Policy", text: policy },
      ...facts.map((fact) => ({ label: "", text: factWords(fact) })),
    ]),
    ...change.operations.map((operation, at) => ({
      label: at === 0 ? "How" : "",
      text: operationWords(operation, labels),
    })),
    ...(before.paths.length > 0 ? [{ label: "Held by", text: before.paths.join(", ") }] : []),
    { label: "Seats before", text: seats(before.seats) },
    { label: "Seats after", text: seats(after.seats) },
    ...(before.status === after.status ? [] : [{ label: "Status", text: `${before.status}, then ${after.status}` }]),
  ];
}
