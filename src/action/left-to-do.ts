import { countsOf } from "../apply/result.ts";
import type { Plan, RunResult } from "../model/documents.generated.ts";
import type { WholeDocument } from "../report/markdown-parts.ts";
import type { Names } from "../report/people.ts";
import { commentBytes } from "../report/plan-markdown.ts";
import { type Concern, type LeftToDo, renderLeftToDo } from "../report/result-issue.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { wholeOf } from "./whole.ts";

/** What may have left something to do: a plan, and the runs that ended before it was told. */
export interface MaybeLeft {
  readonly plan: Plan;
  readonly result: RunResult | null;
  readonly names: Names;
  /** What somebody has to do about the API key. */
  readonly concerns?: readonly Concern[];
}

type Telling = Pick<ActionKit, "host" | "event" | "inputs" | "runner">;

/** Keeps one open issue with what is left to do by hand, or closes it where nothing is. Where it is; null: there is none. */
export async function tellLeftToDo(action: Telling, what: MaybeLeft): Promise<WholeDocument | null> {
  const { host, runner, inputs } = action;
  const left = leftOf(action, what);
  if (left.state === "open") return keepOpen(action, left);
  // An undo is of something else, and whoever sees too little cannot say that nothing is left.
  if (isBlind(what.plan) || what.plan.origin.kind === "undo") return null;
  const url = await host.closeIssue(marksOf(inputs).issue, left.words);
  if (url !== null) runner.say(`Nothing is left to do: closed ${url}.`);
  return null;
}

/** The same where nobody has looked yet whether anything else is left: closes nothing. */
export async function openLeftToDo(action: Telling, what: MaybeLeft): Promise<WholeDocument | null> {
  const left = leftOf(action, what);
  return left.state === "open" ? keepOpen(action, left) : null;
}

function leftOf(action: Telling, { result, plan, names, concerns = [] }: MaybeLeft): LeftToDo {
  const marker = marksOf(action.inputs).issue;
  const options = { marker, maxBytes: commentBytes, whole: wholeOf(action, plan), concerns };
  return renderLeftToDo(result, plan, names, options);
}

async function keepOpen(
  { host, runner, inputs }: Telling,
  { title, body }: Extract<LeftToDo, { readonly state: "open" }>,
): Promise<WholeDocument> {
  const url = await host.keepIssue(marksOf(inputs).issue, title, body);
  runner.say(`What is left to do is in ${url}.`);
  return { words: "the issue", url };
}

/**
 * What several runs came to, as one: how each change ended, by the last run that had it. Named after the last run. Null
 * where there was none.
 */
export function unitedResult(results: readonly (RunResult | null)[]): RunResult | null {
  const runs = results.filter((each) => each !== null);
  const last = runs.at(-1);
  if (last === undefined) return null;
  const outcomes = new Map(runs.flatMap((run) => run.outcomes.map((outcome) => [outcome.change, outcome] as const)));
  return { ...last, outcomes: [...outcomes.values()], counts: countsOf([...outcomes.values()]) };
}

/** Whether a plan proposes nothing because too little is known, or nothing may be taken now: then it proves nothing. */
export function isBlind({ certificate, heldBack }: Plan): boolean {
  return certificate.state !== "complete" || heldBack.some(({ code }) => code === "no-baseline" || code === "freeze");
}
