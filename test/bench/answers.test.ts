import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { compareAnswers } from "../../bench/answers.ts";
import { removeBundle } from "../../bench/bundle.ts";
import { runScript } from "../../bench/processes.ts";
import { differences, type Selection } from "../../bench/selection.ts";
import { repositoryRoot } from "../../tools/root.ts";

const people = 3_000;
const seed = 7;

describe("the policies of the bench", () => {
  it("select the same people, and leave the same unknown, as a loop written by hand and as generated code", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "seatwright-bench-test-"));
    try {
      const [snapshot, counts, ledger] = ["snapshot.json", "counts.json", "ledger"].map((name) =>
        path.join(folder, name),
      );
      await runScript("runs/prepare", [String(people), String(seed), snapshot ?? "", counts ?? "", ledger ?? ""]);
      const { disagreements, selections, results } = await compareAnswers(
        { people, seed, rounds: 1, peers: ["objects", "generated"] },
        path.join(repositoryRoot, "bench/policies"),
        async () => snapshot ?? "",
        () => undefined,
      );
      expect(disagreements).toEqual([]);
      expect(results.map(({ name, tellsUnknown }) => [name, tellsUnknown])).toEqual([
        ["seatwright", true],
        ["objects", true],
        ["generated", true],
      ]);
      expect(selections).toHaveLength(23);
      expect(selections.filter(({ selected }) => selected > 0).length).toBeGreaterThan(15);
      expect(selections.filter(({ unknown }) => unknown !== null && unknown > 0).length).toBeGreaterThan(15);
    } finally {
      removeBundle();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

describe("what two peers found", () => {
  const ours: Selection = { question: "q", selected: 2, digest: "a", unknown: 1, unknownDigest: "b" };

  it("differs where one selects others, does not know others, answers nothing, or answers what nobody asked", () => {
    expect(differences([ours], [ours], "peer")).toEqual([]);
    expect(differences([ours], [{ ...ours, unknown: null, unknownDigest: null }], "peer")).toEqual([]);
    expect(differences([ours], [{ ...ours, digest: "c" }], "peer")[0]).toContain("selects");
    expect(differences([ours], [{ ...ours, unknownDigest: "c" }], "peer")[0]).toContain("cannot tell");
    expect(differences([ours], [], "peer")).toEqual(["peer did not answer q"]);
    expect(differences([], [ours], "peer")).toEqual(["peer answered q, which nobody asked"]);
  });
});
