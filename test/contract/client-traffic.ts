import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReader } from "../../src/atlassian/reader.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { createWriter } from "../../src/atlassian/writer.ts";
import type { Operation, RunResult } from "../../src/model/documents.generated.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { quickClock } from "../atlassian/support.ts";
import { type Exchange, startRecordingProxy } from "./proxy.ts";
import { planAndApply, policiesOf, policy, tool } from "./story.ts";
import { moment, world } from "./world.ts";

const policies = [
  policy({
    id: "unused-seats",
    for: "seat",
    where: "{app: [jira-software, confluence], unused: 90d}",
    then: "[{revoke: {}}]",
  }),
  policy({ id: "labs", for: "person", where: "{directory: labs, status: active}", then: "[{suspend: {}}]" }),
].join("");

/** Every kind of operation that a plan can hold, in an order in which each finds something to do. */
const operations: readonly (readonly [email: string, Operation])[] = [
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
  /** What became of each kind of operation. */
  readonly written: readonly string[];
}

/**
 * Our real client through its whole work on a simulated organisation: a whole read with the default roles of groups, a
 * plan with detail, its apply with the second look, the slow questions about one person, and every operation that there is.
 */
export async function clientTraffic(): Promise<ClientTraffic> {
  const simulator = await startSimulator({ world: world(), clock: () => moment });
  const proxy = await startRecordingProxy(simulator.url);
  const folder = await mkdtemp(join(tmpdir(), "seatwright-contract-"));
  const clock = quickClock(moment);
  const { apiKey, orgId: organizationId } = simulator;
  const transport = createTransport({ apiKey, baseUrl: proxy.url, clock, random: () => 0.5 });
  try {
    const reader = createReader(transport, { organizationId, clock, tool });
    const writer = createWriter(transport, { organizationId });
    const ends = { reader, writer, clock, organizationId, folder };
    const { run } = await planAndApply(ends, policiesOf(organizationId, policies));
    const ada = accountIdOf("ada@example.com");
    const silent = (): void => undefined;
    await reader.addDefaultRoles(await reader.readOrganization(silent), silent);
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
