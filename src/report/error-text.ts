import type { OperatorError } from "../model/errors.ts";
import { createTextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { sentence } from "./words.ts";

/** An operator error for a terminal: what happened, then what to do about it. No stack, no code names. */
export function renderErrorText(error: Pick<OperatorError, "message" | "remedy">, options: TextOptions): string {
  const page = createTextPage(options);
  page.paragraph(`Stopped: ${sentence(error.message)}`, { tone: "danger" });
  if (error.remedy !== "") page.paragraph(sentence(error.remedy), { indent: 2 });
  return page.text();
}
