import { OperatorError, PolicyError } from "../model/errors.ts";
import type { SeatReport } from "../model/documents.generated.ts";
import { ACTIVITY_LAG, DAY } from "../model/time.ts";
import { isPaidInstance } from "../people/seats.ts";
import { checkAgainst } from "../policies-now.ts";
import { seatReport } from "../plan/seat-report.ts";
import { parseDuration, shortestSeconds } from "../policy/duration.ts";
import { unusedSeatQuestions } from "../policy/questions.ts";
import type { PolicySet } from "../policy/types.ts";
import { many } from "../report/words.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { type Look, tellWarnings } from "./look.ts";

/** The lengths of time that figures of unused seats are told for, unless others are asked for. */
export const usualThresholds = "30d,60d,90d,120d";
const MOST_THRESHOLDS = 12;

/** The figures of seats, and what was asked to get them. */
export interface SeatsAnswer {
  readonly report: SeatReport;
  /** The policies of `unusedSeatQuestions`, resolved. */
  readonly set: PolicySet;
}

/** The figures that `seatwright seats` and the report page tell. Throws PolicyError where the policies are not sound. */
export function answerSeats(kit: Kit, seen: Look, thresholds: readonly string[]): SeatsAnswer {
  const { population, policies, repository, view, notes } = seen;
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
  return { report, set };
}

/** Lengths of time with commas between, the shortest first, each once. Throws OperatorError where one cannot be told. */
export function thresholdsIn(text: string): readonly string[] {
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
