import { readKept } from "../ledger/history.ts";
import type { HistoryKept } from "../model/ledger-view.ts";
import { dayOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import type { Kit } from "../wiring.ts";

/**
 * Says on stderr, before the ledger is told, that a snapshot is the first whose seats are not kept by account id any more: what
 * stays, and how it is removed.
 */
export async function tellHistoryEnds(
  kit: Kit,
  { header }: Population,
  history: HistoryKept | undefined,
): Promise<void> {
  if (history !== "counts" || header.certificate.state !== "complete") return;
  const kept = await kit.readLedger(header.organization.id, readKept);
  const last = kept?.spans.at(-1);
  if (kept === null || last === undefined || last.to !== null) return;
  kit.terminal.err(
    `privacy.history is counts: from this snapshot on, seat periods are not kept by account id. Those up to ${dayOf(kept.last)} ` +
      `stay in the folder history of ${kit.ledgerPlace}. To remove them, delete that folder while no run is at work; copies, ` +
      "and on a branch the commits, still hold them. `subject erase`, which removes one person, is not there yet.\n",
  );
}
