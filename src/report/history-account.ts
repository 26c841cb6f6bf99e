import { instanceLabel } from "../model/apps.ts";
import type { AccountHistory, AccountHistoryDeed, AccountHistorySeat } from "../model/documents.generated.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { listed, many } from "./words.ts";

/** When one account held which seat, and what our runs did about it, for a terminal. */
export function renderAccountHistory(history: AccountHistory, options: TextOptions): string {
  const page = createTextPage(options);
  const { accountId, seats, deeds, keeping } = history;
  page.heading(accountId, "history of seats");
  page.blank();
  writeKeeping(page, history);
  if (keeping.state !== "never") {
    page.blank();
    if (seats.length === 0) page.paragraph("No snapshot in that time showed a paid seat of this account.");
    for (const seat of seats) writeSeat(page, seat, keeping);
  }
  page.blank();
  if (deeds.length === 0) page.paragraph("No run that the ledger still holds did anything about this account.");
  else {
    page.paragraph(`${many(deeds.length, "change")} by runs of Seatwright:`, { tone: "strong" });
    for (const deed of deeds) page.paragraph(deedWords(deed), { indent: 2, hang: 2 });
  }
  return page.text();
}

function writeKeeping(page: TextPage, { keeping, ledgerSince }: AccountHistory): void {
  const since = ledgerSince === null ? "" : `, and has since its first snapshot on ${dayIn(ledgerSince)}`;
  const spans = keeping.spans.map(({ from, to }) =>
    to === null ? `from ${dayIn(from)} on` : `from ${dayIn(from)} until before ${dayIn(to)}`,
  );
  if (keeping.state === "never") {
    page.paragraph(
      `When somebody held a seat is not kept: this ledger keeps counts only${since}. ` +
        "With `privacy: {history: accounts}` in seatwright.yaml it is kept from the next complete snapshot on.",
      { tone: "caution" },
    );
    return;
  }
  page.paragraph(
    `Seats are kept by account id ${listed(spans)}. The newest kept snapshot is of ${dayIn(keeping.last)}.`,
  );
  if (keeping.state === "kept") return;
  const end = keeping.spans.at(-1)?.to ?? null;
  page.paragraph(
    `Since ${dayIn(end)} they are not kept: privacy.history was counts. What was kept before stays until the folder history ` +
      "of the ledger is deleted; `subject erase`, which removes one person, is not there yet.",
    { tone: "caution" },
  );
}

function writeSeat(page: TextPage, seat: AccountHistorySeat, keeping: AccountHistory["keeping"]): void {
  const { instance, app, site, held, firstSeen, lastSeen, goneBy, givenBy, takenBy } = seat;
  page.paragraph(app === null || site === null ? instance : instanceLabel({ app, site }), { tone: "strong" });
  const still = keeping.state === "kept" ? "still held" : "held when keeping ended";
  const stillHeld = held === "yes" ? still : "not gone since";
  page.pairs(
    [
      ...(held === "yes"
        ? []
        : [
            {
              label: "Held",
              text: "not known: a group or role that gives the seat was seen, and no snapshot told whether it was open",
              tone: "caution" as const,
            },
          ]),
      {
        label: "First seen",
        text: `${firstSeen === null ? "by the ledger's first snapshot, so older than the ledger" : dayIn(firstSeen)}${
          givenBy === null ? "" : `, given by ${givenBy}`
        }`,
      },
      { label: "Last seen", text: `${dayIn(lastSeen)}${goneBy === null ? `, ${stillHeld}` : ""}` },
      ...(goneBy === null
        ? []
        : [
            {
              label: "Gone by",
              text: `${dayIn(goneBy)}, ${takenBy === null ? "not by a run that the ledger holds" : `taken by ${takenBy}`}`,
            },
          ]),
    ],
    { indent: 2 },
  );
}

function deedWords({ at, run, action, outcome, origin, policies }: AccountHistoryDeed): string {
  const why =
    origin === null
      ? ", its plan is no longer here"
      : origin === "undo"
        ? ", as an undo"
        : policies.length === 0
          ? ""
          : `, for ${listed(policies)}`;
  return `${at}: ${action}, ${outcome}${why} (${run})`;
}

function dayIn(moment: string | null): string {
  return moment === null ? "an unknown day" : moment.slice(0, 10);
}
