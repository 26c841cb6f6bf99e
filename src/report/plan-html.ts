import type { Plan } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { pageEnd, pageStart } from "./html-page.ts";
import { html, type Html } from "./markup.ts";
import type { Names } from "./people.ts";
import { changesHtml } from "./plan-html-changes.ts";
import { conflictsHtml, heldBackHtml, owedHtml, policiesHtml } from "./plan-html-rest.ts";
import { limitsHtml, seatsHtml } from "./plan-html-state.ts";
import {
  applyCommand,
  headlineWords,
  isQuiet,
  obstacleWords,
  outlinePlan,
  type PlanFiles,
  type PlanOutline,
  quarantineWords,
  restWords,
  scopeWords,
  trippedWords,
  validWords,
} from "./plan-outline.ts";
import { capital, figure, momentWords, shortDigest } from "./words.ts";

/**
 * A plan as one page that stands alone: no script, nothing loaded, light and dark, for a screen, a phone and paper. In
 * pieces, so that a large plan is never held as one text. Everything of the plan is on it; what came from outside is
 * escaped.
 */
export function* renderPlanHtml(plan: Plan, names: Names, options: PlanFiles): Generator<string> {
  for (const part of pageParts(outlinePlan(plan, names), options)) yield part.source;
}

function* pageParts(outline: PlanOutline, options: PlanFiles): Generator<Html> {
  const { plan } = outline;
  const title = `${plan.origin.kind === "undo" ? "Undo" : "Plan"} for ${plan.organization.name}`;
  yield pageStart(title);
  yield headerHtml(outline, title);
  yield navigationHtml(outline);
  yield html`<main>
${alertsHtml(outline)}`;
  yield* owedHtml(outline);
  if (!isQuiet(outline)) {
    yield* seatsHtml(outline);
    yield* limitsHtml(outline);
  }
  if (outline.groups.length > 0) {
    yield html`<h2 id="changes">What will change</h2>
`;
    yield* changesHtml(outline, outline.groups, "change");
  }
  if (outline.quarantined.length > 0) {
    yield html`<h2 id="quarantined">Quarantined</h2>
<p>${quarantineWords(outline)}</p>
`;
    yield* changesHtml(outline, outline.quarantined, "quarantined");
  }
  yield* heldBackHtml(outline);
  yield* conflictsHtml(outline);
  yield* policiesHtml(outline);
  yield nextHtml(outline, options);
  yield html`</main>
`;
  yield footerHtml(outline);
  yield pageEnd;
}

function headerHtml(outline: PlanOutline, title: string): Html {
  const { plan } = outline;
  const takes = plan.changes.filter(({ direction }) => direction === "take").length;
  const fresh = plan.changes.filter((change) => change.fresh).length;
  const tile = (name: string, value: number, tone: "plain" | "danger" = "plain"): Html =>
    html`<div class="${tone}"><dt>${name}</dt><dd>${value}</dd></div>
`;
  const { run, runs = [] } = plan.origin;
  const undone = run === undefined ? runs : [run];
  return html`<header>
<h1>${title}</h1>
<p class="faint">As of ${momentWords(plan.asOf)}. Valid until ${validWords(plan)}. ${shortDigest(plan.digest)}${
    undone.length === 0 ? "" : `. Takes back what ${undone.length === 1 ? "run" : "runs"} ${undone.join(", ")} did`
  }</p>
<p class="lead">${headlineWords(outline)}</p>
<p>${[...restWords(outline), scopeWords(outline)].join(" ")}</p>
<dl class="figures">
${tile("People concerned", outline.people)}${tile("Changes that take", takes)}${tile("Changes that give", plan.changes.length - takes)}${outline.markFresh ? tile("New in this plan", fresh) : []}${tile("People held back", outline.held)}${plan.quarantined.length === 0 ? [] : [tile("Removals quarantined", plan.quarantined.length, "danger")]}${tile("Duties owed", outline.owed.length, outline.owed.length > 0 ? "danger" : "plain")}</dl>
</header>
`;
}

function navigationHtml(outline: PlanOutline): Html {
  const { plan, groups, quarantined, heldBack, owed } = outline;
  const entries: readonly (readonly [string, string, boolean])[] = [
    ["owed", `Owed (${figure(owed.length)})`, owed.length > 0],
    ["seats", "Seats", !isQuiet(outline) && plan.seats.length > 0],
    ["checks", "Checks", !isQuiet(outline)],
    ["changes", `What will change (${figure(plan.changes.length)})`, groups.length > 0],
    ["quarantined", `Quarantined (${figure(plan.quarantined.length)})`, quarantined.length > 0],
    ["held-back", `Held back (${figure(outline.held)})`, heldBack.length > 0],
    ["conflicts", `Conflicts (${figure(plan.conflicts.length)})`, plan.conflicts.length > 0],
    ["policies", "Policies", plan.policies.length > 0],
    ["next", "Next", true],
  ];
  return html`<nav aria-label="On this page"><ul>
${entries.filter(([, , there]) => there).map(([id, text]) => html`<li><a href="#${id}">${text}</a></li>\n`)}</ul></nav>
`;
}

function alertsHtml(outline: PlanOutline): readonly Html[] {
  const { plan, tripped } = outline;
  const { state, concerns } = plan.certificate;
  const obstacle = obstacleWords(outline);
  const note = (tone: "danger" | "caution", lines: readonly string[]): Html =>
    html`<div class="note ${tone}" role="note">${lines.map((line) => html`<p>${line}</p>`)}</div>
`;
  return [
    ...(state === "complete" ? [] : [note("danger", [`The snapshot is ${state}.`, ...concerns.map(capital)])]),
    ...(tripped.length === 0
      ? []
      : [
          note("danger", [
            ...tripped.map((reading) => `Limit tripped: ${trippedWords(reading, outline)}.`),
            ...(plan.quarantined.length === 0 ? [] : [quarantineWords(outline)]),
          ]),
        ]),
    ...(obstacle === null ? [] : [note("caution", [obstacle])]),
  ];
}

function nextHtml(outline: PlanOutline, files: PlanFiles): Html {
  const command = applyCommand(outline, files);
  return html`<h2 id="next">Next</h2>
<p>Nothing has been changed. ${
    command === null ? "" : "This applies exactly this plan and no other, and looks again at each person first:"
  }</p>
${command === null ? [] : [html`<pre><code>${terminalText(command)}</code></pre>\n`]}`;
}

function footerHtml({ plan, names }: PlanOutline): Html {
  return html`<footer>
<p>Plan <code>${plan.digest}</code><br>Policies <code>${plan.policyDigest}</code><br>Snapshot <code>${plan.snapshotDigest}</code></p>
<p>Written by ${plan.tool.name} ${plan.tool.version}. This page runs no script and loads nothing. ${
    names.population === null || names.show === "ids" ? "" : "It names people: treat it as personal data."
  }</p>
</footer>
`;
}
