import { type Check, type CheckArea, type CheckState, tallied } from "../model/check-up.ts";
import { createTextPage } from "./page.ts";
import type { TextOptions, Tone } from "./palette.ts";
import { listed } from "./words.ts";

const titles: Readonly<Record<CheckArea, string>> = {
  machine: "This machine",
  policies: "Policies",
  key: "Atlassian's API key",
  ledger: "Ledger",
  github: "GitHub",
};

const tones: Readonly<Record<CheckState, Tone>> = {
  passed: "good",
  warning: "caution",
  failed: "danger",
  "not known": "caution",
};

/** The checks for a terminal, by area: state and name, what was found, and what to do where there is something to do. */
export function renderDoctorText(checks: readonly Check[], options: TextOptions): string {
  const page = createTextPage(options);
  for (const area of new Set(checks.map((check) => check.area))) {
    page.blank();
    page.heading(titles[area]);
    for (const { id, state, found, remedy } of checks.filter((check) => check.area === area)) {
      page.paragraph(`${state.padEnd(9)}  ${id}`, { indent: 2, tone: tones[state] });
      page.paragraph(found, { indent: 4 });
      if (remedy !== null) page.paragraph(`To do: ${remedy}`, { indent: 4, hang: 2 });
    }
  }
  page.blank();
  page.paragraph(summaryOf(checks), { tone: "strong" });
  return page.text();
}

/** `1 failed, 2 warnings, 3 not known and 20 passed.` */
function summaryOf(checks: readonly Check[]): string {
  const { failed, warning, passed, "not known": open } = tallied(checks);
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warning > 0 ? [warning === 1 ? "1 warning" : `${warning} warnings`] : []),
    ...(open > 0 ? [`${open} not known`] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
  ];
  const unknown = open > 0 ? " What is not known was not found to be right: look at it yourself." : "";
  return `${listed(parts)}.${failed === 0 ? " Nothing failed." : ""}${unknown}`;
}
