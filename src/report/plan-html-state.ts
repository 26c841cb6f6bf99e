import type { LimitReading, SeatCount } from "../model/documents.generated.ts";
import { limitWords } from "./change-words.ts";
import { type HtmlColumn, tableEnd, tableRow, tableStart } from "./html-page.ts";
import { html, type Html } from "./markup.ts";
import { limitLabel, type PlanOutline } from "./plan-outline.ts";
import { capital, figure, many, signed } from "./words.ts";

/** Seats before and after by app instance, with a bar for each. */
export function* seatsHtml({ plan, labels }: PlanOutline): Generator<Html> {
  if (plan.seats.length === 0) return;
  const unknown = plan.seats.some((seat) => seat.unknown > 0);
  const capacity = plan.seats.some((seat) => seat.capacity !== null);
  const most = Math.max(1, ...plan.seats.map((seat) => Math.max(seat.before, seat.after)));
  const columns: readonly HtmlColumn[] = [
    { title: "App" },
    { title: "Before", kind: "number" },
    { title: "After", kind: "number" },
    { title: "Change", kind: "number" },
    { title: "" },
    ...(unknown ? [{ title: "Not known", kind: "number" } as const] : []),
    ...(capacity ? [{ title: "Capacity", kind: "number" } as const] : []),
  ];
  yield html`<h2 id="seats">Seats</h2>
<div class="sheet">
${tableStart(columns, "seats")}`;
  for (const seat of plan.seats) {
    yield tableRow(columns, [
      html`${labels.instance(seat.instance)}`,
      html`${seat.before}`,
      html`<strong>${seat.after}</strong>`,
      html`${seat.after === seat.before ? "" : signed(seat.after - seat.before)}`,
      barHtml(seat, most),
      ...(unknown ? [html`${seat.unknown === 0 ? "" : figure(seat.unknown)}`] : []),
      ...(capacity ? [html`${seat.capacity === null ? "" : figure(seat.capacity)}`] : []),
    ]);
  }
  yield html`${tableEnd}</div>
`;
}

/** Widths are attributes of the drawing, in tenths of a per cent: the page's policy allows no style on an element. */
function barHtml({ before, after }: SeatCount, most: number): Html {
  const scale = (seats: number): string => String(Math.round((seats * 1000) / most));
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="freed" width="${scale(Math.max(before, after))}" height="10"/><rect class="kept" width="${scale(Math.min(before, after))}" height="10"/></svg>`;
}

/** Hazards to agree to, the certificate, limits, sources and notes. */
export function* limitsHtml(outline: PlanOutline): Generator<Html> {
  const { plan, hazards } = outline;
  const { state, concerns } = plan.certificate;
  const lines: readonly (readonly [string, Html])[] = [
    ...hazards.map(
      ({ changes, meaning }) =>
        ["Hazard", html`<span class="hazard">${many(changes, "change")}</span>: the person ${meaning}`] as const,
    ),
    ["Snapshot", html`<span class="${state === "complete" ? "good" : "bad"}">${capital(state)}</span>`],
    ...concerns.map((concern) => ["Concern", html`${concern}`] as const),
    ...limitLines(outline),
    ...plan.sources.map(
      ({ name, rows, unmatched }) =>
        [
          "Source",
          html`${name}: ${many(rows, "row")}${unmatched === 0 ? "" : `, ${figure(unmatched)} of them name nobody known here`}`,
        ] as const,
    ),
    ...plan.notes.map((note) => ["Note", html`${note}`] as const),
  ];
  yield html`<h2 id="checks">Checks</h2>
<dl class="sheet said checks">
`;
  for (const [title, text] of lines) {
    yield html`<dt>${title}</dt><dd>${text}</dd>
`;
  }
  yield html`</dl>
`;
}

/** Limits that tripped, each; the others folded. */
function limitLines({ plan, labels }: PlanOutline): readonly (readonly [string, Html])[] {
  const words = (reading: LimitReading): string => `${limitLabel(reading, labels)}: ${limitWords(reading)}`;
  const tripped = plan.limits.filter((reading) => reading.tripped);
  const others = plan.limits.filter((reading) => !reading.tripped);
  const items = others.map((reading) => html`<li>${words(reading)}</li>`);
  return [
    ...tripped.map((reading) => ["Limit", html`${words(reading)}, <span class="bad">tripped</span>`] as const),
    [
      "Limits",
      html`<details class="facts"><summary>${many(others.length, "limit")} looked at and <span class="good">not tripped</span></summary><ul>${items}</ul></details>`,
    ],
  ];
}
