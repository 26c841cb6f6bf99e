import type { Change } from "../model/documents.generated.ts";
import { type ChangeGroup, groupWords, usualWords } from "./change-groups.ts";
import { activityWords, factWords, marksOf } from "./change-words.ts";
import { type HtmlColumn, htmlPerson, sheetEnd, sheetStart, tableEnd, tableRow, tableStart } from "./html-page.ts";
import { operationWords } from "./labels.ts";
import { html, type Html } from "./markup.ts";
import type { PlanOutline } from "./plan-outline.ts";
import { figure } from "./words.ts";

/** Rows of a group that are shown; the others are folded, so that a browser opens a plan of any size. */
const shownRows = 200;
/** Rows in each folded part. */
const foldedRows = 1000;
/** Changes of a group whose evidence is on the page; beyond that it would be too large to open. */
const evidenceRows = 1000;

/** Each group of changes as a sheet. `idPrefix` keeps the ids of the page apart. */
export function* changesHtml(outline: PlanOutline, groups: readonly ChangeGroup[], idPrefix: string): Generator<Html> {
  for (const [position, group] of groups.entries()) {
    const id = `${idPrefix}-${position + 1}`;
    yield sheetStart(id, html`${group.title}`, groupWords(group));
    yield saidHtml(group);
    const columns = columnsOf(group);
    yield* tableHtml(outline, group, columns, id, 0, shownRows);
    for (let from = shownRows; from < group.changes.length; from += foldedRows) {
      const to = Math.min(from + foldedRows, group.changes.length);
      yield html`<details class="more"><summary>Rows ${figure(from + 1)} to ${figure(to)}, less surprising</summary>
`;
      yield* tableHtml(outline, group, columns, id, from, to);
      yield html`</details>
`;
    }
    yield sheetEnd;
  }
}

function saidHtml({ usual }: ChangeGroup): Html {
  if (usual.length === 0) return html``;
  const lines = usual.map(
    (
      said,
    ) => html`<dt>${said.title}</dt><dd${said.key === "hazards" ? html` class="hazard"` : html``}>${usualWords(said)}</dd>
`,
  );
  return html`<dl class="said">
${lines}</dl>
`;
}

function columnsOf({ varying, changes, exceptionsOf }: ChangeGroup): readonly HtmlColumn[] {
  const differs = changes.some((change) => exceptionsOf(change).length > 0);
  return [
    { title: "Who" },
    { title: "Last active", kind: "nowrap" },
    ...varying.map(({ title }) => ({ title })),
    ...(differs ? [{ title: "Differs", kind: "differs" } as const] : []),
    { title: "Evidence", kind: "wide" },
  ];
}

function* tableHtml(
  outline: PlanOutline,
  group: ChangeGroup,
  columns: readonly HtmlColumn[],
  id: string,
  from: number,
  to: number,
): Generator<Html> {
  yield tableStart(columns, id);
  for (const [offset, change] of group.changes.slice(from, to).entries()) {
    const evidence = from + offset < evidenceRows ? evidenceHtml(change, outline) : html`<code>${change.id}</code>`;
    yield tableRow(columns, [...cellsOf(change, group, outline, columns), evidence]);
  }
  yield tableEnd;
}

function cellsOf(
  change: Change,
  { varying, exceptionsOf }: ChangeGroup,
  { names, plan, isAdmin, markFresh }: PlanOutline,
  columns: readonly HtmlColumn[],
): readonly Html[] {
  const marks = marksOf(change, { admin: isAdmin(change), markFresh });
  const exceptions = exceptionsOf(change).map(
    ({ key, title, text }) =>
      html`<li><span class="faint">${title}:</span> ${key === "hazards" ? html`<span class="hazard">${text}</span>` : html`${text}`}</li>`,
  );
  return [
    htmlPerson(change.accountId, names, plan.organization.id, marks),
    html`${activityWords(change, plan.asOf)}`,
    ...varying.map((facet) =>
      facet.key === "hazards" ? html`<span class="hazard">${facet.of(change)}</span>` : html`${facet.of(change)}`,
    ),
    ...(columns.some(({ kind }) => kind === "differs")
      ? [exceptions.length === 0 ? html`` : html`<ul>${exceptions}</ul>`]
      : []),
  ];
}

/** Everything the plan knows of one change: the facts with their places, the operations, seats before and after. */
function evidenceHtml(change: Change, { labels }: PlanOutline): Html {
  const { before, after } = change;
  const seats = (list: readonly string[]): string => list.map((id) => labels.instance(id)).join(", ") || "none";
  const lines = [
    ...change.policies.flatMap(({ policy, facts }) => [`By ${policy}:`, ...facts.map(factWords)]),
    ...change.operations.map((operation) => `What happens: ${operationWords(operation, labels)}`),
    ...(before.paths.length > 0 ? [`Held by ${before.paths.join(", ")}`] : []),
    `Seats before: ${seats(before.seats)}`,
    `Seats after: ${seats(after.seats)}`,
    ...(before.status === after.status ? [] : [`Status ${before.status}, then ${after.status}`]),
    `Change ${change.id}`,
  ];
  return html`<details class="facts"><summary>Facts</summary><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></details>`;
}
