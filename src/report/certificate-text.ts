import type { Certificate } from "../model/documents.generated.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions, Tone } from "./palette.ts";
import { capital, figure, many } from "./words.ts";

const stateWords: Readonly<Record<Certificate["state"], { readonly tone: Tone; readonly meaning: string }>> = {
  complete: { tone: "good", meaning: "the organisation was read whole; plans may take things away" },
  suspect: { tone: "danger", meaning: "something does not add up; no plan takes anything away" },
  incomplete: { tone: "danger", meaning: "parts could not be read; no plan takes anything away" },
};

const checkTones: Readonly<Record<Certificate["checks"][number]["state"], Tone>> = {
  passed: "good",
  suspect: "caution",
  failed: "danger",
};

/** A certificate for a terminal: how far the snapshot can be trusted, then every check with what was compared. */
export function renderCertificateText(certificate: Certificate, options: TextOptions): string {
  const page = createTextPage(options);
  writeCertificate(page, certificate, "all");
  return page.text();
}

/** Writes the state and its meaning, then all checks, or those that did not pass. */
export function writeCertificate(page: TextPage, { state, checks }: Certificate, which: "all" | "not passed"): void {
  const { tone, meaning } = stateWords[state];
  const passed = checks.filter((check) => check.state === "passed").length;
  page.heading(`Certificate: ${state}`, `${figure(passed)} of ${many(checks.length, "check")} passed`, tone);
  page.paragraph(capital(`${meaning}.`), { indent: 2 });
  const shown = checks.filter((check) => which === "all" || check.state !== "passed");
  if (shown.length === 0) return;
  page.blank();
  page.table(
    [
      { title: "Check", least: 10 },
      { title: "", least: 7 },
      { title: "What was compared", least: 16 },
    ],
    shown.map((check) => ({
      cells: [check.check, check.state, check.message],
      remarks: remarksOf(check),
    })),
    { indent: 2 },
  );
}

function remarksOf({
  state,
  expected,
  seen,
}: Certificate["checks"][number]): readonly { readonly text: string; readonly tone: Tone }[] {
  if (state === "passed" || expected === undefined || seen === undefined) return [];
  return [{ text: `${figure(expected)} expected, ${figure(seen)} seen`, tone: checkTones[state] }];
}
