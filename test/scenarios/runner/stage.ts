import { createReader } from "../../../src/atlassian/reader.ts";
import { createTransport } from "../../../src/atlassian/transport.ts";
import { createWriter } from "../../../src/atlassian/writer.ts";
import { exitOf } from "../../../src/commands/plan.ts";
import { snapshotDigest } from "../../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../../src/ledger/directory.ts";
import type { Approval, Plan, RunResult } from "../../../src/model/documents.generated.ts";
import { OperatorError, PolicyError } from "../../../src/model/errors.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { DAY, momentOf } from "../../../src/model/time.ts";
import type { Population } from "../../../src/people/population.ts";
import { applyApproved, proposePlan, proposeUndo } from "../../../src/pipeline.ts";
import { certified } from "../../../src/looking.ts";
import type { Policies } from "../../../src/policies-now.ts";
import { readRepository, sourcePaths } from "../../../src/policy/repository.ts";
import { buildWorld } from "../../../src/simulator/build.ts";
import { startSimulator, type Simulator } from "../../../src/simulator/server.ts";
import { tool } from "../../../src/version.ts";
import { testClock, type TestClock } from "../../support/apply.ts";
import { temporaryDirectory } from "../../support/ledger.ts";
import { type Files, filesOf, moment, type Scenario } from "./scenario.ts";

/** Where a scenario plays: a simulated organisation, a ledger on disk, a clock, and the real parts between them. */
export interface Stage {
  readonly simulator: Simulator;
  readonly clock: TestClock;
  readonly ledger: string;
  /** Plans as the command does: reads, proposes, records. */
  plan(files: Files): Promise<Planned>;
  /** Reads and records, as `sync` does. */
  sync(): Promise<void>;
  apply(files: Files, plan: Plan): Promise<Applied>;
  /** The plan that takes a run back. */
  undo(files: Files, run: string): Promise<Plan>;
  close(): Promise<void>;
}

export type Planned =
  | {
      readonly kind: "planned";
      readonly exit: number;
      readonly plan: Plan;
      readonly population: Population;
      readonly findings: readonly Finding[];
    }
  | Refused;

export type Applied = { readonly kind: "applied"; readonly exit: number; readonly result: RunResult } | Refused;

/** An operator error, as the command line would end with it. */
export interface Refused {
  readonly kind: "refused";
  readonly exit: number;
  readonly message: string;
  readonly findings: readonly Finding[];
}

/** Sets the stage of a scenario at the moment of its first step. */
export async function openStage(scenario: Scenario): Promise<Stage> {
  const world = buildWorld(scenario.organization);
  const clock = testClock(moment(scenario.earlier[0]?.at ?? scenario.at) - (scenario.baseline ? DAY : 0));
  const directory = temporaryDirectory();
  const simulator = await startSimulator({
    world,
    clock: () => new Date(clock.now() * 1000),
    quirks: scenario.quirks,
  });
  const organizationId = simulator.orgId;
  const newLedger = () => createDirectoryLedger({ directory, organizationId, clock });
  let runs = 0;

  async function connected<Result>(work: (parts: Connection) => Promise<Result>): Promise<Result> {
    const { apiKey, url: baseUrl } = simulator;
    const transport = createTransport({ apiKey, baseUrl, clock, random: () => 0.5 });
    try {
      const reader = createReader(transport, { organizationId, clock, tool });
      return await work({ reader, writer: createWriter(transport, { organizationId }) });
    } finally {
      await transport.close();
    }
  }

  return {
    simulator,
    clock,
    ledger: directory,
    plan: (files) =>
      orRefused(() =>
        connected(async ({ reader }) => {
          const policies = policiesOf(files, clock);
          const ledger = newLedger();
          const read = await reader.readOrganization(ignore);
          const { plan, population, findings } = await proposePlan({
            policies,
            population: read,
            reader,
            ledger,
            digestOf: snapshotDigest,
            tool,
            report: ignore,
          });
          await ledger.recordSnapshot(population);
          return { kind: "planned", exit: exitOf(plan, "plain"), plan, population, findings } as const;
        }),
      ),
    sync: () =>
      connected(async ({ reader }) => {
        const ledger = newLedger();
        await ledger.recordSnapshot(await certified(await reader.readOrganization(ignore), ledger, null));
      }),
    apply: (files, plan) =>
      orRefused(() =>
        connected(async ({ reader, writer }) => {
          runs++;
          const result = await applyApproved({
            policies: policiesOf(files, clock),
            plan,
            approval: approvalOf(plan, clock, scenario.overrides),
            reader,
            writer,
            ledger: newLedger(),
            clock,
            tool,
            randomHex: runs.toString(16).padStart(8, "0"),
            options: {},
          });
          return { kind: "applied", exit: result.exit.code, result } as const;
        }),
      ),
    undo: (files, run) =>
      connected(async ({ reader }) => {
        const selection = { run, accountId: null, policy: null, since: null };
        const ledger = newLedger();
        const policies = policiesOf(files, clock);
        return (await proposeUndo({ policies, reader, ledger, digestOf: snapshotDigest, tool, selection })).plan;
      }),
    close: () => simulator.close(),
  };
}

interface Connection {
  readonly reader: ReturnType<typeof createReader>;
  readonly writer: ReturnType<typeof createWriter>;
}

const ignore = (): undefined => undefined;

async function orRefused<Result>(work: () => Promise<Result>): Promise<Result | Refused> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const findings = error instanceof PolicyError ? error.findings : [];
    return { kind: "refused", exit: error.exitCode, message: error.message, findings };
  }
}

/** The policy files, read and found sound, with the sources beside them. */
function policiesOf(files: Files, clock: TestClock): Policies {
  const bytes = filesOf(files, clock.now());
  const { repository, findings } = readRepository(bytes);
  if (repository === null) throw new PolicyError(findings);
  const sources = new Map(
    [...sourcePaths(repository)].flatMap(([name, path]) => {
      const found = bytes.find((file) => file.path === path);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
  return { repository, sources };
}

function approvalOf(plan: Plan, clock: TestClock, overrides: readonly string[]): Approval {
  const reason = "a golden scenario";
  return {
    kind: "approval",
    version: 1,
    organization: plan.organization.id,
    planDigest: plan.digest,
    made: overrides.length === 0 ? "command-line" : "pull-request",
    approvers: ["ops"],
    reason,
    at: momentOf(clock.now()),
    overrides: overrides.map((limit) => ({ limit, planDigest: plan.digest, by: "second", reason })),
  };
}
