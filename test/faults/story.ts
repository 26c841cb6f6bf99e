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
import { applyApproved, proposePlan, proposeUndo } from "../../src/pipeline.ts";
import { certified, detailed } from "../../src/looking.ts";
import type { Policies } from "../../src/policies-now.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { applyChange } from "../../src/simulator/change.ts";
import { addToGroup, makeOrganizationAdmin, removeFromGroup, takeRole, visit } from "../../src/simulator/edit.ts";
import type { Change as StoreChange } from "../../src/simulator/facts.ts";
import type { FaultPlan } from "../../src/simulator/faults.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { tool } from "../../src/version.ts";
import { approvalOf, planTime, testClock, type TestClock } from "../support/apply.ts";
import { acme, files } from "./acme.ts";

/** Seconds from the plan to its apply, in which others change the organisation. */
const MEANWHILE = 3600;

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
  /** Others change the organisation between an apply and its undo, and again between the undo's plan and its apply. */
  since(when: "before the undo" | "before its apply"): void;
  /** Reads and notes, as `sync` does. */
  sync(): Promise<Population>;
  /** Plans from what `sync` read, as `plan --snapshot` does. */
  planFrom(population: Population): Promise<Plan>;
  /** Reads, plans and notes, as `plan` does. */
  plan(): Promise<Plan>;
  apply(plan: Plan): Promise<RunResult>;
  /** Plans what takes a run back, as `undo` does. */
  undo(run: string): Promise<Plan>;
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

/** What a stage begins with. */
export interface Beginning {
  /** A folder to start from. */
  readonly ledger?: string;
  readonly at?: number;
  /** What happened in the organisation before. */
  readonly earlier?: readonly StoreChange[];
}

/** Opens a stage over a new organisation. */
export async function openStage(start: Beginning = {}): Promise<Stage> {
  const folder = mkdtempSync(join(place, "seatwright-faults-"));
  cpSync(start.ledger ?? (await countedBefore()), folder, { recursive: true });
  const clock = testClock(start.at ?? planTime);
  let faults: FaultPlan | undefined;
  const world = acme();
  for (const change of start.earlier ?? []) applyChange(world, change);
  const simulator = await startSimulator({
    world,
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
      visit(world, "came-back@example.com", "jira@acme", new Date((clock.now() - 600) * 1000));
      makeOrganizationAdmin(world, "promoted@example.com");
      addToGroup(world, "on-call-since@example.com", "on-call");
    },
    since(when) {
      clock.pass(MEANWHILE);
      if (when === "before its apply") return takeRole(world, "to-grant@example.com", "jira@acme", "user");
      addToGroup(world, "idle-1@example.com", "jira-users");
      removeFromGroup(world, "to-join@example.com", "crew");
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
    undo: (run) =>
      connected(async ({ reader }) => {
        const selection = { run, accountId: null, policy: null, since: null };
        const request = { policies, reader, ledger: ledger(), digestOf: snapshotDigest, tool, selection };
        return (await proposeUndo(request)).plan;
      }),
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
