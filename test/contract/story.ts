import { snapshotDigest } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Plan, RunResult } from "../../src/model/documents.generated.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import { applyApproved, proposePlan } from "../../src/pipeline.ts";
import type { Policies } from "../../src/policies-now.ts";
import { readRepository } from "../../src/policy/repository.ts";
import type { Clock, OrgReader, OrgWriter } from "../../src/ports.ts";

export const tool = { name: "seatwright", version: "0.0.0" } as const;

/** Policies that may do anything that Seatwright can do, without alarms: `policies` is the list in YAML. */
export function policiesOf(organizationId: string, policies: string): Policies {
  const files = {
    "seatwright.yaml": `version: 1
organization: {id: ${organizationId}, name: Acme}
power: act
accessGroups: ["*-users"]
irreversible: [removeFromOrg]
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}}
protect: {minOrgAdmins: 1}
`,
    "policies/all.yaml": `version: 1\npolicies:\n${policies}`,
  };
  const { repository, findings } = readRepository(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  );
  if (repository === null) throw new Error(JSON.stringify(findings));
  return { repository, sources: new Map() };
}

/** One policy of the list: what it looks for and what it does, as YAML. */
export function policy(keys: { readonly id: string; readonly for: string; where: string; then: string }): string {
  return `  - id: ${keys.id}
    description: For the test
    owner: "@acme/it"
    for: ${keys.for}
    mode: enforce
    where: ${keys.where}
    then: ${keys.then}
    limits: {percent: 100}
`;
}

export interface Ends {
  readonly reader: OrgReader;
  readonly writer: OrgWriter;
  readonly clock: Clock;
  readonly organizationId: string;
  /** Where the ledger goes. */
  readonly folder: string;
}

/** Reads everything, plans with detail, approves all of it, looks again and applies. */
export async function planAndApply(
  ends: Ends,
  policies: Policies,
): Promise<{ readonly plan: Plan; readonly run: RunResult }> {
  const { reader, writer, clock, organizationId } = ends;
  const report = (): void => undefined;
  const ledger = createDirectoryLedger({ directory: ends.folder, organizationId, clock });
  const population = await reader.readOrganization(report);
  const counted = momentOf(clock.now() - DAY);
  await ledger.recordSnapshot({ ...population, header: { ...population.header, asOf: counted } });
  const request = { policies, population, reader, ledger, digestOf: snapshotDigest, tool, report };
  const { plan } = await proposePlan(request);
  const approval = {
    kind: "approval",
    version: 1,
    organization: organizationId,
    planDigest: plan.digest,
    made: "command-line",
    approvers: ["ops"],
    reason: "for the test",
    at: momentOf(clock.now()),
    overrides: [],
  } as const;
  const world = { policies, plan, approval, reader, writer, ledger, clock, tool };
  return { plan, run: await applyApproved({ ...world, randomHex: "00c0ffee", options: {} }) };
}
