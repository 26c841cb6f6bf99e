import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/model/documents.generated.ts";
import { deedsSince, unlawful, unrecorded, untold, type Deed } from "./judge.ts";
import { openStage, runsIn } from "./story.ts";

const take = (what: string): Deed => ({ what, side: "take" });
const give = (what: string): Deed => ({ what, side: "give" });

describe("the judge of the fault matrix", () => {
  it("lets pass what is right, once, and what puts it back", () => {
    const right = new Set(["take a", "give b"]);
    expect(unlawful([take("a"), give("b")], right)).toEqual([]);
    expect(unlawful([give("b"), take("b"), take("a"), give("a")], right)).toEqual([]);
    expect(unlawful([take("a"), give("a"), take("a")], right)).toEqual([]);
  });

  it("sees what is not right, and what is done twice", () => {
    const right = new Set(["take a"]);
    expect(unlawful([take("c")], right)).toHaveLength(1);
    expect(unlawful([give("a")], right)).toHaveLength(1);
    expect(unlawful([take("a"), take("a")], right)).toHaveLength(1);
  });

  it("sees a write that no audit log tells of, an intent without an end, and an outcome that is not so", async () => {
    const stage = await openStage();
    try {
      const plan = await stage.plan();
      stage.meanwhile();
      const before = stage.simulator.world.changes.length;
      const result = await stage.apply(plan);
      const deeds = deedsSince(stage.simulator.world, before);
      const operations = (id: string) => plan.changes.find((change) => change.id === id)?.operations ?? [];
      expect(deeds.length).toBeGreaterThan(10);
      expect(await unrecorded(stage.ledgerFolder, deeds)).toEqual([]);
      expect(await unrecorded(stage.ledgerFolder, [...deeds, take("something else")])).toHaveLength(1);
      expect(untold(result, deeds, operations)).toEqual([]);
      expect(untold(result, deeds.slice(1), operations).length).toBeGreaterThan(0);
      const failed: RunResult = {
        ...result,
        outcomes: result.outcomes.map((outcome) => ({ ...outcome, outcome: "failed" })),
      };
      expect(untold(failed, deeds, operations).length).toBeGreaterThan(5);
      const path = join(stage.ledgerFolder, "audit", `${runsIn(stage.ledgerFolder)[0]}.jsonl`);
      const text = readFileSync(path, "utf8");
      const cut = text.slice(0, text.indexOf("operation.result"));
      writeFileSync(path, cut.slice(0, cut.lastIndexOf("\n") + 1));
      const problems = (await unrecorded(stage.ledgerFolder, deeds)).join("\n");
      expect(problems).toContain("does not verify");
      expect(problems).toContain("nothing after it");
      expect(problems).toContain("without an intent");
    } finally {
      await stage.close();
    }
  });
});
