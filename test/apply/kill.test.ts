import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/ledger.ts";
import { expectWhole, live } from "./kill.ts";

describe("a process that is killed", () => {
  it.each([4, 9, 14, 15, 24, 33])("at moment %i is gone on with by the next one", async (moment) => {
    const directory = temporaryDirectory();
    expect(await live(directory, 1, { diesAt: moment })).toBe("killed");
    expect(await live(directory, 2)).toBe("finished");
    await expectWhole(directory);
  });

  it.each([7, 12, 16, 20])(
    "whose files cannot grow beyond %i blocks is gone on with when they can",
    async (fileBlocks) => {
      const directory = temporaryDirectory();
      expect(await live(directory, 1, { fileBlocks })).toBe("failed");
      expect(await live(directory, 2)).toBe("finished");
      await expectWhole(directory);
    },
  );

  it("several times over is gone on with all the same", async () => {
    const directory = temporaryDirectory();
    for (const [life, moment] of [12, 10, 8, 14].entries()) await live(directory, life + 1, { diesAt: moment });
    expect(await live(directory, 5)).toBe("finished");
    await expectWhole(directory);
  });
});
