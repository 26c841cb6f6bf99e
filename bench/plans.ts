import { rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Options } from "./options.ts";
import type { Script } from "./bundle.ts";
import { runScript } from "./processes.ts";
import type { Run } from "./runs/told.ts";
import { median } from "./statistics.ts";

/** What lies on disk for the runs at one size. */
export interface Prepared {
  readonly people: number;
  readonly snapshot: string;
  readonly counts: string;
  readonly ledger: string;
}

/** Medians of the runs from a file to a plan. */
export interface PlanResult {
  readonly people: number;
  readonly parts: Readonly<Record<string, number>>;
  /** The most memory that was in use up to the end of each part, where that is told. */
  readonly peaks: Readonly<Record<string, number>>;
  readonly total: number;
  readonly peakBytes: number;
  readonly changes: number;
  readonly heldBack: number;
  readonly planBytes: number;
  /** Of the snapshot file. */
  readonly fileBytes: number;
}

export interface Plans {
  readonly plan: PlanResult;
  readonly command: PlanResult;
  readonly parse: PlanResult;
}

/**
 * From a snapshot file to a written plan, beside JSON.parse of the same file and beside the whole command with a ledger on
 * disk. Each run is a process of its own; the three take turns. Throws where two runs make different plans.
 */
export async function comparePlans(
  { planRuns }: Pick<Options, "planRuns">,
  { snapshot, counts, ledger }: Prepared,
  policies: string,
  report: (line: string) => void,
): Promise<Plans> {
  const out = path.join(path.dirname(snapshot), "plan.json");
  const runs: Record<keyof Plans, Run[]> = { plan: [], command: [], parse: [] };
  for (let round = 0; round < planRuns; round++) {
    runs.plan.push(await told("runs/plan", [snapshot, policies, counts, out]));
    runs.parse.push(await told("runs/parse", [snapshot]));
    runs.command.push(await told("runs/command", [snapshot, policies, ledger]));
    await rm(path.join(ledger, "plans"), { recursive: true, force: true });
    report(`run ${round + 1} of ${planRuns}`);
  }
  for (const one of [runs.plan, runs.command]) {
    if (new Set(one.map(({ digest }) => digest)).size > 1) throw new Error("two runs made different plans");
  }
  const { size } = await stat(snapshot);
  return { plan: resultOf(runs.plan, size), command: resultOf(runs.command, size), parse: resultOf(runs.parse, size) };
}

async function told(script: Script, args: readonly string[]): Promise<Run> {
  const run = await runScript(script, args);
  if (run === null) throw new Error(`${script} told nothing`);
  return run;
}

function resultOf(runs: readonly Run[], fileBytes: number): PlanResult {
  const parts = Object.keys(runs[0]?.parts ?? {});
  const sum = ({ parts: own }: Run): number => Object.values(own).reduce((total, part) => total + part, 0);
  return {
    people: runs[0]?.people ?? 0,
    parts: Object.fromEntries(parts.map((part) => [part, median(runs.map((run) => run.parts[part] ?? 0))])),
    peaks: Object.fromEntries(
      Object.keys(runs[0]?.peaks ?? {}).map((part) => [part, median(runs.map((run) => run.peaks?.[part] ?? 0))]),
    ),
    total: median(runs.map(sum)),
    peakBytes: median(runs.map(({ peakBytes }) => peakBytes)),
    changes: runs[0]?.changes ?? 0,
    heldBack: runs[0]?.heldBack ?? 0,
    planBytes: runs[0]?.planBytes ?? 0,
    fileBytes,
  };
}
