import type { Reversal } from "../model/ledger-view.ts";
import type { Seconds } from "../model/time.ts";
import { canonicalJson } from "../plan/digest.ts";
import { REVERSAL_HOLD } from "../plan/reversals.ts";
import { readRows, writeWhole } from "./files.ts";

/** Changes of ours that somebody else took back, as snapshots showed it: ids only. */
export interface ReversalStore {
  /** Those seen before this moment that still count. */
  before(asOf: Seconds): Promise<readonly Reversal[]>;
  /** Notes these; what was seen so long ago that no plan can ask for it any more is dropped. */
  add(reversals: readonly Reversal[], asOf: Seconds): Promise<void>;
}

export function createReversalStore(path: string): ReversalStore {
  async function all(): Promise<readonly Reversal[]> {
    return await readRows(path, isReversal, "changes that were taken back would be proposed again without it");
  }

  return {
    async before(asOf) {
      return (await all()).filter(({ seenAt }) => seenAt < asOf && seenAt > asOf - REVERSAL_HOLD);
    },
    async add(reversals, asOf) {
      if (reversals.length === 0) return;
      const again = new Set(reversals.map(({ run, change }) => `${run} ${change}`));
      // A snapshot whose recording was cut short is recorded again.
      const kept = (await all()).filter(
        ({ run, change, seenAt }) => seenAt > asOf - 2 * REVERSAL_HOLD && !again.has(`${run} ${change}`),
      );
      const rows = [...kept, ...reversals].map((row) => canonicalJson(row));
      await writeWhole(path, `[\n${rows.join(",\n")}\n]\n`);
    },
  };
}

function isReversal(value: Partial<Reversal>): value is Reversal {
  const { run, change, accountId, policies, doneAt, seenAt } = value;
  const texts = [run, change, accountId].every((text) => typeof text === "string");
  return texts && Array.isArray(policies) && Number.isInteger(doneAt) && Number.isInteger(seenAt);
}
