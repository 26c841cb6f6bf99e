import { describe, expect, it } from "vitest";
import { fixedWindow, type Limiter, silentBucket, tokenBucket, without } from "../../bench/sync/limiters.ts";
import type { HttpAnswer } from "../../src/atlassian/exchange.ts";
import { createGate } from "../../src/atlassian/gate.ts";
import type { Clock } from "../../src/ports.ts";
import { quickClock } from "./support.ts";
import { travel } from "./virtual-time.ts";

/** A clock whose sleeps end when the test says so. */
function heldClock(): Clock & { wake(): void; readonly asked: number[] } {
  const sleepers: (() => void)[] = [];
  const asked: number[] = [];
  return {
    asked,
    now: () => 0,
    sleep: async (milliseconds) => {
      asked.push(milliseconds);
      await new Promise<void>((resolve) => sleepers.push(resolve));
    },
    wake: () => sleepers.splice(0).forEach((wake) => wake()),
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function answer(status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { kind: "answered", status, headers, text: "", why: "" };
}

const unlimited = { concurrency: 10, spacing: { main: 0, lastActive: 0 } };
const standingStill = (): number => 0;

describe("the gate", () => {
  it("lets no more on their way at once than its bound", async () => {
    const gate = createGate(quickClock(), { concurrency: 2, spacing: { main: 0, lastActive: 0 } });
    const first = await gate.enter("main");
    await gate.enter("main");
    const entered: string[] = [];
    void gate.enter("main").then(() => entered.push("third"));
    void gate.enter("main").then(() => entered.push("fourth"));
    await settle();
    expect(entered).toEqual([]);
    first.leave(null);
    first.leave(null);
    await settle();
    expect(entered).toEqual(["third"]);
  });

  it("holds everybody of a lane after a refusal, and nobody of another", async () => {
    const clock = heldClock();
    const gate = createGate(clock, unlimited, standingStill);
    const refused = await gate.enter("main");
    expect(refused.leave(answer(429, { "retry-after": "5" }))).toBe(5000);
    const entered: string[] = [];
    void gate.enter("main").then(() => entered.push("main"));
    void gate.enter("lastActive").then(() => entered.push("lastActive"));
    await settle();
    expect(entered).toEqual(["lastActive"]);
    expect(clock.asked).toEqual([5000]);
    clock.wake();
    await settle();
    expect(entered).toEqual(["lastActive", "main"]);
  });

  it("lets one go ahead after a rest, the one that was refused, and the others once it was let through", async () => {
    const clock = heldClock();
    const gate = createGate(clock, unlimited, standingStill);
    const refused = await gate.enter("main");
    refused.leave(answer(429, { "retry-after": "5" }));
    const entered: string[] = [];
    void gate.enter("main").then(() => entered.push("another"));
    const again = refused.again();
    void again.then(() => entered.push("the refused one"));
    clock.wake();
    await settle();
    expect(entered).toEqual(["the refused one"]);
    (await again).leave(answer(200));
    // A rate is known by now, so the next follows at its pace.
    clock.wake();
    await settle();
    expect(entered).toEqual(["the refused one", "another"]);
  });

  it("rests twice as long after each refusal that does not say how long", async () => {
    const clock = heldClock();
    const gate = createGate(clock, unlimited, standingStill);
    let turn = await gate.enter("main");
    for (let time = 0; time < 4; time++) {
      turn.leave(answer(429));
      const again = turn.again();
      await settle();
      clock.wake();
      turn = await again;
    }
    expect(clock.asked).toEqual([200, 400, 800, 1600]);
  });

  it("starts the requests of a paced lane one interval apart", async () => {
    const clock = heldClock();
    const gate = createGate(clock, { concurrency: 10, spacing: { main: 0, lastActive: 302 } }, standingStill);
    let entered = 0;
    for (let at = 0; at < 3; at++) void gate.enter("lastActive").then(() => entered++);
    await settle();
    expect(entered).toBe(1);
    for (const soFar of [2, 3]) {
      clock.wake();
      await settle();
      expect(entered).toBe(soFar);
    }
    expect(clock.asked).toEqual([302, 302]);
  });

  it("starts no more than remain for certain, and waits for the reset to the millisecond where it is told so", async () => {
    const clock = heldClock();
    const gate = createGate(clock, unlimited, standingStill);
    const headers = {
      date: "Fri, 20 Nov 2026 09:00:00 GMT",
      "x-ratelimit-remaining": "2",
      "x-ratelimit-reset": "2026-11-20T09:00:09.250Z",
    };
    (await gate.enter("main")).leave(answer(200, headers));
    let entered = 0;
    for (let at = 0; at < 5; at++) void gate.enter("main").then(() => entered++);
    await settle();
    expect(entered).toBe(2);
    expect(clock.asked).toEqual([9250]);
  });

  it("lets go who is called off while waiting, and sleeps for nobody", async () => {
    const clock = heldClock();
    const gate = createGate(clock, { concurrency: 1, spacing: { main: 0, lastActive: 0 } });
    const turn = await gate.enter("main");
    const stop = new AbortController();
    const waiting = gate.enter("main", stop.signal);
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    turn.leave(answer(200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-20T09:00:03Z" }));
    expect(clock.asked).toEqual([]);
    await expect(gate.enter("main", stop.signal)).rejects.toThrow("enough");
  });
});

const begin = Date.parse("2026-11-20T09:00:00.400Z");
const minute = 60_000;
const rateHeaders = /^x-ratelimit/;

describe("independent requests through the gate, at 80 ms", () => {
  it.each<[string, () => Limiter, number, number, number]>([
    ["a token bucket of 100 a second", () => tokenBucket(100, 100, begin), 60, 99, 0],
    ["a token bucket that holds little", () => tokenBucket(100, 20, begin), 60, 95, 0],
    ["a window of 200 in 60 s", () => fixedWindow(200, minute, begin), 300, 99, 0],
    ["a limiter that says nothing but no", () => silentBucket(100, 100, begin), 60, 97, 0.2],
    ["the same, for longer", () => silentBucket(100, 100, begin), 300, 99, 0.1],
    ["a silent one of 50 a second", () => silentBucket(50, 50, begin), 60, 97, 0.5],
    ["a bucket with Retry-After alone", () => without(tokenBucket(100, 100, begin), rateHeaders), 300, 97, 0.1],
  ])("against %s", async (_, limiter, seconds, share, wasted) => {
    const passage = await travel({ limiter: limiter(), begin, seconds });
    expect(passage.share).toBeGreaterThanOrEqual(share);
    expect(passage.wasted).toBeLessThanOrEqual(wasted);
    expect(passage.miscounted).toBe(0);
  });

  it("are enough at once also where each takes long, before anything is known", async () => {
    const passage = await travel({ limiter: silentBucket(100, 100, begin), begin, seconds: 60, latency: 400 });
    expect(passage.share).toBeGreaterThanOrEqual(85);
    expect(passage.wasted).toBeLessThanOrEqual(0.75);
  });

  it("against a window with Retry-After alone are refused once, and keep the pace they learned", async () => {
    const limiter = without(fixedWindow(200, minute, begin), rateHeaders);
    const passage = await travel({ limiter, begin, seconds: 600 });
    expect(passage.share).toBeGreaterThanOrEqual(97);
    expect(passage.refused).toBeLessThanOrEqual(14);
  });

  it("against a window whose end is told in whole seconds lose little, whichever way it was rounded", async () => {
    for (const round of [Math.floor, Math.ceil]) {
      const exact = fixedWindow(200, minute, begin);
      const rounded: Limiter = {
        rule(now) {
          const { admitted, headers } = exact.rule(now);
          const seconds = round(Date.parse(headers["x-ratelimit-reset"] ?? "") / 1000);
          const reset = new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
          return { admitted, headers: { ...headers, "x-ratelimit-reset": reset } };
        },
        most: (now) => exact.most(now),
      };
      const passage = await travel({ limiter: rounded, begin, seconds: 600 });
      expect(passage.share).toBeGreaterThanOrEqual(99);
      expect(passage.wasted).toBeLessThanOrEqual(0.5);
    }
  });

  it("within the documented 200 a minute need not be refused to know it", async () => {
    for (const limiter of [fixedWindow(200, minute, begin), without(fixedWindow(200, minute, begin), /./)]) {
      const passage = await travel({ limiter, begin, seconds: 300, lane: "lastActive" });
      expect(passage.share).toBeGreaterThanOrEqual(97);
      expect(passage.refused).toBe(0);
    }
  });

  it("are never more at once than the bound, however many are allowed", async () => {
    const passage = await travel({ limiter: tokenBucket(5000, 5000, begin), begin, seconds: 3 });
    expect(passage.atOnce).toBe(64);
  });
});
