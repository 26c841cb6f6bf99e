import { join } from "node:path";
import { expect, it } from "vitest";
import { momentOf } from "../../src/model/time.ts";
import { planTime, planWith } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { bareRepository, branch, filesAt, git, ledgerAt, startChild } from "./git-stage.ts";

const stored = (number: number, round: number): string =>
  planWith([], { asOf: momentOf(planTime + number * 1000 + round) }).digest.slice("sha256:".length);

needs("git").describe("several processes that write to one branch", () => {
  it("lose nothing of each other, be it on one machine or on several", { timeout: 60_000 }, async () => {
    const remote = bareRepository();
    const shared = join(temporaryDirectory(), "copy");
    const count = 3;
    const writers = [
      startChild({ kind: "store plans", folder: shared, remote, count, number: 1 }),
      startChild({ kind: "store plans", folder: shared, remote, count, number: 2 }),
      startChild({ kind: "store plans", folder: join(temporaryDirectory(), "copy"), remote, count, number: 3 }),
    ];
    const runner = startChild({ kind: "keep a run", folder: join(temporaryDirectory(), "copy"), remote, count });
    const all = [...writers, runner];
    for (const { said } of all) await said("ready");
    for (const { go } of all) go();
    for (const { said, end } of all) {
      await said("done");
      await end();
    }
    const files = filesAt(remote);
    for (const number of [1, 2, 3]) {
      for (let round = 0; round < count; round++) {
        expect(files.some((path) => path.includes(stored(number, round)))).toBe(true);
      }
    }
    const run = await ledgerAt(remote).readRun("r-20261120T061000Z-0000000a");
    expect(run?.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    // Nothing was ever merged or thrown away: one line of commits, one for each operation.
    expect(git(remote, "rev-list", "--merges", branch)).toBe("");
    expect(git(remote, "rev-list", "--count", branch)).toBe(String(3 * count + 1 + 1 + count + 1));
    expect(git(remote, "rev-list", "--max-parents=0", "--count", branch)).toBe("1");
  });
});
