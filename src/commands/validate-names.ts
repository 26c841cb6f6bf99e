import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { OperatorError } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import { checkAgainst } from "../policies-now.ts";
import { lockFileText } from "../policy/lock.ts";
import type { Kit } from "../wiring.ts";
import { readPolicies, type SourceFlags } from "./policies.ts";
import { readOrganization } from "./sync.ts";

export interface ValidateFlags extends SourceFlags {
  readonly snapshot?: string;
  readonly lock?: true;
}

/** What is wrong with the names of a sound repository, and the text of a lock file with what each means today. */
export async function checkNames(
  kit: Kit,
  flags: ValidateFlags,
): Promise<{ readonly findings: readonly Finding[]; readonly lock: string }> {
  const policies = await readPolicies(kit, flags);
  const population = await populationFor(kit, flags, policies.organizationId);
  const { findings, names } = checkAgainst(policies, population, await kit.ledger(policies.organizationId).view());
  return { findings, lock: lockFileText(policies.organizationId, names) };
}

async function populationFor(
  kit: Kit,
  flags: ValidateFlags,
  organizationId: string,
): ReturnType<typeof readOrganization> {
  if (flags.snapshot !== undefined) return (await readSnapshotFile(flags.snapshot)).population;
  if (kit.hasKey) return readOrganization(kit, organizationId);
  throw new OperatorError(
    "credentials",
    "Names can only be locked against the organisation, and there is no API key.",
    "Give a snapshot with --snapshot, or put a key into SEATWRIGHT_API_KEY.",
  );
}
