import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReader } from "../../src/atlassian/reader.ts";
import { createTransport, type TransportEvent } from "../../src/atlassian/transport.ts";
import { createWriter } from "../../src/atlassian/writer.ts";
import { snapshotDigest } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Plan, RunResult } from "../../src/model/documents.generated.ts";
import { PolicyError } from "../../src/model/errors.ts";
import { DAY } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import { applyApproved, certified, detailed, type Policies, proposePlan } from "../../src/pipeline.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import { addToGroup, makeOrganizationAdmin, visit } from "../../src/simulator/edit.ts";
import type { FaultPlan } from "../../src/simulator/faults.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import type { World } from "../../src/simulator/world.ts";
import type { PersonSpec } from "../../src/simulator/world-spec.ts";
import { tool } from "../../src/version.ts";
import { approvalOf, planTime, testClock, type TestClock } from "../support/apply.ts";

/** Seconds from the plan to its apply, in which others change the organisation. */
const MEANWHILE = 3600;

const idle = { "jira@acme": "2026-01-05" };
const busy = { "jira@acme": "2026-11-12", "confluence@acme": "2026-11-10" };

/** Who would be taken from by mistake, were a failed read believed. */
const tempting: readonly PersonSpec[] = [
  { email: "on-call@example.com", groups: ["jira-users", "on-call"], active: idle },
  { email: "exempt@example.com", groups: ["jira-users", "leadership"], active: idle },
  { email: "site-admin@example.com", groups: ["jira-users"], active: idle, platform: ["site-admin@acme"] },
  { email: "key-maker@example.com", groups: ["jira-users"], active: idle },
  { email: "newcomer@example.com", groups: ["jira-users"], added: "2026-11-15" },
  { email: "suspended@example.com", groups: ["jira-users"], status: "suspended", active: idle },
  { email: "busy-directly@example.com", direct: [["jira@acme", "user"]], active: busy },
  // These three are in the plan; by the time of its apply it is no longer true of them.
  { email: "came-back@example.com", groups: ["jira-users"], active: idle },
  { email: "promoted@example.com", groups: ["jira-users"], active: idle },
  { email: "on-call-since@example.com", groups: ["jira-users"], active: idle },
];

/** Who is to be changed, by every operation that there is. */
const meant: readonly PersonSpec[] = [
  { email: "idle-1@example.com", groups: ["jira-users"], active: idle },
  { email: "idle-2@example.com", groups: ["jira-users", "jira-more"], active: idle },
  { email: "idle-3@example.com", groups: ["jira-users"], direct: [["jira@acme", "user"]], active: idle },
  { email: "reader@example.com", groups: ["wiki-users"], active: { "confluence@acme": "2026-01-05" } },
  { email: "to-suspend@example.com", department: "Suspend", directories: ["main", "labs"], active: busy },
  { email: "to-restore@example.com", department: "Restore", status: "suspended", groups: ["crew"] },
  { email: "to-close@example.com", department: "Close", groups: ["jira-users"], active: busy },
  { email: "to-open@example.com", department: "Open", status: "deactivated" },
  { email: "to-remove@example.com", department: "Remove", groups: ["jira-users"], active: busy },
  { email: "to-grant@example.com", department: "Grant" },
  { email: "to-join@example.com", department: "Join" },
];

