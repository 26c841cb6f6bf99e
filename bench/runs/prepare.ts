/**
 * Makes what the timed runs read: the snapshot file of an organisation, the counts of the day before, and a ledger on disk
 * that has known every seat since then.
 */
import { writeFileSync } from "node:fs";
import { readSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { writeWhole } from "../../src/disk/write.ts";
import { countsOf } from "../../src/ledger/counts.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { momentOf } from "../../src/model/time.ts";
import { withHeader } from "../../src/people/builder.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { DAY, now } from "../frame.ts";
import { createOrganisation } from "../organisation.ts";

const [people = "0", seed = "0", snapshot = "", counts = "", ledger = ""] = process.argv.slice(2);
const organisation = createOrganisation(Number(people), Number(seed));

function* pieces(): Generator<string> {
  yield `${JSON.stringify(organisation.header()).slice(0, -1)},"people":[\n`;
  let left = organisation.people;
  for (const row of organisation.rows()) yield `${JSON.stringify(row)}${--left > 0 ? ",\n" : "\n"}`;
  yield "]}\n";
}

await writeWhole(snapshot, pieces(), "private");
const { population } = await readSnapshotFile(snapshot);
const yesterday = withHeader(population, { ...population.header, asOf: momentOf(now - DAY) });
writeFileSync(counts, JSON.stringify(countsOf(yesterday, seatsOf(yesterday), null, null)));
const clock = { now: () => now, sleep: async () => undefined };
const organizationId = population.header.organization.id;
await createDirectoryLedger({ directory: ledger, organizationId, clock }).recordSnapshot(yesterday);
