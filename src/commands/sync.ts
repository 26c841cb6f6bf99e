import { writeSnapshotFile } from "../disk/snapshot-file.ts";
import { requireWritable } from "../disk/write.ts";
import { exitCodes, OperatorError, PolicyError } from "../model/errors.ts";
import { formatPlace } from "../model/finding.ts";
import type { Population } from "../people/population.ts";
import { seatsOf } from "../people/seats.ts";
import { signalsOf } from "../people/signals.ts";
import { detailed } from "../pipeline.ts";
import type { OrgReader, ReadProgress } from "../ports.ts";
import { renderSyncText } from "../report/sync-text.ts";
import type { Kit } from "../wiring.ts";
import { organizationOf } from "./organization.ts";
import { readPolicies, type SourceFlags } from "./policies.ts";
import { createProgress, readingWords } from "./progress.ts";

export interface SyncFlags extends SourceFlags {
  readonly out: string;
}

/**
 * `seatwright sync --out FILE`: reads the organisation into a snapshot and notes its counts in the ledger. Exits 7 where
 * the snapshot is not complete; it is written all the same, for a look at what is wrong.
 */
export async function runSync(kit: Kit, flags: SyncFlags): Promise<number> {
  const organizationId = await organizationOf(kit);
  const ledger = kit.ledger(organizationId);
  const { terminal } = kit;
  await requireWritable(flags.out);
  const population = await readOrganization(kit, organizationId, async (read, reader, report) => {
    try {
      return await detailed({ policies: await readPolicies(kit, flags), population: read, ledger, reader, report });
    } catch (error) {
      // A snapshot needs no policies; sound ones only say whom to ask about.
      if (!(error instanceof OperatorError) || error.reason !== "policyInvalid") throw error;
      terminal.err(
        `Nobody was read in detail, because there are no sound policies here to say whom: ${whatIsWrong(error)}\n`,
      );
      return read;
    }
  });
  await writeSnapshotFile(flags.out, population);
  const { lastGood } = await ledger.view();
  await ledger.recordSnapshot(population);
  const { certificate } = population.header;
  if (kit.json) terminal.out(`${JSON.stringify(population.header)}\n`);
  else {
    const seats = seatsOf(population);
    const { colour, width } = terminal;
    terminal.out(renderSyncText(population, seats, signalsOf(population, seats, lastGood), { colour, width }));
    terminal.out(`\nWrote ${flags.out}. It holds names and addresses: keep it out of Git.\n`);
  }
  return certificate.state === "complete" ? exitCodes.done : exitCodes.snapshotNotComplete;
}

function whatIsWrong(error: OperatorError): string {
  const first = error instanceof PolicyError ? error.findings.find(({ severity }) => severity === "error") : undefined;
  return first === undefined ? error.message : `${formatPlace(first.place)} ${first.message} ${first.remedy}`;
}

/** More to read while the connection is open. */
type ReadMore = (
  population: Population,
  reader: OrgReader,
  report: (step: ReadProgress) => void,
) => Promise<Population>;

/** Reads everything, with progress on stderr. */
export async function readOrganization(
  kit: Kit,
  organizationId: string,
  more: ReadMore = (population) => Promise.resolve(population),
): Promise<Population> {
  const progress = createProgress(kit.terminal, () => Date.now());
  const connection = kit.connect(organizationId);
  try {
    const report = (step: ReadProgress): void => progress.show(readingWords(step));
    return await more(await connection.reader.readOrganization(report), connection.reader, report);
  } finally {
    progress.end();
    await connection.close();
  }
}