/** A few more people and groups than fit on one page. */
export function acme(): World {
  return buildWorld({
    directories: ["main", "labs"],
    instances: ["jira@acme", "confluence@acme"],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "jira-more", grants: [["jira@acme", "user"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
      { name: "on-call" },
      { name: "leadership" },
      { name: "crew" },
      ...Array.from({ length: 97 }, (_, at) => ({ name: `team-${at}` })),
    ],
    people: [
      ...[...meant, ...tempting].map((person) => ({ department: "Staff", ...person })),
      ...Array.from({ length: 84 }, (_, at) => ({
        email: `busy-${at}@example.com`,
        department: "Staff",
        groups: ["jira-users", "wiki-users"],
        active: busy,
      })),
    ],
    keys: [{ createdBy: "admin@example.com" }, { createdBy: "key-maker@example.com" }],
  });
}

/** The policy repository of the story, by path. */
export const files = {
  "seatwright.yaml": `version: 1
organization: {id: ${builtOrganizationId}, name: Acme}
power: act
accessGroups: ["jira-*", "wiki-*"]
irreversible: [removeFromOrg]
protect: {minOrgAdmins: 1}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
`,
  "policies/all.yaml": `version: 1
policies:
${[
  [
    "unused-seats",
    "seat",
    "{app: jira-software, unused: 90d, not: {memberOf: [on-call]}}",
    "[{revoke: {}}]\n    except: {groups: [leadership]}",
  ],
  ["readers", "seat", "{app: confluence, unused: 90d}", "[{setRole: {role: guest}}]"],
  ["close", "person", "{department: Close}", '[{deactivate: {message: "Ask IT"}}]'],
  ["out", "person", "{department: Remove}", "[{removeFromOrg: {}}]"],
  ["suspend", "person", "{department: Suspend}", "[{suspend: {}}]"],
  ["restore", "person", "{department: Restore}", "[{restore: {}}]"],
  ["open", "person", "{department: Open}", "[{activate: {}}]"],
  ["grant", "person", "{department: Grant}", "[{grant: {app: jira-software}}]"],
  ["join", "person", "{department: Join}", "[{addToGroup: {group: crew}}]"],
]
  .map(
    ([id, what, where, then]) => `  - id: ${id}
    description: For the test
    owner: "@acme/it"
    for: ${what}
    mode: enforce
    where: ${where}
    then: ${then}
    limits: {percent: 100}
`,
  )
  .join("")}`,
};

function readPolicies(): Policies {
  const bytes = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const { repository, findings } = readRepository(bytes);
  if (repository === null) throw new Error(JSON.stringify(findings));
  return { repository, sources: new Map() };
}

const policies = readPolicies();
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const ignore = (): undefined => undefined;

interface Ends {
  readonly reader: ReturnType<typeof createReader>;
  readonly writer: ReturnType<typeof createWriter>;
}

/** One organisation behind a simulator, with our real reader, writer and ledger before it. */
export interface Stage {
  readonly simulator: Simulator;
  readonly clock: TestClock;
  readonly ledgerFolder: string;
  /** Every try of every request, as `--verbose` tells it. */
  readonly events: readonly TransportEvent[];
  /** What goes wrong from now on; undefined: nothing. */
  spoil(faults: FaultPlan | undefined): void;
  /** Others change the organisation between plan and apply. */
  meanwhile(): void;
  /** Reads and notes, as `sync` does. */
  sync(): Promise<Population>;
  /** Plans from what `sync` read, as `plan --snapshot` does. */
  planFrom(population: Population): Promise<Plan>;
  /** Reads, plans and notes, as `plan` does. */
  plan(): Promise<Plan>;
  apply(plan: Plan): Promise<RunResult>;
  close(): Promise<void>;
}

let counted: Promise<string> | undefined;

/** A ledger in which a run of the day before has counted the organisation. It is made once for the process. */
function countedBefore(): Promise<string> {
  counted ??= (async () => {
    const empty = mkdtempSync(join(place, "seatwright-counted-"));
    process.once("exit", () => rmSync(empty, { recursive: true, force: true }));
    const stage = await openStage({ ledger: empty, at: planTime - DAY });
    await stage.sync();
    cpSync(stage.ledgerFolder, empty, { recursive: true });
    await stage.close();
    return empty;
  })();
  return counted;
}

/** Opens a stage over a new organisation. `ledger` is a folder to start from; `after` seconds have passed since. */
export async function openStage(start: { readonly ledger?: string; readonly at?: number } = {}): Promise<Stage> {
  const folder = mkdtempSync(join(place, "seatwright-faults-"));
  cpSync(start.ledger ?? (await countedBefore()), folder, { recursive: true });
  const clock = testClock(start.at ?? planTime);
  let faults: FaultPlan | undefined;
  const simulator = await startSimulator({
    world: acme(),
    clock: () => new Date(clock.now() * 1000),
    faults: (request) => faults?.(request),
    // Only the authority tells of who came back: a search is two days behind.
    quirks: { searchActivityLagHours: 48 },
  });
  const organizationId = simulator.orgId;
  const events: TransportEvent[] = [];
  // Each command has a connection of its own, as each has a process of its own.
  async function connected<Result>(work: (ends: Ends) => Promise<Result>): Promise<Result> {
    const { apiKey, url: baseUrl } = simulator;
    const report = (event: TransportEvent): void => void events.push(event);
    const transport = createTransport({ apiKey, baseUrl, clock, random: () => 0.5, report });
    try {
      const reader = createReader(transport, { organizationId, clock, tool });
      return await work({ reader, writer: createWriter(transport, { organizationId }) });
    } finally {
      await transport.close();
    }
  }

  const ledger = (): ReturnType<typeof createDirectoryLedger> =>
    createDirectoryLedger({ directory: folder, organizationId, clock });
  let runs = 0;
  return {
    simulator,
    clock,
    ledgerFolder: folder,
    events,
    spoil(plan) {
      faults = plan;
    },
    meanwhile() {
      clock.pass(MEANWHILE);
      const { world } = simulator;
      visit(world, "came-back@example.com", "jira@acme", new Date((clock.now() - 600) * 1000));
      makeOrganizationAdmin(world, "promoted@example.com");
      addToGroup(world, "on-call-since@example.com", "on-call");
    },
    sync: () =>
      connected(async ({ reader }) => {
        const read = await reader.readOrganization(ignore);
        const request = { policies, population: read, reader, ledger: ledger(), report: ignore };
        const population = await detailed(request).catch((error: unknown) => {
          if (error instanceof PolicyError) return read;
          throw error;
        });
        const certain = await certified(population, ledger(), policies);
        await ledger().recordSnapshot(certain);
        return certain;
      }),
    async planFrom(population) {
      const request = { policies, population, ledger: ledger(), digestOf: snapshotDigest, tool, report: ignore };
      return (await proposePlan({ ...request, reader: null })).plan;
    },
    plan: () =>
      connected(async ({ reader }) => {
        const population = await reader.readOrganization(ignore);
        const request = { policies, population, ledger: ledger(), digestOf: snapshotDigest, tool, report: ignore };
        const proposed = await proposePlan({ ...request, reader });
        await ledger().recordSnapshot(proposed.population);
        return proposed.plan;
      }),
    apply(plan) {
      runs++;
      const randomHex = runs.toString(16).padStart(8, "0");
      const approval = approvalOf(plan);
      return connected((ends) =>
        applyApproved({ policies, plan, approval, ...ends, ledger: ledger(), clock, tool, randomHex, options: {} }),
      );
    },
    async close() {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The runs whose logs a ledger holds, oldest first. */
export function runsIn(ledgerFolder: string): readonly string[] {
  const audit = join(ledgerFolder, "audit");
  if (!existsSync(audit)) return [];
  return readdirSync(audit)
    .map((name) => name.replace(/\.jsonl$/, ""))
    .sort();
}
