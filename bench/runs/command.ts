/** The process that makes a plan as `seatwright plan --snapshot` does: with the ledger that lies on disk, into that ledger. */
import { readSnapshotFile, snapshotDigest } from "../../src/disk/snapshot-file.ts";
import { createPolicyFolder } from "../../src/disk/policy-folder.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { proposePlan } from "../../src/pipeline.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { keepYoungSpace } from "../../src/young-space.ts";
import { now } from "../frame.ts";
import { tell } from "./told.ts";

const [snapshot = "", policies = "", directory = ""] = process.argv.slice(2);
const start = performance.now();
const { population, digest } = await readSnapshotFile(snapshot);
keepYoungSpace(population.size);
const { repository } = readRepository(await createPolicyFolder(policies).readFiles());
if (repository === null) throw new Error("the policies of the bench are not sound");
const clock = { now: () => now, sleep: async () => undefined };
const organizationId = population.header.organization.id;
const { plan } = await proposePlan({
  policies: { repository, sources: new Map() },
  population,
  reader: null,
  ledger: createDirectoryLedger({ directory, organizationId, clock }),
  digestOf: (of) => (of === population ? digest : snapshotDigest(of)),
  tool: { name: "seatwright", version: "0.0.0" },
  report: () => undefined,
});
tell({
  parts: { everything: performance.now() - start },
  people: population.size,
  changes: plan.changes.length,
  heldBack: plan.heldBack.length,
  digest: plan.digest,
});
