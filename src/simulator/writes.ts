import { applyChange } from "./change.ts";
import type { Change } from "./facts.ts";
import { copyOf } from "./lag.ts";
import type { World } from "./world.ts";

/** What comes in through the API, carried out when its time has come. */
export interface WriteQueue {
  /** Takes a change that happens so many seconds from now; with 0, at once. */
  add(change: Change, now: Date, afterSeconds: number): void;
  /** Carries out what is due by this moment, in milliseconds. */
  carryOut(until: number): void;
  /** The organisation as it was before the first change; undefined while there was none, or without a copy. */
  beforeFirstWrite(): World | undefined;
}

/** Creates a queue of writes by the creator of the world's first key. A copy of how it was costs memory. */
export function createWriteQueue(world: World, copy: "keep a copy" | "no copy"): WriteQueue {
  const actor = world.keys[0]?.createdBy ?? "simulator";
  let queued: readonly { readonly due: number; readonly change: Change }[] = [];
  let before: World | undefined;

  function carryOut(until: number): void {
    const due = queued.filter((entry) => entry.due <= until);
    if (due.length > 0) queued = queued.filter((entry) => entry.due > until);
    for (const { due: at, change } of due) applyChange(world, change, { at: new Date(at).toISOString(), actor });
  }

  return {
    add(change, now, afterSeconds) {
      if (copy === "keep a copy") before ??= copyOf(world);
      queued = [...queued, { due: now.getTime() + afterSeconds * 1000, change }];
      carryOut(now.getTime());
    },
    carryOut,
    beforeFirstWrite: () => before,
  };
}
