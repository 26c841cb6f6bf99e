import type { Plan, RunResult } from "../model/documents.generated.ts";
import type { WholeDocument } from "../report/markdown-parts.ts";
import type { Names } from "../report/people.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { renderLeftToDo } from "../report/result-issue.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { wholeOf } from "./whole.ts";

/** Keeps one open issue with what is left to do by hand, or closes it where nothing is. Where it is; null: there is none. */
export async function tellLeftToDo(
  action: Pick<ActionKit, "host" | "event" | "inputs" | "runner">,
  what: { readonly plan: Plan; readonly result: RunResult | null; readonly names: Names },
): Promise<WholeDocument | null> {
  const { host, runner, inputs } = action;
  const { issue } = marksOf(inputs);
  const left = renderLeftToDo(what.result, what.plan, what.names, {
    marker: issue,
    maxBytes: commentBytes,
    whole: wholeOf(action, what.plan),
  });
  if (left.state === "open") {
    const url = await host.keepIssue(issue, left.title, left.body);
    runner.say(`What is left to do is in ${url}.`);
    return { words: "the issue", url };
  }
  // An undo is of something else, and whoever sees too little cannot say that nothing is left.
  if (isBlind(what.plan) || what.plan.origin.kind === "undo") return null;
  const url = await host.closeIssue(issue, left.words);
  if (url !== null) runner.say(`Nothing is left to do: closed ${url}.`);
  return null;
}

/** Whether a plan proposes nothing because too little is known, or nothing may be taken now: then it proves nothing. */
export function isBlind({ certificate, heldBack }: Plan): boolean {
  return certificate.state !== "complete" || heldBack.some(({ code }) => code === "no-baseline" || code === "freeze");
}
