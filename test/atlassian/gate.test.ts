import { describe, expect, it } from "vitest";
import { createGate } from "../../src/atlassian/gate.ts";
import type { Clock } from "../../src/ports.ts";
import { quickClock } from "./support.ts";

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
    first.leave();
    first.leave();
    await settle();
    expect(entered).toEqual(["third"]);
  });

  it("holds everybody of a lane while it pauses, and nobody of another", async () => {
    const clock = heldClock();
    const gate = createGate(clock, { concurrency: 10, spacing: { main: 0, lastActive: 0 } });
    gate.pause("main", 5000);
    gate.pause("main", 2000);
    const entered: string[] = [];
    void gate.enter("main").then(() => entered.push("main"));
    void gate.enter("lastActive").then(() => entered.push("lastActive"));
    await settle();
    expect(entered).toEqual(["lastActive"]);
    expect(clock.asked).toEqual([5000, 2000]);
    clock.wake();
    await settle();
    expect(entered).toEqual(["lastActive", "main"]);
  });

  it("starts the requests of a paced lane one interval apart", async () => {
    const clock = heldClock();
    const gate = createGate(clock, { concurrency: 10, spacing: { main: 0, lastActive: 310 } });
    let entered = 0;
    for (let at = 0; at < 3; at++) void gate.enter("lastActive").then(() => entered++);
    await settle();
    expect(entered).toBe(1);
    clock.wake();
    await settle();
    expect(entered).toBe(2);
    clock.wake();
    await settle();
    expect(entered).toBe(3);
    expect(clock.asked).toEqual([310, 310, 310]);
  });
});
