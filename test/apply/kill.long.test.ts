import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/ledger.ts";
import { expectWhole, live } from "./kill.ts";

const INSTANTS = 200;

describe("a process that is killed", () => {
  it("at any step of its journal is gone on with by the next one", { timeout: 600_000 }, async () => {
    let moment = 1;
    for (; ; moment++) {
      const directory = temporaryDirectory();
      const ended = await live(directory, 1, { diesAt: moment });
      expect(await live(directory, 2)).toBe("finished");
      await expectWhole(directory);
      if (ended === "finished") break;
    }
    expect(moment).toBeGreaterThan(40);
  });

  it("at hundreds of other instants is gone on with by the next one", { timeout: 1_200_000 }, async () => {
    let wholeLife = 0;
    await live(temporaryDirectory(), 1, {
      onEnd: (milliseconds) => {
        wholeLife = milliseconds;
      },
    });
    let killed = 0;
    for (let instant = 0; instant < INSTANTS; instant++) {
      const directory = temporaryDirectory();
      if ((await live(directory, 1, { killAfterMs: (wholeLife * instant) / INSTANTS })) === "killed") killed++;
      expect(await live(directory, 2)).toBe("finished");
      await expectWhole(directory);
    }
    expect(killed).toBeGreaterThan(INSTANTS / 2);
  });
});
