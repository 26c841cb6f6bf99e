import { exitCodes, OperatorError, PolicyError } from "../model/errors.ts";
import { ACTIVITY_LAG, DAY } from "../model/time.ts";
import { isPaidInstance } from "../people/seats.ts";
import { checkAgainst } from "../pipeline.ts";
import { seatReport } from "../plan/seat-report.ts";
import { parseDuration, shortestSeconds } from "../policy/duration.ts";
import { unusedSeatQuestions } from "../policy/questions.ts";
import { renderSeatsText } from "../report/seats-text.ts";
import { many } from "../report/words.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { look, type LookFlags, tellWarnings } from "./look.ts";

export interface SeatsFlags extends LookFlags {
  /** Durations with commas between. */
  readonly idle?: string;
  readonly all?: true;
}

const usualThresholds = "30d,60d,90d,120d";
const MOST_THRESHOLDS = 12;

/**
 * `seatwright seats`: who holds the seats, what is unused, what could be freed and what that is estimated to cost, from one
 * snapshot. Changes nothing.
 */
export async function runSeats(kit: Kit, flags: SeatsFlags): Promise<number> {
  const thresholds = thresholdsIn(flags.idle ?? usualThresholds);
  const { population, policies, repository, view, notes } = await look(kit, flags);
  const paid = population.header.instances.some((_, at) => isPaidInstance(population, at));
  const asked = unusedSeatQuestions(policies.repository, paid ? thresholds : []);
  const { set, findings } = checkAgainst({ ...policies, repository: asked }, population, view);
  if (set === null) throw new PolicyError(findings);
  tellWarnings(kit, repository, findings);
  const { exemptions } = policies.repository;
  const byName = exemptions.filter(({ value }) => value.from !== undefined && !value.from.includes("saving")).length;
  const report = seatReport({
    population,
    policies: set,
    policyDigest: repository?.repository.digest ?? null,
    prices: policies.repository.organization.value.prices,
    ledger: view,
    thresholds: paid ? thresholds : [],
    tool,
    notes:
      byName === 0
        ? notes
        : [
            ...notes,
            `${many(byName, "exemption")} ${byName === 1 ? "shields" : "shield"} from single policies only, and ${byName === 1 ? "does" : "do"} not count here`,
          ],
  });
  const { colour, width } = kit.terminal;
  const detail = flags.all === true ? "full" : "short";
  kit.terminal.out(kit.json ? `${JSON.stringify(report)}\n` : renderSeatsText(report, { colour, width, detail }));
  return exitCodes.done;
}

/** Lengths of time with commas between, the shortest first, each once. */
function thresholdsIn(text: string): readonly string[] {
  const refuse = (message: string, remedy: string): OperatorError => new OperatorError("usage", message, remedy);
  const byLength = text.split(",").map((part) => {
    const word = part.trim();
    const duration = parseDuration(word);
    if (duration === null) {
      throw refuse(
        word === "" ? "--idle has an empty place." : `--idle ${word} is not a length of time.`,
        `Write lengths with their units and commas between, for example --idle ${usualThresholds}.`,
      );
    }
    const seconds = shortestSeconds(duration);
    if (seconds <= ACTIVITY_LAG + DAY) {
      throw refuse(
        `--idle ${word} is too short: Atlassian's activity dates may be a day late, so two days or less cannot be told.`,
        "Use a longer time, for example 30d.",
      );
    }
    return { word, seconds };
  });
  const words = new Set(byLength.sort((a, b) => a.seconds - b.seconds).map(({ word }) => word));
  if (words.size > MOST_THRESHOLDS) {
    throw refuse(`--idle names ${words.size} lengths of time.`, `Name at most ${MOST_THRESHOLDS}.`);
  }
  return [...words];
}
