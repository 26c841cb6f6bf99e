import { join } from "node:path";
import type { Counts } from "../model/ledger-view.ts";
import { DAY, type Seconds } from "../model/time.ts";
import { ledgerOwner } from "./directory.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import type { SeatRef } from "../model/documents.generated.ts";
import { readInstanceNames } from "./history-names.ts";
import { createCountStore } from "./snapshots.ts";

/** What a ledger tells at a glance. */
export interface LedgerOverview extends Pick<Evidence, "runs" | "plans" | "problems"> {
  /** Counts of earlier snapshots, the oldest first. */
  readonly counts: readonly Counts[];
  /** What the instances of the counts are called, also those that are gone. */
  readonly names: readonly SeatRef[];
}

/** How far back runs and plans are looked at: their logs are verified, which takes its time. */
const RUNS_WITHIN: Seconds = 400 * DAY;

/**
 * Counts, runs and plans up to and including a moment, every log verified. A folder that holds no ledger gives empty lists.
 * Throws OperatorError where a file of the ledger cannot be read.
 */
export async function overviewOf(directory: string, until: Seconds): Promise<LedgerOverview> {
  if ((await ledgerOwner(directory)) === null) return { counts: [], names: [], runs: [], plans: [], problems: [] };
  const counts = await createCountStore(join(directory, "counts")).between(0, until + 1);
  const { runs, plans, problems } = await evidenceOf(directory, {
    from: Math.max(0, until - RUNS_WITHIN),
    to: until + 1,
  });
  return { counts, names: await readInstanceNames(directory), runs, plans, problems };
}
