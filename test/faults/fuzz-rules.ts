import { cpSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Population } from "../../src/people/population.ts";
import { openStage, runsIn } from "./story.ts";

/** Something that reads what others wrote, and what must hold whatever they wrote. */
export interface Target {
  readonly name: string;
  /** Throws where the rule is broken. `runs` inputs are tried, drawn by the seed. */
  try(runs: number, seed: number): Promise<void>;
}

/** What the story leaves behind, as sound files to begin with. */
export interface Sound {
  readonly folder: string;
  readonly plan: Plan;
  readonly planBytes: Uint8Array;
  readonly snapshotBytes: Uint8Array;
  readonly population: Population;
  readonly audit: { readonly bytes: Uint8Array; readonly head: string };
  readonly ledger: string;
  readonly now: number;
  readonly organizationId: string;
}

/** Plays the story once, without faults. */
export async function playSound(): Promise<Sound> {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "seatwright-fuzz-"));
  const stage = await openStage();
  try {
    await stage.sync();
    stage.clock.pass(60);
    const plan = await stage.plan();
    const population = await stage.sync();
    await writeSnapshotFile(join(folder, "snapshot.json"), population);
    stage.meanwhile();
    const result = await stage.apply(plan);
    const ledger = join(folder, "ledger");
    cpSync(stage.ledgerFolder, ledger, { recursive: true });
    const [run = ""] = runsIn(ledger);
    return {
      folder,
      plan,
      planBytes: Buffer.from(JSON.stringify(plan)),
      snapshotBytes: readFileSync(join(folder, "snapshot.json")),
      population,
      audit: { bytes: readFileSync(join(ledger, "audit", `${run}.jsonl`)), head: result.auditHead },
      ledger,
      now: stage.clock.now(),
      organizationId: stage.simulator.orgId,
    };
  } finally {
    await stage.close();
  }
}

/** A target whose inputs are drawn like this and held to this rule. */
export function target<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  rule: (input: Input) => Promise<void>,
): Target {
  return {
    name,
    try: (numRuns, seed) => fc.assert(fc.asyncProperty(inputs, rule), { numRuns, seed }),
  };
}

/** The result, or null where it was refused in words. Anything else that is thrown is a crash. */
export async function unlessRefused<Result>(work: () => Promise<Result> | Result): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.message.length < 20 || error.remedy.length < 10)
      throw new Error(`too short: ${error.message}`, { cause: error });
    if (/undefined|\[object|NaN/.test(`${error.message}${error.remedy}`))
      throw new Error(`not in words: ${error.message}`, { cause: error });
    return null;
  }
}

/** Throws where a rule does not hold. */
export function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(rule);
}

/** Findings lie in their files and are in words. `texts` has the lines of each file. */
export function areSound(findings: readonly Finding[], texts: ReadonlyMap<string, number>): void {
  for (const { place, message, remedy } of findings) {
    must(place.line > 0 && place.column > 0, `a finding lies nowhere: ${message}`);
    must(place.line <= (texts.get(place.file) ?? 0) + 1, `a finding lies behind the end of ${place.file}: ${message}`);
    must(!/undefined|\[object|NaN/.test(`${message}${remedy}`), message);
  }
}

/** How many lines a file has. */
export const linesOf = (bytes: Uint8Array): number =>
  Buffer.from(bytes)
    .toString("utf8")
    .split(/\r\n|\r|\n/).length;
