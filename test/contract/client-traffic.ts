import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReader } from "../../src/atlassian/reader.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { createWriter } from "../../src/atlassian/writer.ts";
import { snapshotDigest } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Operation, RunResult } from "../../src/model/documents.generated.ts";
import { applyApproved, type Policies, proposePlan } from "../../src/pipeline.ts";
import { readRepository } from "../../src/policy/repository.ts";
import type { Clock } from "../../src/ports.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { type Exchange, startRecordingProxy } from "./proxy.ts";
import { moment, world } from "./world.ts";

const tool = { name: "seatwright", version: "0.0.0" } as const;

const policyFiles = {
  "seatwright.yaml": (orgId: string) => `version: 1
organization: {id: ${orgId}, name: Acme}
power: act
accessGroups: [jira-users, wiki-users]
identityProviders: [{name: Okta, groups: ["okta-*"], owner: "@acme/iam"}]
protect: {people: [cai@example.com], minOrgAdmins: 1}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}}
`,
  "policies/all.yaml": () => `version: 1
policies:
  - id: unused-seats
    description: Free seats nobody uses
    owner: "@acme/it"
    for: seat
    mode: enforce
    where: {app: [jira-software, confluence], unused: 90d}
    then: [{revoke: {}}]
    limits: {percent: 100}
  - id: outsiders
    description: Suspend outside accounts that use nothing
    owner: "@acme/it"
    for: person
    mode: enforce
    where: {account: unmanaged, status: active}
    then: [{suspend: {}}]
    limits: {percent: 100}
`,
};

function policiesFor(orgId: string): Policies {
  const files = Object.entries(policyFiles).map(([path, text]) => ({ path, bytes: Buffer.from(text(orgId)) }));
  const { repository, findings } = readRepository(files);
  if (repository === null) throw new Error(JSON.stringify(findings));
  return { repository, sources: new Map() };
}

function clockAt(start: Date): Clock {
  let milliseconds = start.getTime();
  return {
    now: () => Math.floor(milliseconds / 1000),
    sleep: async (wait) => {
      milliseconds += wait;
    },
  };
}

/** Every kind of operation that a plan can hold, in an order in which each finds something to do. */
export const operations: readonly (readonly [email: string, Operation])[] = [
  ["ada@example.com", { kind: "joinGroup", directory: directoryIdOf("main"), group: groupIdOf("wiki-users") }],
  ["ada@example.com", { kind: "leaveGroup", directory: directoryIdOf("main"), group: groupIdOf("wiki-users") }],
  ["bob@example.com", { kind: "assignRole", instance: instanceIdOf("jsm@acme"), role: "atlassian/stakeholder" }],
  ["bob@example.com", { kind: "revokeRole", instance: instanceIdOf("jsm@acme"), role: "atlassian/stakeholder" }],
  ["bob@example.com", { kind: "suspend", directory: directoryIdOf("main") }],
  ["bob@example.com", { kind: "restore", directory: directoryIdOf("main") }],
  ["bob@example.com", { kind: "deactivate", message: "Account closed, ask IT" }],
  ["bob@example.com", { kind: "activate" }],
  ["bob@example.com", { kind: "removeFromDirectory", directory: directoryIdOf("labs") }],
];

export interface ClientTraffic {
  readonly exchanges: readonly Exchange[];
  readonly run: RunResult;
  /** What became of each of `operations`. */
  readonly written: readonly string[];
}

/**
 * Our real client through its whole work on a simulated organisation: a whole read, a plan with detail, its apply with
 * the second look, the slow questions about one person, and every operation that there is.
 */
export async function clientTraffic(): Promise<ClientTraffic> {
  const simulator = await startSimulator({ world: world(), clock: () => moment });
  const proxy = await startRecordingProxy(simulator.url);
  const folder = await mkdtemp(join(tmpdir(), "seatwright-contract-"));
  const clock = clockAt(moment);
  const transport = createTransport({
    apiKey: simulator.apiKey,
    baseUrl: proxy.url,
    clock,
    random: () => 0.5,
  });
  const { orgId: organizationId } = simulator;
  try {
    const reader = createReader(transport, { organizationId, clock, tool });
    const writer = createWriter(transport, { organizationId });
    const ledger = createDirectoryLedger({ directory: folder, organizationId, clock });
    const policies = policiesFor(organizationId);
    const report = (): void => undefined;
    const population = await reader.readOrganization(report);
    const { plan } = await proposePlan({
      policies,
      population,
      reader,
      ledger,
      digestOf: snapshotDigest,
      tool,
      report,
    });
    const run = await applyApproved({
      policies,
      plan,
      approval: {
        kind: "approval",
        version: 1,
        organization: organizationId,
        planDigest: plan.digest,
        made: "command-line",
        approvers: ["ops"],
        reason: "contract",
        at: moment.toISOString().replace(".000", ""),
        overrides: [],
      },
      reader,
      writer,
      ledger,
      clock,
      tool,
      randomHex: "00c0ffee",
      options: {},
    });
    const ada = accountIdOf("ada@example.com");
    await reader.readLastActive(ada);
    await reader.readAccountRights(ada);
    const written: string[] = [];
    for (const [email, operation] of operations) {
      const { result } = await writer.carryOut(accountIdOf(email), operation);
      written.push(`${operation.kind}: ${result}`);
    }
    return { exchanges: proxy.exchanges, run, written };
  } finally {
    await transport.close();
    await proxy.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}
