import { emptyLedgerView, type SeatHistory } from "../model/ledger-view.ts";
import type { Seconds } from "../model/time.ts";
import { type Population, UNKNOWN_TIME } from "../people/population.ts";
import { NOT_ASKED } from "./quiet.ts";

/** What the age of seats rests on. */
export interface AnchorContext {
  readonly asOf: Seconds;
  readonly seatHistory: (accountId: string, instance: string) => SeatHistory | null;
  /**
   * What a seat without history is: `older` than the ledger, which has no baseline yet; or `new` since the last run that
   * noted seats, so that its days begin at `asOf`. Absent: older.
   */
  readonly unseenSeats?: "older" | "new";
}

/** Since when a person's seat on an instance counts as held, or UNKNOWN_TIME. */
export type Anchor = (instance: number, person: number) => Seconds;

/** The anchors of a population's seats. The ledger is asked for each seat once, and only where its age decides. */
export function createAnchors(population: Population, context: AnchorContext): Anchor {
  const { size, header, added } = population;
  const { asOf, seatHistory, unseenSeats } = context;
  const unseen = unseenSeats === "new" ? asOf : UNKNOWN_TIME;
  // A ledger that holds nothing need not be asked.
  if (seatHistory === emptyLedgerView.seat) {
    return (_, person) => anchorFrom(unseen, added[person] ?? UNKNOWN_TIME, null);
  }
  // Few seats are asked about; a number for each person would be a column for each instance.
  const known = new Map<number, Seconds>();
  return (instance, person) => {
    const seat = instance * size + person;
    const asked = known.get(seat);
    if (asked !== undefined) return asked;
    const history = seatHistory(population.text("id", person) ?? "", header.instances[instance]?.id ?? "");
    const firstSeen = history === null ? unseen : (history.firstSeen ?? UNKNOWN_TIME);
    const from = anchorFrom(firstSeen, added[person] ?? UNKNOWN_TIME, history);
    known.set(seat, from);
    return from;
  };
}

function anchorFrom(firstSeen: Seconds, added: Seconds, history: SeatHistory | null): Seconds {
  let from = firstSeen;
  if (firstSeen === UNKNOWN_TIME) from = added;
  else if (added !== UNKNOWN_TIME) from = Math.max(firstSeen, added);
  return from === UNKNOWN_TIME ? from : Math.max(from, history?.restored ?? 0, NOT_ASKED + 1);
}
