import type { Plan } from "../model/documents.generated.ts";
import type { OpenHandoff } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { DAY, type Seconds, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import { canonicalJson } from "../plan/digest.ts";
import { isDone } from "../plan/handoff.ts";
import { readRows, writeWhole } from "./files.ts";

/** A hand-off as the ledger keeps it: ids only. */
interface KeptHandoff extends OpenHandoff {
  /** The complete snapshot that showed it done; null: open. */
  readonly doneAt: Seconds | null;
}

/** Since when each hand-off is open. */
export interface HandoffStore {
  /** Those that were open at this moment, by id. What was noted at it or later is not seen. */
  openAt(asOf: Seconds): Promise<readonly OpenHandoff[]>;
  /** Notes the hand-offs of a plan that are not noted yet. */
  note(plan: Plan): Promise<void>;
  /** Closes those that a complete snapshot shows done. */
  close(population: Population, seats: Seats): Promise<void>;
}

/** Closed hand-offs are kept this long, for plans that are made again. */
const KEEP_CLOSED: Seconds = 150 * DAY;

export function createHandoffStore(path: string): HandoffStore {
  async function all(): Promise<readonly KeptHandoff[]> {
    return await readRows(path, isKept, "nobody would know since when hand-offs are open without it");
  }

  async function keep(rows: readonly KeptHandoff[]): Promise<void> {
    const ordered = [...rows].sort((a, b) => compareText(a.id, b.id) || a.since - b.since);
    await writeWhole(path, `[\n${ordered.map((row) => canonicalJson(row)).join(",\n")}\n]\n`);
  }

  return {
    async openAt(asOf) {
      return (await all())
        .filter(({ since, doneAt }) => since < asOf && (doneAt === null || doneAt >= asOf))
        .map(({ doneAt: _, ...open }) => open);
    },
    async note(plan) {
      const kept = await all();
      const open = new Set(kept.flatMap(({ id, doneAt }) => (doneAt === null ? [id] : [])));
      const since = secondsOf(plan.asOf) ?? 0;
      const added = new Map<string, KeptHandoff>();
      for (const { handoffId: id, accountId, action, seat } of plan.heldBack) {
        if (id === undefined || open.has(id)) continue;
        // A plan made again of an older snapshot does not open what a later one showed done.
        if (kept.some((row) => row.id === id && row.doneAt !== null && row.doneAt >= since)) continue;
        added.set(id, { id, accountId, action, instance: seat?.instance ?? null, since, doneAt: null });
      }
      if (added.size > 0) await keep([...kept, ...added.values()]);
    },
    async close(population, seats) {
      const kept = await all();
      const asOf = secondsOf(population.header.asOf) ?? 0;
      const next = kept
        .filter(({ doneAt }) => doneAt === null || doneAt > asOf - KEEP_CLOSED)
        .map((row) => {
          const isClosed = row.doneAt === null && row.since < asOf && isDone(population, seats, row);
          return isClosed ? { ...row, doneAt: asOf } : row;
        });
      if (canonicalJson(next) !== canonicalJson(kept)) await keep(next);
    },
  };
}

function isKept(value: Partial<KeptHandoff>): value is KeptHandoff {
  const { id, accountId, action, since } = value;
  return [id, accountId, action].every((text) => typeof text === "string") && Number.isInteger(since);
}
