/**
 * The style of every report. It names no file and no address, so the page loads nothing. Colours keep a contrast of at
 * least 4.5 to 1 in both schemes. Source of the threshold: WCAG 2.2, 1.4.3.
 */
export const style = `
:root {
  --page: #f6f7f8; --sheet: #ffffff; --text: #1b1f24; --faint: #59636e; --line: #d9dee3; --head: #f0f2f4;
  --accent: #0b5cad; --good: #1a7046; --caution: #7a4d00; --caution-sheet: #fff5dc; --danger: #a8200d;
  --danger-sheet: #fdeeec; --bar: #0b5cad; --bar-rest: #b9d2ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --sheet: #1c2025; --text: #e7eaed; --faint: #a4adb7; --line: #363d45; --head: #23282e;
    --accent: #82bbff; --good: #74d3a0; --caution: #f2c572; --caution-sheet: #33290f; --danger: #ffa396;
    --danger-sheet: #3b1d19; --bar: #5d9fe6; --bar-rest: #2c4664;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
header, nav, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2rem; }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 0; font-size: 1rem; line-height: 1.4; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace; }
pre {
  margin: .5rem 0; padding: .75rem 1rem; background: var(--head); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
header p { max-width: none; }
.lead { font-size: 1.125rem; font-weight: 600; margin: 1rem 0 .25rem; }
.faint { color: var(--faint); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.nowrap { white-space: nowrap; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.figures div { padding: .75rem 1rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
.figures dt { color: var(--faint); font-size: .8125rem; }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figures .danger dd { color: var(--danger); }
.note { margin: 1rem 0; padding: .75rem 1rem; border: 1px solid; border-left-width: 5px; border-radius: 6px; }
.note.danger { background: var(--danger-sheet); border-color: var(--danger); }
.note.caution { background: var(--caution-sheet); border-color: var(--caution); }
.note p { margin: 0; max-width: none; }
.note p + p { margin-top: .25rem; }
.sheet { margin: 0 0 1rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; overflow: clip; }
.sheet.danger { border-color: var(--danger); border-left-width: 5px; }
.sheet > .head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .75rem; padding: .75rem 1rem .5rem; }
.said { display: grid; grid-template-columns: max-content 1fr; gap: .125rem .75rem; margin: 0; padding: 0 1rem .75rem; }
.checks { padding-top: .75rem; }
.said dt { color: var(--faint); }
.said dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { overflow-wrap: break-word; padding: .5rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { padding-top: .375rem; padding-bottom: .375rem; background: var(--head); color: var(--faint); font-size: .8125rem; font-weight: 600; white-space: nowrap; }
thead th:first-child { width: 24%; }
thead th.nowrap { width: 15rem; }
thead th.wide { width: 26%; }
th.number, td.number { text-align: right; }
tbody th { font-weight: 600; }
tbody th a { text-decoration: none; }
tbody th a:hover, tbody th a:focus-visible { text-decoration: underline; }
th ul, td ul, dd ul { margin: 0; padding: 0; list-style: none; }
.email, .id { display: block; color: var(--faint); font-size: .8125rem; font-weight: 400; }
.mark { display: inline-block; margin-left: .375rem; padding: 0 .5em; border: 1px solid currentColor; border-radius: 1em; font-size: .75rem; font-weight: 600; line-height: 1.5; }
.mark.admin, .mark.owed { color: var(--danger); }
.mark.new { color: var(--accent); }
.hazard { color: var(--caution); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--danger); font-weight: 600; }
.bar { display: block; width: 100%; min-width: 6rem; height: .625rem; margin-top: .4375rem; border-radius: 3px; }
.bar .kept { fill: var(--bar); }
.bar .freed { fill: var(--bar-rest); }
summary { cursor: pointer; }
.more > summary { padding: .5rem 1rem; border-top: 1px solid var(--line); color: var(--accent); }
.facts > summary { color: var(--accent); font-size: .875rem; }
.facts ul { margin: .25rem 0; font-size: .875rem; }
td .facts ul, dd .facts ul { padding-left: 1rem; list-style: disc; }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--faint); font-size: .8125rem; }
footer p { max-width: none; }
@media screen and (max-width: 44rem) {
  header, nav, main, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.5rem; }
  .figures { grid-template-columns: 1fr 1fr; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; }
  tbody tr { padding: .625rem 1rem; border-top: 1px solid var(--line); }
  tbody th, tbody td, td.number { padding: .0625rem 0; border: 0; text-align: left; }
  td[data-title]::before { content: attr(data-title) ": "; color: var(--faint); }
  td:empty, td.wide::before, td.differs::before { display: none; }
  .bar { margin: .375rem 0; }
}
@page { margin: 15mm; }
@media print {
  :root {
    --page: #ffffff; --sheet: #ffffff; --text: #000000; --faint: #444444; --line: #bbbbbb; --head: #f2f2f2;
    --accent: #000000; --good: #000000; --caution: #000000; --caution-sheet: #ffffff; --danger: #000000;
    --danger-sheet: #ffffff; --bar: #444444; --bar-rest: #cccccc;
  }
  html { color-scheme: light; }
  body { font-size: 10pt; }
  header, nav, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav { display: none; }
  .sheet { overflow: visible; }
  th.wide, td.wide { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  th, td { padding: .25rem .5rem; }
  thead { display: table-header-group; }
  tr, .note, .head { break-inside: avoid; }
  h2, .head { break-after: avoid; }
  a { text-decoration: none; }
}
`;
