import type { Conflict } from "../model/documents.generated.ts";
import { doerOf, handoffWords, type HeldGroup } from "./held-groups.ts";
import {
  type HtmlColumn,
  htmlPerson,
  markHtml,
  sheetEnd,
  sheetStart,
  tableEnd,
  tableRow,
  tableStart,
} from "./html-page.ts";
import { actionWords } from "./labels.ts";
import { html, type Html } from "./markup.ts";
import { type PlanOutline, policyRemarks } from "./plan-outline.ts";
import { many, people } from "./words.ts";

/** Names in one cell; the others are folded. */
const namesInCell = 12;

/** Duties this plan does not do. */
export function* owedHtml({ owed, labels, names, plan }: PlanOutline): Generator<Html> {
  if (owed.length === 0) return;
  const columns: readonly HtmlColumn[] = [
    { title: "Who" },
    { title: "Owed" },
    { title: "Why not" },
    { title: "Owner" },
  ];
  yield html`<h2 id="owed">Owed: ${many(owed.length, "duty", "duties")} this plan cannot do</h2>
<div class="sheet danger">
${tableStart(columns, "owed")}`;
  for (const held of owed) {
    yield tableRow(columns, [
      htmlPerson(held.accountId, names, plan.organization.id),
      html`${actionWords(held, labels)}`,
      html`${held.reason}`,
      html`${held.owner ?? ""}`,
    ]);
  }
  yield html`${tableEnd}</div>
`;
}

/** Who is held back, a sheet for each kind. */
export function* heldBackHtml(outline: PlanOutline): Generator<Html> {
  if (outline.heldBack.length === 0) return;
  yield html`<h2 id="held-back">Held back</h2>
<p class="faint">Left alone, although a policy speaks of them.</p>
`;
  for (const kind of outline.heldBack) {
    const owners = kind.groups.some((group) => doerOf(group) !== null);
    const columns: readonly HtmlColumn[] = [
      { title: "Who" },
      { title: "Asked for" },
      { title: "Reason" },
      ...(owners ? [{ title: "Owner" }] : []),
      { title: "Policy" },
    ];
    const id = `held-${kind.kind}`;
    yield sheetStart(id, html`${kind.title}`, `${people(kind.people)}: ${kind.meaning}`);
    yield tableStart(columns, id);
    for (const group of kind.groups) {
      yield tableRow(columns, [
        whoHtml(group, outline),
        html`${group.asked}${group.owed ? markHtml("owed") : html``}`,
        html`${group.reason}`,
        ...(owners
          ? [
              html`${doerOf(group) ?? ""}${group.handoff ? html` <span class="faint">${handoffWords([group]) ?? ""}</span>` : html``}`,
            ]
          : []),
        html`${group.policies.join(", ")}`,
      ]);
    }
    yield html`${tableEnd}${sheetEnd}`;
  }
}

function whoHtml({ accountIds }: HeldGroup, { names, plan }: PlanOutline): Html {
  const items = (ids: readonly string[]): Html =>
    html`<ul>${ids.map((id) => html`<li>${htmlPerson(id, names, plan.organization.id)}</li>`)}</ul>`;
  const [only, ...others] = accountIds;
  if (only !== undefined && others.length === 0) return htmlPerson(only, names, plan.organization.id);
  const rest = accountIds.slice(namesInCell);
  const more = html`<details class="facts"><summary>and ${rest.length} more</summary>${items(rest)}</details>`;
  return html`${items(accountIds.slice(0, namesInCell))}${rest.length === 0 ? html`` : more}`;
}

/** Two policies that wanted different things for one person. */
export function* conflictsHtml({ plan, names, labels }: PlanOutline): Generator<Html> {
  if (plan.conflicts.length === 0) return;
  const columns: readonly HtmlColumn[] = [
    { title: "Who" },
    { title: "Followed" },
    { title: "Gave way" },
    { title: "Reason" },
  ];
  const wish = (asked: Conflict["kept"]): Html => html`${asked.policy}: ${actionWords(asked, labels)}`;
  yield html`<h2 id="conflicts">Conflicts</h2>
<p class="faint">Two policies wanted different things for one person.</p>
<div class="sheet">
${tableStart(columns, "conflicts")}`;
  for (const { accountId, kept, gaveWay, reason } of plan.conflicts) {
    yield tableRow(columns, [
      htmlPerson(accountId, names, plan.organization.id),
      wish(kept),
      wish(gaveWay),
      html`${reason}`,
    ]);
  }
  yield html`${tableEnd}</div>
`;
}

/** Each policy with what it says of itself and what it selected. */
export function* policiesHtml({ plan }: PlanOutline): Generator<Html> {
  if (plan.policies.length === 0) return;
  const columns: readonly HtmlColumn[] = [
    { title: "Policy" },
    { title: "Description" },
    { title: "Owner" },
    { title: "Selects", kind: "number" },
    { title: "Unknown", kind: "number" },
    { title: "Changes", kind: "number" },
    { title: "Remark" },
  ];
  yield html`<h2 id="policies">Policies</h2>
<div class="sheet">
${tableStart(columns, "policies")}`;
  for (const policy of plan.policies) {
    const duty =
      policy.purpose === "duty" ? [`a duty${policy.because === null ? "" : `, because of ${policy.because}`}`] : [];
    yield tableRow(columns, [
      html`<code>${policy.id}</code>`,
      html`${policy.description}`,
      html`${policy.owner}`,
      html`${policy.matched}`,
      html`${policy.unknown}`,
      html`${policy.changes}`,
      html`${[...duty, ...policyRemarks(policy)].join("; ")}`,
    ]);
  }
  yield html`${tableEnd}</div>
`;
}
