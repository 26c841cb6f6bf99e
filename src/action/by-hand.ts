import { OperatorError } from "../model/errors.ts";
import type { ActionKit } from "./kit.ts";

/**
 * Throws OperatorError("usage") where an input that only some run by hand uses was given to another one: a word about
 * safety that nobody reads must not look as if somebody had.
 */
export function checkByHand({ event, inputs }: Pick<ActionKit, "event" | "inputs">): void {
  const { mode } = inputs;
  const isByHand = event.name === "workflow_dispatch";
  const given = [
    ["accept-counts", inputs.acceptCounts !== null, "reconcile"],
    ["undo", inputs.undo !== null, "reconcile"],
    // In an apply, whoever overrides is asked after, and the refusal is told on the pull request.
    ["override", inputs.overrides.length > 0 && mode !== "apply", "apply"],
  ] as const;
  for (const [name, isGiven, forMode] of given) {
    if (!isGiven || (isByHand && mode === forMode)) continue;
    throw new OperatorError(
      "usage",
      isByHand
        ? `The input \`${name}\` is for mode ${forMode}, and this run is of mode ${mode}.`
        : `The input \`${name}\` is for a run that somebody starts by hand; this one was set off by ${event.name}.`,
      `Start the workflow by hand with mode ${forMode}, or leave the input out.`,
    );
  }
  if (inputs.acceptCounts !== null && inputs.undo !== null) {
    throw new OperatorError(
      "usage",
      "The inputs `accept-counts` and `undo` were given to one run.",
      "Start one run for each: an undo does not count the organisation.",
    );
  }
}
