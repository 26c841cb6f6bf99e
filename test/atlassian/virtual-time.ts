import type { HttpAnswer } from "../../src/atlassian/exchange.ts";
import { createGate, type GateLimits } from "../../src/atlassian/gate.ts";
import type { Lane } from "../../src/atlassian/endpoints.ts";
import type { Limiter } from "../../bench/sync/limiters.ts";

/** How requests went that were asked for all at once, through a gate, in a time that nobody waits for. */
export interface Passage {
  readonly admitted: number;
  readonly refused: number;
  /** Of what the limiter could have let through, in percent. */
  readonly share: number;
  /** Of all answers, in percent. */
  readonly wasted: number;
  /** The most that were on their way at once. */
  readonly atOnce: number;
  /** Requests that got another number of answers than one that lets them through. */
  readonly miscounted: number;
}

export interface Journey {
  readonly limiter: Limiter;
  /** Milliseconds since 1970 at the server when the first request starts. */
  readonly begin: number;
  readonly seconds: number;
  /** From request to answer in milliseconds, and how much more it may be by chance, as a share. */
  readonly latency?: number;
  readonly jitter?: number;
  readonly limits?: GateLimits;
  readonly lane?: Lane;
}

interface Happening {
  readonly at: number;
  readonly happen: () => void;
}

/** Runs it. The same journey always goes the same way. */
export async function travel(journey: Journey): Promise<Passage> {
  const { limiter, begin, seconds, latency = 80, jitter = 0.2, limits, lane = "main" } = journey;
  const agenda: Happening[] = [];
  let now = 0;
  const schedule = (delay: number, happen: () => void): void => {
    const at = now + delay;
    let place = agenda.length;
    while (place > 0 && (agenda[place - 1]?.at ?? 0) > at) place--;
    agenda.splice(place, 0, { at, happen });
  };
  const clock = {
    // A machine's clock that is half a minute behind the server's.
    now: () => Math.floor((begin + now) / 1000) - 30,
    sleep: (delay: number) => new Promise<void>((resolve) => schedule(delay, resolve)),
  };
  const gate = createGate(clock, limits, () => now);
  let seed = 1;
  const oneWay = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (latency / 2) * (1 + (jitter * seed) / 2_147_483_648);
  };

  const answers = new Map<number, number>();
  let refused = 0;
  let onTheirWay = 0;
  let atOnce = 0;
  const send = (): Promise<HttpAnswer> =>
    new Promise((resolve) => {
      atOnce = Math.max(atOnce, ++onTheirWay);
      schedule(oneWay(), () => {
        const { admitted, headers } = limiter.rule(begin + now);
        const date = new Date(begin + now).toUTCString();
        schedule(oneWay(), () => {
          onTheirWay--;
          if (!admitted) refused++;
          resolve({ kind: "answered", status: admitted ? 200 : 429, headers: { date, ...headers }, text: "", why: "" });
        });
      });
    });
  const request = async (id: number): Promise<void> => {
    for (let turn = await gate.enter(lane); ; turn = await turn.again()) {
      const answer = await send();
      turn.leave(answer);
      if (answer.kind !== "answered" || answer.status === 429) continue;
      answers.set(id, (answers.get(id) ?? 0) + 1);
      return;
    }
  };

  const end = seconds * 1000;
  const wanted = limiter.most(begin + end) + 200;
  for (let id = 0; id < wanted; id++) void request(id);
  await settled();
  for (let next = agenda.shift(); next !== undefined && next.at < end; next = agenda.shift()) {
    now = next.at;
    next.happen();
    await settled();
  }
  const admitted = answers.size;
  return {
    admitted,
    refused,
    share: (admitted / limiter.most(begin + end - 1)) * 100,
    wasted: (refused / (admitted + refused)) * 100,
    atOnce,
    miscounted: [...answers.values()].filter((count) => count !== 1).length,
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
