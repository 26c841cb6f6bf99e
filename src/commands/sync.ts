import { writeSnapshotFile } from "../disk/snapshot-file.ts";
import { exitCodes } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import { seatsOf } from "../people/seats.ts";
import { signalsOf } from "../people/signals.ts";
import { renderSyncText } from "../report/sync-text.ts";
import type { Kit } from "../wiring.ts";
import { organizationOf } from "./organization.ts";
import { createProgress, readingWords } from "./progress.ts";

export interface SyncFlags {
  readonly out: string;
}

/**
 * `seatwright sync --out FILE`: reads the organisation into a snapshot and notes its counts in the ledger. Exits 7 where
 * the snapshot is not complete; it is written all the same, for a look at what is wrong.
 */
export async function runSync(kit: Kit, flags: SyncFlags): Promise<number> {
  const organizationId = await organizationOf(kit);
  const population = await readOrganization(kit, organizationId);
  await writeSnapshotFile(flags.out, population);
  const ledger = kit.ledger(organizationId);
  const { lastGood } = await ledger.view();
  await ledger.recordSnapshot(population);
  const { certificate } = population.header;
  const { terminal } = kit;
  if (kit.json) terminal.out(`${JSON.stringify({ snapshot: flags.out, ...population.header })}\n`);
  else {
    const seats = seatsOf(population);
    const { colour, width } = terminal;
    terminal.out(renderSyncText(population, seats, signalsOf(population, seats, lastGood), { colour, width }));
    terminal.out(`\nWrote ${flags.out}. It holds names and addresses: keep it out of Git.\n`);
  }
  return certificate.state === "complete" ? exitCodes.done : exitCodes.snapshotNotComplete;
}

/** Reads everything, with progress on stderr. */
export async function readOrganization(kit: Kit, organizationId: string): Promise<Population> {
  const progress = createProgress(kit.terminal, () => Date.now());
  const connection = kit.connect(organizationId);
  try {
    return await connection.reader.readOrganization((step) => progress.show(readingWords(step)));
  } finally {
    progress.end();
    await connection.close();
  }
}
