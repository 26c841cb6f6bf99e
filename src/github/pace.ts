import type { ThrottlingOptions } from "@octokit/plugin-throttling";
import type { Clock } from "../ports.ts";
import type { HostLimits } from "./limits.ts";

/** What the throttling plugin asks of a lane: to run a task when its turn has come. */
interface Lane {
  key(id: string): { schedule<T>(options: object, task: () => Promise<T>): Promise<T> };
}

/** Starts of tasks are at least so many milliseconds apart, by the clock's sleep; the first starts at once. */
export function spacedLane(clock: Pick<Clock, "sleep">, milliseconds: number): Lane {
  let freeAt = 0;
  const turn = {
    async schedule<T>(_options: object, task: () => Promise<T>): Promise<T> {
      const now = performance.now();
      const wait = Math.max(0, freeAt - now);
      freeAt = now + wait + milliseconds;
      if (wait > 0) await clock.sleep(Math.ceil(wait));
      return await task();
    },
  };
  return { key: () => turn };
}

/** Told of each wait for a rate limit. `request` is as the plugin has it. */
export type ReportWait = (request: object, seconds: number) => void;

/**
 * Options for @octokit/plugin-throttling: rate limits and secondary limits are waited for by the clock, `waits` times and
 * `longestWait` seconds at most; beyond that the refusal comes back. Writes are spaced.
 */
export function throttleOptions(clock: Clock, limits: HostLimits, report: ReportWait): ThrottlingOptions {
  // The plugin's types promise no waiting, and it does wait for what this gives.
  const waitFor: (seconds: number, request: object, octokit: unknown, waited: number) => unknown = async (
    seconds,
    request,
    _octokit,
    waited,
  ) => {
    if (waited >= limits.waits || seconds > limits.longestWait) return false;
    report(request, seconds);
    await clock.sleep(seconds * 1000);
    return true;
  };
  // The plugin calls no more of a lane than what ours has.
  const lane = (milliseconds: number) =>
    spacedLane(clock, milliseconds) as unknown as NonNullable<ThrottlingOptions["write"]>;
  return {
    onRateLimit: waitFor,
    onSecondaryRateLimit: waitFor,
    // The handlers above have already waited.
    retryAfterBaseValue: 0,
    write: lane(limits.writeSpacingMs),
    notifications: lane(0),
  };
}
