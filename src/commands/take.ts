import { readSnapshotFile, snapshotDigest } from "../disk/snapshot-file.ts";
import { proposePlan, type Proposed } from "../pipeline.ts";
import type { ReadProgress } from "../ports.ts";
import { tool } from "../version.ts";
import type { Connection, Kit } from "../wiring.ts";
import { keepYoungSpace } from "../young-space.ts";
import type { PoliciesRead } from "./policies.ts";
import { createProgress, readingWords } from "./progress.ts";

/** A plan from the organisation as it is now, or from a snapshot file; of one policy where `only` names it. */
export async function takePlan(
  kit: Kit,
  policies: PoliciesRead,
  snapshotFile: string | undefined,
  only: string | null = null,
): Promise<Proposed> {
  const ledger = kit.ledger(policies.organizationId);
  const options = {
    ...(kit.api === "loopback" ? ({ rehearsal: true } as const) : {}),
    ...(only === null ? {} : { only }),
  };
  if (snapshotFile !== undefined) {
    const { population, digest } = await readSnapshotFile(snapshotFile);
    keepYoungSpace(population.size);
    return proposePlan({
      policies,
      population,
      reader: null,
      ledger,
      digestOf: () => digest,
      tool,
      ...options,
      report: () => undefined,
    });
  }
  const progress = createProgress(kit.terminal, () => Date.now());
  const connection: Connection = kit.connect(policies.organizationId);
  try {
    const report = (step: ReadProgress): void => progress.show(readingWords(step));
    const population = await connection.reader.readOrganization(report);
    keepYoungSpace(population.size);
    const proposed = await proposePlan({
      policies,
      population,
      reader: connection.reader,
      ledger,
      digestOf: snapshotDigest,
      tool,
      ...options,
      report,
    });
    await ledger.recordSnapshot(proposed.population, null, policies.history);
    return proposed;
  } finally {
    progress.end();
    await connection.close();
  }
}
