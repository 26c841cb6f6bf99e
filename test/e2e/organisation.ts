import { join } from "node:path";
import { createReader } from "../../src/atlassian/reader.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import { type SimulatorOptions, startSimulator } from "../../src/simulator/server.ts";
import type { World } from "../../src/simulator/world.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { folderWith } from "./run.ts";

export const organizationId = builtOrganizationId;

/** How many people of `acme` have an unused Jira seat. */
export const idlePeople = 8;

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

/**
 * An organisation of thirty: eight have not used Jira for most of a year, two are called Sam Lee, a group of the same
 * name is in each of two directories.
 */
export function acme(): World {
  return buildWorld({
    directories: ["main", "labs"],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "labs-users", directory: "labs", grants: [["jira@labs", "user"]] },
      { name: "twins" },
      { name: "twins", directory: "labs" },
    ],
    people: [
      ...Array.from({ length: idlePeople }, (_, at) => ({
        email: `idle-${at}@example.com`,
        name: `Idle Person ${at}`,
        groups: ["jira-users"],
        active: { "jira@acme": daysAgo(200 + at) },
      })),
      ...Array.from({ length: 18 }, (_, at) => ({
        email: `busy-${at}@example.com`,
        groups: ["jira-users"],
        active: { "jira@acme": daysAgo(2) },
      })),
      { email: "sam.lee@example.com", name: "Sam Lee" },
      { email: "sam@labs.example", name: "Sam Lee", directories: ["labs"], groups: ["labs-users"] },
      { email: "<b>@example.com", name: "<script>alert(1)</script> @everyone" },
    ],
    keys: [{ createdBy: "admin@example.com", expiresAt: daysAgo(-100) }],
  });
}

/** The organisation of `acme`, as read just now. */
async function readAcme(): Promise<Population> {
  const simulator = await startSimulator({ world: acme(), clock: () => new Date() });
  const transport = createTransport({
    apiKey: simulator.apiKey,
    baseUrl: simulator.url,
    clock: systemClock,
    random: Math.random,
  });
  try {
    const tool = { name: "seatwright", version: "0.0.0" } as const;
    const reader = createReader(transport, { organizationId, clock: systemClock, tool });
    return await reader.readOrganization(() => undefined);
  } finally {
    await transport.close();
    await simulator.close();
  }
}

let read: Promise<Population> | undefined;

/** The organisation of `acme` as a snapshot file, for `simulate --from` and for commands that need no server. */
export async function acmeSnapshot(): Promise<string> {
  const file = join(await folderWith(), "acme.snapshot.json");
  await writeSnapshotFile(file, await (read ??= readAcme()));
  return file;
}

/** A policy repository whose organisation an earlier run has counted: `acme`, a day ago. */
export async function repoWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const repo = await folderWith(files);
  const population = await (read ??= readAcme());
  const header = { ...population.header, asOf: momentOf(systemClock.now() - DAY) };
  const directory = join(repo, ".seatwright/rehearsal");
  const ledger = createDirectoryLedger({ directory, organizationId, clock: systemClock, rehearsal: true });
  await ledger.recordSnapshot({ ...population, header });
  return repo;
}

/** A simulator inside the test process, for what the command line has no flag for, with the way to it. */
export async function simulatorHere(options: Partial<SimulatorOptions> = {}) {
  const simulator = await startSimulator({ world: acme(), clock: () => new Date(), ...options });
  const env = { SEATWRIGHT_API_URL: simulator.url, SEATWRIGHT_API_KEY: simulator.apiKey };
  const { world, requests, orgId } = simulator;
  return { world, requests, orgId, env, close: (): Promise<void> => simulator.close() };
}

/** Requests that change something, in their order. */
export function writesAmong(requests: readonly { readonly method: string; readonly pattern: string }[]): number {
  return requests.filter(
    ({ method, pattern }) => method === "DELETE" || (method === "POST" && !/\/(search|workspaces)$/.test(pattern)),
  ).length;
}

export const organizationYaml = `version: 1
organization: {id: ${organizationId}, name: Acme}
power: act
accessGroups: ["*-users"]
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
`;

/** A policy file with one policy, unused Jira seats unless told otherwise. */
export function policyYaml(keys: Readonly<Record<string, string>> = {}): string {
  const all = {
    id: "unused-seats",
    description: "Free seats nobody uses",
    owner: '"@acme/it"',
    for: "seat",
    mode: "enforce",
    where: "{app: jira-software, unused: 90d}",
    then: "[{revoke: {}}]",
    limits: "{percent: 100}",
    ...keys,
  };
  const lines = Object.entries(all).map(([key, value]) => `    ${key}: ${value}`);
  return `version: 1\npolicies:\n${lines.join("\n").replace("   ", "  -")}\n`;
}

/** The files of a policy repository that frees the unused Jira seats of `acme`. */
export const soundFiles: Readonly<Record<string, string>> = {
  "seatwright.yaml": organizationYaml,
  "policies/unused.yaml": policyYaml(),
};
