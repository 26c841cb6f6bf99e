import type { Clock } from "../ports.ts";
import type { Lane } from "./endpoints.ts";

/** One request's turn. */
export interface Turn {
  /** Gives the turn back. */
  leave(): void;
}

/** What every request passes, so that all of them together keep what Atlassian allows. */
export interface Gate {
  /** Waits for a turn: fewer than the bound on their way, no pause, and the lane's own pace. */
  enter(lane: Lane): Promise<Turn>;
  /** Nobody else of this lane starts for so many milliseconds. Pauses that overlap do not add up. */
  pause(lane: Lane, milliseconds: number): void;
}

export interface GateLimits {
  /** Requests on their way at once. */
  readonly concurrency: number;
  /** Milliseconds from one start to the next, by lane. */
  readonly spacing: Readonly<Record<Lane, number>>;
}

/**
 * 200 a minute is Atlassian's documented limit of the last-active endpoint; 310 ms apart is 194 a minute. For the rest
 * no limit is documented.
 */
export const gateLimits: GateLimits = { concurrency: 6, spacing: { main: 0, lastActive: 310 } };

export function createGate(clock: Clock, limits: GateLimits = gateLimits): Gate {
  let free = limits.concurrency;
  const queue: (() => void)[] = [];
  const pauses: Record<Lane, Set<Promise<void>>> = { main: new Set(), lastActive: new Set() };
  const spaced: Record<Lane, Promise<void>> = { main: Promise.resolve(), lastActive: Promise.resolve() };

  async function takePlace(): Promise<void> {
    if (free > 0) {
      free--;
      return;
    }
    await new Promise<void>((resolve) => queue.push(resolve));
  }

  function givePlace(): void {
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
  }

  async function keepPace(lane: Lane): Promise<void> {
    const spacing = limits.spacing[lane];
    if (spacing <= 0) return;
    const before = spaced[lane];
    spaced[lane] = before.then(() => clock.sleep(spacing));
    await before;
  }

  async function waitOutPauses(lane: Lane): Promise<void> {
    while (pauses[lane].size > 0) await Promise.all(pauses[lane]);
  }

  return {
    async enter(lane) {
      await keepPace(lane);
      await waitOutPauses(lane);
      await takePlace();
      // A pause may have begun while this one stood in line for a place.
      while (pauses[lane].size > 0) {
        givePlace();
        await waitOutPauses(lane);
        await takePlace();
      }
      let left = false;
      return {
        leave() {
          if (!left) givePlace();
          left = true;
        },
      };
    },
    pause(lane, milliseconds) {
      if (milliseconds <= 0) return;
      const sleeping: Promise<void> = clock.sleep(milliseconds).finally(() => pauses[lane].delete(sleeping));
      pauses[lane].add(sleeping);
    },
  };
}
