import { join } from "node:path";
import type { Counts } from "../model/ledger-view.ts";
import type { Seconds } from "../model/time.ts";
import { createCountStore } from "./snapshots.ts";

/** What a ledger counted: complete snapshots of a stretch of time (`from` counts, `to` does not), oldest first. */
export async function readCounted(ledger: string, from: Seconds, to: Seconds): Promise<readonly Counts[]> {
  return await createCountStore(join(ledger, "counts")).between(from, to);
}

/** When a ledger counted its first snapshot; null: it never did. */
export async function readFirstCounted(ledger: string): Promise<Seconds | null> {
  return (await createCountStore(join(ledger, "counts")).span())?.first ?? null;
}
