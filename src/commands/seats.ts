import { exitCodes } from "../model/errors.ts";
import { renderSeatsText } from "../report/seats-text.ts";
import type { Kit } from "../wiring.ts";
import { look, type LookFlags } from "./look.ts";
import { answerSeats, thresholdsIn, usualThresholds } from "./seats-answer.ts";

export interface SeatsFlags extends LookFlags {
  /** Durations with commas between. */
  readonly idle?: string;
  readonly all?: true;
}

/**
 * `seatwright seats`: who holds the seats, what is unused, what could be freed and what that is estimated to cost, from one
 * snapshot. Changes nothing.
 */
export async function runSeats(kit: Kit, flags: SeatsFlags): Promise<number> {
  const thresholds = thresholdsIn(flags.idle ?? usualThresholds);
  const { report } = answerSeats(kit, await look(kit, flags), thresholds);
  const { colour, width } = kit.terminal;
  const detail = flags.all === true ? "full" : "short";
  kit.terminal.out(kit.json ? `${JSON.stringify(report)}\n` : renderSeatsText(report, { colour, width, detail }));
  return exitCodes.done;
}
